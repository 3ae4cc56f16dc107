import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repository } from "./support/built.js";
import { writeFiles } from "./temp-tree.js";

/**
 * Programs in which ways, contexts or texts double with each line. What goes through them all does not end before the
 * sun does; what counts what it has seen takes a second or two. So the limit tells the one from the other, on any machine.
 */
const LIMIT = 100_000;
const LINES = 50;

const lines = (line: (i: number) => string, count = LINES): string => Array.from({ length: count }, (_, i) => line(i)).join("\n");
const HEAD = `import axios from "axios";
import express from "express";
import knex from "knex";
import { Pool } from "pg";
const app = express();
const pool = new Pool();
const db = knex({});
`;
const answer = (given: string): string => `\napp.get("/", async (req: any, res: any) => { try { res.json(await ${given}); } catch (err: any) { res.json({ error: err.message }); } });\n`;

const PROGRAMS: Readonly<Record<string, string>> = {
  "a query that is built in branches": `export function find(f: any) {\n  let q = db("users");\n${lines((i) => `  if (f.a${i}) q = q.where("a${i}", f.a${i});\n  else q = q.orWhere("b${i}", f.a${i});`)}\n  return q;\n}${answer("find(req.query)")}`,
  "a query in a field": `class B {\n  q: any = db("t");\n${lines((i) => `  a${i}(x: any) { this.q = x ? this.q.where("a", x) : this.q.orWhere("b", this.q); return this; }`)}\n}\nconst b: any = new B();\n${lines((i) => `b.a${i}(b);`)}${answer("b.q")}`,
  "a chain of promises, each of which may be two": `const p = (x: any) => Promise.resolve(x)${lines((i) => `.then((x: any) => x.a${i} ?? x)`, 200)};${answer("p(req.query.x)")}`,
  "lists of lists": `${lines((i) => `const l${i + 1}: any[] = [l${i}, l${i}]; l${i}.push(l${i + 1});`).replace(/^/, "const l0: any[] = [pool];\n")}${answer(`Promise.all(l${LINES}.map((x) => x[0].map((y: any) => y.query("select " + req.query.a))))`)}`,
  "helpers that call the next one three times": `${lines((i) => `async function h${i}(x: any): Promise<any> { for (const y of x) await h${i + 1}(y); await h${i + 1}(x); return h${i + 1}([x, x]); }`)}\nasync function h${LINES}(x: any) { return pool.query("select " + x); }${answer("h0(req.query.list)")}`,
  "functions that all call each other": `${lines((i) => `async function f${i}(x: any, y: any): Promise<any> { if (x) return f${(i * 7 + 3) % 90}(y, x + y); await f${(i + 1) % 90}({ ...x, a: y }, [x, y]); return f${(i * 13 + 5) % 90}(x.a, y.b); }`, 90)}${answer('f0(req.query, req.body).then((r) => pool.query("select " + r))')}`,
  "attempts that call attempts": `${lines((i) => `async function t${i}(x: any): Promise<any> { try { await t${i + 1}(x); return await t${i + 1}([x]); } catch (e: any) { if (e.code === ${i}) throw e; if (e instanceof TypeError) return t${i + 1}(e); throw new Error("t${i}: " + e.message, { cause: e }); } finally { await t${i + 1}(x).catch((e2) => { throw e2; }); } }`)}\nasync function t${LINES}(x: any) { if (!x) throw new Error("none"); return pool.query("select " + x); }${answer("t0(req.body)")}`,
  "classes behind one interface": `interface Step { run(x: any): Promise<any> }\n${lines((i) => `class S${i} implements Step { constructor(private readonly next: Step, private readonly other: Step) {} async run(x: any) { const a = await this.next.run(x); return this.other.run([a, x]); } }`)}\nclass End implements Step { async run(x: any) { return pool.query("select " + x); } }\nlet s: Step = new End();\n${lines((i) => `s = new S${i}(s, s);`)}${answer("s.run(req.query.q)")}`,
  "functions made of functions": `const compose = (f: any, g: any) => (x: any) => f(g(x));\nconst c0: any = (x: any) => pool.query("select " + x);\n${lines((i) => `const c${i + 1} = compose(c${i}, c${i});`)}${answer(`c${LINES}(req.query.q)`)}`,
  "functions that give functions": `const m0: any = (x: any) => (y: any) => pool.query("select " + x + y);\n${lines((i) => `const m${i + 1}: any = (f: any) => (x: any) => (y: any) => m${i}(f)(x)(y) ?? m${i}(x)(f)(y);`)}${answer(`m${LINES}(m1)(req.query.a)(req.query.b)`)}`,
  "objects in circles": `${lines((i) => `const o${i}: any = { run() { return o${(i * 7 + 1) % LINES}.run(); }, x: () => o${(i + 1) % LINES} };`)}\n${lines((i) => `o${i}[process.argv[${i}]!] = o${(i * 3 + 2) % LINES}; o${(i + 5) % LINES}.next = o${i}; Object.assign(o${i}, o${(i + 11) % LINES}); o${i}.list = [o${(i + 3) % LINES}, ...o${(i + 1) % LINES}.list];`)}${answer("pool.query(o3.next.list[0].run() + req.query.a)")}`,
  "tables of functions": `const t: any = {};\n${lines((i) => `t.f${i} = (x: any) => t["f" + x](t.f${(i * 7 + 1) % LINES}(x)); t[process.argv[${i}]!] = t.f${i}; t.list = [...(t.list ?? []), t.f${i}];`)}\nfor (const f of t.list) f(t);\nt.f0 = (x: any) => pool.query("select " + x);${answer("t[req.query.f](req.query.x)")}`,
  "arguments handed on with more": `function f(...args: any[]): any { return g(1, ...args); }\nfunction g(...args: any[]): any { return args.length > 9 ? pool.query("select " + args[3]) : f(2, ...args, ...args); }${answer("f(req.query.a)")}`,
  "options merged over and over": `async function call(o: any) {\n  let opts: any = { ...o };\n${lines((i) => `  opts = { ...opts, ...o.a${i}, headers: { ...opts.headers, ...o.headers } }; if (o.b${i}) opts = Object.assign({}, opts, o);`)}\n  return axios(opts);\n}${answer("call(req.query)")}`,
  "a text put together of itself": `export function text(q: any) {\n  let t = "select " + q.a;\n${lines((i) => `  const s${i} = \`\${t} and \${t}\`; t += s${i}; if (q.b${i}) t = t + t;`)}\n  return t;\n}${answer("pool.query(text(req.query))")}`,
  "names that swap": `app.get("/", async (req: any, res: any) => {\n${lines((i) => `  let a${i}: any = req.query.a${i};`, 30)}\n  for (;;) {\n${lines((i) => `    [a${i}, a${(i + 1) % 30}] = [a${(i * 3 + 1) % 30}, a${i}];\n    a${i}.f = a${(i + 7) % 30}; a${i} = a${(i + 9) % 30}.f;`, 30)}\n    if (a0) break;\n  }\n  await pool.query("select " + a3.f.f.f);\n  res.json(a1);\n});`,
  "routers that are mounted on all that follow": `${lines((i) => `const r${i} = express.Router(); r${i}.use((req: any, res: any, next: any) => (req.headers.authorization === process.env.KEY${i} ? next() : res.sendStatus(401)));`, 40)}\n${lines((i) => lines((j) => `r${i + j + 1}.use("/${j}", r${i});`, 39 - i), 40)}\nr0.post("/x", async (req: any, res: any) => res.json(await pool.query("delete from a where b = $1", [req.body.b])));\napp.use("/all", r39);`,
  "an address that functions put together, each of the next one's twice": `${lines((i) => `function f${i}(x: any): any { return x ? f${i + 1}(x) + f${i + 1}("/" + x) : f${i + 1}(x.replace("a", x)); }`)}\nfunction f${LINES}(x: any) { return x; }${answer("fetch(f0(req.query.to))")}`,
  "values that a loop makes of themselves": `import path from "node:path";\nimport { createLogger, format } from "winston";\nimport { Table } from "typeorm";
let f: any = format.json(), l: any = ["a"];\nfor (const x of process.argv) { f = format.combine(f, format.json()); l = [l, ...l, x]; }\nconst log = createLogger({ format: f });
export async function up(q: any) { let t: any = new Table(q); for (const x of l) { t = new Table(t); l = [l, x]; await q.createTable(t); await q.dropTable(l); await db.schema.dropTable(l); } }\nexport async function down(q: any) { await q.dropTable("t"); }
app.use(l);\napp.post("/x", l, (req: any, res: any) => res.json(req.body.x));
app.get("/", async (req: any, res: any) => {\n  const t: any = {};\n  let s: any = "a", p: any = req.query.p, q: any = p, keys = Object.keys(req.body), r: any = new Request(req.query.url);
  try {\n    for (const x of req.query.l) { s = s + x; p = path.normalize(p); q = path.relative(q, p); keys = keys.filter((k) => k !== x); r = new Request(r, { headers: x }); for (const k of keys) t[k] = req.body[k]; }
    if (!q.startsWith("..")) res.sendFile(p);\n    var body = body.body.x, made: any = { body: made }, called: any = called(), text: any = text + "a", same: any = same!;\n    await import(text);\n    same.listen(called, made);\n    await fetch(r);
    if (s.match(req.query.m)) await pool.query(s + body);\n  } catch (err: any) {\n    let e: any = err;\n    while (e.cause) e = e.cause;\n    log.error("no", err);\n    if (e.message.startsWith("We cannot ")) res.json({ error: e.message });
    for (;;) { e = e.message; if (e) throw e; }\n  }\n});`,
  "a text that is added to a thousand times": `export function text(q: any) {\n  let t = "select ";\n${lines((i) => `  t += q.a${i};`, 2500)}\n  return t;\n}${answer("pool.query(text(req.query))")}`,
  "lines of many thousand characters": `export const key = "${"aB3/".repeat(50_000)}";\nexport const spaces = "${" ".repeat(100_000)}";\nexport const open = "${"{a:(b=>{c(".repeat(10_000)}";\n/*${" *".repeat(50_000)}*/${answer(`pool.query("select ${"(select * from a where b = ".repeat(3000)}" + req.query.a)`)}`,
  "conditions that a loop adds to, and lists of them": `import { PrismaClient } from "@prisma/client";\nconst prisma = new PrismaClient();\nexport async function find(f: any) {\n  let w: any = {}, all: any = [];\n  for (const x of f.list) { w = { ...w, ...(x && { AND: [w, ...all] }), OR: [w, { a: x }] }; all = [...all, w, { OR: all }]; }\n${lines((i) => `  if (f.a${i}) w = { ...w, ...(f.b${i} && { AND: [w, w], NOT: { ...w } }) };`)}\n  return prisma.user.findMany({ where: w });\n}${answer("find(req.query)")}`,
  "routes that functions register by the next one, three times each": `${lines((i) => `function r${i}(path: any, h: any) { r${i + 1}(path + path, h); r${i + 1}(\`\${path}/\${path}\`, (q: any, s: any) => h(q, s)); r${i + 1}({ path }.path, { h }.h); }`)}\nconst rows: any[] = [];\nfunction r${LINES}(path: any, h: any) { rows.push({ path, h }); app.get(path, h); for (const row of rows) { app.get(row.path, row.h); rows.push({ path: row.path, h: row.h }); r0(row.path, row.h); } }\nr0("/x", (req: any, res: any) => res.json(req.query.a));`,
  "an address that is read anew and again as the base of a redirect": `app.get("/a", (req, res) => {\n  let base: any = req.url;\n  for (const _ of req.query.all as string[]) base = new URL(base).href;\n  res.redirect(new URL("/home?to=" + req.query.to, base).href);\n  res.send(String(req.query.name));\n});`,
};

let runner: ChildProcess | undefined;
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "nobypass-ends-"));
  writeFiles(dir, {
    "runner.mjs": `import { check } from ${JSON.stringify(pathToFileURL(join(repository, "dist/index.js")).href)};
      process.on("message", async (cwd) => {
        const { findings, problems } = await check({ cwd, paths: [] });
        process.send({ findings: findings.length, problems });
      });`,
  });
});
afterAll(() => {
  runner?.kill("SIGKILL");
  rmSync(dir, { recursive: true, force: true });
});

/** In a process of its own: one that does not end can be stopped. */
function judged(project: string): Promise<{ readonly findings: number; readonly problems: readonly unknown[] } | string> {
  const at = (runner ??= fork(join(dir, "runner.mjs"), { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] }));
  return new Promise((resolve) => {
    const settle = (found: Parameters<typeof resolve>[0]): void => {
      clearTimeout(late);
      at.removeAllListeners("message").removeAllListeners("exit");
      resolve(found);
    };
    const stopped = (why: string): void => {
      runner = undefined;
      at.kill("SIGKILL");
      settle(why);
    };
    const late = setTimeout(() => stopped("does not end"), LIMIT);
    at.once("message", (found) => settle(found as { findings: number; problems: unknown[] }));
    at.once("exit", () => stopped("breaks off"));
    at.send(project);
  });
}

describe("a check of", () => {
  it.each(Object.keys(PROGRAMS))("%s ends", async (name) => {
    const project = join(dir, String(Object.keys(PROGRAMS).indexOf(name)));
    mkdirSync(project);
    writeFiles(project, { "package.json": '{ "name": "p", "dependencies": { "express": "^5", "pg": "^8", "knex": "^3", "axios": "^1" } }', "nobypass.config.json": '{ "preset": "strict" }', "src/main.ts": HEAD + PROGRAMS[name] });
    const found = await judged(project);
    expect(found).toEqual({ findings: expect.any(Number), problems: [] });
    // Judged, and not given up.
    expect((found as { findings: number }).findings).toBeGreaterThan(0);
  });
});
