import { describe, expect, it } from "vitest";
import type { TypeExpr } from "../core/facts.js";
import { factsOf } from "../tests/support/facts.js";

/** A type in short; a name that the file binds has its binding's kind behind it. */
function short(type: TypeExpr | undefined, bindings: readonly { kind: string }[]): string {
  const of = (t: TypeExpr | undefined | null): string => (t ? short(t, bindings) : "?");
  if (type === undefined) return "";
  const bound = "binding" in type && type.binding !== undefined ? `@${bindings[type.binding]?.kind}` : "";
  switch (type.t) {
    case "name":
      return `${type.name}${bound}${type.args ? `<${type.args.map(of).join(", ")}>` : ""}`;
    case "query":
      return `typeof ${type.name}${bound}`;
    case "keyword":
      return type.name;
    case "literal":
      return JSON.stringify(type.value);
    case "array":
      return `${of(type.of)}[]`;
    case "tuple":
      return `[${type.items.map(of).join(", ")}]`;
    case "union":
      return type.items.map(of).join(" | ");
    case "intersection":
      return type.items.map(of).join(" & ");
    case "object":
      return `{ ${type.members.map((m) => `${m.readonly ? "readonly " : ""}${m.name}${m.optional ? "?" : ""}: ${of(m.type)}`).join("; ")} }`;
    case "function":
      return `(${type.params.map(of).join(", ")}) => ${of(type.returns)}`;
    case "guard":
      return `${type.asserts ? "asserts " : ""}${type.param} is ${of(type.type)}`;
    case "import":
      return `import(${type.module})${type.name}${type.args ? `<${type.args.map(of).join(", ")}>` : ""}`;
    case "indexed":
      return `${of(type.object)}[${of(type.index)}]`;
    case "other":
      return `other:${type.what}`;
  }
}

describe("a type as it is written", () => {
  it.each<[string, string]>([
    ["string", "string"],
    ["unknown[]", "unknown[]"],
    ["readonly string[]", "string[]"],
    ["Array<string>", "Array<string>"],
    ["A.B<C>", "A.B<C>"],
    ["[a: string, b?: number, ...c: X[]]", "[string, number, X[][]]"],
    [`"a" | 1 | true | null | -2`, `"a" | 1 | true | null | -2`],
    ["A & B", "A & B"],
    ["{ a: string; readonly b?: C; m(x: string): D; 'x-y': 1; [k: string]: 2 }", `{ a: string; readonly b?: C; m: (string) => D; x-y: 1; null: 2 }`],
    ["(a: string, ...b: C[]) => void", "(string, C[]) => void"],
    ["new (a: string) => B", "(string) => B"],
    ["typeof a.b", "typeof a.b"],
    ["A['b']", `A["b"]`],
    ["import('m').A<B>", "import(m)A<B>"],
    ["typeof import('m')", "import(m)"],
    ["typeof import('m').a.b", `import(m)["a"]["b"]`],
    ["keyof A", "other:keyof"],
    ["A extends B ? C : D", "other:TSConditionalType"],
    ["{ [K in A]: B }", "other:TSMappedType"],
    ["`a${B}`", "other:TSTemplateLiteralType"],
    ["unique symbol", "other:unique"],
  ])("%s", (text, expected) => {
    const { types, bindings } = factsOf(`type T = ${text};`);
    expect(short(types[0]?.type, bindings)).toBe(expected);
  });

  it.each<[string, string]>([
    ["import { A } from 'm'; let x: A;", "A@import"],
    ["import * as n from 'm'; let x: n.A;", "n.A@import"],
    ["interface A {} let x: A;", "A@type"],
    ["class A {} let x: A;", "A@class"],
    ["enum A { B } let x: A;", "A@enum"],
    ["const a = 1; let x: typeof a;", "typeof a@const"],
  ])("leads to its binding: %s", (text, expected) => {
    const { bindings } = factsOf(text);
    expect(short(bindings.find((b) => b.name === "x")?.type, bindings)).toBe(expected);
  });

  it("of a guard", () => {
    const { functions, bindings } = factsOf("function f(x): x is A {} function g(x): asserts x is A {} function h(x): asserts x {}");
    expect(functions.slice(1).map((fn) => short(fn.returnType, bindings))).toEqual(["x is A", "asserts x is A", "asserts x is ?"]);
  });

  it("of a cast and of type arguments", () => {
    const { values, bindings } = factsOf("f<A>(a as B, b satisfies C);");
    const found = values.flatMap((v): readonly (TypeExpr | undefined)[] => (v.kind === "cast" ? [v.type] : v.kind === "call" ? (v.typeArgs ?? []) : []));
    expect(found.map((t) => short(t, bindings))).toEqual(["B", "C", "A"]);
  });

  it("of a function without a body is its name's", () => {
    const { bindings } = factsOf("declare function f(a: string): A;");
    expect(short(bindings[0]?.type, bindings)).toBe("(string) => A");
  });

  it("that a type parameter extends is its name's", () => {
    const { bindings } = factsOf("function f<T extends A>(x: T) {}");
    expect(short(bindings.find((b) => b.name === "T")?.type, bindings)).toBe("A");
  });
});

describe("declared types", () => {
  it.each<[string, object]>([
    ["interface I<T> extends A, B<T> { a: T }", { name: "I", kind: "interface", typeParams: ["T"], extends: [{ name: "A" }, { name: "B" }], type: { t: "object" } }],
    ["type T<U> = U[];", { name: "T", kind: "alias", typeParams: ["U"], type: { t: "array" } }],
    ["enum E { A }", { name: "E", kind: "enum" }],
  ])("%s", (text, expected) => {
    expect(factsOf(text).types).toMatchObject([expected]);
  });

  it("inside functions are there too", () => {
    expect(factsOf("function f() { type T = 1; }").types.map((t) => t.name)).toEqual(["T"]);
  });
});
