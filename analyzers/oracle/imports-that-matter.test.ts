import ts from "typescript";
import { expect, it } from "vitest";
import { ImportsThatMatter } from "./imports-that-matter.js";

/** The modules that a compiler is led to, as the text around «…» is asked about. */
function led(marked: string): string[] {
  const start = marked.indexOf("«");
  const end = marked.indexOf("»") - 1;
  const source = ts.createSourceFile("a.ts", marked.replace(/[«»]/g, ""), ts.ScriptTarget.Latest, true);
  const matter = new ImportsThatMatter(ts, source, (from, to) => start >= from && end <= to && start >= 0);
  const paths: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) && (ts.isImportDeclaration(node.parent) || ts.isExportDeclaration(node.parent) || ts.isCallExpression(node.parent)) && matter.has(node)) paths.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
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

it("follows all that a file that is asked about uses, but its other decorators", () => {
  const text = 'import { Get } from "nest";\nimport { Api } from "swagger";\nimport { db } from "db";\n@Api()\nexport class C {\n  @Get(() => Api)\n  m(): void { «db.query()»; }\n}\n';
  expect(led(text)).toEqual(["db"]);
  expect(led(text.replace("«", "").replace("»", "").replace("() => Api", "() => «Api.call()»"))).toEqual(["nest", "swagger", "db"]);
});
