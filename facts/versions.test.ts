import { describe, expect, it } from "vitest";
import { ANY_VERSION, type BindingFact, type Facts } from "../core/facts.js";
import { factsOf, textOf } from "../tests/support/facts.js";

/** What each `use(x)` may see, in order: the texts of the values, `-` for no value yet, `any` where nobody can say. */
function seen(text: string, path = "a.ts"): string[] {
  const facts = factsOf(text, path);
  return facts.values.flatMap((value) => {
    if (value.kind !== "call" || value.args.length !== 1) return [];
    const callee = facts.values[value.callee];
    const read = facts.values[value.args[0] as number];
    if (callee?.kind !== "global" || callee.name !== "use" || read?.kind !== "var") return [];
    return [read.version === ANY_VERSION ? "any" : held(facts, text, facts.bindings[read.binding] as BindingFact, read.version)];
  });
}

function held(facts: Facts, text: string, binding: BindingFact, version: number): string {
  const found = new Set<string>();
  const visited = new Set<number>();
  const visit = (index: number): void => {
    if (visited.has(index)) return;
    visited.add(index);
    const v = binding.versions[index];
    if (v?.of) v.of.forEach(visit);
    else found.add(v?.value === undefined ? "-" : textOf(facts, text, v.value));
  };
  visit(version);
  return [...found].sort().join(" ");
}

describe("straight on", () => {
  it.each<[string, string, string[]]>([
    ["a const", "const x = 1; use(x);", ["1"]],
    ["a let", "let x = 1; use(x); x = 2; use(x);", ["1", "2"]],
    ["a let without a value", "let x; use(x); x = 1; use(x);", ["-", "1"]],
    ["a let assigned once", "let x; x = 1; use(x);", ["1"]],
    ["a var", "var x = 1; x = 2; use(x);", ["2"]],
    ["a var before its declaration", "use(x); var x = 1; x = 2; use(x);", ["-", "2"]],
    ["a var declared twice", "var x = 1; use(x); var x = 2; use(x);", ["1", "2"]],
    ["a var declared again without a value", "var x = 1; x = 3; var x; use(x);", ["3"]],
    ["a compound assignment", "let x = 1; x += 2; use(x);", ["x += 2"]],
    ["an update", "let x = 1; x++; use(x);", ["x++"]],
    ["an assignment in an expression", "let x = 1; f(x = 2, use(x));", ["2"]],
    ["the right side sees the old value", "let x = 1; x = use(x);", ["1"]],
    ["the left operand before the right", "let x = 1; use(x) + (x = 2); use(x);", ["1", "2"]],
    ["arguments in order", "let x = 1; f(use(x), x = 2, use(x));", ["1", "2"]],
    ["a write through a cast", "let x: unknown = 1; (x as number) = 2; use(x);", ["2"]],
    ["a class that is reassigned", "class A {} use(A); A = 2; use(A);", ["A", "2"]],
    ["a parameter", "function f(x) { use(x); x = 2; use(x); }", ["x", "2"]],
    ["a parameter with a default", "function f(x = 1) { use(x); x = 2; use(x); }", ["1", "2"]],
    ["a parameter of a pattern", "function f({ x }) { use(x); x = 2; use(x); }", ["x", "2"]],
    ["a catch parameter", "try { f(); } catch (x) { use(x); x = 2; use(x); }", ["x", "2"]],
    ["a shadow", "let x = 1; x = 2; { let x = 3; x = 4; use(x); } use(x);", ["4", "2"]],
    ["a shadow in a function", "let x = 1; x = 2; function f(x) { use(x); } use(x);", ["x", "2"]],
    ["using", "{ using x = f(); use(x); }", ["f()"]],
  ])("%s", (_, text, expected) => {
    expect(seen(text)).toEqual(expected);
  });
});

describe("branches", () => {
  it.each<[string, string, string[]]>([
    ["an if", "let x = 1; if (c) { x = 2; use(x); } use(x);", ["2", "1 2"]],
    ["an if with else", "let x = 1; if (c) x = 2; else x = 3; use(x);", ["2 3"]],
    ["an if that returns", "function f() { let x = 1; if (c) { x = 2; return; } use(x); }", ["1"]],
    ["an else that throws", "let x = 1; if (c) { x = 2; } else { throw e; } use(x);", ["2"]],
    ["both sides the same", "let x = 1; x = 2; if (c) f(); use(x);", ["2"]],
    ["a write in the condition", "let x = 1; if ((x = 2)) use(x); use(x);", ["2", "2"]],
    ["a var declared in a branch", "if (c) { var x = 1; } else { x = 2; } use(x);", ["1 2"]],
    ["a var declared in one branch only", "if (c) { var x = 1; } use(x); x = 2;", ["- 1"]],
    ["a ternary", "let x = 1; c ? (x = 2) : (x = 3); use(x);", ["2 3"]],
    ["an and", "let x = 1; c && (x = 2); use(x);", ["1 2"]],
    ["a nullish assignment", "let x = f(); x ??= 2; use(x);", ["x ??= 2"]],
    ["an or that assigns another", "let x = 1, y; y ||= x = 2; use(x);", ["1 2"]],
    ["an optional call's argument", "let x = 1; f?.(x = 2); use(x);", ["1 2"]],
    ["a default that may not run", "let x = 1; const { a = (x = 2) } = o; use(x);", ["1 2"]],
    ["a switch", "let x = 1; switch (c) { case 1: x = 2; break; case 2: x = 3; break; } use(x);", ["1 2 3"]],
    ["a switch with default", "let x = 1; switch (c) { case 1: x = 2; break; default: x = 3; } use(x);", ["2 3"]],
    ["a switch that falls through", "let x = 1; switch (c) { case 1: x = 2; case 2: use(x); } use(x);", ["1 2", "1 2"]],
    ["a default in the middle", "let x = 1; switch (c) { default: x = 2; case 1: use(x); break; case 2: x = 3; } use(x);", ["1 2", "1 2 3"]],
    ["a switch whose cases return", "function f() { let x = 1; switch (c) { case 1: x = 2; return; default: x = 3; } use(x); }", ["3"]],
    ["a labelled block", "let x = 1; a: { x = 2; if (c) break a; x = 3; } use(x);", ["2 3"]],
    ["a labelled if", "let x = 1; a: if (c) { x = 2; for (;;) { break a; } } use(x);", ["1 2"]],
    ["a labelled switch left from inside a loop", "let x = 1; a: switch (c) { default: x = 2; for (;;) break a; } use(x);", ["2"]],
  ])("%s", (_, text, expected) => {
    expect(seen(text)).toEqual(expected);
  });
});

describe("loops", () => {
  it.each<[string, string, string[]]>([
    ["a while", "let x = 1; while (c) { use(x); x = 2; } use(x);", ["1 2", "1 2"]],
    ["a while with a write in its condition", "let x = 1; while ((x = f())) { return; } use(x);", ["f()"]],
    ["a while that never ends by its condition", "let x = 1; while (true) { x = 2; if (c) break; } use(x);", ["2"]],
    ["a do while", "let x = 1; do { x = 2; } while (c); use(x);", ["2"]],
    ["a do while whose condition reads", "let x = 1; do { x = 2; } while (use(x));", ["2"]],
    ["a for", "let x = 0; for (let i = 0; i < 3; i++) { x = i; } use(x);", ["0 i"]],
    ["a for's own variable", "for (let i = 0; i < 3; i++) use(i);", ["0 i++"]],
    ["a for without condition", "let x = 1; for (;;) { x = 2; break; } use(x);", ["2"]],
    ["a for whose update writes after continue", "let x = 1; for (; c; x = 3) { use(x); if (d) continue; x = 2; }", ["1 3"]],
    ["a for whose body always continues", "let x = 1; for (; c; x = 3) { use(x); continue; }", ["1 3"]],
    ["continue", "let x = 1; while (c) { if (d) { x = 2; continue; } x = 3; } use(x);", ["1 2 3"]],
    ["continue to an outer loop", "let x = 1; a: while (c) { while (d) { x = 2; continue a; } x = 3; } use(x);", ["1 2 3"]],
    ["break out of an outer loop", "let x = 1; a: while (true) { while (d) { x = 2; break a; } x = 3; } use(x);", ["2"]],
    ["break of a switch in a loop", "let x = 1; while (c) { switch (d) { case 1: x = 2; break; } use(x); }", ["1 2"]],
    ["a for of", "let x = 1; for (const e of xs) { x = e; } use(x);", ["1 e"]],
    ["a for of that writes its target", "let x = 1; for (x of xs) { use(x); } use(x);", ["xs", "1 xs"]],
    ["a for in that writes its target", "let x; for (x in xs) { } use(x);", ["- xs"]],
    ["a let declared in the body starts anew", "for (;;) { let x; use(x); x = 1; }", ["-"]],
    ["a read before the write in a later round", "let x; for (;;) { use(x); x = 1; }", ["- 1"]],
    ["nested loops", "let x = 1; while (a) { while (b) { use(x); x = 2; } }", ["1 2"]],
    ["a break out of a try passes its finally", "let x = 1; while (true) { try { break; } finally { x = 2; } } use(x);", ["2"]],
  ])("%s", (_, text, expected) => {
    expect(seen(`function f() { ${text} }`)).toEqual(expected);
  });
});

describe("try", () => {
  it.each<[string, string, string[]]>([
    ["a catch sees what the try may have written", "let x = 1; try { x = 2; f(); x = 3; } catch { use(x); }", ["1 2 3"]],
    ["after a try", "let x = 1; try { x = 2; } catch { x = 3; } use(x);", ["2 3"]],
    ["a catch that returns", "let x; try { x = f(); } catch { return; } use(x);", ["f()"]],
    ["a catch that does nothing", "let x; try { x = f(); } catch { } use(x);", ["- f()"]],
    ["a finally sees everything", "let x = 1; try { x = 2; } catch { x = 3; } finally { use(x); }", ["1 2 3"]],
    ["a finally that writes", "let x = 1; try { x = 2; } finally { x = 4; } use(x);", ["4"]],
    ["nothing after a try that returns", "let x = 1; try { x = 2; return; } finally { f(); } use(x);", ["any"]],
    ["a var declared in a try", "try { var x = f(); } catch { x = 2; } use(x);", ["2 f()"]],
    ["a nested try", "let x = 1; try { try { x = 2; } catch { x = 3; } } catch { use(x); }", ["1 2 3"]],
  ])("%s", (_, text, expected) => {
    expect(seen(`function f() { ${text} }`)).toEqual(expected);
  });
});

describe("patterns", () => {
  it.each<[string, string, string[]]>([
    ["an object", "const { x } = o; use(x);", ["x"]],
    ["a renamed part", "const { a: x } = o; use(x);", ["a: x"]],
    ["a default", "const { x = 1 } = o; use(x);", ["1"]],
    ["an array with a hole", "const [, x] = o; use(x);", ["x"]],
    ["rest", "const { a, ...x } = o; use(x);", ["...x"]],
    ["an assignment", "let x = 1; ({ x } = o); use(x);", ["x"]],
    ["a swap", "let x = 1, y = 2; [x, y] = [y, x]; use(x); use(y);", ["x", "y"]],
  ])("%s", (_, text, expected) => {
    expect(seen(text)).toEqual(expected);
  });
});

describe("functions", () => {
  it.each<[string, string, string[]]>([
    ["a closure sees any version", "let x = 1; const f = () => use(x); x = 2;", ["any"]],
    ["a closure over one that is written once", "const x = 1; const f = () => use(x);", ["1"]],
    ["one that a closure writes is any everywhere", "let x = 1; function f() { x = 2; } use(x);", ["any"]],
    ["one that a field initialiser writes", "let x = 1; class A { y = (x = 2); } use(x);", ["any"]],
    ["a hoisted function", "use(f); function f() {}", ["function f() {}"]],
    ["a hoisted function that is replaced", "use(f); f = 2; use(f); function f() {} use(f);", ["function f() {}", "2", "2"]],
    ["a function of a block", "{ use(f); function f() {} f = 2; }", ["function f() {}"]],
    ["the name of a function expression", "const f = function g() { use(g); };", ["function g() { use(g); }"]],
    ["the name of a class expression", "const A = class B { m() { use(B); } };", ["B"]],
    ["what an inner function writes of its own", "function f() { let x = 1; x = 2; use(x); }", ["2"]],
  ])("%s", (_, text, expected) => {
    expect(seen(text)).toEqual(expected);
  });

  it("says that a binding is shared", () => {
    const { bindings } = factsOf("let x = 1; function f() { x = 2; }");
    expect(bindings.find((b) => b.name === "x")).toMatchObject({ shared: true });
  });

  it("keeps a name that only one other function writes shared", () => {
    const { bindings } = factsOf("let x; function init() { x = 2; }");
    expect(bindings.find((b) => b.name === "x")).toMatchObject({ shared: true });
  });
});
