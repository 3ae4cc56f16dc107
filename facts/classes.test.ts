import { describe, expect, it } from "vitest";
import type { ClassFact, ClassMember, Facts } from "../core/facts.js";
import { factsOf, functionNamed, markText, textOf } from "../tests/support/facts.js";

function classOf(text: string): { facts: Facts; cls: ClassFact } {
  const facts = factsOf(text);
  return { facts, cls: facts.classes[0] as ClassFact };
}

describe("a member", () => {
  it.each<[string, string, Partial<ClassMember>]>([
    ["method", "m() {}", { name: "m", kind: "method", static: false }],
    ["static method", "static m() {}", { kind: "method", static: true }],
    ["constructor", "constructor() {}", { name: "constructor", kind: "constructor" }],
    ["getter", "get x() { return 1; }", { name: "x", kind: "getter" }],
    ["setter", "set x(v) {}", { name: "x", kind: "setter" }],
    ["private method", "#m() {}", { name: "#m", kind: "method" }],
    ["private field", "#x = 1;", { name: "#x", kind: "field" }],
    ["field without a value", "x: string;", { name: "x", kind: "field", value: null, type: { t: "keyword", name: "string" } }],
    ["declared field", "declare x: string;", { name: "x", kind: "field", value: null }],
    ["static field", "static x = 1;", { kind: "field", static: true }],
    ["accessor", "accessor x = 1;", { name: "x", kind: "field" }],
    ["name as text", "'a-b' = 1;", { name: "a-b" }],
    ["name as a number", "1 = 2;", { name: "1" }],
    ["constant computed name", "['x'] = 1;", { name: "x" }],
    ["unknown computed name", "[k] = 1;", { name: null }],
    ["overload's signature", "m(a: string): number;", { name: "m", fn: null, type: { t: "function", params: [{ t: "keyword", name: "string" }], returns: { t: "keyword", name: "number" } } }],
  ])("%s", (_, member, expected) => {
    expect(classOf(`class A { ${member} }`).cls.members[0]).toMatchObject(expected);
  });

  it("abstract, with the type of what it will be", () => {
    const { cls } = classOf("abstract class A { abstract x: string; abstract m(): number; }");
    expect(cls).toMatchObject({ abstract: true, members: [{ name: "x", kind: "field" }, { name: "m", kind: "method", fn: null, type: { t: "function" } }] });
  });

  it("that is an index signature is none", () => {
    expect(classOf("class A { [key: string]: unknown; }").cls.members).toEqual([]);
  });

  it("has decorators with their arguments", () => {
    const text = "class A { @Column({ type: 'text' }) x = 1; @Get('/a') @Use() m() {} }";
    const { facts, cls } = classOf(text);
    expect(cls.members.map((m) => m.decorators.map((d) => textOf(facts, text, d)))).toEqual([["Column({ type: 'text' })"], ["Get('/a')", "Use()"]]);
  });

  it("is marked by its name", () => {
    const text = "class A { static async m() {} #x = 1; }";
    const { facts, cls } = classOf(text);
    expect(cls.members.map((m) => markText(facts, text, m.at))).toEqual(["m", "#x"]);
  });
});

describe("a class", () => {
  it.each<[string, string, Partial<ClassFact>]>([
    ["declared", "class A {}", { name: "A" }],
    ["as an expression", "const A = class {};", { name: "A" }],
    ["with a name of its own", "const A = class B {};", { name: "B" }],
    ["as an argument", "use(class {});", { name: "arg0 of use" }],
    ["with interfaces", "class A implements I, J<string> {}", { implements: [{ t: "name", name: "I" }, { t: "name", name: "J", args: [{ t: "keyword", name: "string" }] }] }],
  ])("%s", (_, text, expected) => {
    expect(classOf(text).cls).toMatchObject(expected);
  });

  it("has its base as a value", () => {
    const text = "class A extends mixin(B) {}";
    const { facts, cls } = classOf(text);
    expect(textOf(facts, text, cls.extends as number)).toBe("mixin(B)");
  });

  it("has decorators", () => {
    const text = "@Injectable({ scope: 1 }) export class A {}";
    const { facts, cls } = classOf(text);
    expect(cls.decorators.map((d) => textOf(facts, text, d))).toEqual(["Injectable({ scope: 1 })"]);
  });

  it("is marked by its name, or its body", () => {
    const text = "class A {} use(class { x = 1 });";
    const facts = factsOf(text);
    expect(facts.classes.map((c) => markText(facts, text, c.at))).toEqual(["A", "{ x = 1 }"]);
  });

  it("is one binding inside and outside", () => {
    const facts = factsOf("class A { static a = A; m() { return A; } } use(A);");
    const reads = facts.values.filter((v) => v.kind === "var");
    expect(new Set(reads.map((v) => v.binding)).size).toBe(1);
    expect(reads).toHaveLength(3);
  });
});

describe("initialisers", () => {
  it("run as functions of their own, fields apart from statics", () => {
    const facts = factsOf("class A { x = f(); y = g(); static z = h(); static { i(); } }");
    const [fields, statics] = [functionNamed(facts, "A.<fields>"), functionNamed(facts, "A.<static>")];
    expect([fields.kind, statics.kind, fields.cls, statics.cls]).toEqual(["fields", "static", 0, 0]);
    expect([fields.body.length, statics.body.length]).toEqual([2, 2]);
  });

  it("own their values", () => {
    const text = "class A { x = f(); static { g(); } }";
    const facts = factsOf(text);
    const owners = facts.values.flatMap((v, id) => (v.kind === "call" ? [facts.functions[facts.owner[id] as number]?.id] : []));
    expect(owners).toEqual(["A.<fields>", "A.<static>"]);
  });

  it("leave computed keys and decorators to what is outside", () => {
    const facts = factsOf("class A { [k()] = 1; @d() x = 2; }");
    expect(facts.values.flatMap((v, id) => (v.kind === "call" ? [facts.owner[id]] : []))).toEqual([0, 0]);
  });

  it("of an arrow make it a function of the initialiser", () => {
    const facts = factsOf("class A { m = () => this.x; }");
    expect(facts.functions[functionNamed(facts, "A.m").parent as number]?.id).toBe("A.<fields>");
  });
});
