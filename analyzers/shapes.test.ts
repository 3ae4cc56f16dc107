import { describe, expect, it } from "vitest";
import { configFromSettings } from "../config/load.js";
import { findProject } from "../config/project.js";
import type { FnId } from "../core/facts.js";
import { parse } from "../engine/parse.js";
import { extract } from "../facts/extract.js";
import { settingsOf } from "../rules/settings.js";
import { catalog } from "../tests/support/judge-file.js";
import { callGraph } from "./call-graph.js";
import { calls } from "./calls.js";
import { waysTo } from "./reach.js";
import { View } from "./view.js";

const loaded = configFromSettings({ preset: "strict" }, "/nowhere");
const settings = settingsOf({ loaded, project: findProject(loaded), catalog, pipelineResolves: true });

const HEAD = `import { Router } from "express"; import { Pool } from "pg"; import { EventEmitter } from "node:events"; import _ from "lodash"; const r = Router(); const pool = new Pool(); const q = () => pool.query("q"); const p = () => pool.query("p"); const c = () => pool.query("c");\n`;

/** Which of `p`, `q` and `c` the route runs: as rules see it, and as the call graph says. */
function run(text: string): { reached: string; graph: string; unexplained: number } {
  const parsed = parse("a.ts", HEAD + text);
  if ("message" in parsed) throw new Error(parsed.message);
  const view = new View(extract(parsed), HEAD + text, "src/a.ts", "server", settings);
  const { functions, values } = view.facts;
  const queries = [...waysTo(view, view.get(calls)).values()].flat().flatMap(({ call, doubt }) => {
    const query = values[call.args?.[0] ?? -1];
    return call.symbols.some((s) => s.rows("effects").length > 0) && query?.kind === "literal" ? [`${String(query.value)}${doubt === null ? "" : "?"}`] : [];
  });
  const { edges, unresolved } = view.get(callGraph);
  const seen = new Set<FnId>([functions.findIndex((f) => f.id.includes("arg1 of r.get"))]);
  for (const at of seen) for (const e of edges) if (e.from === at) seen.add(e.to);
  return { reached: [...new Set(queries)].sort().join(" "), graph: ["c", "p", "q"].filter((name) => [...seen].some((fn) => functions[fn]?.name === name && functions[fn].parent === 0)).join(" "), unexplained: unresolved.filter((u) => u.reason === "").length };
}

describe("a route runs", () => {
  it.each<[string, string, string]>([
    ["map const", `const t = new Map([["a", q], ["b", p]]); r.get("/a", () => t.get("a")());`, "q"],
    ["map any", `const t = new Map([["a", q], ["b", p]]); r.get("/a", (req) => t.get(req.params.k)());`, "p q"],
    ["map any nonnull", `const t = new Map([["a", q], ["b", p]]); r.get("/a", (req) => { const f = t.get(req.params.k); if (!f) throw new Error(); return f(); });`, "p q"],
    ["map optional", `const t = new Map([["a", q], ["b", p]]); r.get("/a", (req) => t.get(req.params.k)?.());`, "p q"],
    ["map set const", `const t = new Map(); t.set("a", q); t.set("b", p); r.get("/a", () => t.get("a")());`, "q"],
    ["map set any", `const t = new Map(); t.set("a", q); t.set("b", p); r.get("/a", (req) => t.get(req.params.k)());`, "p q"],
    ["map set chained", `const t = new Map().set("a", q).set("b", p); r.get("/a", (req) => t.get(req.params.k)());`, "p q"],
    ["map of entries", `const t = new Map(Object.entries({ a: q, b: p })); r.get("/a", (req) => t.get(req.params.k)());`, "p q"],
    ["map forEach", `const t = new Map([["a", q], ["b", p]]); r.get("/a", () => t.forEach((f) => f()));`, "p q"],
    ["map for of", `const t = new Map([["a", q], ["b", p]]); r.get("/a", () => { for (const [, f] of t) f(); });`, "p q"],
    ["map values", `const t = new Map([["a", q], ["b", p]]); r.get("/a", () => { for (const f of t.values()) f(); });`, "p q"],
    ["map fine", `const t = new Map([["a", q], ["b", p]]); r.get("/a", () => t.has("a"));`, ""],
    ["map other", `const t = new Map([["a", q]]); const u = new Map([["a", p]]); r.get("/a", (req) => u.get(req.params.k)());`, "p"],
    ["map in a class", `class B { #h = new Map(); on(n, f) { this.#h.set(n, f); } run(n) { this.#h.get(n)(); } } const b = new B(); b.on("a", q); r.get("/a", (req) => b.run(req.params.k));`, "q"],
    ["map of objects", `const t = new Map([["a", { run: q }], ["b", { run: p }]]); r.get("/a", (req) => t.get(req.params.k).run());`, "p q"],
    ["map of instances", `class A { run() { return q(); } } const t = new Map([["a", new A()]]); r.get("/a", (req) => t.get(req.params.k).run());`, "q"],
    ["set for of", `const t = new Set([q]); t.add(p); r.get("/a", () => { for (const f of t) f(); });`, "p q"],
    ["set forEach", `const t = new Set(); t.add(q); r.get("/a", () => t.forEach((f) => f()));`, "q"],
    ["set spread", `const t = new Set([q]); r.get("/a", () => Promise.all([...t].map((f) => f())));`, "q"],
    ["weakmap", `const t = new WeakMap(); const k = {}; t.set(k, q); r.get("/a", () => t.get(k)());`, "q"],
    ["table const", `const t = { a: q, b: p }; r.get("/a", () => t["a"]());`, "q"],
    ["table any", `const t = { a: q, b: p }; r.get("/a", (req) => t[req.params.k]());`, "p q"],
    ["table of a name", `const t = { a: q, b: p }; r.get("/a", (req) => { const f = t[req.params.k]; f(); });`, "p q"],
    ["table written any", `const t = {}; t["a"] = q; t.b = p; r.get("/a", (req) => t[req.params.k]());`, "p q"],
    ["table written by key", `const t = {}; for (const n of ["a"]) t[n] = q; r.get("/a", (req) => t[req.params.k]());`, "q"],
    ["table null proto", `const t = Object.create(null); t.a = q; r.get("/a", (req) => t[req.params.k]());`, "q"],
    ["table Object.values", `const t = { a: q, b: p }; r.get("/a", () => Object.values(t).forEach((f) => f()));`, "p q"],
    ["table Object.entries", `const t = { a: q, b: p }; r.get("/a", () => { for (const [n, f] of Object.entries(t)) f(); });`, "p q"],
    ["table in", `const t = { a: q, b: p }; r.get("/a", () => { for (const n in t) t[n](); });`, "p q"],
    ["table keys", `const t = { a: q, b: p }; r.get("/a", () => { for (const n of Object.keys(t)) t[n](); });`, "p q"],
    ["name method of class", `class S { a() { q(); } b() { p(); } c() {} } const s = new S(); r.get("/a", (req) => { const n = req.x ? "a" : "b"; s[n](); });`, "p q"],
    ["name any method of class", `class S { a() { q(); } b() { p(); } } const s = new S(); r.get("/a", (req) => s[req.params.k]());`, "p q"],
    ["array index", `const t = [q, p]; r.get("/a", () => t[0]());`, "q"],
    ["const no dispose", `class L { [Symbol.dispose]() { q(); } } r.get("/a", () => { const l = new L(); });`, ""],
    ["decorator only notes", `const list = []; function note(t, n, d) { list.push(n); } class S { @note a() { p(); } } const s = new S(); r.get("/a", () => s.a());`, "p"],
    ["getter", `class S { get a() { return q(); } } const s = new S(); r.get("/a", () => { const x = s.a; });`, "q"],
    ["getter object", `const s = { get a() { return q(); } }; r.get("/a", () => s.a);`, "q"],
    ["getter in template", `const s = { get a() { return q(); } }; r.get("/a", () => \`\${s.a}\`);`, "q"],
    ["getter destructured", `class S { get a() { return q(); } } const s = new S(); r.get("/a", () => { const { a } = s; });`, "q"],
    ["getter static", `class S { static get a() { return q(); } } r.get("/a", () => S.a);`, "q"],
    ["getter this", `class S { get a() { return q(); } b() { return this.a; } } const s = new S(); r.get("/a", () => s.b());`, "q"],
    ["getter not read", `class S { get a() { return q(); } b() { return 1; } } const s = new S(); r.get("/a", () => s.b());`, ""],
    ["getter defineProperty", `const s = {}; Object.defineProperty(s, "a", { get() { return q(); } }); r.get("/a", () => s.a);`, "q"],
    ["setter", `class S { set a(v) { q(); } } const s = new S(); r.get("/a", () => { s.a = 1; });`, "q"],
    ["setter not written", `class S { set a(v) { q(); } get a() { return 1; } } const s = new S(); r.get("/a", () => s.a);`, ""],
    ["iterator", `class S { *[Symbol.iterator]() { yield q(); } } const s = new S(); r.get("/a", () => { for (const x of s) x; });`, "q"],
    ["iterator spread", `class S { *[Symbol.iterator]() { yield q(); } } const s = new S(); r.get("/a", () => [...s]);`, "q"],
    ["iterator array from", `class S { *[Symbol.iterator]() { yield q(); } } const s = new S(); r.get("/a", () => Array.from(s));`, "q"],
    ["async iterator", `class S { async *[Symbol.asyncIterator]() { yield q(); } } const s = new S(); r.get("/a", async () => { for await (const x of s) x; });`, "q"],
    ["iterator by hand", `class S { [Symbol.iterator]() { return { next: () => ({ done: true, value: q() }) }; } } const s = new S(); r.get("/a", () => { for (const x of s) x; });`, "q"],
    ["iterator destructured", `class S { *[Symbol.iterator]() { yield q(); } } const s = new S(); r.get("/a", () => { const [x] = s; });`, "q"],
    ["iterator not gone over", `class S { *[Symbol.iterator]() { yield q(); } size() { return 1; } } const s = new S(); r.get("/a", () => s.size());`, ""],
    ["generator", `function* g() { yield q(); } r.get("/a", () => { for (const x of g()) x; });`, "q"],
    ["generator delegated", `function* g() { yield q(); } function* h() { yield* g(); } r.get("/a", () => { for (const x of h()) x; });`, "q"],
    ["generator yields functions", `function* g() { yield q; yield p; } r.get("/a", () => { for (const f of g()) f(); });`, "p q"],
    ["what every object has, beside names made at run time", `const t = {}; for (const n of names) t[n] = q; r.get("/a", () => [t.toString(), t.b()]);`, "q"],
    ["what every object has, not by a name made at run time", `const t = {}; for (const n of names) t[n] = q; r.get("/a", () => t.toString());`, ""],
    ["toString not", `class S { toString() { return q(); } } const s = new S(); r.get("/a", () => s === 3);`, ""],
    ["event", `const bus = new EventEmitter(); bus.on("x", q); bus.on("y", p); r.get("/a", () => bus.emit("x"));`, "q"],
    ["event once", `const bus = new EventEmitter(); bus.once("x", q); r.get("/a", () => bus.emit("x"));`, "q"],
    ["event subclass", `class Bus extends EventEmitter {} const bus = new Bus(); bus.on("x", q); r.get("/a", () => bus.emit("x"));`, "q"],
    ["event field", `class S { bus = new EventEmitter(); constructor() { this.bus.on("x", q); } go() { this.bus.emit("x"); } } const s = new S(); r.get("/a", () => s.go());`, "q"],
    ["event field from outside", `class S { bus = new EventEmitter(); go() { this.bus.emit("x"); } } const s = new S(); s.bus.on("x", q); r.get("/a", () => s.go());`, "q"],
    ["event enum", `const E = { X: "x", Y: "y" }; const bus = new EventEmitter(); bus.on(E.X, q); bus.on(E.Y, p); r.get("/a", () => bus.emit(E.X));`, "q"],
    ["event other", `const bus = new EventEmitter(); const b2 = new EventEmitter(); b2.on("x", q); r.get("/a", () => bus.emit("x"));`, ""],
    ["event by param", `const bus = new EventEmitter(); function setup(b) { b.on("x", q); } setup(bus); r.get("/a", () => bus.emit("x"));`, "q"],
    ["bind args", `function f(g, x) { g(x); } const b = f.bind(null, q); r.get("/a", () => b(1));`, "q"],
    ["lodash once", `const b = _.once(q); r.get("/a", () => b());`, "q"],
    ["Reflect.apply", `r.get("/a", () => Reflect.apply(q, null, []));`, "q"],
    ["Reflect.construct", `class S { constructor() { q(); } } r.get("/a", () => Reflect.construct(S, []));`, "q"],
    ["Reflect.get", `const t = { a: q, b: p }; r.get("/a", () => Reflect.get(t, "a")());`, "q"],
    ["Reflect.get getter", `const t = { get a() { return q(); } }; r.get("/a", () => Reflect.get(t, "a"));`, "q"],
    ["apply", `r.get("/a", () => q.apply(null, []));`, "q"],
    ["optional", `r.get("/a", () => q?.());`, "q"],
    ["tagged", `const tag = (s) => q(); r.get("/a", () => tag\`x\`);`, "q"],
    ["default param", `function f(g = q) { g(); } r.get("/a", () => f());`, "q"],
    ["rest param", `function f(...gs) { gs.forEach((g) => g()); } r.get("/a", () => f(q));`, "q"],
    ["spread args", `function f(a, b) { b(); } const l = [1, q]; r.get("/a", () => f(...l));`, "q"],
    ["class field arrow", `class S { a = () => q(); } const s = new S(); r.get("/a", () => s.a());`, "q"],
    ["static block", `class S { static { q(); } } r.get("/a", () => S);`, ""],
    ["prototype method", `function S() {} S.prototype.a = function () { q(); }; const s = new S(); r.get("/a", () => s.a());`, "q"],
    ["prototype assigned", `function S() {} Object.assign(S.prototype, { a() { q(); } }); const s = new S(); r.get("/a", () => s.a());`, "q"],
    ["mixin", `const M = (B) => class extends B { a() { q(); } }; class S extends M(Object) {} const s = new S(); r.get("/a", () => s.a());`, "q"],
    ["callback queue", `const jobs = []; function add(f) { jobs.push(f); } add(q); r.get("/a", () => { for (const j of jobs) j(); });`, "q"],
    ["promise then by name", `r.get("/a", () => Promise.resolve().then(q));`, "q"],
    ["promisified", `import { promisify } from "node:util"; const b = promisify(q); r.get("/a", () => b());`, "q"],
    ["async local", `import { AsyncLocalStorage } from "node:async_hooks"; const als = new AsyncLocalStorage(); r.get("/a", () => als.run({}, q));`, "q"],
    ["reduce compose", `const compose = (...fs) => (x) => fs.reduce((a, f) => f(a), x); const b = compose(q, p); r.get("/a", () => b(1));`, "p q"],
    ["using", `class L { [Symbol.dispose]() { q(); } } r.get("/a", () => { using l = new L(); p(); });`, "p q"],
    ["await using", `class L { async [Symbol.asyncDispose]() { await q(); } } r.get("/a", async () => { await using l = new L(); });`, "q"],
    ["using made", `const open = () => ({ [Symbol.dispose]() { q(); } }); r.get("/a", () => { using l = open(); });`, "q"],
    ["toString", `class S { toString() { return q(); } } const s = new S(); r.get("/a", () => \`\${s}\`);`, "q"],
    ["toString concat", `class S { toString() { return q(); } } const s = new S(); r.get("/a", () => "a" + s);`, "q"],
    ["toString String()", `class S { toString() { return q(); } } const s = new S(); r.get("/a", () => String(s));`, "q"],
    ["valueOf", `class S { valueOf() { return q(); } } const s = new S(); r.get("/a", () => s > 3);`, "q"],
    ["toPrimitive", `class S { [Symbol.toPrimitive]() { return q(); } } const s = new S(); r.get("/a", () => +s);`, "q"],
    ["toJSON", `class S { toJSON() { return q(); } } const s = new S(); r.get("/a", () => JSON.stringify(s));`, "q"],
    ["then", `class S { then(f) { q(); f(); } } const s = new S(); r.get("/a", async () => { await s; });`, "q"],
    ["event prepend", `const bus = new EventEmitter(); bus.prependListener("x", q).prependOnceListener("x", p); r.get("/a", () => bus.emit("x"));`, "p q"],
    ["event chained", `const bus = new EventEmitter().on("x", q).on("x", p); r.get("/a", () => bus.emit("x"));`, "p q"],
    ["event subclass within", `class Bus extends EventEmitter { go() { this.emit("x"); } } const bus = new Bus(); bus.on("x", q); r.get("/a", () => bus.go());`, "q"],
    ["event any name", `const bus = new EventEmitter(); bus.on("x", q); bus.on("y", p); r.get("/a", (req) => bus.emit(req.params.k));`, "p q"],
    ["event symbol", `const X = Symbol("x"); const bus = new EventEmitter(); bus.on(X, q); r.get("/a", () => bus.emit(X));`, "q"],
    ["event target", `const t = new EventTarget(); t.addEventListener("x", q); r.get("/a", () => t.dispatchEvent(new Event("x")));`, "q"],
    ["partial", `function f(g, x) { g(x); } const b = _.partial(f, q); r.get("/a", () => b(1));`, "q"],
    ["lodash flow", `const b = _.flow(q, p); r.get("/a", () => b());`, "p q"],
    ["proxy get", `const t = new Proxy({}, { get(o, n) { q(); return n; } }); r.get("/a", () => t.x);`, "q"],
    ["proxy apply", `const t = new Proxy(p, { apply(f, self, a) { q(); return Reflect.apply(f, self, a); } }); r.get("/a", () => t());`, "p q"],
    ["proxy method", `const t = new Proxy({ run: p }, { get: (o, n) => (...a) => { q(); return o[n](...a); } }); r.get("/a", () => t.run());`, "p q"],
    ["conversions that another object has", `class S { toString() { return q(); } } class O {} const s = new S(); const o = new O(); r.get("/a", () => \`\${o}\`);`, ""],
    ["no thenable", `class S { then(f) { q(); f(); } } const s = new S(); r.get("/a", async () => { await p(); });`, "p"],
    ["two buses of one class", `class Bus extends EventEmitter {} const one = new Bus(); const other = new Bus(); other.on("x", q); one.on("x", p); r.get("/a", () => one.emit("x"));`, "p"],
    ["another event of a field", `class S { bus = new EventEmitter(); constructor() { this.bus.on("y", q); } go() { this.bus.emit("x"); } } const s = new S(); r.get("/a", () => s.go());`, ""],
    ["another symbol", `const X = Symbol("x"); const Y = Symbol("x"); const bus = new EventEmitter(); bus.on(X, q); bus.on(Y, p); r.get("/a", () => bus.emit(Y));`, "p"],
    ["a proxy's other trap", `const t = new Proxy({}, { set(o, n, v) { q(); return true; } }); r.get("/a", () => t.x);`, ""],
    ["a proxy's set", `const t = new Proxy({}, { set(o, n, v) { q(); return true; } }); r.get("/a", () => { t.x = 1; });`, "q"],
    ["a partial nobody calls", `function f(g, x) { g(x); } const b = _.partial(f, q); r.get("/a", () => 1);`, ""],
    ["decorator legacy", `function log(t, n, d) { const o = d.value; d.value = function (...a) { q(); return o.apply(this, a); }; return d; } class S { @log a() { p(); } } const s = new S(); r.get("/a", () => s.a());`, "p q"],
    ["decorator legacy factory", `const log = (m) => (t, n, d) => { const o = d.value; d.value = async function (...a) { await q(); return o.apply(this, a); }; }; class S { @log("x") a() { p(); } } const s = new S(); r.get("/a", () => s.a());`, "p q"],
    ["decorator stage 3", `function log(m, c) { return function (...a) { q(); return m.call(this, ...a); }; } class S { @log a() { p(); } } const s = new S(); r.get("/a", () => s.a());`, "p q"],
    ["decorator replaces", `function off(m, c) { return function () { q(); }; } class S { @off a() { p(); } } const s = new S(); r.get("/a", () => s.a());`, "q"],
    ["decorators of decorators", `function one(m, x) { return function () { q(); return m.call(this); }; } function two(t, n, d) { const o = d.value; d.value = function (...a) { c(); return o.apply(this, a); }; } class S { @one @two a() { p(); } } const s = new S(); r.get("/a", () => s.a());`, "c p q"],
    ["a decorator of another method", `function log(m, x) { return function () { q(); return m.call(this); }; } class S { @log a() { c(); } @log b() { p(); } } const s = new S(); r.get("/a", () => s.b());`, "p q"],
    ["what hands on all it is given and one more", `function all(...fs) { fs[0](); return all(p, ...fs); } r.get("/a", () => all(q));`, "p q"],
    ["name over constants", `const o = { a: q, b: p, c }; r.get("/a", () => { for (const n of ["a", "b"]) o[n](); });`, "p q"],
    ["name of a choice", `const o = { a: q, b: p, c }; r.get("/a", (req) => { const n = req.x ? "a" : "b"; o[n](); });`, "p q"],
    ["name of a type", `const o = { a: q, b: p, c }; function go(n: "a" | "b") { o[n](); } r.get("/a", (req) => go(req.params.k));`, "p q"],
    ["key of a map by a choice", `const t = new Map([["a", q], ["b", p], ["c", c]]); r.get("/a", (req) => t.get(req.x ? "a" : "b")());`, "p q"],
  ])("%s", (_, text, expected) => {
    expect(run(text)).toEqual({ reached: expected, graph: expected, unexplained: 0 });
  });
});
