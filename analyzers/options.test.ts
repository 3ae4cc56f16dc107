import { expect, it } from "vitest";
import { calls } from "./calls.js";
import { optionAt } from "./options.js";
import { View } from "./view.js";
import { parse } from "../engine/parse.js";
import { extract } from "../facts/extract.js";
import { catalog } from "../tests/support/judge-file.js";
import type { Settings } from "../core/rule.js";

/** What the first call of `make` has at a place: the certainty, and the texts of the values. */
function option(text: string, path: string, arg: number | "last" = 0): string {
  const parsed = parse("a.ts", text);
  if ("message" in parsed) throw new Error(parsed.message);
  const view = new View(extract(parsed), text, "a.ts", "server", { catalog } as unknown as Settings);
  const call = view.get(calls).find((c) => view.facts.values[c.target]?.kind === "var" && text.slice(view.span({ value: c.target }).start).startsWith("make"));
  if (!call) throw new Error("no call of make");
  const at = optionAt(view, call, { arg, path });
  const values = at.values.map((v) => text.slice(view.span({ value: v }).start, view.span({ value: v }).end)).sort();
  return [at.certainty, ...values, ...(at.partly ? ["partly"] : []), ...(at.from ? ["from param"] : [])].join(" ");
}

const IMPORT = 'import { make } from "m";\n';

it.each([
  ["make({ a: 1 })", "a", "present 1"],
  ["make({ a: { b: 1 } })", "a.b", "present 1"],
  ["make()", "a", "absent"],
  ["make({ b: 1 })", "a", "absent"],
  ["make({ a: undefined })", "a", "absent"],
  ["make(5)", "", "present 5"],
  ["make(...x)", "a", "unknown"],
  ["make({ ...x })", "a", "unknown"],
  ["make({ ...x, a: 1 })", "a", "present 1"],
  ["make({ a: 1, ...x })", "a", "present 1"],
  ["make({ ...(cond && { a: 1 }) })", "a", "unknown 1 partly"],
  ["make(cond ? { a: 1 } : {})", "a", "unknown 1 partly"],
  ["make(cond ? { a: 1 } : { a: 2 })", "a", "present 1 2"],
  ["const defaults = { a: 1 }; make({ b: 2, ...defaults })", "a", "present 1"],
  ["const o = {}; o.a = 1; make(o)", "a", "present 1"],
  ["const o = {}; if (cond) o.a = 1; make(o)", "a", "unknown 1"],
  ["const o = { h: {} }; o.h.a = 1; make(o)", "h.a", "present 1"],
  ["const all = { db: { a: 1 } }; make(all.db)", "a", "present 1"],
  ["const all = { db: { a: 1 } }; const { db } = all; make(db)", "a", "present 1"],
  ["make({ headers: { AUTHORIZATION: 1 } })", "headers.Authorization", "present 1"],
  ["make({ headers: new Headers({ 'x-api-key': 1 }) })", "headers.X-Api-Key", "present 1"],
  ["make({ headers: [['authorization', 1]] })", "headers.Authorization", "present 1"],
  ["make({ agent: new Agent({ a: 1 }) })", "agent.a", "present 1"],
  ["make(Object.assign({ a: 1 }, x))", "a", "present 1"],
  ["make(Object.freeze({ a: 1 }))", "a", "present 1"],
  ["make(options())", "a", "unknown"],
  ["const options = () => ({ a: 1 }); make(options())", "a", "present 1"],
  ["make({ useFactory: async () => ({ a: 1 }) })", "useFactory().a", "present 1"],
  ["make({ useFactory() { if (x) return { a: 1 }; return { a: 2 }; } })", "useFactory().a", "present 1 2"],
  ["make({ keys: [1, 2] })", "keys", "present 1 2"],
  ["make({ slaves: [{ a: 1 }, { a: 2 }] })", "slaves.a", "present 1 2"],
  ["function f(o) { make(o) } export { f }", "a", "unknown from param"],
  ["export function f({ o = { a: 1 } }) { make(o) }", "a", "unknown 1 from param"],
  ["export function f(a) { make({ a }) }", "a", "present a from param"],
  ["export function f(...args) { make(...args) }", "a", "unknown from param"],
  ["function f(o) { make(o) } f({ a: 1 })", "a", "present 1 from param"],
  ["class C { o = { a: 1 }; f() { make(this.o) } }", "a", "present 1"],
  ["class C { o = {}; constructor() { this.o.a = 1 } f() { make(this.o) } }", "a", "unknown 1"],
  ["class C { a = 1 } const c = new C(); make(c)", "a", "present 1"],
])("%s at %s", (text, path, expected) => {
  expect(option(IMPORT + text, path)).toBe(expected);
});

it("takes the last argument", () => {
  expect(option(`${IMPORT}make("u", { a: 1 })`, "a", "last")).toBe("present 1");
  expect(option(`${IMPORT}make("u", ...x)`, "a", "last")).toBe("unknown");
  expect(option(`${IMPORT}make("u", { a: 1 }, ...x)`, "a", 1)).toBe("present 1");
});
