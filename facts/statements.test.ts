import { describe, expect, it } from "vitest";
import type { Facts, Statement } from "../core/facts.js";
import { factsOf, functionNamed, markText, textOf } from "../tests/support/facts.js";

/** The tree of statements in short: values as their text, bodies in braces. */
function tree(text: string): string {
  const facts = factsOf(`async function f() { ${text} }`);
  return all(facts, `async function f() { ${text} }`, functionNamed(facts, "f").body);
}

function all(facts: Facts, text: string, body: readonly Statement[]): string {
  return body.map((s) => one(facts, text, s)).join("; ");
}

function one(facts: Facts, text: string, s: Statement): string {
  const at = (id: number | null): string => (id === null ? "" : textOf(facts, text, id));
  const body = (b: readonly Statement[]): string => `{${all(facts, text, b)}}`;
  const label = "label" in s && s.label !== undefined ? `${s.label}:` : "";
  switch (s.kind) {
    case "define":
      return `define ${facts.bindings[s.binding]?.name}`;
    case "if":
      return `if ${at(s.test)} ${body(s.then)}${s.otherwise.length > 0 ? ` else ${body(s.otherwise)}` : ""}`;
    case "loop":
      return `${label}${s.form} ${[s.init.length > 0 ? body(s.init) : "", at(s.over), at(s.test), at(s.update)].filter(Boolean).join(" | ")} ${body(s.body)}`;
    case "try":
      return `try ${body(s.body)}${s.handler ? ` catch ${s.handler.bindings.map((b) => facts.bindings[b]?.name)} ${body(s.handler.body)}` : ""}${s.finalizer ? ` finally ${body(s.finalizer)}` : ""}`;
    case "switch":
      return `switch ${at(s.on)} ${s.cases.map((c) => `${c.test === null ? "default" : at(c.test)} ${body(c.body)}`).join(" ")}`;
    case "break":
    case "continue":
      return `${s.kind} ${s.label ?? ""}`.trim();
    case "block":
      return `${label}block ${body(s.body)}`;
    default:
      return `${s.kind} ${at(s.value)}`.trim();
  }
}

describe("the statements of a function", () => {
  it.each<[string, string]>([
    ["a();", "eval a()"],
    ["return;", "return"],
    ["return a;", "return a"],
    ["throw e;", "throw e"],
    ["const x = a;", "define x"],
    ["let x;", ""],
    ["const { x, y: [z] } = a;", "define x; define z"],
    ["const {} = a();", "eval a()"],
    ["if (a) b(); else { c(); }", "if a {eval b()} else {eval c()}"],
    ["if (a) b(); else if (c) d();", "if a {eval b()} else {if c {eval d()}}"],
    ["for (let i = 0; i < n; i++) a();", "for {define i} | i < n | i++ {eval a()}"],
    ["for (;;) {}", "for  {}"],
    ["for (const x of xs) a(x);", "forOf xs {define x; eval a(x)}"],
    ["for await (const x of xs) {}", "forAwait xs {define x}"],
    ["for (const k in o) {}", "forIn o {define k}"],
    ["for (o.x of xs) {}", "forOf xs {eval o.x}"],
    ["while (a) b();", "while a {eval b()}"],
    ["do { a(); } while (b);", "doWhile b {eval a()}"],
    ["x: for (;;) { continue x; break x; }", "x:for  {continue x; break x}"],
    ["x: { break x; }", "x:block {break x}"],
    ["x: if (a) { break x; }", "x:block {if a {break x}}"],
    ["try { a(); } catch (e) { b(); } finally { c(); }", "try {eval a()} catch e {eval b()} finally {eval c()}"],
    ["try { a(); } catch { }", "try {eval a()} catch  {}"],
    ["try { a(); } catch ({ message, cause: c }) { }", "try {eval a()} catch message,c {define message; define c}"],
    ["switch (a) { case 1: case 2: b(); break; default: c(); }", "switch a 1 {} 2 {eval b(); break} default {eval c()}"],
    ["{ a(); }", "block {eval a()}"],
    ["function g() {}", "declare function g() {}"],
    ["class A {}", "declare A"],
    [";debugger;", ""],
    [`"use strict"; a();`, "eval a()"],
    ["type T = 1; interface I {}", ""],
  ])("%s", (text, expected) => {
    expect(tree(text)).toBe(expected.replace("catch e {", "catch e {define e; "));
  });
});

it("each statement is marked whole", () => {
  const text = "const x = 1, y = 2; if (a) { b(); }\nreturn1: for (;;) break;";
  const facts = factsOf(text);
  expect(facts.functions[0]?.body.map((s) => markText(facts, text, s.at))).toEqual(["const x = 1, y = 2;", "const x = 1, y = 2;", "if (a) { b(); }", "for (;;) break;"]);
});

it("a catch clause has its places", () => {
  const text = "try { a(); } catch (e) { b(); }";
  const facts = factsOf(text);
  const [s] = facts.functions[0]?.body ?? [];
  if (s?.kind !== "try" || !s.handler) throw new Error("no handler");
  expect([s.handler.at, s.handler.bodyAt, s.handler.paramAt as number].map((m) => markText(facts, text, m))).toEqual(["catch (e) { b(); }", "{ b(); }", "e"]);
});

it("a parameter's pattern is defined before the body", () => {
  const facts = factsOf("function f({ a, b = 1 }, c) { return a; }");
  expect(functionNamed(facts, "f").body.map((s) => s.kind)).toEqual(["define", "define", "define", "return"]);
});

it("an enum is an object", () => {
  const facts = factsOf("enum E { A = 'a', B = f(), C }");
  const value = facts.values.find((v) => v.kind === "object");
  expect(value?.kind === "object" && value.props.map((p) => [p.name, facts.values[p.value]?.kind])).toEqual([["A", "literal"], ["B", "call"], ["C", "opaque"]]);
});

it("a namespace is a block", () => {
  const facts = factsOf("namespace N { f(); }");
  expect(facts.functions[0]?.body).toMatchObject([{ kind: "block", body: [{ kind: "eval" }] }]);
});
