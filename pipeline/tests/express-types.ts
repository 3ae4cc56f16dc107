/** Checked by `npm run typecheck`, run by nobody: what Express says of the parameters reaches the handler. */
import express, { type ErrorRequestHandler, type NextFunction, type Request, type RequestHandler, type Response } from "express";
import { entry, pipeline } from "../src/express.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <A, B>(_: Equal<A, B>): void => {};

export function routes(): void {
  const app = express();
  app.use(pipeline());
  app.use("/api", pipeline({ timeout: 1_000, rateLimit: { limit: 1, per: 1, key: (req: Request) => String(req.ip) } }), express.Router());
  app.get("/users/:id", entry("GET /users/:id", (req, res, next) => {
    is<string, typeof req.params.id>(true);
    is<NextFunction, typeof next>(true);
    // @ts-expect-error there is no such parameter
    req.params.name;
    res.json({ id: req.params.id });
  }));
  app.get("/users/:id/files/:file", entry("GET /users/:id/files/:file", async (req, res) => {
    is<{ id: string; file: string }, { [K in keyof typeof req.params]: (typeof req.params)[K] }>(true);
    res.send(req.params.file);
  }), entry.stream("rest", async (_req, res) => void res.write("x")));
  express.Router().route("/users/:id").get(entry("e", (req, res) => void res.send(req.params.id)));
  const limited = entry("login", async (req: Request<{ id: string }>, res: Response) => void res.send(req.params.id), {
    authorize: (req) => req.params.id === "1",
    rateLimit: { limit: 5, per: 60_000, key: (req) => req.params.id },
  });
  is<(req: Request<{ id: string }>, res: Response) => Promise<undefined>, typeof limited>(true);
  app.post("/login/:id", limited);
  const typed: RequestHandler<{ id: string }, { ok: boolean }, { name: string }> = entry("typed", (req, res) => {
    is<string, typeof req.body.name>(true);
    // @ts-expect-error not what it says to answer
    res.json({ ok: 1 });
  });
  app.put("/typed/:id", typed);
  const failed: ErrorRequestHandler = entry("errors", (error: unknown, _req: Request, res: Response, _next: NextFunction) => void res.end(String(error)));
  app.use(failed);
}
