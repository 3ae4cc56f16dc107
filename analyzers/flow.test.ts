import { describe, expect, it } from "vitest";
import { marked, viewOf } from "../tests/support/facts.js";
import { flow } from "./flow.js";

/** Who is called at the marker. */
function called(text: string, path?: string): string[] {
  const view = viewOf(text, path);
  const call = view.facts.values[marked(view.facts, text)];
  if (call?.kind !== "call") throw new Error("no call");
  return view.get(flow).symbols(call.callee).map((node) => node.text).sort();
}

const PG = `import { Pool } from "pg";\nconst pool = new Pool();\n`;
const QUERY = "pg:Pool().query";
const CLIENT = "pg:Client().query";

it("this in a method of an object literal is that object, and whatever else calls it", () => {
  expect(called(`${PG}const db = { pool, find() { return [1].map(() => /*@*/this.pool.query("a")); } };`)).toEqual([QUERY]);
  expect(called(`${PG}const db = { pool }; function find() { return /*@*/this.pool.query("a"); }`)).toEqual([]);
});

describe("a name leads to", () => {
  it.each<[string, string, string]>([
    ["a named import", `import { Pool } from "pg"; /*@*/new Pool()`, "pg:Pool"],
    ["a renamed import", `import { Pool as P } from "pg"; /*@*/new P()`, "pg:Pool"],
    ["a default import's member", `import pg from "pg"; /*@*/new pg.Pool()`, "pg:Pool"],
    ["a namespace import", `import * as pg from "pg"; /*@*/new pg.Pool()`, "pg:Pool"],
    ["import equals", `import pg = require("pg"); /*@*/new pg.Pool()`, "pg:Pool"],
    ["an entity alias", `import * as pg from "pg"; import P = pg.Pool; /*@*/new P()`, "pg:Pool"],
    ["a default imported by name", `import { default as axios } from "axios"; /*@*/axios.get("/")`, "axios:get"],
    ["node: and bare modules alike", `import { readFileSync } from "node:fs"; /*@*/readFileSync("a")`, "fs:readFileSync"],
    ["require", `const pg = require("pg"); /*@*/new pg.Pool()`, "pg:Pool"],
    ["require taken apart", `const { Pool } = require("pg"); /*@*/new Pool()`, "pg:Pool"],
    ["a member of require", `const Pool = require("pg").Pool; /*@*/new Pool()`, "pg:Pool"],
    ["the call of require", `/*@*/require("axios")("/")`, "axios:"],
    ["require with a constant", "const name = `pg`; const pg = require(name); /*@*/new pg.Pool()", "pg:Pool"],
    ["require's default", `const axios = require("axios").default; /*@*/axios.get("/")`, "axios:get"],
    ["a dynamic import, awaited", `const pg = await import("pg"); /*@*/new pg.Pool()`, "pg:Pool"],
    ["a dynamic import taken apart", `const { Pool } = await import("pg"); /*@*/new Pool()`, "pg:Pool"],
    ["a dynamic import's default", `const { default: axios } = await import("axios"); /*@*/axios.get("/")`, "axios:get"],
    ["a dynamic import in then", `import("axios").then((axios) => /*@*/axios.get("/"))`, "axios:get"],
    ["a dynamic import in then, taken apart", `import("pg").then(({ Pool }) => /*@*/new Pool())`, "pg:Pool"],
    ["a global", `/*@*/fetch("/")`, "global:fetch"],
    ["globalThis", `/*@*/globalThis.fetch("/")`, "global:fetch"],
    ["globalThis by text", `/*@*/globalThis["fetch"]("/")`, "global:fetch"],
    ["globalThis by constant", `const f = "fetch"; /*@*/globalThis[f]("/")`, "global:fetch"],
    ["globalThis taken apart", `const { fetch: get } = globalThis; /*@*/get("/")`, "global:fetch"],
    ["window", `/*@*/window.fetch("/")`, "global:fetch"],
    ["a const", `const get = fetch; /*@*/get("/")`, "global:fetch"],
    ["a chain of consts", `const a = fetch, b = a, c = b; /*@*/c("/")`, "global:fetch"],
    ["a let assigned later", `let get; get = fetch; /*@*/get("/")`, "global:fetch"],
    ["a cast", `/*@*/(fetch as any)("/")`, "global:fetch"],
    ["an instantiation", `import { Pool } from "pg"; const P = Pool<string>; /*@*/new P()`, "pg:Pool"],
    ["a non-null assertion", `let get: typeof fetch | undefined = fetch; /*@*/get!("/")`, "global:fetch"],
    ["satisfies", `/*@*/(fetch satisfies Function)("/")`, "global:fetch"],
    ["an optional call", `/*@*/fetch?.("/")`, "global:fetch"],
    ["an optional member", `${PG}/*@*/pool?.query("")`, QUERY],
    ["a sequence", `import * as fs from "fs"; /*@*/(0, fs.readFileSync)("a")`, "fs:readFileSync"],
    ["a member of an awaited value", `${PG}/*@*/(await pool.connect()).query("")`, CLIENT],
    ["what a member call returns", `${PG}const client = await pool.connect(); /*@*/client.query("")`, CLIENT],
    ["assignment as a value", `${PG}let p; /*@*/(p = pool).query("")`, QUERY],
  ])("%s", (_, text, expected) => {
    expect(called(text)).toEqual([expected]);
  });
});

describe("destructuring", () => {
  it.each<[string, string, string]>([
    ["nested", `import fs from "fs"; const { promises: { readFile } } = fs; /*@*/readFile("a")`, "fs:promises.readFile"],
    ["of a parameter with a default", `export function f({ get = fetch } = {}) { /*@*/get("/") }`, "global:fetch"],
    ["rest of a module", `import axios from "axios"; const { post, ...others } = axios; /*@*/others.get("/")`, "axios:get"],
    ["an array", `${PG}const [first] = [pool]; /*@*/first.query("")`, QUERY],
    ["the second of an array", `${PG}const [, { db }] = [1, { db: pool }]; /*@*/db.query("")`, QUERY],
    ["rest of an array", `${PG}const [x, ...others] = [1, pool]; /*@*/others[0].query("")`, QUERY],
    ["rest of an object", `${PG}const { a, ...others } = { a: 1, db: pool }; /*@*/others.db.query("")`, QUERY],
    ["an assignment", `${PG}let db; ({ db } = { db: pool }); /*@*/db.query("")`, QUERY],
    ["a computed key that is constant", `${PG}const key = "db"; const { [key]: x } = { db: pool }; /*@*/x.query("")`, QUERY],
    ["awaited all", `${PG}const [client] = await Promise.all([pool.connect()]); /*@*/client.query("")`, CLIENT],
  ])("%s", (_, text, expected) => {
    expect(called(text)).toEqual([expected]);
  });
});

describe("a client in", () => {
  it.each<[string, string, string]>([
    ["an object table", `${PG}const db = { main: pool }; /*@*/db.main.query("")`, QUERY],
    ["a table by constant key", `${PG}const db = { main: pool }; /*@*/db["main"].query("")`, QUERY],
    ["a table by unknown key", `${PG}const db = { main: pool }; /*@*/db[key].query("")`, QUERY],
    ["a frozen table", `${PG}const db = Object.freeze({ main: pool }); /*@*/db.main.query("")`, QUERY],
    ["a table with spread", `${PG}const base = { main: pool }; const db = { ...base, x: 1 }; /*@*/db.main.query("")`, QUERY],
    ["a table written later", `${PG}const db = {}; db.main = pool; /*@*/db.main.query("")`, QUERY],
    ["a function's property", `${PG}function f() { return /*@*/f.pool.query(""); } f.pool = pool;`, QUERY],
    ["a getter of a table", `${PG}const db = { get main() { return pool; } }; /*@*/db.main.query("")`, QUERY],
    ["an array", `${PG}const all = [pool]; /*@*/all[0].query("")`, QUERY],
    ["an array by unknown index", `${PG}const all = [pool]; /*@*/all[i].query("")`, QUERY],
    ["a ternary", `${PG}const db = test ? pool : pool; /*@*/db.query("")`, QUERY],
    ["an and", `${PG}const db = test && pool; /*@*/db.query("")`, QUERY],
    ["a singleton made lazily", `import { Pool } from "pg"; let pool; export function db() { pool ??= new Pool(); return pool; } /*@*/db().query("")`, QUERY],
    ["a singleton made lazily, returned at once", `import { Pool } from "pg"; let pool; const db = () => (pool ??= new Pool()); /*@*/db().query("")`, QUERY],
    ["a singleton made in an if", `import { Pool } from "pg"; let pool; function db() { if (!pool) { pool = new Pool(); } return pool; } /*@*/db().query("")`, QUERY],
    ["a singleton of a class", `import { Pool } from "pg"; class Db { static #pool?: Pool; static get() { return (Db.#pool ??= new Pool()); } } /*@*/Db.get().query("")`, QUERY],
    ["a factory", `import { Pool } from "pg"; function make() { return new Pool(); } /*@*/make().query("")`, QUERY],
    ["an arrow factory", `import { Pool } from "pg"; const make = () => new Pool(); /*@*/make().query("")`, QUERY],
    ["an async factory", `import { Client } from "pg"; const make = async () => { const c = new Client(); await c.connect(); return c; }; const c = await make(); /*@*/c.query("")`, CLIENT],
    ["a factory with a declared result", `import { Pool } from "pg"; declare function make(): Pool; /*@*/make().query("")`, QUERY],
    ["a factory with a declared result and a body nobody can read", `import type { Pool } from "pg"; import { x } from "./x.js"; function make(): Pool { return x(); } /*@*/make().query("")`, QUERY],
    ["a factory of a table", `${PG}function deps() { return { pool }; } /*@*/deps().pool.query("")`, QUERY],
    ["a factory taken apart", `${PG}const { pool: p } = (() => ({ pool }))(); /*@*/p.query("")`, QUERY],
    ["a closure", `${PG}function f() { return () => /*@*/pool.query(""); }`, QUERY],
    ["a parameter given by a local caller", `${PG}function f(db) { return /*@*/db.query(""); } f(pool);`, QUERY],
    ["a parameter taken apart, given by a local caller", `${PG}function f({ db }) { return /*@*/db.query(""); } f({ db: pool });`, QUERY],
    ["the loop over an array", `${PG}for (const db of [pool]) /*@*/db.query("")`, QUERY],
    ["the loop over a named array", `${PG}const all = [pool]; for (const db of all) /*@*/db.query("")`, QUERY],
    ["a loop over entries taken apart", `${PG}for (const { db } of [{ db: pool }]) /*@*/db.query("")`, QUERY],
    ["a loop over values", `${PG}for (const db of Object.values({ pool })) /*@*/db.query("")`, QUERY],
    ["a callback of map", `${PG}[pool].map((db) => /*@*/db.query(""))`, QUERY],
    ["a callback of forEach on a name", `${PG}const all = [pool]; all.forEach((db) => /*@*/db.query(""))`, QUERY],
    ["a map of a typed array", `import type { Pool } from "pg"; export function f(all: Pool[]) { return all.map((db) => /*@*/db.query("")); }`, QUERY],
    ["a map that makes clients", `import { Pool } from "pg"; const all = urls.map((u) => new Pool({ connectionString: u })); for (const db of all) /*@*/db.query("")`, QUERY],
    ["a Map typed", `import { Pool } from "pg"; const pools = new Map<string, Pool>(); /*@*/pools.get("a").query("")`, QUERY],
  ])("%s", (_, text, expected) => {
    expect(called(text)).toEqual([expected]);
  });
});

describe("a class", () => {
  it.each<[string, string, string]>([
    ["field with an initialiser", `import { Pool } from "pg"; class R { pool = new Pool(); f() { return /*@*/this.pool.query(""); } }`, QUERY],
    ["private field", `import { Pool } from "pg"; class R { #pool = new Pool(); f() { return /*@*/this.#pool.query(""); } }`, QUERY],
    ["declared field", `import { Pool } from "pg"; class R { declare pool: Pool; f() { return /*@*/this.pool.query(""); } }`, QUERY],
    ["declared field, optional", `import { Pool } from "pg"; class R { pool?: Pool; f() { return /*@*/this.pool?.query(""); } }`, QUERY],
    ["field assigned in the constructor", `import { Pool } from "pg"; class R { pool; constructor() { this.pool = new Pool(); } f() { return /*@*/this.pool.query(""); } }`, QUERY],
    ["declared field, assigned from a parameter", `import type { Pool } from "pg"; class R { private pool: Pool; constructor(p) { this.pool = p; } f() { return /*@*/this.pool.query(""); } }`, QUERY],
    ["field assigned from a typed parameter", `import type { Pool } from "pg"; class R { pool; constructor(p: Pool) { this.pool = p; } f() { return /*@*/this.pool.query(""); } }`, QUERY],
    ["parameter property", `import type { Pool } from "pg"; class R { constructor(private readonly pool: Pool) {} f() { return /*@*/this.pool.query(""); } }`, QUERY],
    ["parameter property with a default", `import { Pool } from "pg"; class R { constructor(private pool = new Pool()) {} f() { return /*@*/this.pool.query(""); } }`, QUERY],
    ["parameter property given by the one who makes it", `${PG}class R { constructor(private db) {} f() { return /*@*/this.db.query(""); } } new R(pool);`, QUERY],
    ["field used in an arrow field", `import { Pool } from "pg"; class R { pool = new Pool(); f = () => /*@*/this.pool.query(""); }`, QUERY],
    ["field taken apart", `import { Pool } from "pg"; class R { pool = new Pool(); f() { const { pool } = this; return /*@*/pool.query(""); } }`, QUERY],
    ["field through self", `import { Pool } from "pg"; class R { pool = new Pool(); f() { const self = this; return function () { return /*@*/self.pool.query(""); }; } }`, QUERY],
    ["static field", `import { Pool } from "pg"; class R { static pool = new Pool(); f() { return /*@*/R.pool.query(""); } }`, QUERY],
    ["static field through this", `import { Pool } from "pg"; class R { static pool = new Pool(); static f() { return /*@*/this.pool.query(""); } }`, QUERY],
    ["field of the same name as a static one", `import { Pool, Client } from "pg"; class R { static db = new Client(); db = new Pool(); f() { return /*@*/this.db.query(""); } }`, QUERY],
    ["static field set in a block", `import { Pool } from "pg"; class R { static pool; static { this.pool = new Pool(); } f() { return /*@*/R.pool.query(""); } }`, QUERY],
    ["getter", `import { Pool } from "pg"; class R { #p = new Pool(); get pool() { return this.#p; } f() { return /*@*/this.pool.query(""); } }`, QUERY],
    ["getter with a declared type", `import type { Pool } from "pg"; class R { get pool(): Pool { return make(); } f() { return /*@*/this.pool.query(""); } }`, QUERY],
    ["method that makes it", `import { Pool } from "pg"; class R { pool() { return new Pool(); } f() { return /*@*/this.pool().query(""); } }`, QUERY],
    ["method with a declared result", `import type { Pool } from "pg"; abstract class R { abstract pool(): Pool; f() { return /*@*/this.pool().query(""); } }`, QUERY],
    ["field of an instance", `import { Pool } from "pg"; class R { pool = new Pool(); } const r = new R(); /*@*/r.pool.query("")`, QUERY],
    ["field of a typed parameter", `import type { Pool } from "pg"; class R { pool!: Pool; } export function f(r: R) { return /*@*/r.pool.query(""); }`, QUERY],
    ["field inherited", `import { Pool } from "pg"; class B { pool = new Pool(); } class R extends B { f() { return /*@*/this.pool.query(""); } }`, QUERY],
    ["parameter property inherited", `import type { Pool } from "pg"; class B { constructor(protected pool: Pool) {} } class R extends B { f() { return /*@*/this.pool.query(""); } }`, QUERY],
    ["method inherited", `import { Pool } from "pg"; class B { db() { return new Pool(); } } class R extends B { f() { return /*@*/this.db().query(""); } }`, QUERY],
    ["super's method", `import { Pool } from "pg"; class B { db() { return new Pool(); } } class R extends B { f() { return /*@*/super.db().query(""); } }`, QUERY],
    ["extends one of the catalog", `import { Pool } from "pg"; class Db extends Pool {} const db = new Db(); /*@*/db.query("")`, QUERY],
    ["extends one of the catalog, from inside", `import { Pool } from "pg"; class Db extends Pool { f() { return /*@*/this.query(""); } }`, QUERY],
    ["extends one of the catalog, by super", `import { Pool } from "pg"; class Db extends Pool { query(q) { return /*@*/super.query(q); } }`, QUERY],
    ["extends one of the catalog, twice", `import { Pool } from "pg"; class A extends Pool {} class Db extends A {} /*@*/new Db().query("")`, QUERY],
    ["extends one of the catalog, as a type", `import { Pool } from "pg"; class Db extends Pool {} export function f(db: Db) { return /*@*/db.query(""); }`, QUERY],
  ])("%s", (_, text, expected) => {
    expect(called(text)).toEqual([expected]);
  });
});

describe("a declared type:", () => {
  const T = `import type { Pool } from "pg"; import * as pg from "pg";\n`;
  it.each<[string, string, string]>([
    ["a class", `${T}export function f(db: Pool) { /*@*/db.query("") }`, QUERY],
    ["a qualified class", `${T}export function f(db: pg.Pool) { /*@*/db.query("") }`, QUERY],
    ["a union with undefined", `${T}export function f(db: Pool | undefined) { /*@*/db.query("") }`, QUERY],
    ["a union with null", `${T}export function f(db: null | Pool) { /*@*/db.query("") }`, QUERY],
    ["a promise, awaited", `${T}export async function f(db: Promise<Pool>) { /*@*/(await db).query("") }`, QUERY],
    ["Awaited", `${T}export function f(db: Awaited<Promise<Pool>>) { /*@*/db.query("") }`, QUERY],
    ["Readonly", `${T}export function f(db: Readonly<Pool>) { /*@*/db.query("") }`, QUERY],
    ["Pick", `${T}export function f(db: Pick<Pool, "query">) { /*@*/db.query("") }`, QUERY],
    ["Omit", `${T}export function f(db: Omit<Pool, "end">) { /*@*/db.query("") }`, QUERY],
    ["Required and Partial", `${T}export function f(db: Required<Partial<Pool>>) { /*@*/db.query("") }`, QUERY],
    ["NonNullable", `${T}export function f(db: NonNullable<Pool | null>) { /*@*/db.query("") }`, QUERY],
    ["an alias", `${T}type Db = Pool; export function f(db: Db) { /*@*/db.query("") }`, QUERY],
    ["an alias of an alias", `${T}type A = Pool | null; type B = A; export function f(db: B) { /*@*/db.query("") }`, QUERY],
    ["an interface's property", `${T}interface Deps { db: Pool } export function f(deps: Deps) { /*@*/deps.db.query("") }`, QUERY],
    ["an interface's property taken apart", `${T}interface Deps { db: Pool } export function f({ db }: Deps) { /*@*/db.query("") }`, QUERY],
    ["an interface's property, nested", `${T}interface Deps { a: { db: Pool } } export const f = ({ a: { db } }: Deps) => /*@*/db.query("")`, QUERY],
    ["an inherited property", `${T}interface A { db: Pool } interface Deps extends A {} export function f(deps: Deps) { /*@*/deps.db.query("") }`, QUERY],
    ["an interface that extends it", `${T}interface Db extends Pool { x: 1 } export function f(db: Db) { /*@*/db.query("") }`, QUERY],
    ["a type literal", `${T}export function f(deps: { db?: Pool }) { /*@*/deps.db.query("") }`, QUERY],
    ["an intersection", `${T}export function f(deps: { x: 1 } & { db: Pool }) { /*@*/deps.db.query("") }`, QUERY],
    ["an intersection with it", `${T}export function f(db: Pool & { x: 1 }) { /*@*/db.query("") }`, QUERY],
    ["an indexed access", `${T}interface Deps { db: Pool } export function f(db: Deps["db"]) { /*@*/db.query("") }`, QUERY],
    ["an array", `${T}export function f(all: Pool[]) { /*@*/all[0].query("") }`, QUERY],
    ["Array", `${T}export function f(all: Array<Pool>) { for (const db of all) /*@*/db.query("") }`, QUERY],
    ["a readonly array", `${T}export function f(all: readonly Pool[]) { for (const db of all) /*@*/db.query("") }`, QUERY],
    ["a tuple", `${T}export function f([n, db]: [number, Pool]) { /*@*/db.query("") }`, QUERY],
    ["a record", `${T}export function f(all: Record<string, Pool>) { /*@*/all[x].query("") }`, QUERY],
    ["a function type's result", `${T}export function f(make: () => Pool) { /*@*/make().query("") }`, QUERY],
    ["a function type's promised result", `${T}export async function f(make: () => Promise<Pool>) { const db = await make(); /*@*/db.query("") }`, QUERY],
    ["a method's result in an interface", `${T}interface Deps { db(): Pool } export function f(deps: Deps) { /*@*/deps.db().query("") }`, QUERY],
    ["ReturnType", `${T}import { createClient } from "redis"; export function f(c: ReturnType<typeof createClient>) { /*@*/c.get("") }`, "redis:createClient().get"],
    ["InstanceType", `${T}export function f(db: InstanceType<typeof Pool>) { /*@*/db.query("") }`, QUERY],
    ["typeof a class", `${T}export function f(P: typeof Pool) { /*@*/new P() }`, "pg:Pool"],
    ["typeof a local value", `${PG}export function f(db: typeof pool) { /*@*/db.query("") }`, QUERY],
    ["ReturnType of a local function", `${PG}const make = () => pool; export function f(db: ReturnType<typeof make>) { /*@*/db.query("") }`, QUERY],
    ["an import type", `export function f(db: import("pg").Pool) { /*@*/db.query("") }`, QUERY],
    ["typeof an import", `export function f(pg: typeof import("pg")) { /*@*/new pg.Pool() }`, "pg:Pool"],
    ["a variable", `${T}declare const db: Pool; /*@*/db.query("")`, QUERY],
    ["a variable written by another function", `${T}let db: Pool; export function init(p) { db = p; } export function f() { /*@*/db.query("") }`, QUERY],
    ["a cast", `${T}/*@*/(x as Pool).query("")`, QUERY],
    ["a cast through unknown", `${T}const db = x as unknown as Pool; /*@*/db.query("")`, QUERY],
    ["a cast of a result", `${T}const db = container.get("db") as Pool; /*@*/db.query("")`, QUERY],
    ["a type argument of a container", `${T}const db = container.get<Pool>("db"); /*@*/db.query("")`, QUERY],
    ["a rest parameter", `${T}export function f(...all: Pool[]) { /*@*/all[0].query("") }`, QUERY],
    ["a function's declared type", `${T}type H = (db: Pool) => void; const f: H = (db) => /*@*/db.query("")`, QUERY],
    ["a generic's bound", `${T}export function f<T extends Pool>(db: T) { /*@*/db.query("") }`, QUERY],
  ])("%s", (_, text, expected) => {
    expect(called(text)).toEqual([expected]);
  });
});

describe("a function handed to a call gets", () => {
  it.each<[string, string, string]>([
    ["what pg hands over", `${PG}pool.connect((err, client, done) => { /*@*/client.query("") })`, CLIENT],
    ["knex's transaction", `import knex from "knex"; const db = knex({}); db.transaction(async (trx) => { await /*@*/trx("t") })`, "knex:()"],
    ["what a promise holds", `${PG}pool.connect().then((client) => /*@*/client.query(""))`, CLIENT],
    ["what a promise holds, in a function", `${PG}pool.connect().then(function (client) { return /*@*/client.query(""); })`, CLIENT],
    ["what a promise holds, by name", `${PG}function use(client) { return /*@*/client.query(""); } pool.connect().then(use)`, CLIENT],
    ["what the link before returned", `${PG}start().then(() => pool.connect()).then((client) => /*@*/client.query(""))`, CLIENT],
    ["express's response", `import express from "express"; const app = express(); app.get("/", (req, res) => /*@*/res.json({}))`, "express:Response().json"],
    ["express's response, handler by name", `import express from "express"; const app = express(); const handler = (req, res) => /*@*/res.json({}); app.get("/", handler)`, "express:Response().json"],
    ["express's error handler", `import express from "express"; const app = express(); app.use((err, req, res, next) => /*@*/res.json({}))`, "express:Response().json"],
    ["the handler in an array", `import express from "express"; const app = express(); app.get("/", [(req, res) => /*@*/res.json({})])`, "express:Response().json"],
    ["a wrapped handler", `import express from "express"; import asyncHandler from "express-async-handler"; const app = express(); app.get("/", asyncHandler(async (req, res) => /*@*/res.json({})))`, "express:Response().json"],
  ])("%s", (_, text, expected) => {
    expect(called(text)).toEqual([expected]);
  });
});

describe("where roads meet, each is named:", () => {
  it.each<[string, string, string[]]>([
    ["a fallback", `${PG}const db = given ?? pool; /*@*/db.query("")`, ["global:given.query", QUERY]],
    ["a default of a pattern", `const { get = fetch } = options; /*@*/get("/")`, ["global:fetch", "global:options.get"]],
    ["a ternary", `import axios from "axios"; const get = test ? fetch : axios; /*@*/get("/")`, ["axios:", "global:fetch"]],
    ["an if", `import axios from "axios"; let get = fetch; if (test) get = axios; /*@*/get("/")`, ["axios:", "global:fetch"]],
    ["a switch", `import axios from "axios"; let get; switch (x) { case 1: get = fetch; break; default: get = axios; } /*@*/get("/")`, ["axios:", "global:fetch"]],
    ["a name that another function writes", `import axios from "axios"; let get = fetch; export function swap() { get = axios; } /*@*/get("/")`, ["axios:", "global:fetch"]],
    ["a method that is replaced", `import { Sequelize } from "sequelize"; const db = new Sequelize("x"); db.transaction = async () => 1; const t = await db.transaction(); /*@*/t.rollback()`, ["sequelize:Transaction().rollback"]],
    ["two callers", `import axios from "axios"; function f(get) { /*@*/get("/"); } f(fetch); f(axios);`, ["axios:", "global:fetch"]],
  ])("%s", (_, text, expected) => {
    expect(called(text)).toEqual(expected);
  });
});

describe("seen through", () => {
  it.each<[string, string, string]>([
    ["bind", `${PG}const query = pool.query.bind(pool); /*@*/query("")`, QUERY],
    ["a promise's own methods", `/*@*/Promise.resolve(x).catch(next)`, "global:Promise().catch"],
    ["a promise's own methods, by name", `const all = Promise.all([a()]); /*@*/all.then(next)`, "global:Promise().then"],
    ["promisify", `import { promisify } from "util"; import fs from "fs"; const read = promisify(fs.readFile); /*@*/read("a")`, "fs:readFile"],
  ])("%s", (_, text, expected) => {
    expect(called(text)).toEqual([expected]);
  });
});

describe("circles end:", () => {
  it.each<[string, string, string[]]>([
    ["a loop's variable", `${PG}let db = pool; while (x) { db = y ? db : pool; } /*@*/db.query("")`, [QUERY]],
    ["a list walked along", `${PG}let db = pool; while (db) { db = db.next; } /*@*/db.query("")`, ["pg:Pool().next.query", QUERY]],
    ["recursion", `${PG}function f(n) { return n ? f(n - 1) : pool; } /*@*/f(3).query("")`, [QUERY]],
    ["mutual recursion", `${PG}function f(n) { return n ? g(n) : pool; } function g(n) { return f(n - 1); } /*@*/g(3).query("")`, [QUERY]],
    ["a parameter handed on", `${PG}function f(db, n) { if (n) return f(db, n - 1); return /*@*/db.query(""); } f(pool, 3);`, [QUERY]],
    ["a spread into itself", `${PG}let all = { pool }; for (;;) { all = { ...all, x: 1 }; if (y) break; } /*@*/all.pool.query("")`, [QUERY]],
    ["a name that is itself", `let x = x; /*@*/x.query("")`, []],
    ["a class that extends itself", `class A extends A { f() { return /*@*/this.query(""); } }`, []],
    ["a type that is itself", `type T = T; export function f(x: T) { return /*@*/x.query(""); }`, []],
    ["interfaces that extend each other", `interface A extends B {} interface B extends A {} export function f(x: A) { return /*@*/x.y.query(""); }`, []],
  ])("%s", (_, text, expected) => {
    expect(called(text)).toEqual(expected);
  });

  it("alike, whichever value of a circle is asked for first", () => {
    const text = `${PG}let a = pool, b; for (;;) { b = x ? a : other(); a = y ? b : a; if (z) break; use(a, b); } use(a); use(b);`;
    const sourcesFrom = (order: (n: number) => number): string => {
      const view = viewOf(text);
      const ids = view.facts.values.map((_, id) => id).sort((p, q) => order(p) - order(q));
      const found = new Map(ids.map((id) => [id, view.get(flow).sources(id).join()]));
      return view.facts.values.map((_, id) => found.get(id)).join(" ");
    };
    const forwards = sourcesFrom((n) => n);
    expect(sourcesFrom((n) => -n)).toBe(forwards);
    expect(sourcesFrom((n) => (n * 7919) % 101)).toBe(forwards);
  });
});

describe("is not taken for the real one:", () => {
  it.each<[string, string]>([
    ["a local function fetch", `function fetch() {} /*@*/fetch("/")`],
    ["a parameter fetch", `export function f(fetch) { /*@*/fetch("/") }`],
    ["a shadowed import", `import { Pool } from "pg"; export function f(Pool) { /*@*/new Pool() }`],
    ["a local console", `const console = make(); /*@*/console.log("")`],
    ["a local require", `function require(x) { return x; } const pg = require("pg"); /*@*/new pg.Pool()`],
    ["a class of the same name", `class Pool { query() {} } const pool = new Pool(); /*@*/pool.query("")`],
    ["a type parameter of the same name", `import { Pool } from "pg"; export function f<Pool>(db: Pool) { /*@*/db.query("") }`],
    ["a catch parameter", `try { x(); } catch (fetch) { /*@*/fetch("/") }`],
    ["a method override", `import { Pool } from "pg"; class Db extends Pool { query() { return 1; } } /*@*/new Db().query("")`],
    ["a block's own name", `import { Pool } from "pg"; { const Pool = other; /*@*/new Pool(); }`],
    ["something hoisted", `/*@*/fetch("/"); function fetch() {}`],
  ])("%s", (_, text) => {
    const found = called(text);
    expect(found.filter((s) => /^(pg|axios|fs):|^global:(fetch|console)/.test(s))).toEqual([]);
  });

  it("an import of the same name from elsewhere", () => {
    expect(called(`import { fetch } from "./net.js"; /*@*/fetch("/")`)).toEqual(["./net.js:fetch"]);
  });

  it("an overwritten name", () => {
    expect(called(`import axios from "axios"; let get = axios.get; get = other; /*@*/get("/")`)).toEqual(["global:other"]);
  });
});

describe("the callers of a function", () => {
  it.each<[string, string, number | null]>([
    ["that is only called", "function f() {} f(); f();", 2],
    ["that nobody calls", "function f() {}", 0],
    ["in a const", "const f = () => {}; f();", 1],
    ["called where it stands", "(() => {})();", 1],
    ["that calls itself", "const f = function g() { g(); }; f();", 1],
    ["that is exported", "export function f() {} f();", null],
    ["that is handed on", "function f() {} f(); use(f);", null],
    ["that is handed on under a name of its own", "retry(function f() { f(); });", null],
    ["in a name that is written again", "let f = () => {}; f = other; f();", null],
    ["that constructs", "class A { constructor() {} } new A();", 1],
  ])("%s", (_, text, expected) => {
    expect(viewOf(text).get(flow).callers(1)?.length ?? null).toBe(expected);
  });
});
