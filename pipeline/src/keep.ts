/** Frameworks tell handlers apart by their number of parameters, and people by their names. */
export function keep<F extends (...args: never[]) => unknown>(original: F, wrapper: (this: never, ...args: never[]) => unknown): F {
  return Object.defineProperties(wrapper, {
    name: { value: original.name, configurable: true },
    length: { value: original.length, configurable: true },
  }) as unknown as F;
}
