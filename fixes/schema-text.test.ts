import * as arktype from "arktype";
import * as valibot from "valibot";
import { describe, expect, it } from "vitest";
import * as zod from "zod";
import { View } from "../analyzers/view.js";
import { WrittenTypes } from "../analyzers/written-types.js";
import type { TypeExpr } from "../core/facts.js";
import { factsOf } from "../tests/support/facts.js";
import { DIALECTS } from "./schema-dialects.js";
import { type Arrives, Derived, Refused } from "./schema-text.js";

interface Standard {
  readonly "~standard": { validate(value: unknown): { readonly value?: unknown; readonly issues?: readonly unknown[] } };
}

const VALIDATORS = { zod: ["z", zod.z], valibot: ["v", valibot], arktype: ["type", arktype.type] } as const;

function derive(declared: string, validator: keyof typeof VALIDATORS, arrives: Arrives = "json"): string | Refused {
  const text = `${declared}\ndeclare const it: T;`;
  const facts = factsOf(text, "a.ts");
  const view = new View(facts, text, "a.ts", "server", undefined as never);
  const type = facts.bindings.find((b) => b.name === "it")?.type as TypeExpr;
  const made = new Derived(view, new WrittenTypes(facts), DIALECTS[validator](VALIDATORS[validator][0], { quote: '"', indent: "  ", newline: "\n" }), arrives).payload(type);
  return made instanceof Refused ? made : validator === "arktype" && !made.text.startsWith("type(") ? `type(${made.text})` : made.text;
}

function accepts(schema: string, validator: keyof typeof VALIDATORS, value: unknown): boolean {
  const [name, library] = VALIDATORS[validator];
  const made = new Function(name, `return ${schema};`)(library) as Standard;
  return made["~standard"].validate(value).issues === undefined;
}

/** A type, what it lets in and what it does not. */
const TYPES: readonly (readonly [string, readonly unknown[], readonly unknown[]])[] = [
  ["interface T { a: string; b?: number }", [{ a: "x" }, { a: "x", b: 1 }], [{}, { a: 1 }, { a: "x", b: "1" }, null, "x", []]],
  ["type T = { on: boolean; gone: null; never: string | null }", [{ on: true, gone: null, never: null }, { on: false, gone: null, never: "x" }], [{ on: "true", gone: null, never: null }, { on: true, gone: 0, never: null }, { on: true, gone: null }]],
  [`type T = { kind: "a" | "it's" | 'b"c'; size: 1 | 2; fixed: "x" }`, [{ kind: "a", size: 1, fixed: "x" }, { kind: "it's", size: 2, fixed: "x" }, { kind: 'b"c', size: 2, fixed: "x" }], [{ kind: "c", size: 1, fixed: "x" }, { kind: "a", size: 3, fixed: "x" }, { kind: "a", size: "1", fixed: "x" }, { kind: "a", size: 1, fixed: "y" }]],
  ["type T = { list: string[]; lines: readonly { id: number }[]; deep: Array<string | number> }", [{ list: [], lines: [{ id: 1 }], deep: ["a", 1] }], [{ list: "a", lines: [], deep: [] }, { list: [1], lines: [], deep: [] }, { list: [], lines: [{}], deep: [] }, { list: [], lines: [], deep: [true] }]],
  ["interface A { id: string } interface T extends A { 'x-y': { z: string } | null }", [{ id: "1", "x-y": null }, { id: "1", "x-y": { z: "" } }], [{ "x-y": null }, { id: "1", "x-y": {} }]],
  ["interface A { a: string; b: string } type T = Omit<A, 'b'> & { c: Partial<Pick<A, 'b'>> }", [{ a: "", c: {} }, { a: "", c: { b: "" } }], [{ a: "" }, { a: "", c: { b: 1 } }]],
  ["type T = { labels: Record<string, number>; ways: { by: 'card'; n: string } | { by: 'cash' } }", [{ labels: { a: 1 }, ways: { by: "cash" } }, { labels: {}, ways: { by: "card", n: "1" } }], [{ labels: { a: "1" }, ways: { by: "cash" } }, { labels: {}, ways: { by: "card" } }, { labels: {}, ways: {} }]],
  ["type T = { id: string }[]", [[], [{ id: "1" }]], [{}, [{ id: 1 }], [1]]],
  ["interface T { a?: boolean | null; b?: ('x' | 'y')[] }", [{}, { a: null }, { a: true, b: ["x"] }], [{ a: "true" }, { b: ["z"] }, { b: "x" }, 1]],
];

describe.each(Object.keys(VALIDATORS) as (keyof typeof VALIDATORS)[])("a schema of %s", (validator) => {
  it.each(TYPES)("lets in what the type says, and nothing else: %s", (declared, good, bad) => {
    const schema = derive(declared, validator);
    expect(schema).not.toBeInstanceOf(Refused);
    expect(good.filter((value) => !accepts(schema as string, validator, value)), `refused by ${String(schema)}`).toEqual([]);
    expect(bad.filter((value) => accepts(schema as string, validator, value)), `accepted by ${String(schema)}`).toEqual([]);
  });

  it("makes numbers of the texts of a query", () => {
    const schema = derive("type T = { page: number; by?: 'a' | 'b'; q: string }", validator, "text") as string;
    expect([{ page: "2", q: "" }, { page: "2.5", q: "x", by: "a" }].filter((value) => !accepts(schema, validator, value))).toEqual([]);
    expect([{ page: "x", q: "" }, { q: "" }, { page: "1", q: ["a", "b"] }, { page: "1", q: "", by: "c" }].filter((value) => accepts(schema, validator, value))).toEqual([]);
  });
});

it.each([
  ["type T = any", "any"],
  ["type T = {}", "nothing"],
  ["type T = { a: unknown }", "anything"],
  ["type T = { a: Date }", "date"],
  ["type T = { a: object }", "anything"],
  ["type T = Record<string, unknown>", "anything"],
  ["interface T { a: string; [more: string]: string }", "keys"],
  ["interface T { a: string; get(): string }", "no data"],
  ["interface T { a: string; next?: T }", "itself"],
  ["type A<X> = { x: X }; type T = A<string>", "takes types"],
  ["enum A { x } type T = { a: A }", "enum"],
  ["class A {} type T = { a: A }", "class"],
  ["import type { A } from './a.js'; type T = { a: A }", "another file"],
  ["interface T { a: string } interface T { b: string }", "several"],
  ["type T = { a: [string, number] }", "worked out"],
  ["type T = { a: `x${string}` }", ""],
  ["type T = { a: keyof Date }", "worked out"],
  ["type T = { a: string | undefined }", "without a value"],
  ["type T = string", "no object"],
])("is refused: %s", (declared, reason) => {
  const made = derive(declared, "zod");
  expect(made).toBeInstanceOf(Refused);
  expect((made as Refused).reason).toContain(reason);
});

it.each(["{ on: boolean }", "{ ids: string[] }", "{ a: { b: string } }", "{ n: 1 | 2 }", "{ n: number | null }"])("is refused of a query: %s", (type) => {
  expect(derive(`type T = ${type}`, "zod", "text")).toBeInstanceOf(Refused);
});
