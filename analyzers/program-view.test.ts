import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { Catalog } from "../catalog/catalog.js";
import { libraries } from "../catalog/index.js";
import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Settings } from "../core/rule.js";
import { parse } from "../engine/parse.js";
import { extract } from "../facts/extract.js";
import type { Roads } from "../facts/link.js";
import { flow } from "./flow.js";
import { ProgramView } from "./program-view.js";

const settings = { catalog: new Catalog(libraries), pipelineName: () => null, ambient: {} } as unknown as Settings;

type Files = Readonly<Record<string, string>>;

function programOf(files: Files, more: { readonly stays?: Roads["stays"]; readonly isPublic?: string } = {}): ProgramView {
  const paths = Object.keys(files);
  const units = paths.map((path) => {
    const text = files[path] as string;
    const parsed = parse(path, text);
    if ("message" in parsed) throw new Error(parsed.message);
    return { path, text, facts: extract(parsed), isPublic: path === more.isPublic };
  });
  const roads: Roads = {
    fileOf(module, from) {
      if (!module.startsWith(".")) return null;
      const to = posix.join(posix.dirname(paths[from] as string), module).replace(/\.js$/, "");
      const index = paths.findIndex((p) => [to, `${to}/index`].includes(p.replace(/\.[cm]?[jt]s$/, "")));
      return index === -1 ? null : index;
    },
    outside: (module) => module,
    stays: more.stays ?? (() => null),
  };
  return new ProgramView(units, roads, settings);
}

/** The first value that is written so. */
function valueAt(view: ProgramView, text: string): ValueId {
  const at = view.text.indexOf(text);
  const found = view.facts.values.findIndex((_, id) => {
    const span = view.span({ value: id });
    return span.start === at && span.end === at + text.length;
  });
  expect(found, text).not.toBe(-1);
  return found;
}

/** The ids, with their files, of the functions that a call runs. */
function calledBy(view: ProgramView, call: string): string[] {
  const value = view.facts.values[valueAt(view, call)] as Value & { kind: "call" };
  return view.get(flow).functions(value.callee).map((fn: FnId) => {
    const fact = view.facts.functions[fn];
    return `${view.homeOf({ mark: fact?.at ?? 0 }).path}#${fact?.id}`;
  });
}

const LIB = "export function find(id: string) { return id; }\nexport default () => 1;\nexport const table = { find };\nexport class Repo { all() { return 2; } }\nexport interface Shape { a: string }\n";

describe("a call is followed into another file", () => {
  it.each([
    ["by name", 'import { find } from "./lib.js";\nfind("x");', 'find("x")', "lib.ts#find"],
    ["under another name", 'import { find as look } from "./lib.js";\nlook("x");', 'look("x")', "lib.ts#find"],
    ["as a default", 'import one from "./lib.js";\none();', "one()", "lib.ts#default"],
    ["of a namespace", 'import * as lib from "./lib.js";\nlib.find("x");', 'lib.find("x")', "lib.ts#find"],
    ["of an object", 'import { table } from "./lib.js";\ntable.find("x");', 'table.find("x")', "lib.ts#find"],
    ["through a dynamic import", 'async function f() { const lib = await import("./lib.js");\nlib.find("x"); }', 'lib.find("x")', "lib.ts#find"],
    ["through a pattern", 'async function f() { const { find } = await import("./lib.js");\nfind("x"); }', 'find("x")', "lib.ts#find"],
    ["through require", 'const { find } = require("./lib.js");\nfind("x");', 'find("x")', "lib.ts#find"],
    ["of what require gives", 'const lib = require("./lib");\nlib.find("x");', 'lib.find("x")', "lib.ts#find"],
    ["of an instance", 'import { Repo } from "./lib.js";\nnew Repo().all();', "new Repo().all()", "lib.ts#Repo.all"],
    ["of a declared type", 'import type { Repo } from "./lib.js";\nexport class Service { constructor(private readonly repo: Repo) {}\nrun() { return this.repo.all(); } }', "this.repo.all()", "lib.ts#Repo.all"],
  ])("%s", (_, text, call, target) => {
    expect(calledBy(programOf({ "main.ts": text, "lib.ts": LIB }), call)).toEqual([target]);
  });

  it("through barrels, whatever they are called there", () => {
    const files = { "main.ts": 'import { a, find, ns } from "./all/index.js";\na("x");\nfind("y");\nns.find("z");', "all/index.ts": 'export { find as a } from "../lib.js";\nexport * from "../lib.js";\nexport * as ns from "../lib.js";', "lib.ts": LIB };
    const view = programOf(files);
    expect(['a("x")', 'find("y")', 'ns.find("z")'].flatMap((call) => calledBy(view, call))).toEqual(["lib.ts#find", "lib.ts#find", "lib.ts#find"]);
  });

  it.each([
    ["an object of names", "function find(id) { return id; }\nmodule.exports = { find };"],
    ["names one by one", "exports.find = (id) => id;"],
  ])("of CommonJS that exports %s", (_, lib) => {
    const view = programOf({ "main.cjs": 'const lib = require("./lib");\nlib.find("x");', "lib.cjs": lib });
    expect(calledBy(view, 'lib.find("x")')).toHaveLength(1);
  });

  it("of CommonJS that exports one thing", () => {
    const view = programOf({ "main.cjs": 'const run = require("./lib");\nrun("x");', "lib.cjs": "module.exports = function run(id) { return id; };" });
    expect(calledBy(view, 'run("x")')).toHaveLength(1);
  });

  it("in a circle of barrels to nobody", () => {
    const view = programOf({ "main.ts": 'import { lost } from "./a.js";\nlost();', "a.ts": 'export * from "./b.js";', "b.ts": 'export * from "./a.js";\nexport { lost } from "./a.js";' });
    expect(calledBy(view, "lost()")).toEqual([]);
  });
});

describe("who calls a function", () => {
  const callers = (view: ProgramView, text: string) => {
    const value = view.facts.values[valueAt(view, text)] as Value & { kind: "function" };
    return view.get(flow).callers(value.fn);
  };
  const lib = { "lib.ts": "export const find = (id: string) => id;" };
  const FN = "(id: string) => id";

  it("is known where all who import it are", () => {
    const view = programOf({ "a.ts": 'import { find } from "./lib.js";\nfind("1");', "b.ts": 'import * as lib from "./lib.js";\nlib.find("2");', ...lib });
    expect(callers(view, FN)?.map((id) => view.text.slice(view.span({ value: id }).start, view.span({ value: id }).end))).toEqual(['find("1")', 'lib.find("2")']);
  });

  it("is open where nobody imports it, where it is handed on, and at the entry of a library", () => {
    expect(callers(programOf(lib), FN)).toBeNull();
    expect(callers(programOf({ "a.ts": 'import { find } from "./lib.js";\n[1].map(find);', ...lib }), FN)).toBeNull();
    const used = { "a.ts": 'import { find } from "./lib.js";\nfind("1");', "index.ts": 'export * from "./lib.js";', ...lib };
    expect(callers(programOf(used), FN)).toHaveLength(1);
    expect(callers(programOf(used, { isPublic: "index.ts" }), FN)).toBeNull();
  });
});

it("leaves the names of the pipeline what they are", () => {
  const files = { "src/a.ts": 'import { call } from "./infra/http.js";\ncall();', "src/infra/http.ts": "export function call() {}" };
  const view = programOf(files, { stays: (module, name) => (name === "call" ? `./src/${module.slice(2)}` : null) });
  expect(calledBy(view, "call()")).toEqual([]);
  const value = view.facts.values[valueAt(view, "call()")] as Value & { kind: "call" };
  expect(view.get(flow).symbols(value.callee).map((n) => n.text)).toEqual(["./src/infra/http.js:call"]);
});

it("tells the file and the place of everything", () => {
  const view = programOf({ "a.ts": "const a = 1;", "b.ts": "const b = 2;" });
  const at = valueAt(view, "2");
  expect(view.homeOf({ value: at }).path).toBe("b.ts");
  expect(view.locate(view.span({ value: at }))).toEqual({ file: 1, start: 10, end: 11 });
});

it("is the same whatever the order of the files", () => {
  const files = { "main.ts": 'import { find } from "./lib.js";\nfind("x");', "lib.ts": LIB };
  const turned = Object.fromEntries(Object.entries(files).reverse());
  expect(calledBy(programOf(turned), 'find("x")')).toEqual(calledBy(programOf(files), 'find("x")'));
});
