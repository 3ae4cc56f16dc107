import { Call } from "./call.js";
import { outgoingHeaders, REMAINING_HEADER, RETRYING_HEADER, withoutWord } from "./correlation.js";
import { begin, OWN } from "./dispatch.js";
import { linked } from "./linked.js";
import { opOf } from "./op.js";
import type { AxiosConfig } from "./origins.js";
import { rulesOf, urlOf } from "./repeat.js";
import { state } from "./state.js";

interface Request {
  readonly url?: string | undefined;
  readonly baseURL?: string | undefined;
  readonly method?: string | undefined;
  readonly headers?: object | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly data?: unknown;
  readonly [key: string]: unknown;
}

type Callable = (...args: unknown[]) => Promise<unknown>;

/** Methods that take their config after an address; the second ones after a body, too. */
const METHODS = /^(?:get|delete|head|options|(post|put|patch)(?:Form)?)$/;

/** An axios instance whose requests all go through `dispatch`, as `http.<host>`. Everything else of it is untouched. */
export function wrapAxios<T extends object>(instance: T): T {
  const send = (config: Request, method: string, body: unknown, sent: (config: Request) => Promise<unknown>): Promise<unknown> => {
    const { defaults } = instance as { defaults?: Request };
    const url = urlOf(config.url ?? "", config.baseURL ?? defaults?.baseURL);
    // What axios itself makes of a missing or relative address is its own affair, but bounded.
    const op = opOf(`http.${url?.host ?? "unknown"}`);
    const given = withoutWord(Object.fromEntries(Object.keys(config.headers ?? {}).map((name) => [name.toLowerCase(), ""])));
    const rules = rulesOf(op.rules, method, given, body);
    const run = (call: Call): Promise<unknown> => {
      const link = linked(call.signal, config.signal);
      const scope = Call.scopeOf(call);
      // axios sends no header that is undefined, and of two that differ in case the later one.
      const headers = { ...config.headers, [REMAINING_HEADER]: undefined, [RETRYING_HEADER]: undefined, ...(url && outgoingHeaders(scope, url.origin, given)) };
      return sent({ ...config, headers, signal: link.signal, ...state.configured?.axios(scope, url, given, headers, body, { ...defaults, ...config } as AxiosConfig) }).finally(link.unlink);
    };
    return begin(op, rules, run, OWN) as Promise<unknown>;
  };
  const request = (value: Callable, self: unknown) => (first: unknown, second?: unknown): Promise<unknown> => {
    const config = (typeof first === "string" ? { ...(second as Request | undefined), url: first } : ((first as Request | undefined) ?? {})) as Request;
    return send(config, (config.method ?? "GET").toUpperCase(), config.data, (sent) => Reflect.apply(value, self, [sent]));
  };
  return new Proxy(instance, {
    apply: (target, self, [first, second]: unknown[]) => request(target as Callable, self)(first, second),
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof key === "symbol" || typeof value !== "function") return value;
      if (key === "request") return request(value as Callable, target);
      const known = METHODS.exec(key);
      if (known === null) return value;
      const hasBody = known[1] !== undefined;
      return (url: string, ...args: unknown[]) => {
        const config = (args[hasBody ? 1 : 0] ?? {}) as Request;
        return send({ ...config, url }, (known[1] ?? key).toUpperCase(), hasBody ? args[0] : config.data, ({ url: _, ...sent }) => Reflect.apply(value, target, hasBody ? [url, args[0], sent] : [url, sent]));
      };
    },
  });
}
