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

type Input = Parameters<typeof fetch>[0];

/** What is used of axios' config. */
export interface AxiosConfig {
  readonly beforeRedirect?: (options: Redirected, ...details: unknown[]) => void;
  readonly adapter?: unknown;
  readonly env?: { readonly fetch?: typeof fetch };
  readonly fetchOptions?: object;
  readonly maxRedirects?: number;
}

type Hand = (input: Input, init: RequestInit) => Promise<Response>;

const HAND = "nobypass";

/** One for all calls, since axios keeps what it makes of each function that it is given. Which call it is, its options say. */
const handed = (input: Input, init?: RequestInit): Promise<Response> => {
  const { [HAND]: hand = fetch, ...rest } = (init ?? {}) as RequestInit & { readonly [HAND]?: Hand };
  return hand(input, rest);
};

/** Of the request that follows. */
interface Redirected {
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

  /**
   * For axios, which follows by itself: what one origin is told is not meant for the next. Its adapter for Node asks before it
   * goes on; that for `fetch` leaves it to a function that it is given. Where it cannot be given one, and of an adapter of one's
   * own, nobody knows where it goes on to: it tells nobody.
   */
  axios(scope: Scope, url: URL | undefined, given: Given, headers: object, body: unknown, { beforeRedirect, adapter, env, fetchOptions, maxRedirects }: AxiosConfig): object {
    const anew = (sent: Record<string, unknown>, origin: string): object => {
      for (const name of OURS) if (!(name in given)) delete sent[name];
      return Object.assign(sent, outgoingHeaders(scope, origin, given));
    };
    const followed = {
      beforeRedirect(options: Redirected, ...details: unknown[]): void {
        anew(options.headers, new URL(options.href).origin);
        beforeRedirect?.(options, ...details);
      },
    };
    if (url === undefined || !isLimited(url.origin)) return followed;
    const hand: Hand = (input, init) => {
      const request = input instanceof Request ? input : undefined;
      const sent = Object.fromEntries(new Headers(init.headers ?? request?.headers));
      // Not to be kept for another turn.
      const stream = isSpent(body) && request ? { body: request.body, duplex: "half" as const } : undefined;
      return origins.fetch(input, { ...init, signal: init.signal ?? request?.signal ?? null, ...stream }, url, sent, (given, origin) => anew({ ...given }, origin) as Given, env?.fetch === handed ? fetch : env?.fetch);
    };
    return {
      ...followed,
      ...(([adapter].flat().find((one) => one !== "xhr") ?? "http") !== "http" && maxRedirects !== 0 && { headers: anew({ ...headers }, "") }),
      env: { ...env, fetch: handed },
      fetchOptions: { ...fetchOptions, [HAND]: hand },
    };
  },

  /** `fetch`. What an origin is told that not all are told would be carried on by a redirect: there it is followed as the platform does, but anew. */
  async fetch(input: Input, init: RequestInit, url: URL, given: Given, addressed: (given: Given, origin: string) => Given, ask = fetch): Promise<Response> {
    const request = input instanceof Request ? input : undefined;
    const follows = (init.redirect ?? request?.redirect ?? "follow") === "follow" && isLimited(url.origin);
    if (!follows) return ask(input, { ...init, headers: addressed(given, url.origin) });
    const headers = { ...given };
    let { method = request?.method ?? "GET", body = null } = init;
    let spare = body === null && request?.body ? request.clone() : undefined;
    let target = input;
    for (let left = MOST_REDIRECTS; ; left--) {
      const response = await ask(target, { ...init, method, body, headers: addressed(headers, url.origin), redirect: "manual" });
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

/** Told what not everybody is told. */
const isLimited = (origin: string): boolean => (state.settings.propagate?.includes(origin) || isTrusted(origin)) ?? false;
