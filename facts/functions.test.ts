import { describe, expect, it } from "vitest";
import { factsOf, functionNamed, markText } from "../tests/support/facts.js";

function ids(text: string, path?: string): string[] {
  return factsOf(text, path).functions.slice(1).map((f) => f.id);
}

describe("the id of", () => {
  it.each<[string, string, string[]]>([
    ["a declaration", "function f() {}", ["f"]],
    ["a const arrow", "const f = () => {};", ["f"]],
    ["an inner function", "function f() { function g() {} }", ["f", "f.g"]],
    ["a named expression", "const f = function g() {};", ["g"]],
    ["a method", "class A { m() {} }", ["A.m"]],
    ["a constructor", "class A { constructor() {} }", ["A.constructor"]],
    ["a static method", "class A { static m() {} m() {} }", ["A.static m", "A.m"]],
    ["accessors", "class A { get x() { return 1; } set x(v) {} }", ["A.get x", "A.set x"]],
    ["a private method", "class A { #m() {} }", ["A.#m"]],
    ["fields and a static block", "class A { x = 1; static y = 2; static { f(); } }", ["A.<fields>", "A.<static>"]],
    ["an arrow field", "class A { m = () => {}; }", ["A.<fields>", "A.m"]],
    ["a class expression", "const A = class { m() {} };", ["A.m"]],
    ["an object's method", "const o = { m() {}, get x() { return 1; }, f: () => {} };", ["m", "get x", "f"]],
    ["a computed method", "const o = { [k]() {} };", ["[]"]],
    ["an argument", "retry(() => {});", ["arg0 of retry"]],
    ["an argument of a method", "a.b.c(1, function () {});", ["arg1 of a.b.c"]],
    ["an argument with a title", `router.post("/x", () => {});`, [`arg1 of router.post "/x"`]],
    ["equal arguments", "retry(() => {}); retry(() => {});", ["arg0 of retry", "arg0 of retry#2"]],
    ["equal names", "if (a) { const f = () => {}; } else { const f = () => {}; }", ["f", "f#2"]],
    ["an argument of new", "new Promise((resolve) => {});", ["arg0 of Promise"]],
    ["an element", "const fs = [() => {}, () => {}];", ["fs[0]", "fs[1]"]],
    ["a default export", "export default () => {};", ["default"]],
    ["what a function returns", "const make = () => () => {};", ["make", "make.result"]],
    ["a call at once", "(() => {})();", ["anonymous"]],
    ["a namespace's function", "namespace N { export function f() {} }", ["N.f"]],
    ["an assigned member", "exports.handler = async () => {};", ["exports.handler"]],
    ["a parameter's default", "function f(cb = () => {}) {}", ["f", "f.cb"]],
    ["a function of a class in a function", "function f() { return class { m() {} }; }", ["f", "f.result.m"]],
  ])("%s", (_, text, expected) => {
    expect(ids(text, text.startsWith("exports") ? "a.js" : "a.ts").sort()).toEqual([...expected].sort());
  });

  it("stays the same when something else is edited", () => {
    const before = `class A { m() { retry(() => {}); } } const f = () => {};`;
    const after = `import x from "y"; // a comment\nconst added = () => {}; class B { m() {} }\n\n${before.replace("retry(", "log(); retry(")}`;
    expect(ids(after)).toEqual(expect.arrayContaining(ids(before)));
  });

  it("is unique", () => {
    const all = ids("f(() => {}); f(() => {}); class A { m() {} } { class A { m() {} } } const o = { a: { f() {} }, b: { f() {} } };");
    expect(new Set(all).size).toBe(all.length);
  });
});

describe("a function", () => {
  it.each<[string, string, object]>([
    ["async", "const f = async () => {};", { kind: "arrow", async: true, generator: false }],
    ["generator", "function* f() {}", { kind: "function", async: false, generator: true }],
    ["async generator", "async function* f() {}", { async: true, generator: true }],
    ["with an expression body", "const f = () => 1;", { expressionBody: true }],
    ["with type parameters", "function f<T, U extends string>() {}", { typeParams: ["T", "U"] }],
    ["with a declared result", "function f(): Promise<string> {}", { returnType: { t: "name", name: "Promise", args: [{ t: "keyword", name: "string" }] } }],
  ])("%s", (_, text, expected) => {
    expect(functionNamed(factsOf(text), "f")).toMatchObject(expected);
  });

  it("knows what it stands in", () => {
    const facts = factsOf("class A { m() { return () => 1; } }");
    const inner = functionNamed(facts, "A.m.result");
    expect(facts.functions[inner.parent as number]?.id).toBe("A.m");
    expect(facts.functions.map((f) => f.cls)).toEqual([null, 0, null]);
  });

  it("is marked whole, and its body", () => {
    const text = "const f = async (a) => { g(); }; const h = () => 1;";
    const facts = factsOf(text);
    const [f, h] = [functionNamed(facts, "f"), functionNamed(facts, "h")];
    expect([markText(facts, text, f.at), markText(facts, text, f.bodyAt as number)]).toEqual(["async (a) => { g(); }", "{ g(); }"]);
    expect([markText(facts, text, h.at), markText(facts, text, h.bodyAt as number)]).toEqual(["() => 1", "1"]);
  });
});

describe("parameters", () => {
  const params = (text: string) => functionNamed(factsOf(text), text.startsWith("class") ? "A.constructor" : "f").params;

  it.each<[string, string, object[]]>([
    ["plain", "function f(a, b) {}", [{ optional: false, rest: false }, { optional: false }]],
    ["optional", "function f(a?: string) {}", [{ optional: true, type: { t: "keyword", name: "string" } }]],
    ["with a default", "function f(a = 1) {}", [{ optional: true }]],
    ["rest", "function f(...a: string[]) {}", [{ rest: true, type: { t: "array", of: { t: "keyword", name: "string" } } }]],
    ["a pattern", "function f({ a }: { a: string }) {}", [{ binding: null, type: { t: "object" } }]],
    ["a pattern with a default", "function f({ a }: O = {}) {}", [{ binding: null, optional: true, type: { t: "name", name: "O" } }]],
    ["a parameter property", "class A { constructor(private readonly a: B) {} }", [{ property: true, type: { t: "name", name: "B" } }]],
    ["a parameter property with a default", "class A { constructor(public a = 1) {} }", [{ property: true, optional: true }]],
    ["this is none", "function f(this: A, a: string) {}", [{ type: { t: "keyword", name: "string" } }]],
  ])("%s", (_, text, expected) => {
    const found = params(text);
    expect(found).toHaveLength(expected.length);
    expected.forEach((e, i) => expect(found[i]).toMatchObject(e));
  });

  it("are counted without `this`", () => {
    const facts = factsOf("function f(this: A, a) { use(a); }");
    expect(facts.values.find((v) => v.kind === "param")).toMatchObject({ index: 0 });
  });

  it("have decorators, which are values of the outer function", () => {
    const facts = factsOf("class A { constructor(@Inject('a') private a) {} m(@Body() b) {} }");
    const [constructor, m] = [functionNamed(facts, "A.constructor"), functionNamed(facts, "A.m")];
    expect([constructor, m].map((f) => f.params[0]?.decorators.length)).toEqual([1, 1]);
    expect(facts.values[m.params[0]?.decorators[0] as number]?.kind).toBe("call");
  });

  it("are marked without their decorators", () => {
    const text = "class A { m(@Body() /* c */ b: string, c = 1) {} }";
    const facts = factsOf(text);
    expect(functionNamed(facts, "A.m").params.map((p) => markText(facts, text, p.at))).toEqual(["b: string", "c = 1"]);
  });
});
