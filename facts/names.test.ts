import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { analyze } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";
import { parse as parseTs } from "@typescript-eslint/parser";
import { describe, expect, it } from "vitest";
import { resolveNames } from "./names.js";

/** typescript-eslint's scope manager is the reference: every name must mean the same variable, or none. */
function differences(text: string, jsx = false): string[] {
  const program = parseTs(text, { range: true, loc: true, sourceType: "module", ecmaFeatures: { jsx } }) as TSESTree.Program;
  const ours = resolveNames(program, text.length);
  const manager = analyze(program, { sourceType: "module", lib: [], jsxPragma: null, jsxFragmentName: null });
  const same = new Map<object, object>();
  const wrong: string[] = [];
  for (const scope of manager.scopes) {
    for (const ref of scope.references) {
      if (ref.identifier.type !== "Identifier") continue;
      const theirs = ref.resolved !== null && ref.resolved.defs.length > 0 ? ref.resolved : undefined;
      const own = ours.get(ref.identifier);
      const at = `${ref.identifier.name}@${ref.identifier.range[0]}`;
      if ((theirs === undefined) !== (own === undefined)) wrong.push(`${at}: ${theirs ? "not seen" : "is a global"}`);
      if (theirs === undefined || own === undefined) continue;
      if ((same.get(theirs) ?? own) !== own) wrong.push(`${at}: another variable`);
      same.set(theirs, own);
      const isDefault = theirs.defs[0]?.type === "Parameter" && ref.init === true;
      if (ref.isWrite() && !isDefault && !own.writtenAt.includes(ref.identifier.range[0])) wrong.push(`${at}: a write is missing`);
      if (ref.isWrite() && ref.from.variableScope !== theirs.scope.variableScope && !own.isWrittenElsewhere) wrong.push(`${at}: written elsewhere`);
    }
  }
  return wrong;
}

describe("names mean what typescript-eslint's scope manager says", () => {
  it.each([
    ["a parameter default does not mean a name of the body", "const x = 1; function f(a = x) { const x = 2; return a + x; }"],
    ["a named function expression, shadowed by its parameter", "const f = function g(g) { return g; }; g();"],
    ["var out of blocks, let inside", "function f() { if (a) { var v = 1; let l = 2; } return [v, l]; }"],
    ["var of a loop", "for (var i = 0; i < 1; i++) {} i; for (let j of xs) { j; } j;"],
    ["a catch parameter", "try { a(); } catch ({ message, ...rest }) { message; rest; } message;"],
    ["a class inside and outside", "class A extends B { static a = A; m() { return A; } } const C = class D { n() { return D; } }; D;"],
    ["fields and static blocks write elsewhere", "let n = 0; class A { x = n++; static { n = 2; var v = n; } }"],
    ["switch cases share a scope", "switch (a) { case 1: let x = 1; break; default: x; } x;"],
    ["types and values of one name", "interface T { a: T } const T = 1; type U<T> = T extends Array<infer V> ? V : T; let u: U<T> = T;"],
    ["a type parameter is no value", "function f<T>(x: T): T { return T as T; } type M = { [K in keyof T as K]: K };"],
    ["enums see their members", "enum E { A = 1, B = A << 1 } E.A; A;"],
    ["namespaces keep their own", "namespace N { export const a = 1; a; export namespace M { a; } } N.M; a;"],
    ["imports", "import d, * as n from 'm'; import { a as b } from 'm'; import type { T } from 'm'; import e = require('m'); d; n.x; b; let t: T; e(); export { b, T };"],
    ["destructuring writes", "let a, b, c; [a, { b, ...c }] = x; ({ a = b } = y); for (a of xs) c; for (b in xs) c; a++;"],
    ["labels and properties are no names", "a: for (;;) { break a; } const o = { a, b: c, [d]: e, f() {} }; o.a; o[a];"],
    ["predicates and queries", "function is(x: unknown): x is string { let t: typeof x; return typeof x === 'string'; } function as(x): asserts x {}"],
    ["decorators", "const D = () => {}; class A { @D() m(@D() p) {} @D() f; }"],
    ["overloads and declarations", "function f(a: string): void; function f(b: number): void; function f(c) { return c; } declare const g: number; g;"],
  ])("%s", (_, text) => {
    expect(differences(text)).toEqual([]);
  });

  it("in our own sources", () => {
    const root = fileURLToPath(new URL("..", import.meta.url));
    const wrong: string[] = [];
    let files = 0;
    for (const folder of ["analyzers", "catalog", "cli", "config", "core", "engine", "eslint", "facts", "rules", "tests", "fixtures/legacy-shop/src"]) {
      for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !entry.name.endsWith(".ts")) continue;
        files++;
        wrong.push(...differences(readFileSync(join(entry.parentPath, entry.name), "utf8")).map((d) => `${entry.name} ${d}`));
      }
    }
    expect(files).toBeGreaterThan(150);
    expect(wrong).toEqual([]);
  });
});
