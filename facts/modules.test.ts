import { describe, expect, it } from "vitest";
import type { ExportFact } from "../core/facts.js";
import { factsOf, markText, textOf } from "../tests/support/facts.js";

/** `name`, `name:type`, `name<from.imported`. */
function exportsOf(text: string, path?: string): string[] {
  return factsOf(text, path).exports.map((e: ExportFact) => `${e.name}${e.typeOnly ? ":type" : ""}${e.from === undefined ? "" : `<${e.from}.${e.imported}`}`);
}

describe("imports", () => {
  it.each<[string, string, unknown]>([
    ["named", `import { a, b as c } from "m";`, [["a", "a"], ["b", "c"]]],
    ["default", `import d from "m";`, [["default", "d"]]],
    ["namespace", `import * as n from "m";`, [["*", "n"]]],
    ["default and namespace", `import d, * as n from "m";`, [["default", "d"], ["*", "n"]]],
    ["by text", `import { "a-b" as c } from "m";`, [["a-b", "c"]]],
    ["nothing", `import "m";`, []],
    ["equals", `import x = require("m");`, [["*", "x"]]],
  ])("%s", (_, text, names) => {
    const [found] = factsOf(text).imports;
    expect(found?.module).toBe("m");
    expect(found?.names.map((n) => [n.imported, n.local])).toEqual(names);
  });

  it("of types only, whole and in part", () => {
    const { imports } = factsOf(`import type { A } from "a"; import { type B, c } from "b"; import type D = require("d");`);
    expect(imports.map((i) => [i.typeOnly, i.form, i.names.map((n) => n.typeOnly)])).toEqual([[true, "import", [true]], [false, "import", [true, false]], [true, "equals", [true]]]);
  });

  it("lead from the binding to the name", () => {
    const { imports, bindings } = factsOf(`import { a } from "m"; import b, { c } from "n";`);
    for (const binding of bindings) expect(imports[binding.from?.import as number]?.names[binding.from?.name as number]?.local).toBe(binding.name);
    expect(bindings.map((b) => b.kind)).toEqual(["import", "import", "import"]);
  });

  it("of an entity are a value", () => {
    const text = `import * as a from "m"; import x = a.b.c;`;
    const facts = factsOf(text);
    const version = facts.bindings.find((b) => b.name === "x")?.versions[0];
    expect(facts.values[version?.value as number]).toMatchObject({ kind: "member", name: "c" });
  });
});

describe("exports", () => {
  it.each<[string, string, string[]]>([
    ["a const", "export const a = 1, b = 2;", ["a", "b"]],
    ["a pattern", "export const { a, b: [c], ...d } = o;", ["a", "c", "d"]],
    ["a let without a value", "export let a: string;", ["a"]],
    ["a function", "export function f() {}", ["f"]],
    ["a function that has a type inside", "export function f() { type T = 1; interface I {} }", ["f"]],
    ["a class", "export class A {}", ["A"]],
    ["an enum", "export enum E { A }", ["E"]],
    ["a namespace with an interface", "export namespace N { export interface I {} export const a = 1; }", ["N"]],
    ["an interface", "export interface I {}", ["I:type"]],
    ["an alias", "export type T = 1;", ["T:type"]],
    ["names", "const a = 1; export { a, a as b, a as default };", ["a", "b", "default"]],
    ["types among names", "import { a, T } from 'm'; export { a, type T };", ["a", "T:type"]],
    ["a type list", "import { T } from 'm'; export type { T };", ["T:type"]],
    ["names of another module", `export { a, default as b } from "m";`, ["a<m.a", "b<m.default"]],
    ["everything of another module", `export * from "m";`, ["*<m.*"]],
    ["everything as one name", `export * as n from "m";`, ["n<m.*"]],
    ["types of another module", `export type * from "m"; export type { T } from "n";`, ["*:type<m.*", "T:type<n.T"]],
    ["a default expression", "export default 1;", ["default"]],
    ["a default function", "export default function () {}", ["default"]],
    ["a default class", "export default class A {}", ["default"]],
    ["a default interface", "export default interface I {}", ["default:type"]],
    ["export equals", "const a = 1; export = a;", ["="]],
    ["overloads once", "export function f(a: string): void; export function f(a: number): void; export function f(a) {}", ["f"]],
  ])("%s", (_, text, expected) => {
    expect(exportsOf(text)).toEqual(expected);
  });

  it.each<[string, string, string[]]>([
    ["module.exports", "module.exports = { a };", ["="]],
    ["exports.name", "exports.a = 1; exports.b = 2;", ["a", "b"]],
    ["module.exports.name", "module.exports.a = 1;", ["a"]],
    ["exports by text", `exports["a-b"] = 1;`, ["a-b"]],
    ["both at once", "exports = module.exports = f;", ["="]],
    ["one after another", "exports.a = exports.b = f;", ["b", "a"]],
    ["in a function", "function f() { exports.a = 1; }", ["a"]],
    ["not of a local", "function f(exports, module) { exports.a = 1; module.exports = 2; } require('x');", []],
  ])("of CommonJS: %s", (_, text, expected) => {
    expect(exportsOf(text, "a.js")).toEqual(expected);
  });

  it("lead to the binding, and to the value of a default", () => {
    const text = "export const a = 1; export default function f() {}; export { b }; const b = 2;";
    const { exports, bindings, values } = factsOf(text);
    expect(exports.map((e) => bindings[e.binding as number]?.name)).toEqual(["a", "f", "b"]);
    expect(values[exports[1]?.value as number]?.kind).toBe("function");
  });

  it("are marked where they stand", () => {
    const text = "const a = 1; export { a as b }; exports.c = 3;";
    const facts = factsOf(text, "a.js");
    expect(facts.exports.map((e) => markText(facts, text, e.at))).toEqual(["a as b", "exports.c = 3"]);
  });
});

describe("the kind of module", () => {
  it.each([
    ["import 'a';", "esm"],
    ["export const a = 1;", "esm"],
    ["import.meta.url;", "esm"],
    ["require('a');", "commonjs"],
    ["module.exports = 1;", "commonjs"],
    ["import 'a'; require('b');", "esm"],
    ["const require = f; require('a');", "script"],
    ["f();", "script"],
  ])("of `%s` is %s", (text, expected) => {
    expect(factsOf(text, text.includes("module") ? "a.js" : "a.ts").moduleKind).toBe(expected);
  });

  it("has its prologue", () => {
    expect(factsOf(`"use strict"; 'use client'; f(); "not one";`).prologue).toEqual(["use strict", "use client"]);
  });
});

it("a namespace is an object of what it exports, and writes members of what has its name already", () => {
  const facts = factsOf("namespace N { export const a = 1; const own = 2; export interface I {} } namespace N.M { export function f() {} }");
  const n = facts.bindings.find((b) => b.name === "N");
  const held = facts.values[n?.versions[0]?.value ?? -1];
  expect(held?.kind === "object" ? held.props.map((p) => p.name) : held).toEqual(["a"]);
  expect(n?.versions).toHaveLength(1);
  const write = facts.values.find((v) => v.kind === "assign");
  const target = write?.kind === "assign" && write.target !== null && "member" in write.target ? facts.values[write.target.member] : undefined;
  const object = target?.kind === "member" ? facts.values[target.object] : undefined;
  expect([target?.kind === "member" && target.name, object?.kind === "member" && object.name]).toEqual(["f", "M"]);
});

it("namespaces keep their exports", () => {
  expect(exportsOf("namespace N { export const a = 1; export namespace M { export const b = 2; } } export const c = 3;")).toEqual(["c"]);
});

it("an ambient module has no facts", () => {
  const facts = factsOf("declare module 'm' { export const a: number; } declare global { interface Window { b: 1 } }");
  expect([facts.values, facts.exports]).toEqual([[], []]);
});

it("the directives that speak to linters are kept, with their place", () => {
  const text = "// nobypass-disable-next-line console -- why\nf(); // plain\n/* eslint-disable nobypass/console */ // oxlint-disable-line x";
  const facts = factsOf(text);
  expect(facts.directives.map((d) => [d.block, markText(facts, text, d.at)])).toEqual([
    [false, "// nobypass-disable-next-line console -- why"],
    [true, "/* eslint-disable nobypass/console */"],
    [false, "// oxlint-disable-line x"],
  ]);
});

it("text before the first token moves spans along", () => {
  const text = "\n/* c */ f();";
  const facts = factsOf(text);
  expect(textOf(facts, text, 0)).toBe("f");
});
