import axios from "axios";
import { getEventListeners } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { dispatch, entry, http, map, pipeline } from "../src/index.js";
import { linked } from "../src/linked.js";
import { root } from "../src/scope.js";
import { loopback, pause, until } from "./loopback.js";
import { fresh, never, rejection } from "./setting.js";

fresh();
const serve = loopback();
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const listeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

/** Bodies of each kind, heads that never come, and connections that break. */
const answering = (): Promise<string> => serve((req, res) => {
  if (req.url === "/stalls") return;
  if (req.url === "/breaks") return void req.socket.destroy();
  if (req.url === "/none") return void res.writeHead(204).end();
  if (req.url === "/moved") return void res.writeHead(302, { location: "/" }).end();
  res.write("half");
  if (req.url !== "/half") res.end();
});

describe("a signal that lives as long as the process", () => {
  it("has no listener more when the calls are over, however they ended", async () => {
    const { signal } = new AbortController();
    const url = await answering();
    const client = http.axios(axios.create());
    pipeline.configure({ propagate: [url], ops: { "http.*": { timeout: 80, retry: 1, idempotent: "method" } } });
    for (const path of ["/", "/none", "/moved", "/stalls", "/breaks", "/half"]) {
      await http.fetch(url + path, { signal }).then((res) => res.text()).catch(() => {});
      await client.get(url + path, { signal }).catch(() => {});
    }
    // Not even the head of what nobody reads is waited for.
    await http.fetch(`${url}/half`, { signal });
    await pause(150);
    expect([listeners(signal), root.members]).toEqual([0, undefined]);
    // A Request listens by itself for as long as it is not collected: what that is bound by are its own listeners alone.
    await http.fetch(new Request(url, { signal })).then((res) => res.text());
    expect(listeners(signal)).toBe(1);
  });

  it("has none either after bodies that were read as streams, or given up", async () => {
    const { signal } = new AbortController();
    const url = await answering();
    for (let i = 0; i < 20; i++) {
      const { body } = await http.fetch(url, { signal }, { body: "stream" });
      for await (const _ of body as unknown as AsyncIterable<unknown>);
      await http.fetch(url, { signal }, { body: "stream" }).then((res) => res.body?.cancel());
    }
    for (let i = 0; i < 50 && listeners(signal) > 1; i++) {
      await pause(20);
      collect();
    }
    // The last one may still lie on somebody's stack.
    expect(listeners(signal)).toBeLessThanOrEqual(1);
  });

  it("is not listened to once one of the two has aborted", () => {
    for (const i of [0, 1]) {
      const [ours, theirs] = [new AbortController(), new AbortController()];
      const { signal } = linked(ours.signal, theirs.signal);
      (i === 0 ? ours : theirs).abort("why");
      expect([signal.aborted, signal.reason, listeners(ours.signal), listeners(theirs.signal)]).toEqual([true, "why", 0, 0]);
    }
    const theirs = AbortSignal.abort("before");
    const ours = new AbortController();
    expect([linked(ours.signal, theirs).signal.reason, listeners(ours.signal)]).toEqual(["before", 0]);
  });
});

describe("the process", () => {
  it("keeps nothing of entries whose bodies were read as streams", async () => {
    const url = await answering();
    const work = entry("e", async () => {
      const { body } = await http.fetch(url, {}, { body: "stream" });
      for await (const _ of body as unknown as AsyncIterable<unknown>);
    }, { timeout: 60_000 });
    for (let i = 0; i < 20; i++) await work();
    for (let i = 0; i < 50 && root.members !== undefined; i++) {
      await pause(20);
      collect();
    }
    let left = 0;
    for (let member = root.members; member !== undefined; member = member.following) left++;
    expect(left).toBeLessThanOrEqual(1);
  });

  it("has as many listeners after ten thousand bounds at once as before", async () => {
    const shared = new AbortController();
    pipeline.configure({ ops: { "*": { concurrency: Infinity } } });
    const codes = new Set<unknown>();
    const all = Array.from({ length: 10_000 }, (_, i) => {
      const work = entry(`e${i % 7}`, () => (i % 3 ? dispatch("a", (call) => { linked(call.signal, shared.signal); return never(); }) : map([1, 2], () => dispatch("b", never))), { timeout: 40 + (i % 5), concurrency: Infinity });
      return rejection(work()).then((error) => codes.add(error.code));
    });
    await Promise.all(all);
    await until(() => root.members === undefined);
    expect([[...codes], listeners(shared.signal)]).toEqual([["TIMEOUT"], 0]);
  });
});
