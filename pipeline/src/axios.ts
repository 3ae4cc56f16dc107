import { Call } from "./call.js";
import { outgoingHeaders } from "./correlation.js";
import { begin, OWN } from "./dispatch.js";
import { linked } from "./linked.js";
import { opOf, type Rules } from "./op.js";
import { mayRepeat } from "./repeat.js";

interface Request {
  readonly url?: string | undefined;
  readonly baseURL?: string | undefined;
  readonly method?: string | undefined;
  readonly headers?: object | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly [key: string]: unknown;
}

type Callable = (...args: unknown[]) => Promise<unknown>;

/** Where each method takes its config, and what it sends. */
const METHODS: ReadonlyMap<string, { readonly at: number; readonly method: string }> = new Map<string, { at: number; method: string }>([
  ...["get", "delete", "head", "options"].map((name) => [name, { at: 1, method: name.toUpperCase() }] as const),
  ...["post", "put", "patch"].flatMap((name) => [name, `${name}Form`].map((n) => [n, { at: 2, method: name.toUpperCase() }] as const)),
]);

/** An axios instance whose requests all go through `dispatch`, as `http.<host>`. Everything else of it is untouched. */
export function wrapAxios<T extends object>(instance: T): T {
  const defaults = (): Request => (instance as { defaults?: Request }).defaults ?? {};
  const send = (config: Request, method: string, request: (config: Request) => Promise<unknown>): Promise<unknown> => {
    const url = urlOf(config, defaults());
    // What axios itself makes of a missing or relative address is its own affair, but bounded.
    const op = opOf(`http.${url?.host ?? "unknown"}`);
    const names = new Set(Object.keys(config.headers ?? {}).map((name) => name.toLowerCase()));
    const rules: Rules = op.rules.retry > 0 && !mayRepeat(op.rules, method, names) ? { ...op.rules, retry: 0, plain: op.rules.breaker === undefined } : op.rules;
    const run = (call: Call): Promise<unknown> => {
      const link = linked(call.signal, config.signal);
      const added = url === undefined ? {} : outgoingHeaders(Call.scopeOf(call), url.origin);
      for (const name of Object.keys(added)) if (names.has(name)) delete added[name];
      return request({ ...config, headers: { ...config.headers, ...added }, signal: link.signal }).finally(link.unlink);
    };
    return begin(op, rules, run, OWN) as Promise<unknown>;
  };
  return new Proxy(instance, {
    apply: (target, self, [first, second]: unknown[]) => {
      const config = configOf(first, second);
      return send(config, (config.method ?? "GET").toUpperCase(), (sent) => Reflect.apply(target as Callable, self, [sent]));
    },
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof key === "symbol" || typeof value !== "function") return value;
      if (key === "request") return (first: unknown, second?: unknown) => send(configOf(first, second), (configOf(first, second).method ?? "GET").toUpperCase(), (sent) => Reflect.apply(value, target, [sent]));
      const known = METHODS.get(key);
      if (known === undefined) return value;
      return (url: string, ...args: unknown[]) => {
        const config = (args[known.at - 1] ?? {}) as Request;
        return send({ ...config, url }, known.method, ({ url: _, ...sent }) => Reflect.apply(value, target, known.at === 1 ? [url, sent] : [url, args[0], sent]));
      };
    },
  });
}

const configOf = (first: unknown, second: unknown): Request => (typeof first === "string" ? { ...(second as Request | undefined), url: first } : (first as Request)) ?? {};

function urlOf({ url = "", baseURL }: Request, defaults: Request): URL | undefined {
  const base = baseURL ?? defaults.baseURL;
  try {
    return base === undefined ? new URL(url) : new URL(url, base);
  } catch {
    return undefined;
  }
}
