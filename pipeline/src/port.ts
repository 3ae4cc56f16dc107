import { inContext } from "./callback.js";
import { begin, RAW } from "./dispatch.js";
import { opOf } from "./op.js";
import { isPromise, isThenable } from "./thenable.js";

type Callable = (...args: unknown[]) => unknown;

/**
 * A client whose calls all go through `dispatch`, as `<name>.<method>`. What returns a promise is dispatched when called, what
 * returns something lazy (a query builder) when awaited; all else comes back as it is: streams, event emitters, and calls that
 * are given a callback, which runs in its caller's context. Methods run on the client itself, so #fields work.
 */
export function port<T extends object>(name: string, client: T): T {
  return new Port().wrap(name, client) as T;
}

class Port {
  /** By what is wrapped and its path, so that a member asked for twice is the same. */
  readonly #made = new WeakMap<object, Map<string, object>>();
  /** Methods that have returned a promise. Any other can neither wait nor be refused: its caller may expect a plain value. */
  readonly #promising = new Set<string>();

  wrap(path: string, target: object): object {
    return this.#once(target, path, () => {
      const proxy: object = new Proxy(target, {
        get: (_, key) => {
          const value: unknown = Reflect.get(target, key, target);
          if (typeof key === "symbol" || key === "constructor" || isFixed(target, key)) return value;
          if (typeof value === "function") {
            if (!isThenable(target)) return this.#method(`${path}.${key}`, value as Callable, target, proxy);
            // All steps of one query have the name it began with.
            return key === "then" || key === "catch" || key === "finally" ? this.#awaiting(path, target, key) : this.#method(path, value as Callable, target, proxy);
          }
          return isNamespace(value) ? this.wrap(`${path}.${key}`, value) : value;
        },
        // Setters too may need private fields.
        set: (_, key, value) => Reflect.set(target, key, value),
        apply: (_, self, args: unknown[]) => this.#call(path, () => Reflect.apply(target as Callable, self, args), args, target, proxy),
      });
      return proxy;
    });
  }

  /** A proxy, not a closure: `new`, `name`, `length` and what hangs on the function stay. */
  #method(path: string, fn: Callable, target: object, proxy: object): object {
    return this.#once(fn, path, () => new Proxy(fn, {
      apply: (_, self: unknown, given: unknown[]) => {
        const args = inContext(path, given);
        return this.#call(path, () => Reflect.apply(fn, self === proxy ? target : self, args), args, target, proxy);
      },
    }));
  }

  #call(path: string, make: () => unknown, args: readonly unknown[], target: object, proxy: object): unknown {
    const op = opOf(path);
    const listens = args.some(isListener);
    const isKnown = !listens && this.#promising.has(path);
    const value = isKnown ? begin(op, op.rules, make, RAW) : make();
    if (value === target) return proxy;
    if (isPromise(value)) {
      if (isKnown || listens) return value;
      this.#promising.add(path);
      // This first call is under way; another try would make it anew.
      let first: Promise<unknown> | undefined = value;
      value.catch(() => {});
      return begin(op, op.rules, () => {
        const work = first ?? make();
        first = undefined;
        return work;
      }, 0);
    }
    return isLazy(value) ? this.wrap(path, value) : value;
  }

  #awaiting(path: string, target: PromiseLike<unknown>, key: "then" | "catch" | "finally"): Callable {
    return (...handlers) => {
      const op = opOf(path);
      const promise = begin(op, op.rules, () => new Promise((resolve, reject) => target.then(resolve, reject)), 0) as Promise<unknown>;
      return (promise[key] as Callable).apply(promise, handlers);
    };
  }

  #once(of: object, path: string, make: () => object): object {
    let paths = this.#made.get(of);
    if (paths === undefined) this.#made.set(of, (paths = new Map()));
    let made = paths.get(path);
    if (made === undefined) paths.set(path, (made = make()));
    return made;
  }
}

const DRIZZLE = Symbol.for("drizzle:entityKind");

/** To be awaited later, or a step towards that. Drizzle's first steps cannot be awaited yet, but say what they are. */
function isLazy(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  return isThenable(value) || (typeof value.constructor === "function" && DRIZZLE in value.constructor);
}

/** Who hands over a callback, a stream or a cursor is told by it, not by a promise. */
function isListener(arg: unknown): boolean {
  if (typeof arg === "function") return true;
  if (typeof arg !== "object" || arg === null) return false;
  const { on, submit } = arg as { on?: unknown; submit?: unknown };
  return typeof on === "function" || typeof submit === "function";
}

/** A part of a client that holds methods, such as `prisma.user`; not its data. */
function isNamespace(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.prototype.toString.call(value) === "[object Object]" && !isListener(value);
}

/** A proxy must not lie about these. */
function isFixed(target: object, key: string): boolean {
  const own = Reflect.getOwnPropertyDescriptor(target, key);
  return own !== undefined && own.configurable === false && (own.writable === false || (own.get === undefined && own.set !== undefined));
}
