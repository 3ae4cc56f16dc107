import Fastify, { type FastifyInstance, type FastifyServerOptions } from "fastify";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";
import { pipeline } from "../src/fastify.js";

/** Applications of one test, closed after it. */
export function fastifyApps() {
  const apps: FastifyInstance[] = [];
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });
  const bare = (options: FastifyServerOptions = {}): FastifyInstance => {
    const app = Fastify({ forceCloseConnections: true, ...options });
    apps.push(app);
    return app;
  };
  return {
    bare,
    /** With the pipeline registered once for all. */
    global(options?: FastifyServerOptions): FastifyInstance {
      const app = bare(options);
      app.register(pipeline());
      return app;
    },
    async serve(app: FastifyInstance): Promise<string> {
      if (!apps.includes(app)) apps.push(app);
      await app.listen({ port: 0, host: "127.0.0.1" });
      return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    },
  };
}
