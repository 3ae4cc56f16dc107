import type { ServerResponse } from "node:http";
import type { Problem } from "./problem.js";

/** They are of the connection, not of the answer that failed. Without them a browser would not let its page see the problem. */
export const KEPT = /^(?:access-control-|cross-origin-|content-security-|strict-transport-|referrer-|x-frame-|x-content-type-|vary$)/;
/** Of HTTP/2. */
const INTERNAL_ERROR = 2;
const SPEAKS = ["setHeader", "appendHeader", "removeHeader", "writeHead", "write", "end"] as const;

/** Over HTTP/2 it is the stream that knows what became of a response. */
interface Sent {
  readonly stream?: { readonly destroyed: boolean; readonly errored: Error | null; close(code: number): void };
}

/** Nobody is there to be answered. */
export const isGone = (res: ServerResponse & Sent): boolean => res.destroyed || res.stream?.destroyed === true;

/** What the handler itself has broken its response with, such as a file that cannot be read; not what a client or its session did. */
export function brokenBy(res: ServerResponse & Sent & { readonly errored?: Error | null }): Error | undefined {
  const error = res.errored ?? res.stream?.errored;
  return error && !/^ERR_HTTP2_/.test(`${(error as NodeJS.ErrnoException).code}`) ? error : undefined;
}

/** A problem in the place of whatever was about to be answered. Once a head is out, the connection can only be broken. */
export function send(res: ServerResponse & Sent, { status, headers, body }: Problem): void {
  if (isGone(res) || res.writableEnded) return;
  if (res.headersSent) {
    // Destroyed without an error, a stream of HTTP/2 would pass for a whole one.
    res.stream?.close(INTERNAL_ERROR);
    res.destroy();
  }
  else {
    for (const name of res.getHeaderNames()) if (!KEPT.test(name)) res.removeHeader(name);
    res.writeHead(status, headers).end(JSON.stringify(body));
  }
  mute(res);
}

/** The handler may not know yet. From a callback, what it then says would be thrown back and end the process. */
export function mute(res: ServerResponse): void {
  for (const name of SPEAKS) res[name] = () => res as never;
}
