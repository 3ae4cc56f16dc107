import { Call } from "./call.js";
import { outgoingHeaders, withoutWord } from "./correlation.js";
import { begin, OWN } from "./dispatch.js";
import { Unwelcome } from "./guarded.js";
import { opOf } from "./op.js";
import { CUT, leave, root, settle, type Scope } from "./scope.js";
import { state, wheel } from "./state.js";
import { linked } from "./linked.js";
import { wrapAxios } from "./axios.js";
import { retryAfter, rulesOf, TRANSIENT, urlOf, type Given } from "./repeat.js";

type Input = Parameters<typeof fetch>[0];
type Init = Parameters<typeof fetch>[1];

export interface Fetch {
  (input: Input, init?: Init): Promise<Response>;
  /** The response is handed on as a stream: bounded is the wait for its head, and its body ends with the entry. */
  (input: Input, init: Init, options: { readonly body: "stream" }): Promise<Response>;
}

/** `fetch` as `http.<host>`: what it takes, gives and throws is the platform's. The body is read within the same bound. */
const dispatchedFetch: Fetch = (input: Input, init?: Init, options?: { readonly body: "stream" }) => {
  const request = input instanceof Request ? input : undefined;
  const url = urlOf(request?.url ?? (input as string | URL));
  // What fetch itself would refuse, it shall refuse.
  if (!url) return fetch(input, init);
  const op = opOf(`http.${url.host}`);
  const given = init?.headers ?? request?.headers;
  // As they are now, by their lower-case names.
  const headers = withoutWord(Object.fromEntries(new Headers(given)));
  const method = (init?.method ?? request?.method ?? "GET").toUpperCase();
  const rules = rulesOf(op.rules, method, headers, init?.body ?? request?.body);
  const run = (call: Call): Promise<unknown> => {
    const scope = Call.scopeOf(call);
    const link = linked(call.signal, init?.signal ?? request?.signal);
    const sent = { ...init, signal: link.signal };
    const addressed = (given: Given, origin: string): Given => ({ ...given, ...outgoingHeaders(scope, origin, given) });
    return (state.configured ? state.configured.fetch(input, sent, url, headers, addressed) : fetch(input, { ...sent, headers: addressed(headers, url.origin) })).then(
      (response) => {
        if (response.body === null) link.unlink();
        else holdUntilRead(response, scope, link.unlink, options?.body === "stream");
        if (rules.plain || !TRANSIENT.has(response.status)) return response;
        return new Unwelcome(response, retryAfter(response.headers.get("retry-after")), () => {
          link.unlink();
          scope.held = false;
          // nobypass-disable-next-line swallowed-error -- nobody reads the body of a try that is given up
          response.body?.cancel().catch(() => {});
        });
      },
      (error: unknown) => {
        link.unlink();
        throw error;
      },
    );
  };
  return begin(op, rules, run, OWN) as Promise<Response>;
};

export const http = { fetch: dispatchedFetch, axios: wrapAxios } as const;

const READERS = ["arrayBuffer", "blob", "bytes", "formData", "json", "text"] as const;

/** A body that is read as a stream, or by nobody, does not say that it is over. */
const unread = new FinalizationRegistry<() => void>((read) => read());

/** Holds nothing of the response: that would keep it for ever. */
const readIn = (scope: Scope, unlink: () => void) => (): void => {
  unlink();
  scope.held = false;
  if (scope.status !== CUT) settle(scope);
};

/** The call has its answer, but its bound goes on to hold for the body: until it is read, or as long as it lasted. */
function holdUntilRead(response: Response, scope: Scope, unlink: () => void, streams: boolean): void {
  scope.held = true;
  wheel.release(scope);
  if (streams) {
    wheel.remove(scope);
    scope.deadline = Infinity;
  }
  // Nothing would ever end it: the root is never cut but at shutdown.
  if (scope.deadline === Infinity && scope.owner === root) leave(scope);
  const read = readIn(scope, unlink);
  unread.register(response.body as object, read);
  for (const name of READERS) {
    const reader: unknown = (response as unknown as Record<string, unknown>)[name];
    if (typeof reader !== "function") continue;
    Object.defineProperty(response, name, {
      configurable: true,
      writable: true,
      value: (): Promise<unknown> => {
        const body = Reflect.apply(reader, response, []) as Promise<unknown>;
        body.then(read, read);
        return body;
      },
    });
  }
}
