import Fastify, { type FastifyInstance } from "fastify";
import { connect } from "node:http2";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { entry, pipeline } from "../src/fastify.js";
import { fail, pipeline as root } from "../src/index.js";
import { state } from "../src/state.js";
import { fastifyApps } from "./fastify-apps.js";
import { expectMasked, heard, LEAK, routesUpgrades, SWITCHED, until } from "./loopback.js";
import { fresh, never } from "./setting.js";

const t = fresh();
const { global, serve } = fastifyApps();
const post = (url: string, body: string): Promise<Response> => fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
const entries = (): Record<string, unknown>[] => t.logs.filter((l) => l.message === "entry");
const internal = (res: Response): Promise<void> => expectMasked(res, 500, "INTERNAL", "Internal error");

describe("`pipeline()` in Fastify", () => {
  it("masks parsers, hooks, serialisers and handlers without an entry, in plugins too", async () => {
    const app = global({ bodyLimit: 100 });
    app.post("/", async () => "x");
    app.register(async (child) => {
      child.get("/plain", async () => { throw new Error(LEAK); });
      child.get("/sync", () => { throw new Error(LEAK); });
      child.get("/send", (_request, reply) => void reply.send(new Error(LEAK)));
      child.get("/hook", { onRequest: async () => { throw Object.assign(new Error(LEAK), { statusCode: 429 }); } }, async () => "x");
      child.get("/serialised", { schema: { response: { 200: { type: "object", required: ["secret"], properties: { secret: { type: "string" } } } } } }, async () => ({}));
    });
    const url = await serve(app);
    await expectMasked(await post(url, '{"secret": hunter2'), 400, "BAD_REQUEST", "Bad Request");
    await expectMasked(await post(url, JSON.stringify("x".repeat(200))), 413, "PAYLOAD_TOO_LARGE", "Payload Too Large");
    await expectMasked(await fetch(url, { method: "POST", headers: { "content-type": "text/hunter2" }, body: "x" }), 415, "UNSUPPORTED_MEDIA_TYPE", "Unsupported Media Type");
    for (const path of ["/plain", "/sync", "/send", "/serialised"]) await internal(await fetch(url + path));
    await expectMasked(await fetch(`${url}/hook`), 429, "TOO_MANY_REQUESTS", "Too Many Requests");
    await until(() => entries().length === 8);
    expect(entries()[3]).toMatchObject({ level: "error", entry: "GET /plain", outcome: "INTERNAL", status: 500, err: { message: LEAK } });
  });

  it("says what a schema found, never the value", async () => {
    const app = global();
    app.post("/:id", { schema: {
      params: { type: "object", properties: { id: { type: "integer" } } },
      querystring: { type: "object", properties: { page: { type: "integer" } } },
      body: { type: "object", required: ["name"], properties: { name: { type: "string", pattern: "^[a-z]+$" }, "a/b": { type: "array", items: { enum: ["x"] } } } },
    } }, async () => "x");
    app.post("/zod/:id", { schema: { querystring: z.object({ colour: z.string().refine(() => false, { error: ({ input }) => `${input} is no colour` }) }) }, validatorCompiler: ({ schema }) => (data) => {
      const { error, data: value } = (schema as unknown as z.ZodType).safeParse(data);
      return error === undefined ? { value } : { error };
    } }, async () => "x");
    const url = await serve(app);
    const issues = async (res: Promise<Response>): Promise<unknown> => { const { status, headers } = await res; return [status, headers.get("content-type"), ((await (await res).json()) as { issues: unknown }).issues]; };
    const found = (...list: [string, string][]): unknown => [400, "application/problem+json", list.map(([path, message]) => ({ path, message }))];
    expect(await issues(post(`${url}/1`, '{"name":"hunter 22"}'))).toEqual(found(["body.name", 'must match pattern "^[a-z]+$"']));
    expect(await issues(post(`${url}/1`, "{}"))).toEqual(found(["body", "must have required property 'name'"]));
    expect(await issues(post(`${url}/1`, '{"name":"a","a/b":["x","hunter22"]}'))).toEqual(found(["body.a/b.1", "must be equal to one of the allowed values"]));
    expect(await issues(post(`${url}/hunter22`, '{"name":"a"}'))).toEqual(found(["params.id", "must be integer"]));
    expect(await issues(post(`${url}/1?page=hunter22`, '{"name":"a"}'))).toEqual(found(["querystring.page", "must be integer"]));
    expect(await issues(post(`${url}/zod/1?colour=hunter22`, "{}"))).toEqual(found(["querystring.colour", "Invalid value"]));
    await until(() => entries().length === 6);
    expect(JSON.stringify(entries())).not.toContain("hunter");
  });

  it("asks a plugin's own error handler first, and masks what that passes on", async () => {
    const app = global();
    app.register(async (child) => {
      child.setErrorHandler((error: Error, _request, reply) => { if (error.message === "known") return reply.code(422).send("mine"); throw error; });
      child.get("/:what", async (request) => { throw new Error((request.params as { what: string }).what); });
    });
    const url = await serve(app);
    const known = await fetch(`${url}/known`);
    expect([known.status, await known.text()]).toEqual([422, "mine"]);
    await internal(await fetch(`${url}/unknown`));
  });

  it("lets connections in that are upgraded, and leaves them alone", async () => {
    root.configure({ entries: { http: { timeout: 50, authorize: (request) => request.url !== "/refused" } } });
    const app = global().get("/*", (_request, reply) => void reply.hijack().raw.socket?.write(SWITCHED));
    routesUpgrades(app.server, (req, res) => app.routing(req, res));
    const url = await serve(app);
    expect(await heard(url, 200)).toBe("hello");
    expect(await heard(`${url}/refused`, 200)).toBe("answered 403");
    await until(() => entries().length === 2);
    expect(entries().map((l) => l["outcome"])).toEqual(["ok", "FORBIDDEN"]);
    expect(state.working).toBe(0);
  });

  it("is one entry with those inside: the inner name, one line, one id", async () => {
    const app = global();
    app.get("/a", entry("mine", async () => { throw fail("FORBIDDEN"); }));
    app.register(async (child) => void child.get("/b/:id", async () => "x"), { prefix: "/v1" });
    const url = await serve(app);
    const a = await fetch(`${url}/a`);
    await fetch(`${url}/v1/b/secret`);
    expect((await fetch(`${url}/none`)).headers.get("x-request-id")).not.toBe(null);
    await until(() => entries().length === 3);
    expect(entries().map((l) => [l["entry"], l["outcome"], l["status"]])).toEqual([["mine", "FORBIDDEN", 403], ["GET /v1/b/:id", "ok", 200], ["http", "ok", 404]]);
    expect(entries()[0]?.["requestId"]).toBe(a.headers.get("x-request-id"));
    await until(() => state.working === 0);
  });
});

describe("HTTP/2", () => {
  it("is served, bounded and cancelled alike", async () => {
    const app = Fastify({ http2: true });
    await app.register(pipeline());
    app.get("/ok", entry("ok", async () => "fine"));
    app.get("/bad", entry("bad", async () => { throw new Error(LEAK); }));
    app.get("/slow", entry("slow", () => never(), { timeout: 60 }));
    app.get("/gone", entry("gone", () => never()));
    const client = connect(await serve(app as unknown as FastifyInstance));
    const get = (path: string): Promise<unknown> => new Promise((resolve) => client.request({ ":path": path }).on("response", (headers) => resolve(headers[":status"])).resume());
    expect([await get("/ok"), await get("/bad"), await get("/slow")]).toEqual([200, 500, 504]);
    const gone = client.request({ ":path": "/gone" });
    await until(() => state.working === 1);
    gone.close(8);
    await until(() => entries().length === 4);
    client.close();
    expect(entries().map((l) => l["outcome"])).toEqual(["ok", "INTERNAL", "TIMEOUT", "CANCELLED"]);
    expect(state.working).toBe(0);
  });
});
