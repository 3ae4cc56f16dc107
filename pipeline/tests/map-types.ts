/** Checked by `npm run typecheck`, run by nobody: what `map` says of its elements and results. */
import { map } from "../src/index.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <A, B>(_: Equal<A, B>): void => {};

export async function lists(untyped: any, prices: Map<string, number>): Promise<void> {
  // As `untyped.map(…)` says of it.
  const names = await map(untyped, (item) => {
    is<any, typeof item>(true);
    return String(item.name);
  });
  is<string[], typeof names>(true);
  const totals = await map(prices, async ([name, price], index) => name.length * price + index);
  is<number[], typeof totals>(true);
}
