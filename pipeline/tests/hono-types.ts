/** Checked by `npm run typecheck`, run by nobody: what Hono says of the parameters reaches the handler, and of the answers the client. */
import { zValidator } from "@hono/zod-validator";
import { Hono, type Context } from "hono";
import { hc } from "hono/client";
import { z } from "zod";
import { entry, pipeline } from "../src/hono.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <A, B>(_: Equal<A, B>): void => {};

export async function routes(): Promise<void> {
  const app = new Hono<{ Variables: { user: string } }>();
  app.use(pipeline({ timeout: 1_000, rateLimit: { limit: 1, per: 1, key: (c) => c.req.method } }));
  app.use("/api/*", pipeline());
  app.use(entry("auth", async (c, next) => { c.set("user", "u"); await next(); }));
  const whole = app
    .get("/users/:id", entry("GET /users/:id"), (c) => {
      const id = c.req.param("id");
      is<string, typeof id>(true);
      is<string, typeof c.var.user>(true);
      // @ts-expect-error there is no such variable
      c.var.name;
      return c.json({ id });
    })
    .post("/users", zValidator("json", z.object({ n: z.number() })), entry("POST /users", { timeout: 100 }), entry.stream("rest"), (c) => {
      is<number, ReturnType<typeof c.req.valid<"json">>["n"]>(true);
      return c.json({ n: c.req.valid("json").n });
    });
  // Several shapes of a call: none of them is known before the handler is.
  app.get("/any", entry("GET /any", async (c) => c.text("x")));
  app.get("/own", entry("GET /own", (c: Context) => c.text("x"), { authorize: (c) => c.req.path === "/own" }));
  const res = await hc<typeof whole>("http://localhost").users[":id"].$get({ param: { id: "7" } });
  is<{ id: string }, Awaited<ReturnType<typeof res.json>>>(true);
  // @ts-expect-error a name comes first
  entry(async (_c: Context) => {});
}
