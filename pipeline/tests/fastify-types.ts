/** Checked by `npm run typecheck`, run by nobody: what Fastify says of the parameters reaches the handler. */
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, type RouteHandlerMethod } from "fastify";
import { entry, pipeline } from "../src/fastify.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <A, B>(_: Equal<A, B>): void => {};

export async function routes(): Promise<void> {
  const app = Fastify();
  await app.register(pipeline());
  app.register(pipeline({ timeout: 1_000 }));
  app.get("/", entry("GET /", async (request, reply) => {
    is<unknown, typeof request.body>(true);
    // @ts-expect-error nothing is known of it
    request.query.page;
    return reply.send(request.id);
  }));
  app.get<{ Params: { id: string }; Querystring: { page?: number } }>("/users/:id", entry("GET /users/:id", async function (request) {
    is<FastifyInstance["server"], typeof this.server>(true);
    is<string, typeof request.params.id>(true);
    is<number | undefined, typeof request.query.page>(true);
    // @ts-expect-error there is no such parameter
    request.params.name;
    return { id: request.params.id };
  }));
  app.post<{ Reply: { ok: boolean } }>("/typed", entry("POST /typed", (_request, reply) => {
    // @ts-expect-error not what it says to answer
    reply.send({ ok: 1 });
  }));
  app.get("/events", entry.stream("GET /events", async (_request, reply) => void reply.raw.write("x")));
  const limited = entry("login", async (request: FastifyRequest<{ Params: { id: string } }>, _reply: FastifyReply) => request.params.id, {
    authorize: (request) => request.params.id === "1",
    rateLimit: { limit: 5, per: 60_000, key: (request) => request.params.id },
  });
  is<(request: FastifyRequest<{ Params: { id: string } }>, reply: FastifyReply) => Promise<string>, typeof limited>(true);
  app.get("/login/:id", limited);
  const method: RouteHandlerMethod = entry("m", async (request) => request.method);
  app.route({ method: "GET", url: "/m", handler: method });
  // Only an instance of Fastify has what the plugin needs.
  // @ts-expect-error
  pipeline()({}, {}, () => {});
}
