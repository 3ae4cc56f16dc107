import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import { describe, expect, it } from "vitest";

const here = fileURLToPath(new URL("..", import.meta.url));

/** What one file adds to the others, minified and gzipped. */
function weight(name: string): number {
  const external = readdirSync(`${here}/src`).filter((file) => file !== `${name}.ts`).map((file) => `./${file.replace(/\.ts$/, ".js")}`);
  const { outputFiles } = buildSync({ entryPoints: [`${here}/src/${name}.ts`], bundle: true, minify: true, write: false, platform: "node", format: "esm", external });
  return gzipSync(outputFiles[0]?.contents as Uint8Array, { level: 9 }).length;
}

describe("the adapters of platforms", () => {
  it("share what is told once: what comes in, whom to believe, what goes out, and a request of `node:http` or of `fetch`", () => {
    for (const [name, most] of [["arrival", 1_024], ["trust", 1_024], ["problem", 1_024], ["exchange", 1_024], ["fetched", 1_024], ["rpc", 1_024]] as const) expect(weight(name), name).toBeLessThanOrEqual(most);
  });

  // Nest's is three things at once: a middleware, an interceptor of Observables, and a filter that knows Nest's exceptions.
  it.each([["cron", 1_024], ["lambda", 1_088], ["nest", 1_536], ["node", 512], ["express", 1_024], ["fastify", 1_088], ["koa", 768], ["hono", 1_088], ["web", 768], ["trpc", 1_088]])("%s adds at most %d bytes", (name, most) => {
    expect(weight(name)).toBeLessThanOrEqual(most);
  });

  it("load nothing of their platforms", () => {
    const script = `
      const Module = require("node:module");
      const load = Module._load;
      const asked = new Set();
      Module._load = function (id, ...rest) { asked.add(id); return load.call(this, id, ...rest); };
      const found = ["nest", "lambda", "cron"].flatMap((name) => Object.keys(require("@nobypass/pipeline/" + name)).sort());
      console.log(found.join(), [...asked].filter((id) => /nest(?!$)|rxjs|reflect|aws|cron(?!$)/.test(id.replace("@nobypass/pipeline/", ""))).filter((id) => !id.startsWith("./")).join() || "none");
    `;
    expect(execFileSync(process.execPath, ["-e", script], { cwd: here, encoding: "utf8" })).toBe("PipelineFilter,PipelineInterceptor,correlation,pipeline,entry,entry none\n");
  });
});
