import { describe, expect, it } from "vitest";
import type { ValueId } from "../core/facts.js";
import { functionNamed, textOf, valueAt, viewOf } from "../tests/support/facts.js";
import { context, type Context } from "./context.js";

interface Standing {
  readonly id: ValueId;
  readonly where: Context;
  readonly text: (id: ValueId | null) => string | null;
}

/** Where the call `f()` of a text stands. */
function standing(text: string): Standing {
  const view = viewOf(text);
  const { facts } = view;
  const { id } = valueAt(facts, text, "call", "f()");
  return { id, where: view.get(context), text: (value) => (value === null ? null : textOf(facts, text, value)) };
}

describe("the parent of f()", () => {
  it.each<[string, string | null]>([
    ["f();", null],
    ["g(f());", "g(f())"],
    ["f().a.b;", "f().a"],
    ["await f();", "await f()"],
    ["const x = { a: f() };", "{ a: f() }"],
    ["const x = [f()];", "[f()]"],
    ["const x = `${f()}`;", "`${f()}`"],
    ["const x = f() ?? 1;", "f() ?? 1"],
    ["a.b = f();", "a.b = f()"],
    ["const { a } = f();", "a"],
    ["const x = f() as T;", "f() as T"],
    ["return_(() => f());", null],
  ])("in %s", (source, expected) => {
    const { id, where, text } = standing(source);
    expect(text(where.parent(id))).toBe(expected);
  });
});

describe("the statements around f(), innermost first", () => {
  it.each<[string, string[]]>([
    ["f();", ["eval head"]],
    ["const x = f();", ["define head"]],
    ["const { a, ...b } = f();", ["define head"]],
    ["const {} = f();", ["eval head"]],
    ["throw f();", ["throw head"]],
    ["if (f()) {}", ["if head"]],
    ["if (a) f();", ["eval head", "if then"]],
    ["if (a) {} else f();", ["eval head", "if otherwise"]],
    ["if (a) {} else if (f()) {}", ["if head", "if otherwise"]],
    ["for (const x of f()) {}", ["loop head"]],
    ["for (const x of xs) f();", ["eval head", "loop body"]],
    ["for (let i = f();;) {}", ["define head", "loop init"]],
    ["for (; f(); ) {}", ["loop body"]],
    ["for (;; f()) {}", ["loop body"]],
    ["while (f()) {}", ["loop body"]],
    ["do {} while (f());", ["loop body"]],
    ["try { f(); } catch {}", ["eval head", "try body"]],
    ["try {} catch { f(); }", ["eval head", "try handler"]],
    ["try {} catch ({ a = f() }) {}", ["define head", "try handler"]],
    ["try {} finally { f(); }", ["eval head", "try finalizer"]],
    ["switch (f()) {}", ["switch head"]],
    ["switch (a) { case f(): }", ["switch head"]],
    ["switch (a) { case 1: f(); }", ["eval head", "switch body"]],
    ["{ f(); }", ["eval head", "block body"]],
    ["a: { f(); }", ["eval head", "block body"]],
    ["g(h(f()));", ["eval head"]],
    ["try { for (;;) { if (a) { f(); } } } catch {}", ["eval head", "if then", "loop body", "try body"]],
    ["if (a) { g(() => f()); }", ["return head"]],
    ["if (a) { g(() => { f(); }); }", ["eval head"]],
    ["function g(a = f()) {}", ["define head"]],
    ["class A { x = f(); }", ["eval head"]],
  ])("%s", (source, expected) => {
    const { id, where } = standing(source);
    expect(where.enclosing(id).map((e) => `${e.statement.kind} ${e.part}`)).toEqual(expected);
    expect(where.statement(id)?.kind).toBe(expected[0]?.split(" ")[0]);
  });
});

it("the functions around a value lead to the module", () => {
  const text = "class A { m() { g(() => f()); } }";
  const view = viewOf(text);
  const around = view.get(context).functionsAround(valueAt(view.facts, text, "call", "f()").id);
  expect(around.map((fn) => view.facts.functions[fn]?.kind)).toEqual(["arrow", "method", "module"]);
});

it("a function knows the value that it is", () => {
  const text = "const g = () => 1; function h() {} class A { m() {} }";
  const view = viewOf(text);
  const where = view.get(context);
  const ids = ["g", "h", "A.m"].map((id) => view.facts.functions.indexOf(functionNamed(view.facts, id)));
  expect(ids.map((fn) => where.valueOf(fn)).map((id) => (id === null ? null : textOf(view.facts, text, id)))).toEqual(["() => 1", "function h() {}", null]);
});
