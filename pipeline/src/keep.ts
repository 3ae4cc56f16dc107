/** The wrapper in the place of the original. Frameworks tell handlers apart by their number of parameters, people by their names, and some hang settings on them. */
export function keep<F extends (...args: never[]) => unknown>(original: F, wrapper: (this: never, ...args: never[]) => unknown): F {
  const { prototype: _prototype, arguments: _arguments, caller: _caller, ...own } = Object.getOwnPropertyDescriptors(original) as Record<PropertyKey, PropertyDescriptor>;
  return Object.defineProperties(wrapper, own) as unknown as F;
}
