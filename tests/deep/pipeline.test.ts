import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repository } from "../support/built.js";
import { execute, npmInstall, packed, project, spawn } from "../support/packages.js";

/** `@nobypass/pipeline` as it would be published, in the kinds of project that legacy code is. */

interface Manifest {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync(join(repository, "pipeline/package.json"), "utf8")) as Manifest;
const names = Object.keys(manifest.exports).filter((path) => path !== "./package.json").map((path) => `@nobypass/pipeline${path.slice(1)}`);
/** What the adapters are adapters to, as far as they say so. */
const peers = Object.fromEntries(Object.keys(manifest.peerDependencies ?? {}).map((name) => [name, manifest.devDependencies[name] ?? manifest.peerDependencies?.[name]]));

let tarball: string;
let discard = (): void => {};
beforeAll(() => {
  ({ tarball, remove: discard } = packed("pipeline"));
});
afterAll(() => discard());

const namespaces = names.map((name, i) => `import * as path${i} from "${name}";`).join("\n");
const loaded = `[${names.map((_, i) => `Object.keys(path${i}).length > 0`).join(", ")}]`;
const ALL = names.map(() => true);

/** The names that a fix writes, in use. Each line that expects an error fails the check where types have been lost. */
const APP = `
import { attempt, config, contract, detach, dispatch, entry, err, fail, http, implement, log, map, ok, parse, parseAsync, pipeline, port, secret, unwrap, AppFailure, type AppError, type Call, type Result } from "@nobypass/pipeline";
import { captureLogs } from "@nobypass/pipeline/testing";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { entry as httpEntry } from "@nobypass/pipeline/node";
import { z } from "zod";
${namespaces}

const env = config({ GREETING: z.string().default("hello"), KEY: secret(z.string()) }, { env: { KEY: "not to be shown" } });
const User = z.object({ id: z.coerce.number() });
pipeline.configure({ level: "silent", ops: { "slow.*": { timeout: 20 }, "db.*": { retry: 1, idempotent: true } } });

class Client {
  #rows = new Map<number, string>([[1, "Ada"]]);
  async find(id: number): Promise<string | undefined> {
    return this.#rows.get(id);
  }
}
const db = port("db", new Client());

const getUser = contract({ name: "users.get", input: User, output: z.object({ name: z.string() }) });
implement(getUser, async ({ id }) => {
  const name = await db.find(id);
  if (name === undefined) throw fail("NOT_FOUND", { resource: "user", id: String(id) });
  return { name };
});

const half = (n: number): Result<number, AppError> => (n % 2 === 0 ? ok(n / 2) : err({ code: "CONFLICT", resource: "number" }));

const handler = entry("app", async (id: string) => {
  const user = await getUser(parse(User, { id }));
  const doubled = await map([1, 2, 3], async (n) => n * 2);
  const slow = await attempt(() => dispatch("slow.call", ({ signal }: Call) => new Promise<number>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))));
  detach("later", async () => log.info("later"));
  return { user, doubled, half: unwrap(half(4)), slow: slow.ok ? "ok" : slow.error.code };
});

// @ts-expect-error a number comes back
const wrongValue = (): Promise<string> => dispatch("a", async () => 1);
// @ts-expect-error it takes one text
const wrongArgument = () => handler(1);
// @ts-expect-error trying again is for what may run twice
const wrongPolicy = () => dispatch("a", async () => 1, { retry: 3 });
// @ts-expect-error no such code
const wrongCode = () => fail("NO_SUCH_CODE");

async function main(): Promise<void> {
  const answer = await handler("1");
  const missing = await attempt(() => handler("2"));
  const invalid = await parseAsync(User, { id: "x" }).catch((error: unknown) => (error instanceof AppFailure ? error.error.code : "?"));
  const server = createServer(httpEntry("GET /", async (_req: IncomingMessage, res: ServerResponse) => {
    if (_req.url === "/bad") throw new Error("inside");
    res.end("served");
  }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: at } = server.address() as { port: number };
  const served = await (await http.fetch(\`http://127.0.0.1:\${at}/\`)).text();
  const masked = await (await http.fetch(\`http://127.0.0.1:\${at}/bad\`)).text();
  server.close();
  const logs = captureLogs();
  log.info("x", { key: env.KEY });
  process.stdout.write(JSON.stringify({
    answer,
    missing: missing.ok ? "ok" : missing.error.code,
    invalid,
    served,
    masked: masked.includes("INTERNAL") && !masked.includes("inside"),
    greeting: env.GREETING,
    key: String(env.KEY),
    lines: logs.lines.length,
    loaded: ${loaded},
  }));
  void [wrongValue, wrongArgument, wrongPolicy, wrongCode];
}
void main();
`;
const SAID = {
  answer: { user: { name: "Ada" }, doubled: [2, 4, 6], half: 2, slow: "TIMEOUT" },
  missing: "NOT_FOUND",
  invalid: "VALIDATION",
  served: "served",
  masked: true,
  greeting: "hello",
  key: "[redacted]",
  lines: 1,
  loaded: ALL,
};

const TYPESCRIPT = { typescript: "~5.9.0", typescript6: "npm:typescript@~6.0.3", "@types/node": "^20.19.0", zod: manifest.devDependencies["zod"] };

/** The compiler of a project, which shall have nothing to say, library files included. */
function checks(dir: string, compiler: "typescript" | "typescript6", options: object, words: readonly string[]): void {
  const compilerOptions = { target: "es2022", strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, types: ["node"], rootDir: "src", outDir: "dist", ...options };
  const file = join(dir, "tsconfig.json");
  execute(dir, process.execPath, ["-e", "require('node:fs').writeFileSync(process.argv[1], process.argv[2])", file, JSON.stringify({ compilerOptions, include: ["src"] })]);
  expect(spawn(dir, process.execPath, [join(dir, "node_modules", compiler, "bin/tsc"), "-p", ".", ...words])).toEqual({ status: 0, stdout: "", stderr: "" });
}

describe("installed from its tarball", () => {
  it("it is checked and run in an ES module project", () => {
    const { dir, remove } = project({ type: "module", dependencies: { "@nobypass/pipeline": `file:${tarball}`, ...TYPESCRIPT, ...peers } }, { "src/app.ts": APP });
    try {
      npmInstall(dir);
      for (const compiler of ["typescript", "typescript6"] as const) {
        checks(dir, compiler, { module: "node16", moduleResolution: "node16" }, ["--noEmit"]);
        checks(dir, compiler, { module: "esnext", moduleResolution: "bundler" }, ["--noEmit"]);
        checks(dir, compiler, { module: "nodenext", moduleResolution: "nodenext" }, []);
        expect(JSON.parse(execute(dir, process.execPath, ["dist/app.js"]))).toEqual(SAID);
      }
    } finally {
      remove();
    }
  });

  it("it is checked and run in a CommonJS project", () => {
    const { dir, remove } = project({ dependencies: { "@nobypass/pipeline": `file:${tarball}`, ...TYPESCRIPT, ...peers } }, { "src/app.ts": APP });
    try {
      npmInstall(dir);
      for (const [compiler, options] of [
        ["typescript", { module: "commonjs", moduleResolution: "node10", esModuleInterop: true }],
        ["typescript", { module: "node16", moduleResolution: "node16" }],
        ["typescript6", { module: "commonjs", moduleResolution: "node10", ignoreDeprecations: "6.0" }],
        ["typescript6", { module: "node16", moduleResolution: "node16" }],
      ] as const) {
        checks(dir, compiler, options, []);
        expect(readFileSync(join(dir, "dist/app.js"), "utf8")).toContain('require("@nobypass/pipeline/node")');
        expect(JSON.parse(execute(dir, process.execPath, ["dist/app.js"]))).toEqual(SAID);
      }
    } finally {
      remove();
    }
  });

  it("it is tested by Jest 29 without transforms", () => {
    const { dir, remove } = project(
      { dependencies: { "@nobypass/pipeline": `file:${tarball}`, ...peers }, devDependencies: { jest: "^29.7.0" }, jest: { transform: {}, testEnvironment: "node" } },
      { "app.test.js": JEST },
    );
    try {
      npmInstall(dir);
      const { status, stdout, stderr } = spawn(dir, process.execPath, [join(dir, "node_modules/jest/bin/jest.js"), "--json"]);
      if (status !== 0) throw new Error(`${stdout}\n${stderr}`);
      expect(JSON.parse(stdout)).toMatchObject({ numPassedTests: names.length + 3, numTotalTests: names.length + 3 });
    } finally {
      remove();
    }
  });

  it("its copies share one context: ES module, CommonJS, and a second install", () => {
    const { dir, remove } = project({ type: "module", dependencies: { "@nobypass/pipeline": `file:${tarball}`, again: `file:${tarball}`, ...peers } }, { "app.js": COPIES });
    try {
      npmInstall(dir);
      expect(JSON.parse(execute(dir, process.execPath, ["app.js"]))).toEqual(
        ["import → require", "require → import", "import → second install", "second install → require"].map((way) => ({ way, differ: true, lines: ["failed dispatch", "inside", "entry"], ids: 1, code: "TIMEOUT", cut: true, known: [true, true, true], passed: true, unwrapped: "CONFLICT" })),
      );
    } finally {
      remove();
    }
  });
});

const JEST = `
${names.map((name) => `test("loads ${name}", () => {
  expect(Object.keys(require("${name}")).length).toBeGreaterThan(0);
});`).join("\n")}

const { AppFailure, dispatch, entry, fail, http, log } = require("@nobypass/pipeline");
const { captureLogs, fakeClock, reset } = require("@nobypass/pipeline/testing");

let logs;
beforeEach(() => {
  reset();
  logs = captureLogs();
});
afterEach(() => logs.restore());

test("bounds a call by a clock of the test's", async () => {
  const clock = fakeClock();
  const call = entry("e", () => dispatch("never", () => new Promise(() => {}), { timeout: 1000 }))().catch((error) => error);
  await clock.advance(1100);
  clock.restore();
  const error = await call;
  expect(error).toBeInstanceOf(AppFailure);
  expect(error).toBeInstanceOf(Error);
  expect(error.error).toEqual({ code: "TIMEOUT", op: "never" });
});

test("correlates what is logged inside an entry", async () => {
  await entry("e", async () => {
    await dispatch("a", async () => log.info("inside"));
  })();
  expect(logs.lines.map((l) => l.message)).toEqual(["inside", "entry"]);
  expect(new Set(logs.lines.map((l) => l.requestId)).size).toBe(1);
});

test("serves and calls", async () => {
  const { createServer } = require("node:http");
  const { entry } = require("@nobypass/pipeline/node");
  const server = createServer(entry("GET /", async () => {
    throw fail("NOT_FOUND", { resource: "user", id: "1" }, { message: "inside" });
  }));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const response = await http.fetch("http://127.0.0.1:" + server.address().port);
  const body = await response.json();
  await new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); });
  expect([response.status, body.code, JSON.stringify(body).includes("inside")]).toEqual([404, "NOT_FOUND", false]);
});
`;

const COPIES = `
import { createRequire } from "node:module";
import * as imported from "@nobypass/pipeline";
import * as again from "again";
const required = createRequire(import.meta.url)("@nobypass/pipeline");

const lines = [];
const at = (fields, message) => lines.push({ ...fields, message });
// By one of them, for all.
again.pipeline.configure({ logger: { debug: at, info: at, warn: at, error: at }, ops: { slow: { timeout: 20 } } });

const answers = [];
for (const [way, outer, inner] of [["import → require", imported, required], ["require → import", required, imported], ["import → second install", imported, again], ["second install → require", again, required]]) {
  lines.length = 0;
  let cut = false;
  const error = await outer.entry("outer", async () => {
    const call = inner.dispatch("slow", ({ signal }) => new Promise(() => signal.addEventListener("abort", () => (cut = true))));
    try {
      return await call;
    } finally {
      inner.log.info("inside");
    }
  })().catch((error) => error);
  const own = inner.fail("CONFLICT");
  answers.push({
    way,
    differ: outer.dispatch !== inner.dispatch && outer.AppFailure !== inner.AppFailure,
    lines: lines.map((l) => l.message),
    ids: new Set(lines.map((l) => l.requestId)).size,
    code: error.code,
    cut,
    known: [imported, required, again].map(({ AppFailure }) => error instanceof AppFailure),
    // A failure of the other copy is known for one: it is not wrapped again.
    passed: (await outer.entry("fails", async () => { throw own; })().catch((e) => e)) === own,
    unwrapped: (await outer.attempt(() => inner.dispatch("fails", async () => { throw own; }))).error.code,
  });
}
process.stdout.write(JSON.stringify(answers));
`;
