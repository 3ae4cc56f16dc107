import { expect, it } from "vitest";
import { parseJsonc } from "./jsonc.js";

it("reads what JSON.parse reads", () => {
  const value = { a: [1, -2.5e3, 0, true, false, null], "é\"\\\n\u2028": { "": "//no comment /* nor this */" } };
  expect(parseJsonc(JSON.stringify(value))).toEqual(value);
  expect(parseJsonc(JSON.stringify(value, null, "\t"))).toEqual(value);
  expect(parseJsonc('"\\u00e9\\/"')).toBe("é/");
});

it("takes comments, trailing commas and a byte order mark", () => {
  expect(parseJsonc('\uFEFF// c\n{ /* x */ "a": [1, 2,], // y\n "b": {"c": 1,}, }\n/* end */')).toEqual({ a: [1, 2], b: { c: 1 } });
});

it("keeps a __proto__ key as a key", () => {
  const value = parseJsonc('{"__proto__": {"polluted": true}}');
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(Object.keys(value as object)).toEqual(["__proto__"]);
});

it.each([
  ['{\n  "a": 1\n  "b": 2\n}', "3:3: expected `,` or `}` but found `\"`"],
  ["{ a: 1 }", "1:3: expected a key in double quotes but found `a`"],
  ["['x']", "1:2: strings have double quotes in JSON"],
  ['{"a": tru}', "1:7: `tru` is no JSON value"],
  ['{"a": "x\n"}', "1:7: this string is never closed"],
  ["\r\n\r\n[1, 2", "3:1: this list is never closed"],
  ["/* x", "1:1: this comment is never closed"],
  ["{} {}", "1:4: expected the end of the file but found `{`"],
  ["", "1:1: expected a value but found the end of the file"],
  ['"\\q"', "1:2: `\\q` is no escape in JSON"],
  ["[1,,2]", "1:4: expected a value but found `,`"],
  ["[01]", "1:3: expected `,` or `]` but found `1`"],
])("says where %j is wrong", (text, message) => {
  expect(() => parseJsonc(text)).toThrow(message);
});
