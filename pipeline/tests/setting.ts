import { afterEach, beforeEach } from "vitest";
import { captureLogs, fakeClock, reset, type LogLine, type TestClock } from "../src/testing.js";

/** Each test begins with nothing configured and its own log. */
export function fresh(): { readonly logs: LogLine[]; clock(): TestClock } {
  let lines: LogLine[] = [];
  let clock: TestClock | undefined;
  beforeEach(() => {
    reset();
    lines = captureLogs().lines;
  });
  afterEach(() => {
    clock?.restore();
    clock = undefined;
    reset();
  });
  return {
    get logs() {
      return lines;
    },
    clock: () => (clock ??= fakeClock()),
  };
}

/** A promise and what settles it. */
export function deferred<T = void>(): { readonly promise: Promise<T>; resolve(value: T): void; reject(error: unknown): void } {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((a, b) => {
    resolve = a;
    reject = b;
  });
  return { promise, resolve, reject };
}

export const turns = async (count = 3): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

export const never = (): Promise<never> => new Promise(() => {});

/** What a promise was rejected with. */
export const rejection = (promise: unknown): Promise<any> =>
  Promise.resolve(promise).then(
    (value) => {
      throw new Error(`was fulfilled with ${String(value)}`);
    },
    (error: unknown) => error,
  );
