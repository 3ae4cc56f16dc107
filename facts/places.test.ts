import { describe, expect, it } from "vitest";
import type { Facts, FunctionFact, MarkId, Statement } from "../core/facts.js";
import { factsOf, markText } from "../tests/support/facts.js";

/** The text at a mark. */
const at = (text: string, facts: Facts, mark: MarkId | undefined): string | null => (mark === undefined ? null : markText(facts, text, mark));

const first = <K extends Statement["kind"]>(facts: Facts, kind: K): Statement & { kind: K } => facts.functions[0]?.body.find((s) => s.kind === kind) as Statement & { kind: K };

describe("blocks have places, braces included", () => {
  it("branches", () => {
    const text = "if (a) { b(); } else c();";
    const facts = factsOf(text);
    const s = first(facts, "if");
    expect([at(text, facts, s.thenAt), at(text, facts, s.otherwiseAt)]).toEqual(["{ b(); }", "c();"]);
  });

  it("a branch that is not there has none", () => {
    expect(first(factsOf("if (a) b();"), "if")).not.toHaveProperty("otherwiseAt");
  });

  it("loops", () => {
    const text = "for (const x of xs) { f(x); }";
    const facts = factsOf(text);
    expect(at(text, facts, first(facts, "loop").bodyAt)).toBe("{ f(x); }");
  });

  it("try, catch and finally", () => {
    const text = "try { a(); } catch (e) { b(); } finally { c(); }";
    const facts = factsOf(text);
    const s = first(facts, "try");
    expect([s.bodyAt, s.handler?.bodyAt, s.finalizerAt].map((mark) => at(text, facts, mark))).toEqual(["{ a(); }", "{ b(); }", "{ c(); }"]);
    expect(first(factsOf("try { a(); } catch {}"), "try")).not.toHaveProperty("finalizerAt");
  });

  it("cases", () => {
    const text = "switch (a) { case 1: b(); break; default: c(); }";
    const facts = factsOf(text);
    expect(first(facts, "switch").cases.map((c) => at(text, facts, c.at))).toEqual(["case 1: b(); break;", "default: c();"]);
  });
});

describe("types have places", () => {
  it("of parameters and results", () => {
    const text = "const f = (a: string, b?: number[], ...rest: Rest): Promise<void> => {};";
    const facts = factsOf(text);
    const fn = facts.functions[1] as FunctionFact;
    expect([...fn.params.map((p) => p.typeAt), fn.returnTypeAt].map((mark) => at(text, facts, mark))).toEqual(["string", "number[]", "Rest", "Promise<void>"]);
  });
});

describe("where the first import may stand", () => {
  it.each([
    ["/* licence */\nf();", 0],
    ["#!/usr/bin/env node\nf();", 19],
    ["'use strict';\nf();", 13],
    ["#!/usr/bin/env node\n'use strict';\n'use client'\nf();", 46],
    ["", 0],
  ])("%j", (text, offset) => {
    const { headAt, spans } = factsOf(text);
    expect([spans.marks[2 * headAt], spans.marks[2 * headAt + 1]]).toEqual([offset, offset]);
  });
});

describe("the module's name has a place", () => {
  it("of imports and of exports", () => {
    const text = 'import a from "a"; import b = require("b"); export * from "c"; export { d } from "d"; export {} from "./e.js";';
    const facts = factsOf(text);
    expect(facts.imports.map((i) => [i.form, at(text, facts, i.sourceAt)])).toEqual([["import", '"a"'], ["equals", '"b"'], ["empty", '"./e.js"']]);
    expect(facts.exports.map((e) => at(text, facts, e.sourceAt))).toEqual(['"c"', '"d"']);
  });
});

describe("functions say", () => {
  it("what `this` is declared to be", () => {
    const fn = factsOf("route(function (this: App, req, reply) {});").functions[1] as FunctionFact;
    expect(fn.thisType).toEqual({ t: "name", name: "App" });
    expect(fn.params).toHaveLength(2);
  });

  it("their own prologue", () => {
    const { functions } = factsOf('async function save() { "use server"; return 1; } function other() { return "use server"; }');
    expect(functions.map((f) => f.directives)).toEqual([undefined, ["use server"], undefined]);
  });

  it("which parameters their callers may leave out, as far as a type tells", () => {
    const { types } = factsOf("interface Repo { find(id: string, signal?: AbortSignal, ...more: number[]): void; load(this: Repo, id: string): void }");
    const members = types[0]?.type.t === "object" ? types[0].type.members.map((m) => m.type) : [];
    expect(members).toMatchObject([{ optionalFrom: 1, rest: true, params: [{}, {}, {}] }, { params: [{ name: "string" }] }]);
    expect(members[1]).not.toHaveProperty("optionalFrom");
  });

  it("all their signatures", () => {
    const { bindings } = factsOf("declare function f(a: string): string; declare function f(a: number): number; declare function f(): void;");
    expect([bindings[0]?.type, ...(bindings[0]?.overloads ?? [])].map((t) => (t?.t === "function" && t.returns?.t === "keyword" ? t.returns.name : null))).toEqual(["string", "number", "void"]);
  });
});
