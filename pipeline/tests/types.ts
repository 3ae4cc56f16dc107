/** Checked by `npm run typecheck`, run by nobody: what the names keep and what they refuse. */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type } from "arktype";
import axios from "axios";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import * as v from "valibot";
import { z } from "zod";
import { attempt, config, contract, detach, dispatch, entry, err, fail, http, implement, log, map, ok, parse, parseAsync, pipeline, port, secret, unwrap, type AppError, type AppFailure, type Result, type Secret } from "../src/index.js";
import { entry as nodeEntry } from "../src/node.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <A, B>(_: Equal<A, B>): void => {};
declare const string: string;

declare module "../src/index.js" {
  interface AppErrors {
    CARD_DECLINED: { readonly reason: string };
  }
}

export async function dispatches(): Promise<void> {
  is<Promise<number>, ReturnType<typeof one>>(true);
  const one = () => dispatch("a", () => 1);
  is<string, Awaited<ReturnType<typeof two>>>(true);
  const two = () => dispatch("a", async () => Promise.resolve(string));
  const tuple = await dispatch("a", async (): Promise<[string, number]> => [string, 1]);
  is<[string, number], typeof tuple>(true);
  const generic = <T>(value: T) => dispatch("a", async () => value);
  is<boolean, Awaited<ReturnType<typeof generic<boolean>>>>(true);
  await dispatch("a", ({ signal, remaining, deadline, attempt: n }) => { is<AbortSignal, typeof signal>(true); is<number, typeof n>(true); is<number, typeof deadline>(true); return remaining(); });
  await dispatch("a", () => 1, { retry: 2, idempotent: true });
  // @ts-expect-error only what may run twice is tried again
  await dispatch("a", () => 1, { retry: 2 });
  // @ts-expect-error a row too
  pipeline.configure({ ops: { "pg.*": { retry: 1 } } });
  pipeline.configure({ mode: "observe", ops: { "http.*": { retry: 1, idempotent: "method" } }, problems: { CARD_DECLINED: { status: 402, title: "Declined", fields: ["reason"] } } });
  const lists = await map([1, 2], async (n, i) => [n, i] as const);
  is<(readonly [number, number])[], typeof lists>(true);
  is<void, ReturnType<typeof detach>>(true);
}

interface Request<P> { readonly params: P }
type Params<Path> = Path extends `${string}:${infer Name}` ? Record<Name, string> : {};
declare function route<Path extends string>(path: Path, ...handlers: ((req: Request<Params<Path>>, res: { send(body: string): void }) => void | Promise<void>)[]): void;
declare function overloaded(a: string): string;
declare function overloaded(a: number): number;

export function entries(): void {
  // What the framework says of the parameters reaches the handler.
  route("/users/:id", entry("GET /users/:id", async (req, res) => res.send(req.params.id)));
  // @ts-expect-error there is no such parameter
  route("/users/:id", entry("GET /users/:id", async (req, res) => res.send(req.params.name)));
  const kept = entry("a", <T>(value: T, ...rest: number[]): [T, number] => [value, rest.length]);
  is<[string, number], ReturnType<typeof kept<string>>>(true);
  is<typeof overloaded, typeof both>(true);
  const both = entry("a", overloaded);
  is<(this: { n: number }, a: string) => number, typeof method>(true);
  const method = entry("a", function (this: { n: number }, a: string): number { return this.n + a.length; });
  const limited = entry("login", async (user: string, n: number) => `${user}${n}`, { rateLimit: { limit: 5, per: 60_000, key: (user) => user.toLowerCase() }, authorize: async (user, n) => user.length > n });
  is<(user: string, n: number) => Promise<string>, typeof limited>(true);
  const feed = entry.stream("s", async function* (from: number) { yield from; });
  is<(from: number) => AsyncGenerator<number, void, unknown>, typeof feed>(true);
  createServer(nodeEntry("GET /", async (req, res) => { is<IncomingMessage, typeof req>(true); is<ServerResponse, ServerResponse>(true); res.end(); }));
}

export async function failures(): Promise<void> {
  const failure = fail("NOT_FOUND", { resource: "x" });
  is<string, typeof failure.error.resource>(true);
  is<"NOT_FOUND", typeof failure.code>(true);
  fail("INTERNAL");
  fail("INTERNAL", {}, { message: "m", cause: 1 });
  fail("CONFLICT");
  fail("CARD_DECLINED", { reason: "low" });
  // @ts-expect-error its data is missing
  fail("NOT_FOUND");
  // @ts-expect-error its own data too
  fail("CARD_DECLINED", {});
  // @ts-expect-error no such code
  fail("NO_SUCH");
  const caught: AppFailure = failure;
  // The union narrows by its code, the code base's own included.
  if (caught.error.code === "CARD_DECLINED") is<string, typeof caught.error.reason>(true);
  if (caught.error.code === "VALIDATION") is<string | undefined, (typeof caught.error.issues)[number]["path"] | undefined>(true);
  const result = await attempt(async () => 1);
  is<Result<number, AppError>, typeof result>(true);
  if (result.ok) is<number, typeof result.value>(true);
  else is<AppError, typeof result.error>(true);
  is<number, ReturnType<typeof unwrap<number, AppError>>>(true);
  const mine = (n: number): Result<number> => (n > 1 ? ok(n) : err({ code: "NOT_FOUND", resource: "n" }));
  unwrap(mine(1));
}

export async function schemas(unknown: unknown): Promise<void> {
  const a = parse(z.object({ n: z.coerce.number() }), unknown);
  const b = parse(v.object({ n: v.number() }), unknown);
  const c = parse(type({ n: "number" }), unknown);
  const d = await parseAsync(z.object({ n: z.number() }), unknown);
  is<[{ n: number }, { n: number }, { n: number }, { n: number }], [typeof a, typeof b, typeof c, typeof d]>(true);
  const env = config({ PORT: z.coerce.number(), KEY: secret(z.string()), OPTIONAL: z.string().optional(), ANY: secret() });
  is<{ readonly PORT: number; readonly KEY: Secret<string>; readonly OPTIONAL: string | undefined; readonly ANY: Secret<string> }, typeof env>(true);
  const whole = config(v.object({ PORT: v.string() }));
  is<string, typeof whole.PORT>(true);
  // @ts-expect-error it does not change
  whole.PORT = "";
  is<string, ReturnType<typeof env.KEY.reveal>>(true);
  const custom: StandardSchemaV1<string, Date> = { "~standard": { version: 1, vendor: "mine", validate: (value) => ({ value: new Date(value as string) }) } };
  is<Date, ReturnType<typeof parse<typeof custom>>>(true);

  const getUser = contract({ name: "users.get", input: z.object({ id: z.coerce.number() }), output: z.object({ at: z.coerce.date() }), errors: ["NOT_FOUND", "CARD_DECLINED"] });
  const bound = implement(getUser, async ({ id }, { signal }) => { is<number, typeof id>(true); is<AbortSignal, typeof signal>(true); return { at: "2020" }; });
  is<{ at: Date }, Awaited<ReturnType<typeof bound>>>(true);
  await getUser({ id: "1" });
  // @ts-expect-error what the schema does not take
  await getUser({ id: {}, other: 1 }.other);
  const ping = contract({ name: "ping" });
  implement(ping, () => "pong");
  await ping();
  // @ts-expect-error no such code
  contract({ name: "x", errors: ["NO_SUCH"] });
}

class Pool {
  #rows = 1;
  query<R>(_sql: string, _values?: unknown[]): Promise<{ rows: R[] }> {
    return Promise.resolve({ rows: new Array<R>(this.#rows) });
  }
}

export async function clients(): Promise<void> {
  const db = port("pg", new Pool());
  is<Pool, typeof db>(true);
  const { rows } = await db.query<{ id: string }>("select");
  is<{ id: string }[], typeof rows>(true);
  // A drop-in: wherever a fetch is wanted, this one fits.
  const anywhere: typeof fetch = http.fetch;
  const response = await anywhere("https://x.test", { method: "POST", signal: new AbortController().signal });
  is<Response, typeof response>(true);
  await http.fetch(new URL("https://x.test"), {}, { body: "stream" });
  // @ts-expect-error no such way to read
  await http.fetch("https://x.test", {}, { body: "json" });
  const api = http.axios(axios.create());
  is<ReturnType<typeof axios.create>, typeof api>(true);
  log.info("m", { n: 1 });
  log.error("m", new Error("x"));
  // @ts-expect-error values go into fields
  log.info("m", "value");
}
