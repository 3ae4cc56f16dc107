import { describe, expect, it } from "vitest";
import { marked, textOf, viewOf } from "../tests/support/facts.js";
import { calls, type Call, callsThatMayHave } from "./calls.js";

interface Shown {
  readonly symbols: readonly string[];
  readonly target: string;
  readonly args: readonly string[] | null;
}

/** The call at the marker. */
function call(text: string): Shown {
  const view = viewOf(text);
  const id = marked(view.facts, text);
  const found = view.get(calls).find((c) => c.id === id) as Call;
  const written = (value: number): string => textOf(view.facts, text, value);
  return { symbols: found.symbols.map((s) => s.text), target: written(found.target), args: found.args?.map(written) ?? null };
}

const FS = `import fs from "fs";\n`;

describe("who is called with what", () => {
  it.each<[string, string, Shown]>([
    ["plainly", `/*@*/fs.readFile(a, b)`, { symbols: ["fs:readFile"], target: "fs.readFile", args: ["a", "b"] }],
    ["with new", `/*@*/new fs.ReadStream(a)`, { symbols: ["fs:ReadStream"], target: "fs.ReadStream", args: ["a"] }],
    ["by call", `/*@*/fs.readFile.call(fs, a)`, { symbols: ["fs:readFile"], target: "fs.readFile", args: ["a"] }],
    ["by apply", `/*@*/fs.readFile.apply(fs, [a, b])`, { symbols: ["fs:readFile"], target: "fs.readFile", args: ["a", "b"] }],
    ["by apply with a list nobody sees", `/*@*/fs.readFile.apply(fs, list)`, { symbols: ["fs:readFile"], target: "fs.readFile", args: null }],
    ["by apply without a list", `/*@*/fs.readFile.apply(fs)`, { symbols: ["fs:readFile"], target: "fs.readFile", args: [] }],
    ["by call of a function of the file", `function own(x) {} /*@*/own.call(null, a)`, { symbols: [], target: "own", args: ["a"] }],
    ["with a spread", `/*@*/fs.readFile(a, ...b)`, { symbols: ["fs:readFile"], target: "fs.readFile", args: null }],
    ["by bind, called at once", `/*@*/fs.readFile.bind(fs)(a)`, { symbols: ["fs:readFile"], target: "fs.readFile.bind(fs)", args: ["a"] }],
    ["optionally", `/*@*/fs.readFile?.(a)`, { symbols: ["fs:readFile"], target: "fs.readFile", args: ["a"] }],
    ["as a tag", "/*@*/fs.tag`a${b}`", { symbols: ["fs:tag"], target: "fs.tag", args: ["`a${b}`"] }],
  ])("%s", (_, text, expected) => {
    expect(call(FS + text)).toEqual(expected);
  });

  it("a method that is called call is none of these where nobody knows what it is of", () => {
    expect(call("export function f(g) { /*@*/g.call(a, b) }")).toEqual({ symbols: [], target: "g.call", args: ["a", "b"] });
  });
});

it("what bind has given comes first", () => {
  expect(call(`${FS}const read = fs.readFile.bind(fs, a); /*@*/read(b)`)).toMatchObject({ symbols: ["fs:readFile"], args: ["a", "b"] });
  expect(call(`${FS}/*@*/fs.readFile.bind(fs, ...a)(b)`)).toMatchObject({ args: null });
});

it("calls are in order of evaluation, each once", () => {
  const text = "a(b(), c`d`, new E()); f?.(); x => g();";
  const view = viewOf(text);
  expect(view.get(calls).map((c) => textOf(view.facts, text, c.id))).toEqual(["b()", "c`d`", "new E()", "a(b(), c`d`, new E())", "f?.()", "g()"]);
});

/** A call that is left out here is one that no rule looks at. */
describe("a call may have rows", () => {
  it.each<[string, string, boolean]>([
    ["by the name of a member", `fs.readFile("a")`, true],
    ["not by a name that no row has", `fs.toString()`, false],
    ["by the name of an import", `import { readFile } from "fs"; readFile("a")`, true],
    ["by what an import is called where it comes from", `import { readFile as load } from "fs"; load("a")`, true],
    ["not by an import that no row has", `import { nothingOfThis } from "fs"; nothingOfThis("a")`, false],
    ["as the module itself, whatever it is called here", `import got from "got"; got("http://a")`, true],
    ["as something taken out of a module", `const { readFile: load } = fs; load("a")`, true],
    ["as what a call gives", `const load = promisify(fs.readFile); load("a")`, true],
    ["as what a caller gives", `function f(load) { load("a"); }`, true],
    ["as a function of its own that is declared to be more", `const load: typeof fs.readFile = () => {}; load("a")`, true],
    ["not as a function of the file", `function load() {} load("a")`, false],
    ["as a function that is written over", `let load = () => {}; load = fs.readFile; load("a")`, true],
  ])("%s", (_, text, expected) => {
    const view = viewOf(FS + text);
    const last = view.get(calls).at(-1) as Call;
    expect(callsThatMayHave(view, ["effects"]).includes(last)).toBe(expected);
  });
});
