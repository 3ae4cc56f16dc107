import { CUT, cut, open, parentIn, settle } from "./scope.js";
import { cutOf } from "./outcome.js";
import { quiet } from "./safe.js";
import { als, wheel } from "./state.js";

const CONCURRENCY = 16;

export interface MapOptions {
  readonly concurrency?: number | undefined;
}

/**
 * `Promise.all(items.map(fn))`, a few at a time. The first failure is the outcome: what runs is cancelled, what has not begun never does.
 * The elements of a list of type `any` are `any`, as they are to its own `map`.
 */
export function map<T = any, R = unknown>(items: Iterable<T>, fn: (item: T, index: number) => R, { concurrency = CONCURRENCY }: MapOptions = {}): Promise<Awaited<R>[]> {
  const current = als.getStore();
  const parent = parentIn(current);
  if (parent.status === CUT) return quiet(Promise.reject(cutOf(parent.code, "map")));
  const scope = open(parent, "map", Infinity, wheel.clock.now(), current?.context);
  let begin!: () => void;
  const promise = new Promise<Awaited<R>[]>((resolve, reject) => {
    const iterator = items[Symbol.iterator]();
    const results: Awaited<R>[] = [];
    let begun = 0;
    let running = 0;
    let isOver = false;
    const over = (error: unknown): void => {
      if (isOver) return;
      isOver = true;
      scope.onCut = undefined;
      cut(scope, "CANCELLED");
      iterator.return?.();
      reject(error);
    };
    scope.onCut = (failure) => {
      quiet(promise);
      over(failure);
    };
    const next = (): void => {
      while (!isOver && running < Math.max(1, concurrency)) {
        const step = iterator.next();
        if (step.done === true) break;
        const index = begun++;
        running++;
        Promise.resolve(fn(step.value, index)).then(
          (value) => {
            results[index] = value as Awaited<R>;
            running--;
            advance();
          },
          over,
        );
      }
      if (isOver || running > 0) return;
      isOver = true;
      settle(scope);
      resolve(results);
    };
    const advance = (begin = (): void => {
      try {
        als.run(scope, next);
      } catch (error) {
        over(error);
      }
    });
  });
  begin();
  return promise;
}
