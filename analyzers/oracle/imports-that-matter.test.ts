import ts from "typescript";
import { expect, it } from "vitest";
import { ImportsThatMatter, type OwnFiles } from "./imports-that-matter.js";

/** The modules that a compiler is led to from `a.ts`, as the texts around «…» are asked about; `of` names another file, else all of its exports are asked for. */
function led(marked: string, others: Readonly<Record<string, string>> = {}, of = "a.ts"): string[] {
  const isAsked = marked.includes("«");
  const texts: Record<string, string> = { ...others, "a.ts": marked, ...(!isAsked && { "main.ts": 'import * as all from "./a";\n«all»;\n' }) };
  const asked = new Map<string, readonly [start: number, end: number]>();
  const sources = new Map<string, ts.SourceFile>();
  for (const [path, text] of Object.entries(texts)) {
    if (text.includes("«")) asked.set(path, [text.indexOf("«"), text.indexOf("»") - 1]);
    sources.set(path, ts.createSourceFile(path, text.replace(/[«»]/g, ""), ts.ScriptTarget.Latest, true, path.endsWith(".js") ? ts.ScriptKind.JS : ts.ScriptKind.TSX));
  }
  const files: OwnFiles = {
    source: (path) => sources.get(path) ?? null,
    resolve: (_from, { text }) => (text.startsWith("./") ? `${text.slice(2)}${text.endsWith(".js") ? "" : ".ts"}` : `/packages/${text}`),
    isAsked: (path, from, to) => (asked.get(path) ?? [-1])[0] >= from && (asked.get(path)?.[1] ?? Infinity) <= to,
  };
  const matter = new ImportsThatMatter(ts, files, asked.keys());
  const paths: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) && (ts.isImportDeclaration(node.parent) || ts.isExportDeclaration(node.parent) || ts.isCallExpression(node.parent)) && matter.has(of, node.text)) paths.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(sources.get(of) as ts.SourceFile);
  return paths;
}

it.each([
  ["what a decorator says", 'import { Module } from "nest";\nimport { Orm } from "orm";\n@Module({ imports: [Orm] })\nexport class App {}\n', []],
  ["what only a decorator's value uses", 'import { Module } from "nest";\nimport { Orm } from "orm";\nconst orm = Orm.root({});\n@Module({ imports: [orm] })\nexport class App {}\n', []],
  ["the body of a function whose result is declared", 'import { a } from "a";\nimport type { T } from "t";\nexport function f(): T { return a(); }\nexport class C { m(): void { a(); } constructor() { a(); } set s(v: string) { a(); } }\n', ["t"]],
  ["a declared value", 'import { a } from "a";\nimport type { T } from "t";\nexport const x: T = a();\nexport class C { p: T = a(); m(q: T = a()): void {} }\n', ["t"]],
  ["what runs when it is loaded", 'import { a } from "a";\na();\nexport const x = 1;\n', []],
  ["imports that nothing uses", 'import a, { b } from "a";\nimport * as c from "c";\nexport const x = 1;\n', []],
])("leads nowhere by %s", (_name, text, expected) => expect(led(text)).toEqual(expected));

it.each([
  ["a result that nobody declared", 'import { a } from "a";\nexport function f() { return a(); }\n', ["a"]],
  ["a value that nobody declared", 'import a from "a";\nexport const x = a();\nexport default x;\n', ["a"]],
  ["what a class extends, and the types of its members", 'import { A } from "a";\nimport * as b from "b";\nexport class C extends A { constructor(private b: b.B) { super(); } }\n', ["a", "b"]],
  ["a name that an exported one is made of, over several", 'import { a } from "a";\nconst one = two();\nfunction two() { return a(); }\nexport const x = one;\n', ["a"]],
  ["what it hands on", 'export * from "a";\nexport { b } from "b";\nimport { c } from "c";\nexport { c };\n', ["a", "b", "c"]],
  ["an import for its effects", 'import "./augment";\nexport const x = 1;\n', ["./augment"]],
  ["a member given to a function", 'import { a } from "a";\nexport function f(): void {}\nf.by = a();\n', ["a"]],
  ["a module loaded where it is asked for", 'export const load = () => import("a");\n', ["a"]],
])("follows %s", (_name, text, expected) => expect(led(text)).toEqual(expected));

const TOOLS = {
  "tools.ts": 'import { mail } from "mail";\nimport { pay } from "pay";\nimport { sum } from "sum";\nexport class Tools {\n  send() { return mail(); }\n  charge() { return pay(); }\n  total = sum();\n}\nexport const tools = { "send": mail(), charge() { return pay(); } };\nexport function other() { return pay(); }\n',
  "index.ts": 'export * from "./tools";\nexport { other as another } from "./tools";\n',
};

it.each([
  ["a member that is read", 'import { Tools } from "./tools";\nconst t = new Tools();\n«t.send()»;\n', ["mail"]],
  ["a member of an object", 'import { tools } from "./index";\n«tools.charge()»;\n', ["pay"]],
  ["a member by its key", 'import { tools } from "./index";\n«tools["send"]»;\n', ["mail"]],
  ["all that is handed on, under its own name and another", 'import { another } from "./index";\n«another()»;\n', ["pay"]],
  ["a namespace", 'import * as all from "./tools";\n«all.other()»;\n', ["pay"]],
  ["what is loaded", 'const all = await import("./tools");\n«all.other()»;\n', ["pay"]],
  ["JavaScript, of which everything counts", 'import { run } from "./run.js";\n«run()»;\n', ["mail", "pay", "sum"]],
])("is led through another file by %s, and by nothing beside it", (_name, text, expected) => {
  const run = 'import * as tools from "./tools";\nexport const run = () => [tools.tools.send, tools.Tools, (t) => t.total, "charge"];\n';
  expect(led(text, { ...TOOLS, "run.js": run }, "tools.ts")).toEqual(expected);
});

it("is led by what stands beside the question in a function, and not by what a page draws or by a text that is like a name", () => {
  const text = 'import { a } from "a";\nimport { b } from "b";\nimport { Page } from "page";\nimport { c } from "c";\nexport function f() { const x = a(); «x.go()»; return <Page of={b()} />; }\nexport const kind = "c";\nexport function g() { c(); }\n';
  expect(led(text)).toEqual(["a"]);
});

it("follows all that a file that is asked about uses, but its other decorators", () => {
  const text = 'import { Get } from "nest";\nimport { Api } from "swagger";\nimport { db } from "db";\n@Api()\nexport class C {\n  @Get(() => Api)\n  m(): void { «db.query()»; }\n}\n';
  expect(led(text)).toEqual(["db"]);
  expect(led(text.replace("«", "").replace("»", "").replace("() => Api", "() => «Api.call()»"))).toEqual(["nest", "swagger"]);
});
