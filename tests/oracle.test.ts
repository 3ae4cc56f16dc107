import { describe, expect, it } from "vitest";
import { isCompilerLoaded } from "../analyzers/oracle/ts-morph.js";
import { run } from "../engine/run.js";
import type { RunResult } from "../engine/result.js";
import { tempTree } from "./temp-tree.js";

/** Packages as they are installed: their declarations, and nothing that runs. */
const INSTALLED = {
  "node_modules/pg/package.json": '{"name":"pg","version":"8.16.0","types":"index.d.ts"}',
  "node_modules/pg/index.d.ts": "export class Pool {\n  query(sql: string): Promise<{ rows: object[] }>;\n}\n",
  "node_modules/express/package.json": '{"name":"express","version":"5.1.0","types":"index.d.ts"}',
  "node_modules/express/index.d.ts": "declare function express(): any;\nexport default express;\n",
  "node_modules/acme-db/package.json": '{"name":"acme-db","version":"1.0.0","types":"index.d.ts","dependencies":{"pg":"8"}}',
  "node_modules/acme-db/index.d.ts": `import { Pool } from "pg";
export declare function make<T>(of: () => T): T;
export declare function connect(): Pool;
export declare function connectLater(): Promise<Pool>;
export interface Store extends Pool { name: string }
export declare function store(): Store;
export declare function reader(): Pick<Pool, "query">;
export declare const anything: any;
export declare function send(text: string): Promise<void>;
export declare function note(text: string): void;
export declare function perhaps(text: string): Promise<void> | void;
export interface Query { where(text: string): Query; then(done: (rows: object[]) => void): void }
export declare function select(text: string): Query;
export declare class Job extends Promise<string> { cancel(): void }
export declare function start(): Job;
export declare function open(text: string, done: (error: Error | null) => void): void;
export declare function open(text: string): Promise<void>;
`,
};
const PROJECT = {
  "package.json": '{"name":"app","type":"module","private":true,"dependencies":{"acme-db":"1","express":"5"}}',
  "tsconfig.json": '{"compilerOptions":{"strict":true,"module":"nodenext","target":"es2023","types":[]},"include":["src"]}',
  "nobypass.config.json": '{"preset":"strict"}',
};

function judged(files: Readonly<Record<string, string>>, options: { readonly rules?: readonly string[]; readonly types?: boolean; readonly installed?: boolean } = {}): RunResult {
  const cwd = tempTree({ ...PROJECT, ...(options.installed === false ? {} : INSTALLED), ...files });
  const result = run({ cwd, paths: [], rules: options.rules ?? ["bypass", "floating-promise"], ...(options.types === undefined ? {} : { types: options.types }) });
  expect(result.problems).toEqual([]);
  return result;
}

const found = (result: RunResult): string[] => result.findings.map((f) => `${f.file}:${f.start.line} ${f.rule}`);
const unknown = (result: RunResult): string[] => result.unknown.map((u) => `${u.file}:${u.start.line} ${u.rule}`);
const route = (body: string, before = ""): string => `import express from "express";\nimport * as acme from "acme-db";\n${before}\nexport const app = express();\napp.get("/", async (_req, res) => {\n  ${body}\n  res.end();\n});\n`;

describe("a compiler is asked what names leave open", () => {
  it("loads nothing where names decide", () => {
    const result = judged({ "src/app.ts": 'import express from "express";\nimport { Pool } from "pg";\nconst pool = new Pool();\nconst app = express();\napp.get("/", async (_req, res) => {\n  res.json(await pool.query("select 1"));\n});\n' });
    expect(found(result)).toEqual(["src/app.ts:6 bypass"]);
    expect(isCompilerLoaded()).toBe(false);
    expect(result.assumed.filter((line) => line.includes("left to names"))).toEqual([]);
  });

  it.each([
    ["a factory of a package", 'await acme.connect().query("select 1");'],
    ["a generic factory", 'await acme.make(() => acme.connect()).query("select 1");'],
    ["an interface that extends a client", 'await acme.store().query("select 1");'],
    ["a part of a client", 'await acme.reader().query("select 1");'],
    ["what a promise comes to", 'const db = await acme.connectLater();\n  await db.query("select 1");'],
    ["a method taken out of it", 'const { query } = acme.connect();\n  await query("select 1");'],
  ])("finds the effect of %s", (_, body) => {
    const files = { "src/app.ts": route(body) };
    expect(found(judged(files))).toEqual([expect.stringMatching(/^src\/app\.ts:[67] bypass$/)]);
    expect(found(judged(files, { types: false }))).toEqual([]);
  });

  it("finds it across files, by the types that functions are inferred to give", () => {
    const files = { "src/db.ts": 'import { make, connect } from "acme-db";\nexport const db = make(() => ({ main: connect() }));\n', "src/app.ts": route('await db.main.query("select 1");', 'import { db } from "./db.js";') };
    expect(found(judged(files))).toEqual(["src/app.ts:6 bypass"]);
  });

  it("follows a call into the class that a container of another package gives", () => {
    const box = { "node_modules/box/package.json": '{"name":"box","version":"1.0.0","types":"index.d.ts"}', "node_modules/box/index.d.ts": "export declare function take<T>(of: { of(): T }): T;\n" };
    const service = 'import { Pool } from "pg";\nconst pool = new Pool();\nexport class Users {\n  static of(): Users { return new Users(); }\n  async everyUser(): Promise<unknown> {\n    return pool.query("select 1");\n  }\n}\n';
    const files = { ...box, "src/users.ts": service, "src/app.ts": route("await take(Users).everyUser();", 'import { take } from "box";\nimport { Users } from "./users.js";') };
    expect(found(judged(files))).toEqual(["src/users.ts:6 bypass"]);
    expect(found(judged(files, { types: false }))).toEqual([]);
  });

  it("leaves alone what has no type, and what is called alike", () => {
    const own = "export class Board { query(text: string): string { return text; } }\n";
    expect(found(judged({ "src/app.ts": route('await acme.anything.query("select 1");') }))).toEqual([]);
    expect(found(judged({ "src/board.ts": own, "src/app.ts": route('const b = acme.make(() => new Board());\n  b.query("select 1");', 'import { Board } from "./board.js";') }))).toEqual([]);
    expect(found(judged({ "src/app.ts": route('const b = acme.make(() => ({ query: (text: string) => text }));\n  b.query("select 1");') }))).toEqual([]);
  });

  it("tells a promise by the declarations of a package", () => {
    const text = 'import { anything, note, open, perhaps, select, send, start } from "acme-db";\nexport function all(): void {\n  send("a");\n  note("a");\n  perhaps("a");\n  select("a");\n  start();\n  anything("a");\n  open("a");\n  open("a", () => undefined);\n}\n';
    const result = judged({ "src/app.ts": text }, { rules: ["floating-promise"] });
    expect(found(result)).toEqual(["src/app.ts:3 floating-promise", "src/app.ts:7 floating-promise", "src/app.ts:9 floating-promise"]);
    expect(unknown(result)).toEqual(["src/app.ts:5 floating-promise", "src/app.ts:6 floating-promise", "src/app.ts:8 floating-promise"]);
    expect(unknown(judged({ "src/app.ts": text }, { rules: ["floating-promise"], types: false }))).toHaveLength(8);
  });

  it("asks for scripts too, which are judged each for itself", () => {
    const result = judged({ "scripts/run.ts": 'import { note, send } from "acme-db";\nvoid (async () => {})().catch(note);\nsend("a");\nnote("a");\n', "tsconfig.json": '{"compilerOptions":{"strict":true,"module":"nodenext","types":[]}}' }, { rules: ["floating-promise"] });
    expect([found(result), unknown(result)]).toEqual([["scripts/run.ts:3 floating-promise"], []]);
  });
});

describe("what it cannot ask is said", () => {
  const files = { "src/app.ts": 'import { send } from "acme-db";\nexport function all(): void {\n  send("a");\n}\n' };
  const lost = (result: RunResult): string[] => result.assumed.filter((line) => line.includes("left to names"));
  const rules = ["floating-promise"];

  it.each([
    ["without installed packages", {}, { installed: false }, "their packages are not installed"],
    ["outside any tsconfig", { "tsconfig.json": '{"compilerOptions":{},"include":["lib"]}' }, {}, "their files are in no tsconfig"],
    ["with TypeScript 7", { "node_modules/typescript/package.json": '{"name":"typescript","version":"7.0.2"}' }, {}, "the project's TypeScript is 7 or later, which cannot be asked yet"],
  ])("%s", (_, more, options, why) => {
    const result = judged({ ...files, ...more }, { rules, ...options });
    expect(unknown(result)).toEqual(["src/app.ts:3 floating-promise"]);
    expect(lost(result)).toEqual([`1 place was left to names: ${why}`]);
  });

  it("is not said where nobody wants it", () => {
    for (const result of [judged({ ...files, "nobypass.config.json": '{"preset":"strict","types":"off"}' }, { rules }), judged(files, { rules, types: false })]) {
      expect([unknown(result), lost(result)]).toEqual([["src/app.ts:3 floating-promise"], []]);
    }
  });
});

it("several tsconfigs answer each for their own files", () => {
  const result = judged(
    {
      "tsconfig.json": '{"files":[],"references":[{"path":"a"},{"path":"b"}]}',
      "a/tsconfig.json": '{"compilerOptions":{"composite":true,"module":"nodenext","types":[],"strict":true}}',
      "b/tsconfig.json": '{"compilerOptions":{"composite":true,"module":"esnext","moduleResolution":"bundler","types":[],"paths":{"#db":["../node_modules/acme-db/index.d.ts"]}}}',
      "a/run.ts": 'import { send } from "acme-db";\nexport const all = (): void => {\n  send("a");\n};\n',
      "b/run.ts": 'import { send } from "#db";\nexport const all = (): void => {\n  send("a");\n};\n',
    },
    { rules: ["floating-promise"] },
  );
  expect([found(result), unknown(result)]).toEqual([["a/run.ts:3 floating-promise", "b/run.ts:3 floating-promise"], []]);
});
