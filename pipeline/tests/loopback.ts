import { createServer, request, ServerResponse, type ClientRequest, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, expect } from "vitest";

const servers: Server[] = [];

/** Servers of one test: on a free port, closed after it. */
export function loopback(): (listener: RequestListener, prepare?: (server: Server) => void) => Promise<string> {
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });
  return async (listener, prepare) => {
    const server = createServer(listener);
    prepare?.(server);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function until(what: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !what(); i++) await pause(10);
  expect(what()).toBe(true);
}

/** Begins to send a body that never ends. */
export function halfSent(url: string): ClientRequest {
  const req = request(url, { method: "POST", headers: { "content-length": "1000", "content-type": "application/json" } });
  req.on("error", () => {});
  req.write('{"half":');
  return req;
}

/** What a client may see of a failure that is nobody's business: nothing but the code and its own request's id. */
export async function expectMasked(res: Response, status: number, code: string, title: string): Promise<void> {
  expect(res.headers.get("content-type")).toBe("application/problem+json");
  expect(res.status).toBe(status);
  expect(await res.json()).toEqual({ type: `urn:problem:${code.toLowerCase().replaceAll("_", "-")}`, title, status, code, instance: `urn:request:${res.headers.get("x-request-id")}` });
}

/** A message as it should not get out. */
export const LEAK = "select * from users at /srv/app/db.js";
/** What is thrown where nobody looked. */
export const THROWN: readonly unknown[] = [new Error(LEAK), Object.assign(new Error(LEAK), { status: 404, statusCode: 404 }), LEAK, null, undefined, 42, { message: LEAK, stack: LEAK }];

/** Work that fails, and whose failure somebody else catches a little later. */
export function caughtLater(work: Promise<unknown>, then: () => unknown, late: unknown[]): Promise<unknown> {
  let later = work;
  for (let i = 0; i < 20; i++) later = later.then((value) => value);
  later.catch(then).then(() => late.push("fine"), (error: unknown) => late.push(error));
  return work;
}

/** Only the last of these is one: the others are replaced. */
export const REQUEST_IDS = ["", "a b", "x".repeat(129), "<script>", "mine-1"];

/** As the web socket plugins do it: an upgrade is routed like a request, with a response that is made for it. */
export function routesUpgrades(server: Server, listener: RequestListener): void {
  server.on("upgrade", (req, socket: Socket) => {
    const res = new ServerResponse(req);
    res.assignSocket(socket);
    res.on("finish", () => socket.destroySoon());
    socket.on("end", () => socket.end()).resume();
    listener(req, res);
  });
}

/** What an upgraded connection says in so many milliseconds. */
export const heard = (url: string, ms: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const req = request(url, { headers: { connection: "upgrade", upgrade: "websocket" } });
    req.on("error", reject).on("response", (res) => resolve(`answered ${res.statusCode}`));
    req.on("upgrade", (_res, socket, head) => {
      let text = String(head);
      socket.on("data", (part) => (text += part)).on("error", reject);
      setTimeout(() => {
        socket.destroy();
        resolve(text);
      }, ms);
    });
    req.end();
  });

export const SWITCHED = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nhello";
