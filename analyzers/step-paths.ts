import type { ChainLink } from "./call-chains.js";

/** `StepRow.call`, taken apart. */
export interface StepPath {
  readonly before: readonly string[];
  readonly last: readonly (readonly string[])[];
  readonly isOfTable: boolean;
}

const paths = new Map<string, StepPath>();

export function stepPath(call: string): StepPath {
  let known = paths.get(call);
  if (!known) {
    const isOfTable = call.startsWith("table().");
    const path = isOfTable ? call.slice("table().".length) : call;
    const braces = path.indexOf("{");
    const head = braces === -1 ? path.slice(0, Math.max(path.lastIndexOf("."), 0)) : path.slice(0, Math.max(braces - 1, 0));
    const ends = braces === -1 ? [path.slice(path.lastIndexOf(".") + 1)] : path.slice(braces + 1, -1).split(",");
    paths.set(call, (known = { before: head === "" ? [] : head.split("."), last: ends.map((end) => end.split(".")), isOfTable }));
  }
  return known;
}

/** Do the names of a step stand along the chain, the last of them at this link? */
export function matches({ before, last, isOfTable }: StepPath, links: readonly ChainLink[], i: number): boolean {
  // What follows the first call on a table is said of that column.
  if (isOfTable && i > 0) return false;
  return last.some((names) => {
    const wanted = [...before, ...names];
    if (links[i]?.name !== wanted.at(-1)) return false;
    let at = 0;
    for (const name of wanted.slice(0, -1)) {
      while (at < i && links[at]?.name !== name) at++;
      if (at === i) return false;
      at++;
    }
    // A method of the given itself is not one of what another of its methods gives: `queryRunner.manager.createIndex`.
    return wanted.length > 1 || i === 0;
  });
}
