import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Context } from "../src/context.js";
import { Edge } from "../src/edge.js";
import { EntryPlan } from "../src/entry-plan.js";
import { pipeline } from "../src/index.js";
import { Op } from "../src/op.js";
import { root, Scope } from "../src/scope.js";
import { state } from "../src/state.js";
import { Timed, Wheel } from "../src/wheel.js";
import { fresh } from "./setting.js";

fresh();
const built = fileURLToPath(new URL("../dist/esm", import.meta.url));
let dir = "";

/** The package as it is, as a later version that shares what it shares, and as one that knows nothing of that. */
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "nobypass-copies-"));
  symlinkSync(fileURLToPath(new URL("../../node_modules", import.meta.url)), join(dir, "node_modules"));
  for (const name of ["one", "two", "other"]) {
    cpSync(built, join(dir, name), { recursive: true });
    writeFileSync(join(dir, name, "package.json"), JSON.stringify({ type: "module", version: `1.0.${name.length}` }));
  }
  for (const file of readdirSync(join(dir, "other")).filter((f) => f.endsWith(".js"))) {
    const path = join(dir, "other", file);
    writeFileSync(path, readFileSync(path, "utf8").replaceAll(/"nobypass\.(pipeline|exchange)\.v\d+"/g, '"nobypass.$1.v999"').replaceAll("traceFlags", "sampled").replaceAll("refine(", "narrow("));
  }
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function runs(script: string): unknown {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { cwd: dir, encoding: "utf8", timeout: 60_000 });
  expect(`${stderr}${status}`).toBe("0");
  return JSON.parse(stdout);
}
const IMPORTS = (...names: string[]): string => names.map((n) => `import * as ${n} from "./${n}/index.js"; import * as ${n}Node from "./${n}/node.js";`).join("\n");
/** An entry of the first around one of the second around a call of the first that fails, on a real server. */
const SERVES = (a: string, b: string): string => `
  import { createServer } from "node:http";
  const lines = [];
  const at = (fields, message) => lines.push({ ...fields, message });
  for (const copy of [${a}, ${b}]) copy.pipeline.configure({ logger: { debug: at, info: at, warn: at, error: at }, ops: { slow: { timeout: 60 } } });
  const handler = ${b}Node.entry("inner", async (req, res) => {
    if (req.url === "/none") throw ${a}.fail("NOT_FOUND", { resource: "x" });
    if (req.url === "/fails") throw new Error("select * from users");
    if (req.url === "/slow") await ${a}.dispatch("slow", () => new Promise(() => {}));
    await ${a}.dispatch("a", async () => ${b}.log.info("inside"));
    res.end("fine");
  });
  const server = createServer(${a}Node.pipeline()(handler)).listen(0, "127.0.0.1", async () => {
    const answers = [];
    for (const path of ["/", "/none", "/fails", "/slow"]) {
      const res = await fetch("http://127.0.0.1:" + server.address().port + path, { headers: { "x-request-id": "id" + path.slice(1) } });
      const text = await res.text();
      answers.push([res.status, text.includes("select"), res.headers.get("x-request-id")]);
    }
    server.close();
    server.closeAllConnections();
    const ids = lines.filter((l) => l.message === "inside").map((l) => l.requestId);
    const entries = lines.filter((l) => l.message === "entry").length;
    console.log(JSON.stringify({ answers, ids, entries }));
  });
`;
const ANSWERS = [[200, false, "id"], [404, false, "idnone"], [500, false, "idfails"], [504, false, "idslow"]];

it("two copies that share are one: whoever configures, enters or calls", () => {
  expect(runs(`${IMPORTS("one", "two")}${SERVES("one", "two")}`)).toEqual({ answers: ANSWERS, ids: ["id"], entries: 4 });
  expect(runs(`${IMPORTS("two", "one")}${SERVES("two", "one")}`)).toEqual({ answers: ANSWERS, ids: ["id"], entries: 4 });
});

it("two versions that cannot share stand beside each other, on one request too", () => {
  // Each of them has an entry, and a line, of its own.
  expect(runs(`${IMPORTS("one", "other")}${SERVES("one", "other")}`)).toEqual({ answers: ANSWERS, ids: ["id"], entries: 8 });
  expect(runs(`${IMPORTS("other", "one")}${SERVES("other", "one")}`)).toEqual({ answers: ANSWERS, ids: ["id"], entries: 8 });
});

it("a failure of another version is one, and its context none of ours", () => {
  expect(runs(`${IMPORTS("one", "other")}
    const quiet = { debug() {}, info() {}, warn() {}, error() {} };
    for (const copy of [one, other]) copy.pipeline.configure({ logger: quiet });
    const failure = await one.entry("e", () => other.dispatch("a", () => { throw other.fail("CONFLICT"); }))().catch((error) => error);
    const seen = await other.entry("o", () => one.dispatch("b", ({ deadline }) => deadline - performance.now() > 9_000))();
    console.log(JSON.stringify([failure instanceof one.AppFailure, failure instanceof other.AppFailure, failure.code, seen]));
  `)).toEqual([true, true, "CONFLICT", true]);
});

const own = (value: object): string[] => Object.keys(value).sort();
const methods = (type: { readonly prototype: object }): string[] => Object.getOwnPropertyNames(type.prototype).filter((n) => n !== "constructor").sort();

/** Versions share by this shape. One that changes it has to take a new number in the keys of `state.ts` and `exchange.ts`, and not only here. */
it("what is shared has the shape of its number", () => {
  pipeline.configure({});
  expect(readFileSync(fileURLToPath(new URL("../src/state.ts", import.meta.url)), "utf8")).toContain('"nobypass.pipeline.v1"');
  expect(readFileSync(fileURLToPath(new URL("../src/exchange.ts", import.meta.url)), "utf8")).toContain('"nobypass.exchange.v1"');
  const optional = ["root", "limits", "configured", "logger", "shutdown", "faults"];
  expect(own(state).filter((key) => !optional.includes(key))).toEqual(["als", "budgets", "draining", "generation", "idle", "ops", "plans", "settings", "wheel", "working"]);
  expect(own(state.configured as object)).toEqual(["axios", "entryPolicy", "errorRow", "fetch", "isTraced", "rulesOf", "told"]);
  expect(own(root)).toEqual(["after", "before", "code", "context", "controller", "deadline", "due", "following", "held", "holds", "members", "onCut", "op", "owner", "previous", "retrying", "status", "tick"]);
  expect([methods(Scope), methods(Timed), methods(Wheel)]).toEqual([["fire", "release", "signal"], [], ["add", "advance", "release", "remove", "size", "use"]]);
  expect(own(new Op("a"))).toEqual(["active", "failures", "generation", "line", "median", "name", "openUntil", "probing", "rules"]);
  expect([own(new EntryPlan("a")), methods(EntryPlan)]).toEqual([["active", "name", "policy", "promises", "stream"], ["rules"]]);
  expect(own(new Context("e", "r", "t", "01"))).toEqual(["carrier", "edge", "entry", "requestId", "traceFlags", "traceId", "traceState"]);
  expect(methods(Edge)).toEqual(["cancel", "end", "failure", "follow", "inner", "note", "refine", "requestId", "run", "touch"]);
});
