import { Call } from "./call.js";
import { outgoingHeaders } from "./correlation.js";
import { begin, OWN } from "./dispatch.js";
import { Unwelcome } from "./guarded.js";
import { opOf } from "./op.js";
import { CUT, leave, root, settle, type Scope } from "./scope.js";
import { wheel } from "./state.js";
import { linked } from "./linked.js";
import { wrapAxios } from "./axios.js";
import { retryAfter, rulesOf, TRANSIENT, urlOf } from "./repeat.js";

type Input = Parameters<typeof fetch>[0];
type Init = Parameters<typeof fetch>[1];

export interface Fetch {
  (input: Input, init?: Init): Promise<Response>;
  /** The response is handed on as a stream: bounded is the wait for its head, and its body ends with the entry. */
  (input: Input, init: Init, options: { readonly body: "stream" }): Promise<Response>;
}

/** `fetch` as `http.<host>`: what it takes, gives and throws is the platform's. The body is read within the same bound. */
const dispatchedFetch: Fetch = (input: Input, init?: Init, options?: { readonly body: "stream" }) => {
  const url = urlOf(input instanceof Request ? input.url : input);
  // What fetch itself would refuse, it shall refuse.
  if (url === undefined) return fetch(input, init);
  const op = opOf(`http.${url.host}`);
  const request = input instanceof Request ? input : undefined;
  const headers = new Headers(init?.headers ?? request?.headers);
  const method = (init?.method ?? request?.method ?? "GET").toUpperCase();
  const rules = rulesOf(op.rules, method, headers, isReplayable(init?.body ?? request?.body));
  const run = (call: Call): Promise<unknown> => {
    const scope = Call.scopeOf(call);
    const link = linked(call.signal, init?.signal ?? request?.signal);
    const sent = new Headers(headers);
    for (const [name, value] of Object.entries(outgoingHeaders(scope, url.origin, headers)))
      if (value === undefined) sent.delete(name);
      else sent.set(name, value);
    return fetch(input, { ...init, headers: sent, signal: link.signal }).then(
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

/** A stream is spent after the first try. */
const isReplayable = (body: unknown): boolean => body === undefined || body === null || typeof body === "string" || ArrayBuffer.isView(body) || body instanceof ArrayBuffer || body instanceof URLSearchParams || body instanceof Blob || body instanceof FormData;

const READERS = ["arrayBuffer", "blob", "bytes", "formData", "json", "text"] as const;

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
  const read = (): void => {
    unlink();
    scope.held = false;
    if (scope.status !== CUT) settle(scope);
  };
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
