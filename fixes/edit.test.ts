import { describe, expect, it } from "vitest";
import { configFromSettings } from "../config/load.js";
import type { Edit } from "../core/finding.js";
import { type FileView, rule } from "../core/rule.js";
import { parse } from "../engine/parse.js";
import { judgeText } from "../tests/support/judge-file.js";
import { addArgument, addProperty, applyEdits } from "./edit.js";

/** What `change` makes of a text, for the first value of the kind; the result has to parse. */
function changed(text: string, kind: "call" | "object", change: (file: FileView, value: number) => readonly Edit[] | null): string | null {
  let result: string | null = null;
  const probe = rule({
    name: "probe", promise: "data", finds: "", why: "", fine: [], depth: "file", fix: "none", fixNote: "", roles: ["server"], preset: "strict", looksFor: { text: /./ },
    judge(file) {
      const target = file.facts.values.findLastIndex((v) => v.kind === kind);
      const edits = change(file, target);
      if (edits) result = applyEdits(file.text, edits);
    },
  });
  judgeText(probe, { root: "/case", loaded: configFromSettings({}, "/case") }, "src/a.ts", text);
  if (result !== null) expect(parse("src/a.ts", result)).not.toHaveProperty("message");
  return result;
}

const argument = (text: string): string | null => changed(text, "call", (file, call) => addArgument(file, call, "Z"));
const property = (text: string): string | null => changed(text, "object", (file, object) => addProperty(file, object, "z: 1"));

describe("addArgument", () => {
  it.each([
    ["f()", "f(Z)"],
    ["f( )", "f( Z)"],
    ["f(/* none */)", "f(/* none */Z)"],
    ["f(// none\n)", "f(// none\nZ)"],
    ["f?.()", "f?.(Z)"],
    ["f<T>()", "f<T>(Z)"],
    ['f<")", () => void>()', 'f<")", () => void>(Z)'],
    ["new F", "new F(Z)"],
    ["new F()", "new F(Z)"],
    ["new F<() => void>", "new F<() => void>(Z)"],
    ["new (F)", "new (F)(Z)"],
    ["new (F /* ) */)()", "new (F /* ) */)(Z)"],
    ["f(a)", "f(a, Z)"],
    ["f(a,)", "f(a, Z,)"],
    ["f(a , )", "f(a , Z, )"],
    ["f(a, ...b)", "f(a, ...b, Z)"],
    ["f((a))", "f((a), Z)"],
    ["f((a /* ) */),)", "f((a /* ) */), Z,)"],
    ["f(((a)) /* , */)", "f(((a)) /* , */, Z)"],
    ["f(a /* 1 */, b /* 2 */)", "f(a /* 1 */, b /* 2 */, Z)"],
    ["f(a // why\n)", "f(a, Z // why\n)"],
    ["f(a, {\n  b,\n})", "f(a, {\n  b,\n}, Z)"],
    ["f(\n  a\n)", "f(\n  a,\n  Z\n)"],
    ["f(\n  a,\n)", "f(\n  a,\n  Z,\n)"],
    ["f(\n  a // why\n)", "f(\n  a, // why\n  Z\n)"],
    ["f(\n  a, // why\n  // more\n)", "f(\n  a, // why\n  Z,\n  // more\n)"],
    ["f(\n  a /* x\n  y */\n)", "f(\n  a,\n  Z /* x\n  y */\n)"],
    ["f(\n  (a)\n)", "f(\n  (a),\n  Z\n)"],
    ["f(\n  // first\n  a\n  // last\n)", "f(\n  // first\n  a,\n  Z\n  // last\n)"],
    ["f(\r\n\ta,\r\n\tb\r\n)\r\n", "f(\r\n\ta,\r\n\tb,\r\n\tZ\r\n)\r\n"],
    ["f(\r\n\ta, // why\r\n)", "f(\r\n\ta, // why\r\n\tZ,\r\n)"],
    ["f(`)`, ')', /\\)/)", "f(`)`, ')', /\\)/, Z)"],
  ])("%j", (before, after) => {
    expect(argument(before)).toBe(after);
  });

  it("refuses a tagged template", () => {
    expect(argument("f`x`")).toBe(null);
  });
});

describe("addProperty", () => {
  it.each([
    ["x = {}", "x = { z: 1 }"],
    ["x = { }", "x = { z: 1 }"],
    ["x = { /* none */ }", "x = { /* none */ z: 1 }"],
    ["x = {/* none */}", "x = {/* none */ z: 1 }"],
    ["x = { // none\n}", "x = { // none\nz: 1 }"],
    ["x = { a }", "x = { a, z: 1 }"],
    ["x = {a}", "x = {a, z: 1}"],
    ["x = { a, }", "x = { a, z: 1, }"],
    ["x = { a: (b) }", "x = { a: (b), z: 1 }"],
    ["x = { ...a /* rest */ }", "x = { ...a /* rest */, z: 1 }"],
    ["x = { a() {} }", "x = { a() {}, z: 1 }"],
    ["x = {\n  a: 1\n}", "x = {\n  a: 1,\n  z: 1\n}"],
    ["x = {\n  a: 1,\n}", "x = {\n  a: 1,\n  z: 1,\n}"],
    ["x = {\n  a: 1, // why\n}", "x = {\n  a: 1, // why\n  z: 1,\n}"],
    ["x = {\n  a: 1 // why\n}", "x = {\n  a: 1, // why\n  z: 1\n}"],
    ["x = {\r\n\ta: 1,\r\n}", "x = {\r\n\ta: 1,\r\n\tz: 1,\r\n}"],
  ])("%j", (before, after) => {
    expect(property(before)).toBe(after);
  });
});

describe("applyEdits", () => {
  it("makes equal edits once", () => {
    expect(applyEdits("ab", [{ start: 1, end: 1, text: "-" }, { start: 1, end: 1, text: "-" }])).toBe("a-b");
  });

  it("keeps the order of different insertions at one place", () => {
    expect(applyEdits("ab", [{ start: 1, end: 1, text: "1" }, { start: 1, end: 1, text: "2" }])).toBe("a12b");
  });

  it("refuses edits that overlap", () => {
    expect(() => applyEdits("abc", [{ start: 0, end: 2, text: "x" }, { start: 1, end: 3, text: "y" }])).toThrow("overlap");
  });
});
