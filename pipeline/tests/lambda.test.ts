import { once } from "node:events";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AppFailure } from "../src/failure.js";
import { dispatch, fail, log, pipeline } from "../src/index.js";
import { entry } from "../src/lambda.js";
import { state } from "../src/state.js";
import { fresh, never, rejection, turns } from "./setting.js";

const t = fresh();
const entries = (): Record<string, unknown>[] => t.logs.filter((l) => l.message === "entry");

/** A context as the platform makes it, on the real clock or on the fake one. */
function contextOf(ms: number, now: () => number = () => performance.now()) {
  const until = now() + ms;
  return { awsRequestId: "aws-1", functionName: "f", callbackWaitsForEmptyEventLoop: true, getRemainingTimeInMillis: () => until - now() };
}

const events = {
  "API Gateway, payload 1": (headers: object = {}) => ({ httpMethod: "GET", path: "/", headers, multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, [v]])), requestContext: { identity: { sourceIp: "192.0.2.1" } }, body: null }),
  "API Gateway, payload 2, and function URL": (headers: object = {}) => ({ version: "2.0", rawPath: "/", headers, requestContext: { http: { method: "GET", sourceIp: "192.0.2.2" } } }),
  "load balancer": (headers: object = {}) => ({ httpMethod: "GET", path: "/", headers: { "x-forwarded-for": "10.9.9.9, 192.0.2.3", ...headers }, requestContext: { elb: { targetGroupArn: "arn" } }, body: "" }),
};
const sqs = { Records: [{ messageId: "1", body: "{}", eventSource: "aws:sqs" }] };
const others: Record<string, unknown> = {
  SQS: sqs,
  SNS: { Records: [{ EventSource: "aws:sns", Sns: { Message: "" } }] },
  EventBridge: { "detail-type": "x", source: "y", detail: {} },
  "an authorizer": { type: "REQUEST", methodArn: "arn", headers: {}, requestContext: {} },
  "a destination": { requestContext: { requestId: "1", condition: "RetriesExhausted" }, responsePayload: {} },
  nothing: null,
};

/** What the platform does with a handler: a promise wins, else it waits for the callback. */
const invoke = (handler: (...args: any[]) => unknown, event: unknown, context: unknown): Promise<any> =>
  new Promise((resolve, reject) => {
    const value = handler(event, context, (error: unknown, result: unknown) => (error ? reject(error) : resolve(result)));
    if (value instanceof Promise) value.then(resolve, reject);
  });

describe("a function of Lambda in its entry", () => {
  it.each(Object.entries(events))("is answered as before on a request of an %s, under its ids", async (_, event) => {
    const result = { statusCode: 201, headers: { a: "b" }, body: "made", isBase64Encoded: false };
    const handler = async (e: object, context: object) => { log.info("inside"); await dispatch("db", () => turns(1)); return { ...result, e, context }; };
    const entered = entry("lambda.orders", handler);
    expect([entered.name, entered.length]).toEqual(["handler", 2]);
    const sent = event({ "X-Request-Id": "mine-1", Traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" });
    const context = contextOf(3_000);
    const answer = await invoke(entered, sent, context);
    expect(answer).toEqual({ ...result, e: sent, context });
    expect(answer.context).toBe(context);
    expect(context.callbackWaitsForEmptyEventLoop).toBe(true);
    for (const line of t.logs) expect(line).toMatchObject({ requestId: "mine-1", traceId: "4bf92f3577b34da6a3ce929d0e0e4736" });
    expect(entries()).toMatchObject([{ entry: "lambda.orders", status: 201, outcome: "ok" }]);
  });

  it.each(Object.entries(events))("tells the client of an %s nothing but the code", async (_, event) => {
    for (const thrown of [new Error("select * from users /srv/app"), "hunter22", undefined, null, 42, { message: "leak" }])
      for (const handler of [async () => { throw thrown; }, () => { throw thrown; }, (_e: object, _c: object, done: (error: unknown) => void) => done(thrown || new Error("x")), (_e: object, _c: object, _done: unknown) => { throw thrown; }]) {
        const { statusCode, headers, body, ...rest } = await invoke(entry("lambda.orders", handler), event(), contextOf(3_000));
        expect([statusCode, rest]).toEqual([500, {}]);
        expect(headers).toMatchObject({ "content-type": "application/problem+json", "x-request-id": "aws-1" });
        expect(JSON.parse(body)).toEqual({ type: "urn:problem:internal", title: "Internal error", status: 500, code: "INTERNAL", instance: "urn:request:aws-1" });
      }
    expect(entries()).toHaveLength(24);
    expect(entries()[0]).toMatchObject({ level: "error", status: 500, err: { message: "select * from users /srv/app" } });
  });

  it("answers in lists a load balancer that sends lists", async () => {
    const event = { ...events["load balancer"](), headers: undefined, multiValueHeaders: { "X-Request-Id": ["mine-2"], "x-forwarded-for": ["192.0.2.3"] } };
    const answer = await invoke(entry("lambda.orders", async () => { throw fail("FORBIDDEN"); }), event, contextOf(3_000));
    expect(answer).toMatchObject({ statusCode: 403, multiValueHeaders: { "content-type": ["application/problem+json"], "x-request-id": ["mine-2"] } });
    expect(answer.headers).toBeUndefined();
  });

  it("believes no id that is malformed or sent twice", async () => {
    const handler = entry("lambda.orders", async () => "ok");
    await invoke(handler, events["API Gateway, payload 1"]({ "x-request-id": "evil\nline" }), contextOf(3_000));
    await invoke(handler, { ...events["API Gateway, payload 1"](), multiValueHeaders: { "x-request-id": ["a", "b"] } }, contextOf(3_000));
    for (const line of entries()) expect(line["requestId"]).toMatch(/^[0-9a-f]{32}$/);
    expect(entries()).toHaveLength(2);
  });

  it.each(Object.entries(others))("gives the platform the failure on %s, so that it tries again, without a leak", async (_, event) => {
    for (const handler of [async () => { throw new Error("select * from users"); }, () => { throw new Error("select * from users"); }, (_e: unknown, _c: unknown, done: (error: unknown) => void) => done(new Error("select * from users"))]) {
      const error = await rejection(invoke(entry("lambda.job", handler), event, contextOf(3_000)));
      expect([error instanceof AppFailure, error.code, error.message, error.cause, error.stack]).toEqual([true, "INTERNAL", "INTERNAL", undefined, "AppFailure: INTERNAL"]);
    }
    expect(entries().map((l) => [l["requestId"], (l["err"] as Error).message])).toEqual(Array.from({ length: 3 }, () => ["aws-1", "select * from users"]));
  });

  it("does not show the platform the name of what took too long", async () => {
    pipeline.configure({ ops: { "pg.secret_table": { timeout: 20 } } });
    const error = await rejection(invoke(entry("lambda.job", async () => dispatch("pg.secret_table", never)), sqs, contextOf(3_000)));
    expect([error.code, error.message, error.error, `${error.stack}`.includes("secret")]).toEqual(["TIMEOUT", "TIMEOUT", { code: "TIMEOUT", op: "pg.secret_table" }, false]);
  });

  it("is cut shortly before the platform would end it", async () => {
    const clock = t.clock();
    let reason: unknown;
    const slow = entry("lambda.orders", async () => dispatch("slow", ({ signal }) => { signal.addEventListener("abort", () => (reason = signal.reason)); return never(); }));
    const answers = [invoke(slow, events["load balancer"](), contextOf(3_000, clock.now)), rejection(invoke(slow, sqs, contextOf(3_000, clock.now)))];
    let settled = 0;
    for (const answer of answers) void answer.then(() => settled++);
    await clock.advance(2_700);
    expect(settled).toBe(0);
    await clock.advance(110);
    const [http, failure] = await Promise.all(answers);
    expect([http.statusCode, JSON.parse(http.body).code, failure.code, (reason as AppFailure).code]).toEqual([504, "TIMEOUT", "TIMEOUT", "TIMEOUT"]);
    expect(state.working).toBe(0);
  });

  it("is cut on the real clock as well, also when it only has a callback", async () => {
    const begun = performance.now();
    const answer = await invoke(entry("lambda.orders", (_event: object, _context: object, _done: (error: unknown) => void) => {}), events["load balancer"](), contextOf(500));
    const ms = performance.now() - begun;
    expect([answer.statusCode, ms >= 250, ms < 5_000]).toEqual([504, true, true]);
  });

  it("only has its bound shortened by the platform", async () => {
    const clock = t.clock();
    const answer = invoke(entry("lambda.orders", never, { timeout: 1_000 }), events["load balancer"](), contextOf(900_000, clock.now));
    await clock.advance(1_010);
    expect((await answer).statusCode).toBe(504);
    // Without time left there is still an answer.
    const late = invoke(entry("lambda.orders", async () => never()), events["load balancer"](), contextOf(50, clock.now));
    await clock.advance(10);
    expect((await late).statusCode).toBe(504);
  });

  it("with a callback is answered by the callback, so that the platform waits as it is told", async () => {
    const handler = entry("lambda.orders", (event: { n: number }, _context: object, done: (error: unknown, result?: unknown) => void): void => void setTimeout(() => (event.n ? done(null, { statusCode: 200, body: String(event.n) }) : done("broken")), 5));
    expect(handler.length).toBe(3);
    const context = contextOf(3_000);
    const got = await new Promise((resolve) => expect(handler({ n: 3 }, context, (error, result) => resolve([error, result]))).toBeUndefined());
    expect(got).toEqual([null, { statusCode: 200, body: "3" }]);
    expect(context.callbackWaitsForEmptyEventLoop).toBe(true);
    const [failure] = await new Promise<[AppFailure]>((resolve) => handler({ n: 0 }, context, (...args) => resolve(args as never)));
    expect([failure.code, entries()[1]?.["outcome"]]).toEqual(["INTERNAL", "INTERNAL"]);
    // Called by hand, as in a test, it needs none.
    expect(await (handler as (...args: unknown[]) => unknown)({ n: 4 }, context)).toEqual({ statusCode: 200, body: "4" });
  });

  it("with three parameters and a promise is answered by the promise", async () => {
    let called = 0;
    const handler = entry("lambda.orders", async (_event: object, _context: object, _done: () => void) => ({ statusCode: 204 }));
    expect(await (handler({}, contextOf(3_000), () => called++) as Promise<object>)).toEqual({ statusCode: 204 });
    expect(called).toBe(0);
  });

  it("that returns no promise and takes no callback is left to the platform", () => {
    expect(entry("lambda.orders", () => "ignored")()).toBe("ignored");
    expect(entries()).toHaveLength(1);
  });

  it("limits the rate by the address that the platform saw", async () => {
    const handler = entry("lambda.login", async () => ({ statusCode: 200 }), { rateLimit: { limit: 1, per: 60_000 } });
    for (const event of Object.values(events)) expect([(await invoke(handler, event(), contextOf(3_000))).statusCode, (await invoke(handler, event(), contextOf(3_000))).statusCode]).toEqual([200, 429]);
  });

  it("keeps hundreds at once apart", async () => {
    const handler = entry("lambda.orders", async (event: { headers: Record<string, string> }) => {
      await dispatch("db", () => turns(1), { concurrency: 10 });
      log.info("mine", { n: event.headers["x-request-id"] });
      return { statusCode: 200 };
    });
    await Promise.all(Array.from({ length: 300 }, (_, i) => invoke(handler, events["load balancer"]({ "x-request-id": `r${i}` }), contextOf(10_000))));
    const mine = t.logs.filter((l) => l.message === "mine");
    expect([mine.length, mine.every((l) => l["n"] === l["requestId"]), new Set(mine.map((l) => l["n"])).size]).toEqual([300, true, 300]);
    expect(state.working).toBe(0);
  });
});

describe("a function of Lambda that streams", () => {
  const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");
  /** As the platform's runtime has them. */
  beforeEach(() => {
    Object.assign(globalThis, {
      awslambda: {
        streamifyResponse: (handler: object) => Object.assign(handler, { [STREAMING]: "response" }),
        HttpResponseStream: { from: (stream: PassThrough, head: object) => (stream.write(JSON.stringify(head)), stream.write("\0".repeat(8)), stream) },
      },
    });
  });
  afterEach(() => void delete (globalThis as { awslambda?: unknown }).awslambda);
  const streamify = <F extends object>(handler: F): F => (globalThis as unknown as { awslambda: { streamifyResponse(f: F): F } }).awslambda.streamifyResponse(handler);
  const url = events["API Gateway, payload 2, and function URL"];
  const textOf = async (stream: PassThrough): Promise<string> => { let text = ""; for await (const part of stream) text += String(part); return text; };

  it("streams, marked as before", async () => {
    const handler = async (_event: object, out: PassThrough, _context: object): Promise<void> => { out.write("a"); await turns(1); out.end("b"); };
    for (const entered of [streamify(entry.stream("lambda.feed", handler)), entry.stream("lambda.feed", streamify((...args: Parameters<typeof handler>) => handler(...args)))]) {
      expect((entered as { [STREAMING]?: unknown })[STREAMING]).toBe("response");
      const out = new PassThrough();
      const [text] = await Promise.all([textOf(out), entered(url(), out, contextOf(3_000))]);
      expect(text).toBe("ab");
    }
    expect(entries().map((l) => l["outcome"])).toEqual(["ok", "ok"]);
  });

  it("is no function for `entry`, which would take its stream for a context", () => {
    expect(() => entry("lambda.feed", streamify(async () => {}))).toThrow("lambda.feed: what streams takes entry.stream");
  });

  it("answers a failure before its first write", async () => {
    const out = new PassThrough();
    await entry.stream("lambda.feed", async (_event: object, _out: PassThrough, _context: object) => { throw new Error("select * from users"); })(url(), out, contextOf(3_000));
    const [head, body] = (await textOf(out)).split("\0".repeat(8));
    expect(JSON.parse(head as string)).toMatchObject({ statusCode: 500, headers: { "content-type": "application/problem+json" } });
    expect(JSON.parse(body as string)).toMatchObject({ code: "INTERNAL" });
    expect(body).not.toContain("select");
  });

  it("gives the platform a failure after it, and one that answers nobody", async () => {
    const late = entry.stream("lambda.feed", async (_event: object, out: PassThrough, _context: object) => { out.write("half"); throw new Error("select"); });
    expect((await rejection(late(url(), new PassThrough(), contextOf(3_000)))).message).toBe("INTERNAL");
    expect((await rejection(entry.stream("lambda.feed", async () => { throw new Error("select"); }).apply(undefined, [sqs, new PassThrough(), contextOf(3_000)] as never))).message).toBe("INTERNAL");
  });

  it("lasts while it writes, for as long as the platform grants", async () => {
    const clock = t.clock();
    const feed = entry.stream("lambda.feed", async (_event: object, out: PassThrough, _context: object) => { out.write("a"); await once(out, "more"); out.write("b"); await never(); }, { idle: 1_000 });
    const out = new PassThrough();
    const ended = rejection(feed(url(), out, contextOf(60_000, clock.now)));
    await clock.advance(900);
    out.emit("more");
    await turns();
    await clock.advance(900);    expect(entries()).toEqual([]);
    await clock.advance(200);
    expect((await ended).code).toBe("TIMEOUT");
    const short = rejection(feed(url(), new PassThrough(), contextOf(500, clock.now)));
    await clock.advance(310);
    expect((await short).code).toBe("TIMEOUT");
  });
});
