import { describe, expect, it } from "vitest";
import { configFromSettings } from "../config/load.js";
import { findProject } from "../config/project.js";
import { parse } from "../engine/parse.js";
import { extract } from "../facts/extract.js";
import { settingsOf } from "../rules/settings.js";
import { catalog } from "../tests/support/judge-file.js";
import { calls } from "./calls.js";
import { isRemembered, type Reached, type Way, waysTo } from "./reach.js";
import { View } from "./view.js";

const loaded = configFromSettings({ preset: "strict" }, "/nowhere");
const settings = settingsOf({ loaded, project: findProject(loaded), catalog, pipelineResolves: true });

const HEAD = `import { Router } from "express"; import { Pool } from "pg"; import { dispatch, detach, map } from "@nobypass/pipeline"; const r = Router(); const pool = new Pool();`;

function viewOf(text: string): View {
  const parsed = parse("a.ts", HEAD + text);
  if ("message" in parsed) throw new Error(parsed.message);
  return new View(extract(parsed), HEAD + text, "src/a.ts", "server", settings);
}

/** Every way, those of entries or those of what runs on their way. */
const allWays = (view: View): Way[] => [...waysTo(view, view.get(calls)).values()].flat();
const ofEntries = (view: View): Reached[] => allWays(view).filter((way): way is Reached => !("runs" in way.entry));

/** The queries of the router's routes: `GET /a query/one via load, once`. */
function reached(text: string): string[] {
  const view = viewOf(text);
  return ofEntries(view)
    .filter(({ call }) => call.symbols.some((s) => s.rows("effects").length > 0))
    .map(({ call, entry, path, crossed, isLoose, apart, doubt }) => {
      const arg = view.facts.values[call.args?.[0] ?? -1];
      const query = arg?.kind === "literal" ? String(arg.value) : "?";
      const via = path.map((p) => `${p.how} ${/^(?!result|anonymous)#?\w+$/.exec(view.facts.functions[p.run.fn]?.name ?? "")?.[0] ?? "=>"}`);
      const notes = [...(crossed ? [isLoose ? "loose" : "crossed"] : []), ...(apart ? [apart] : []), ...(doubt === null ? [] : ["doubt"])];
      return [`${entry.name} ${query}`, ...via, ...notes].join(" · ");
    });
}

describe("what entries reach within a file", () => {
  it.each<[string, string, readonly string[]]>([
    ["in the handler", `r.get("/a", async () => { await pool.query("q"); });`, ["GET /a q"]],
    ["not what nobody calls", `r.get("/a", async () => { const never = () => pool.query("q"); });`, []],
    ["through helpers", `r.get("/a", a); async function a() { return b(); } const b = async () => { await c(); }; function c() { return pool.query("q"); }`, ["GET /a q · call b · call c"]],
    ["through a class", `class S { async find() { return this.#one(); } #one() { return pool.query("q"); } } const s = new S(); r.get("/a", async () => s.find());`, ["GET /a q · call find · call #one"]],
    ["recursion ends", `r.get("/a", a); async function a(n) { await pool.query("q"); await a(n - 1); }`, ["GET /a q"]],
    ["wrappers of wrappers end", `const wrap = (f) => wrap(wrap(() => f())); r.get("/a", () => wrap(() => pool.query("q"))());`, []],
    ["in a dispatch", `r.get("/a", async () => { await dispatch("x", () => pool.query("q")); });`, ["GET /a q · crossing => · crossed"]],
    ["helper in a dispatch", `const load = () => pool.query("q"); r.get("/a", async () => { await dispatch("x", () => load()); });`, ["GET /a q · crossing => · call load · crossed"]],
    ["by name in a dispatch", `const load = () => pool.query("q"); r.get("/a", async () => { await dispatch("x", load); });`, ["GET /a q · crossing load · crossed"]],
    ["nobody waits in a dispatch", `r.get("/a", async () => { await dispatch("x", async () => { pool.query("q"); }); });`, ["GET /a q · crossing => · loose"]],
    ["a timer in a dispatch", `r.get("/a", async () => { await dispatch("x", async () => { setTimeout(() => pool.query("q"), 5); }); });`, ["GET /a q · crossing => · later => · later"]],
    ["detached", `r.get("/a", async () => { detach("x", () => pool.query("q")); });`, ["GET /a q · detached => · detached"]],
    ["an event", `import { EventEmitter } from "node:events"; const bus = new EventEmitter(); r.get("/a", async () => { bus.on("x", () => pool.query("q")); });`, ["GET /a q · event => · event"]],
    ["what it emits to", `import { EventEmitter } from "node:events"; const bus = new EventEmitter(); bus.on("x", async () => pool.query("q")); bus.on("y", () => pool.query("p")); r.get("/a", async () => { bus.emit("x"); });`, ["GET /a q · event => · event"]],
    ["what it emits to of its own", `import { EventEmitter } from "node:events"; class S extends EventEmitter { constructor() { super(); this.on("x", () => pool.query("q")); } save() { this.emit("x"); } } const s = new S(); r.get("/a", () => s.save());`, ["GET /a q · call save · event => · event"]],
    ["another emitter", `import { EventEmitter } from "node:events"; const bus = new EventEmitter(); const other = new EventEmitter(); other.on("x", () => pool.query("q")); r.get("/a", async () => { bus.emit("x"); });`, []],
    ["an implemented contract", `import { contract, implement } from "@nobypass/pipeline"; const find = contract({ name: "find" }); implement(find, async () => pool.query("q")); r.get("/a", async () => find()); `, ["GET /a q · crossing => · crossed"]],
    ["what implementing gives", `import { contract, implement } from "@nobypass/pipeline"; const find = implement(contract({ name: "find" }), async () => pool.query("q")); r.get("/a", async () => find()); `, ["GET /a q · crossing => · crossed"]],
    ["per element", `r.get("/a", async (req) => { await Promise.all(req.body.ids.map((id) => pool.query("q"))); });`, ["GET /a q · callback =>"]],
    ["a promise's chain", `import { setTimeout as sleep } from "node:timers/promises"; r.get("/a", async () => { await sleep(5).then(() => pool.query("q")); });`, ["GET /a q · callback =>"]],
    ["a promise's executor", `r.get("/a", () => new Promise((done) => { pool.query("q"); done(); }));`, ["GET /a q · callback =>"]],
    [
      "helpers are kept apart",
      `async function retry(f) { try { return await f(); } catch { return f(); } } r.get("/a", () => retry(() => pool.query("q"))); r.get("/b", () => retry(() => 1));`,
      ["GET /a q · call retry · call =>"],
    ],
    [
      "helpers in helpers are kept apart",
      `const once = (f) => f(); const twice = (f) => once(() => f()); r.get("/a", () => twice(() => pool.query("q"))); r.get("/b", () => twice(() => 1));`,
      ["GET /a q · call twice · call once · call => · call =>"],
    ],
    ["a callback in options", `function run({ work }, o) { return o.work(); } function go(o) { return o.work(); } r.get("/a", () => go({ work: () => pool.query("q") })); r.get("/b", () => go({ work: () => 1 }));`, ["GET /a q · call go · call work"]],
    ["a local wrapper", `const wrap = (f) => (req, res, next) => f(req, res).catch(next); r.get("/a", wrap(async () => { await pool.query("q"); })); r.get("/b", wrap(async () => {}));`, ["GET /a q · call =>"]],
    ["a local wrapper that dispatches", `const wrap = (f) => (req, res) => dispatch("x", () => f(req, res)); r.get("/a", wrap(async () => { await pool.query("q"); }));`, ["GET /a q · crossing => · call => · crossed"]],
    ["a wrapper of another file", `import { guarded } from "./guarded.js"; r.get("/a", guarded(async () => { await pool.query("q"); }));`, ["GET /a q · doubt"]],
    ["a wrapper that only catches", `import { asyncHandler } from "./async.js"; r.get("/a", asyncHandler(async () => { await pool.query("q"); }));`, ["GET /a q"]],
    ["given to another file", `import { limited } from "./limited.js"; r.get("/a", async () => { await limited(() => pool.query("q")); });`, ["GET /a q · maybe => · doubt"]],
    ["a made function", `const finder = (t) => async () => pool.query("q"); const find = finder("x"); r.get("/a", () => find());`, ["GET /a q · call =>"]],
    ["pipeline's map", `r.get("/a", async (req) => { await map(req.body, (id) => pool.query("q")); });`, ["GET /a q · callback =>"]],
    ["a table of functions", `const by = { one: () => pool.query("q") }; r.get("/a", () => by.one());`, ["GET /a q · call one"]],
    ["an immediate function", `r.get("/a", async () => { await (async () => { await pool.query("q"); })(); });`, ["GET /a q · call =>"]],
    ["a constructor", `class S { constructor() { void pool.query("q"); } } r.get("/a", () => new S());`, ["GET /a q · call constructor"]],
  ])("%s", (_, text, expected) => {
    expect(reached(text)).toEqual(expected);
  });
});

/** How often the query `q` runs: for each request, once, or as another file decides. */
function howOften(text: string): string[] {
  const view = viewOf(text);
  const all = ofEntries(view).filter(({ call }) => view.facts.values[call.args?.[0] ?? -1]?.kind === "literal" && call.symbols.some((s) => s.rows("effects").length > 0));
  return [...new Set(all.map((way) => (way.mayNotRun !== null ? "perhaps" : way.isOnce || isRemembered(view, way) ? "once" : "each time")))];
}

describe("what is kept after the first request", () => {
  it.each<[string, string, readonly string[]]>([
    ["nothing", `r.get("/a", async () => { await pool.query("q"); });`, ["each time"]],
    ["in a name", `let c; r.get("/a", async () => { c ??= await pool.query("q"); });`, ["once"]],
    ["in a name of the handler", `r.get("/a", async () => { let c; c ??= await pool.query("q"); });`, ["each time"]],
    ["behind a test", `let c = null; r.get("/a", async () => { if (c === null) { c = await pool.query("q"); } });`, ["once"]],
    ["behind the other test", `let c = null; r.get("/a", async () => { if (c !== null) { c = await pool.query("q"); } });`, ["each time"]],
    ["after a return", `let c; r.get("/a", async () => { if (c) return c; c = await pool.query("q"); return c; });`, ["once"]],
    ["unless it is stale", `let c; r.get("/a", async () => { if (c && c.at > Date.now()) return c; c = await pool.query("q"); return c; });`, ["each time"]],
    ["dropped again", `let c; r.get("/a", async () => { if (!c) { await pool.query("q"); c = null; } });`, ["each time"]],
    ["in a map", `const m = new Map(); r.get("/a", async (req) => { let v = m.get(req.url); if (!v) { v = await pool.query("q"); m.set(req.url, v); } });`, ["once"]],
    ["in a table", `const m = {}; r.get("/a", async (req) => { if (!(req.url in m)) m[req.url] = await pool.query("q"); });`, ["once"]],
    ["in the request", `r.get("/a", async (req) => { req.c ??= await pool.query("q"); });`, ["each time"]],
    ["by who is called", `let c; async function load() { c = await pool.query("q"); } r.get("/a", async () => { if (!c) await load(); });`, ["once"]],
    ["by one of two callers", `let c; const load = () => pool.query("q"); r.get("/a", async () => { c ??= load(); await load(); });`, ["once", "each time"]],
    ["by a library", `import once from "once"; const load = once(() => pool.query("q")); r.get("/a", () => load());`, ["once"]],
    ["by a library, by name", `import { memoize } from "lodash"; const load = () => pool.query("q"); const kept = memoize(load); r.get("/a", () => kept());`, ["once"]],
    ["by a helper", `const lazy = (f) => { let v; return () => (v ??= f()); }; const load = lazy(() => pool.query("q")); r.get("/a", () => load());`, ["once"]],
    ["in a field", `class S { #c; find() { return (this.#c ??= pool.query("q")); } } const s = new S(); r.get("/a", () => s.find());`, ["once"]],
    ["in a field of an instance of each", `class S { #c; find() { return (this.#c ??= pool.query("q")); } } r.get("/a", () => new S().find());`, ["each time"]],
    ["by another file", `import { cached } from "./cached.js"; r.get("/a", () => cached("a", () => pool.query("q")));`, ["perhaps"]],
  ])("%s", (_, text, expected) => {
    expect(howOften(text)).toEqual(expected);
  });
});

describe("what runs on the way of entries", () => {
  it.each<[string, string, number]>([
    ["middleware of all", `r.use(async (req, res, next) => { await pool.query("q"); next(); });`, 1],
    ["middleware of a route", `const check = async (req, res, next) => { await pool.query("q"); next(); }; r.get("/a", check, (req, res) => res.end());`, 1],
    ["in a list", `const check = async (req, res, next) => { await pool.query("q"); next(); }; r.use([check]);`, 1],
    ["what it calls", `const one = () => pool.query("q"); r.use(async (req, res, next) => { await one(); next(); });`, 1],
    ["errors", `r.use(async (err, req, res, next) => { await pool.query("q"); next(err); });`, 1],
    ["a parameter", `r.param("id", async (req, res, next, id) => { await pool.query("q"); next(); });`, 1],
    ["not the handler", `r.get("/a", async () => { await pool.query("q"); });`, 0],
    ["not what nobody registers", `const check = async (req, res, next) => { await pool.query("q"); next(); };`, 0],
    ["a guard of Nest", `import { UseGuards } from "@nestjs/common"; class G { async canActivate() { return pool.query("q"); } } @UseGuards(G) class C {}`, 1],
  ])("%s", (_, text, count) => {
    expect(allWays(viewOf(text)).filter(({ call, entry }) => "runs" in entry && call.symbols.some((s) => s.rows("effects").length > 0))).toHaveLength(count);
  });
});
