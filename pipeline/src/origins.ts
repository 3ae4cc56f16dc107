import { outgoingHeaders, REMAINING_HEADER, RETRYING_HEADER } from "./correlation.js";
import { isSpent, urlOf, type Given } from "./repeat.js";
import type { Scope } from "./scope.js";
import { state, wheel } from "./state.js";

const MOST_REDIRECTS = 20;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Of the body, which is not sent again; and of the origin that was asked. */
const OF_BODY = ["content-encoding", "content-language", "content-location", "content-type", "content-length"];
const OF_ORIGIN = ["authorization", "proxy-authorization", "cookie", "host"];

const OURS = ["traceparent", "tracestate", "x-request-id", REMAINING_HEADER, RETRYING_HEADER];

/** Of the request that follows. */
export interface Redirected {
  readonly href: string;
  readonly headers: Record<string, unknown>;
}

/** What `propagate` and `trust.origins` say of whom a request goes to. */
export const origins = {
  isTraced: (origin: string): boolean => state.settings.propagate?.includes(origin) ?? true,

  /** Of time and tries, to those that are trusted. */
  told(scope: Scope, origin: string): object | undefined {
    if (!isTrusted(origin)) return undefined;
    return {
      ...(scope.deadline !== Infinity && { [REMAINING_HEADER]: String(Math.max(0, Math.floor(scope.deadline - wheel.clock.now()))) }),
      ...(scope.retrying && { [RETRYING_HEADER]: "1" }),
    };
  },

  /** For axios, which follows by itself: what one origin is told is not meant for the next. */
  redirected(scope: Scope, given: object, { href, headers }: Redirected): void {
    for (const name of OURS) if (!(name in given)) delete headers[name];
    Object.assign(headers, outgoingHeaders(scope, new URL(href).origin, given));
  },

  /** `fetch`. What an origin is told that not all are told would be carried on by a redirect: there it is followed as the platform does, but anew. */
  async fetch(input: Parameters<typeof fetch>[0], init: RequestInit, url: URL, given: Given, addressed: (given: Given, origin: string) => Given): Promise<Response> {
    const request = input instanceof Request ? input : undefined;
    const follows = (init.redirect ?? request?.redirect ?? "follow") === "follow" && (state.settings.propagate?.includes(url.origin) || isTrusted(url.origin));
    if (!follows) return fetch(input, { ...init, headers: addressed(given, url.origin) });
    const headers = { ...given };
    let { method = request?.method ?? "GET", body = null } = init;
    let spare = body === null && request?.body ? request.clone() : undefined;
    let target = input;
    for (let left = MOST_REDIRECTS; ; left--) {
      const response = await fetch(target, { ...init, method, body, headers: addressed(headers, url.origin), redirect: "manual" });
      const { status } = response;
      const location = response.headers.get("location");
      if (!REDIRECTS.has(status) || location === null) return left < MOST_REDIRECTS ? Object.defineProperty(response, "redirected", { value: true }) : response;
      // nobypass-disable-next-line swallowed-error -- nobody reads the body of a redirect
      response.body?.cancel().catch(() => {});
      // Bytes that are none of ASCII are UTF-8, whatever headers are.
      const next = urlOf(Buffer.from(location, "latin1").toString(), url);
      if (left === 0 || next === undefined || !/^https?:$/.test(next.protocol) || next.username || next.password || (status !== 303 && isSpent(body))) throw new TypeError("fetch failed", { cause: new Error(`cannot follow ${status}`) });
      if (status === 303 ? !/^(?:GET|HEAD)$/i.test(method) : status < 303 && /^POST$/i.test(method)) {
        method = "GET";
        body = null;
        spare = undefined;
        for (const name of OF_BODY) delete headers[name];
      }
      if (spare) body = await spare.arrayBuffer();
      spare = undefined;
      if (next.origin !== url.origin) for (const name of OF_ORIGIN) delete headers[name];
      if (request) init = { integrity: request.integrity, ...init };
      target = url = next;
    }
  },
};

const isTrusted = (origin: string): boolean | undefined => state.settings.trust?.origins?.includes(origin);
