import { AsyncLocalStorage } from "node:async_hooks";

/** Who registers a listener may remove it again, so it must stay the function it is. */
const REGISTERS = /\.(?:on|once|off|\w+Listener|\w*(?:subscribe|listen))$/i;

/**
 * The arguments, with the callback in the context of its caller. A pooled connection calls it in that of whoever first opened
 * the connection: its log lines would carry another request's id.
 */
export function inContext(path: string, args: unknown[]): unknown[] {
  const last = args.at(-1);
  return isCallback(last) && !REGISTERS.test(path) ? [...args.slice(0, -1), AsyncLocalStorage.bind(last)] : args;
}

/** Not a class, such as an entity that is handed over: those are told apart by identity, and made with `new`. */
function isCallback(value: unknown): value is (...args: unknown[]) => unknown {
  if (typeof value !== "function") return false;
  const own = Object.getOwnPropertyDescriptor(value, "prototype");
  return own === undefined || (own.writable === true && value.length > 0 && Reflect.ownKeys(own.value as object).length === 1);
}
