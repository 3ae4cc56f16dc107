import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { buildSync, transformSync } from "esbuild";
import { describe, expect, it } from "vitest";

const here = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(readFileSync(`${here}/package.json`, "utf8")) as { dependencies: object; exports: Record<string, unknown> };
const sources = readdirSync(`${here}/src`).map((name) => ({ name, text: readFileSync(`${here}/src/${name}`, "utf8") }));

/** What an application adds to its bundle by these names, minified and gzipped; pino not counted. */
function weight(contents: string): number {
  const { outputFiles } = buildSync({ stdin: { contents, resolveDir: `${here}/dist/esm` }, bundle: true, minify: true, write: false, platform: "node", format: "esm", external: ["pino"] });
  return gzipSync(outputFiles[0]?.contents as Uint8Array, { level: 9 }).length;
}

/** Both builds of these sources, as they are shipped, in one process. */
function runs(script: string): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { cwd: here, encoding: "utf8" });
  expect(`${stderr}${status}`).toBe("0");
  return stdout;
}

describe("the package", () => {
  it("is light", () => {
    expect(weight('export { entry, dispatch, http, fail, log } from "./index.js"')).toBeLessThan(10_000);
    expect(weight('export * from "./index.js"')).toBeLessThanOrEqual(15 * 1024);
  });

  it("needs nothing but pino, and types", () => {
    expect(Object.keys(manifest.dependencies)).toEqual(["@standard-schema/spec", "pino"]);
    const wrong = sources.flatMap(({ name, text }) =>
      [...text.matchAll(/^(import|export)( type)? [^;]*? from "([^"]+)";$/gms)].map((m) => ({ isType: m[2] !== undefined, from: m[3] as string })).filter(({ from, isType }) => !/^(?:\.\/|node:)/.test(from) && from !== "pino" && !(isType && from === "@standard-schema/spec")).map(({ from }) => `${name}: ${from}`),
    );
    expect(wrong).toEqual([]);
  });

  it("makes no signal that costs more than the call, and knows no wall clock", () => {
    for (const { name, text } of sources) expect(transformSync(text, { loader: "ts" }).code, name).not.toMatch(/AbortSignal\.(?:any|timeout)\(|Date\.now\(/);
  });

  it("has a place of its own for each adapter that there is", () => {
    for (const path of Object.keys(manifest.exports).filter((p) => p.startsWith("./") && p !== "./package.json")) expect(sources.map((s) => s.name)).toContain(`${path.slice(2)}.ts`);
  });
});

describe("what is shipped", () => {
  it("shares one context between an ES module and a CommonJS build", () => {
    const out = runs(`
      import { createRequire } from "node:module";
      import * as esm from "@nobypass/pipeline";
      const cjs = createRequire(import.meta.url)("@nobypass/pipeline");
      const lines = [];
      const at = (fields) => lines.push(fields);
      esm.pipeline.configure({ logger: { debug: at, info: at, warn: at, error: at }, ops: { slow: { timeout: 30 } } });
      const e = await esm.entry("e", async () => { cjs.log.info("x"); return cjs.dispatch("slow", () => new Promise(() => {})); })().catch((e) => e);
      console.log(esm.dispatch !== cjs.dispatch, e instanceof esm.AppFailure, e instanceof cjs.AppFailure, e.code, new Set(lines.map((l) => l.requestId)).size);
    `);
    expect(out).toBe("true true true TIMEOUT 1\n");
  });

  it("keeps no process alive without work", () => {
    const out = runs(`
      import { entry, dispatch, pipeline } from "@nobypass/pipeline";
      import "@nobypass/pipeline/node"; import "@nobypass/pipeline/testing";
      const none = () => {};
      pipeline.configure({ logger: { debug: none, info: none, warn: none, error: none }, ops: { a: { timeout: 60_000 } } });
      await entry("e", () => dispatch("a", async () => 1))();
      const from = performance.now();
      process.on("exit", () => console.log(performance.now() - from < 1_500));
    `);
    expect(out).toBe("true\n");
  });

  it("keeps a process alive while something is bound", () => {
    expect(runs(`
      import { dispatch, pipeline } from "@nobypass/pipeline";
      pipeline.configure({ level: "silent" });
      const e = await dispatch("a", () => new Promise(() => {}), { timeout: 50 }).catch((e) => e);
      process.stdout.write(e.code);
    `)).toBe("TIMEOUT");
  });

  it("writes its lines with pino", () => {
    const out = runs(`import { log, secret } from "@nobypass/pipeline"; log.warn("hello", { password: "x", n: 1 });`);
    expect(JSON.parse(out)).toMatchObject({ level: 40, msg: "hello", password: "[redacted]", n: 1 });
  });

  it("tells an error's class and its cause, fields and all", () => {
    const out = runs(`import { log } from "@nobypass/pipeline"; log.error("failed", new RangeError("a", { cause: Object.assign(new TypeError("b"), { code: "X1" }) }));`);
    expect(JSON.parse(out).err).toMatchObject({ type: "RangeError", message: "a", cause: { type: "TypeError", message: "b", code: "X1" } });
  });

  it("drains at a signal, and ends by it", () => {
    const script = `
      import { entry, pipeline } from "@nobypass/pipeline";
      pipeline.configure({ level: "silent", shutdown: { signals: ["SIGTERM"], within: 5_000, after: async () => { await new Promise((r) => setTimeout(r, 50)); console.log("closed"); } } });
      entry("e", () => new Promise((r) => setTimeout(r, 300)))().then(() => console.log("finished"));
      setInterval(() => {}, 1_000);
      process.kill(process.pid, "SIGTERM");
    `;
    const { stdout, signal } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { cwd: here, encoding: "utf8" });
    expect([stdout, signal]).toEqual(["finished\nclosed\n", "SIGTERM"]);
  });

  it("loads without the tool's packages", () => {
    // A loader that refuses whatever is neither ours, nor pino and what pino needs.
    const out = execFileSync(process.execPath, ["-e", `
      const Module = require("node:module");
      const load = Module._load;
      const asked = new Set();
      Module._load = function (id, ...rest) { asked.add(id); return load.call(this, id, ...rest); };
      for (const path of ["", "/node", "/testing"]) require("@nobypass/pipeline" + path);
      console.log([...asked].filter((id) => /eslint|typescript|ts-morph|oxc|nobypass(?!\\/pipeline)/.test(id)).join() || "none");
    `], { cwd: here, encoding: "utf8" });
    expect(out).toBe("none\n");
  });
});
