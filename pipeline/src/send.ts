import type { IncomingMessage, ServerResponse } from "node:http";
import type { Problem } from "./problem.js";

/** They are of the connection, not of the answer that failed. Without them a browser would not let its page see the problem. */
export const KEPT = /^(?:access-control-|cross-origin-|content-security-|strict-transport-|referrer-|x-frame-|x-content-type-|vary$)/;
/** Of HTTP/2. */
const INTERNAL_ERROR = 2;
const SPEAKS = ["setHeader", "appendHeader", "removeHeader", "writeHead", "write", "end"] as const;

/** Over HTTP/2 it is the stream that knows what became of a response. */
interface Sent {
  readonly errored?: Error | null;
  readonly stream?: { readonly destroyed: boolean; readonly errored: Error | null; close(code: number): void };
}

/** Nobody is there to be answered. */
export const isGone = (req: IncomingMessage, res: ServerResponse & Sent): boolean | undefined => req.socket.destroyed || res.destroyed || res.stream?.destroyed;

/** The whole of it. HTTP/2 calls finished what was reset, too. */
export const isSent = (res: ServerResponse): boolean => res.writableFinished && res.writableEnded;

/** What the handler itself has broken its response with, such as a file that cannot be read; not what a client or its session did. */
export function brokenBy({ errored, stream, socket }: ServerResponse & Sent): Error | null | undefined {
  if (stream) return /^ERR_HTTP2_/.test(`${(stream.errored as NodeJS.ErrnoException | null)?.code}`) ? null : stream.errored;
  // One that waits for its turn is broken by the connection.
  return socket && errored;
}

/** Tells of each piece that is written. */
export function onWrite(to: { write(...args: any[]): boolean }, told: () => void): void {
  const { write } = to;
  to.write = (...args: unknown[]) => {
    told();
    return Reflect.apply(write, to, args) as boolean;
  };
}

/** A problem in the place of whatever was about to be answered. Once a head is out, the connection can only be broken. */
export function send(res: ServerResponse & Sent, { status, headers, body }: Problem): void {
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
