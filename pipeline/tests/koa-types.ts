/** Checked by `npm run typecheck`, run by nobody: what Koa and its router say of the parameters reaches the handler. */
import Router from "@koa/router";
import Koa, { type Context, type Next, type ParameterizedContext } from "koa";
import { entry, pipeline } from "../src/koa.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <A, B>(_: Equal<A, B>): void => {};

export function routes(): void {
  const app = new Koa<{ user: string }>();
  app.use(pipeline({ timeout: 1_000, rateLimit: { limit: 1, per: 1, key: (ctx) => ctx.ip } }));
  app.use(entry("auth", async (ctx, next) => {
    is<string, typeof ctx.state.user>(true);
    await next();
  }));
  const router = new Router();
  // The router's own types, and what is before the handler says nothing of them.
  router.get("/users/:id", entry("GET /users/:id"), async (ctx) => {
    is<Record<string, string>, typeof ctx.params>(true);
    ctx.body = ctx.params["id"];
  });
  router.get("named", "/named", entry("GET /named", { timeout: 100 }), entry.stream("rest"), (ctx, next) => next().then(() => ctx.status));
  // Several shapes of a call: none of them is known before the handler is.
  router.get("/any", entry("GET /any", async (ctx) => ctx.throw(404)));
  const limited = entry("login", async (ctx: ParameterizedContext, _next: Next) => void (ctx.body = 1), {
    authorize: (ctx) => ctx.path === "1",
    rateLimit: { limit: 5, per: 60_000, key: (ctx) => ctx.ip },
  });
  is<(ctx: ParameterizedContext, _next: Next) => Promise<undefined>, typeof limited>(true);
  router.post("/login/:id", limited, entry("own", (ctx: Context) => void (ctx.body = 1)));
  app.use(router.routes());
  // @ts-expect-error a name comes first
  entry(async (_ctx: Context) => {});
}
