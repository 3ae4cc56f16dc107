import { describe, expect, it } from "vitest";
import type { FileView } from "../core/rule.js";
import { textOf, viewOf } from "../tests/support/facts.js";
import { collectionOf } from "./collections.js";
import { perElement } from "./per-element.js";
import { repetitions } from "./repetitions.js";

const HEAD = `import { Pool } from "pg"; const pool = new Pool(); const q = (x) => pool.query("q", [x]);\n`;

const written = (view: FileView, id: number): string => textOf(view.facts, view.text, id);

/** The sites of each repetition: `xs: q(x) -> pool.query("q", [x])`. */
function sites(text: string): string[] {
  const view = viewOf(HEAD + text);
  return view.get(repetitions).map((repetition) => {
    const found = view.get(perElement)(repetition).effects.map((e) => (e.site === e.effect ? written(view, e.site.id) : `${written(view, e.site.id)} -> ${written(view, e.effect.id)}`));
    return `${repetition.list === null ? "?" : written(view, repetition.list)}: ${found.join(", ")}`;
  });
}

/** How long the list that is gone through can be. */
function length(list: string, before = ""): string {
  const view = viewOf(`${before}\nexport async function f(xs, i) { for (const x of ${list}) x(); }`);
  const [repetition] = view.get(repetitions);
  if (repetition?.list == null) throw new Error(`nothing goes through ${list}`);
  const { most, isPiece, ofPieces, doubt } = collectionOf(view, repetition.list, null);
  return [most ?? "any", ...(isPiece ? ["piece"] : []), ...(ofPieces ? ["of pieces"] : []), ...(doubt === null ? [] : ["doubt"])].join(" ");
}

describe("what a repetition leads to", () => {
  it.each<[string, string, readonly string[]]>([
    ["the call in the loop", `for (const x of xs) q(x);`, [`xs: q(x) -> pool.query("q", [x])`]],
    ["a callback's call", `xs.map((x) => q(x));`, [`xs: q(x) -> pool.query("q", [x])`]],
    ["a function by name", `xs.map(q);`, [`xs: xs.map(q) -> pool.query("q", [x])`]],
    ["what a helper of a library waits for", `xs.map((x) => work().then((y) => pool.query("q", [y])));`, [`xs: pool.query("q", [y])`]],
    ["the callback of a helper's loop", `async function each(l, f) { for (const x of l) await f(x); } each(ys, (y) => pool.query("q", [y]));`, [`l: pool.query("q", [y])`]],
    ["each use of a helper for itself", `const each = (l, f) => l.map((x) => f(x)); each(ys, (y) => q(y)); each(zs, () => 1);`, [`l: q(y) -> pool.query("q", [x])`, `l: `]],
    ["not what stands before the loop", `const all = q(1); for (const x of all) x();`, [`all: `]],
    ["not what is only listened to", `const bus = new EventTarget(); for (const x of xs) bus.addEventListener("e", () => q(x));`, ["xs: "]],
    ["a retry goes through nothing", `for (let n = 0; n < 3; n++) q(1);`, [`?: q(1) -> pool.query("q", [x])`]],
    ["steps of a size go through nothing", `for (let i = 0; i < xs.length; i += 50) q(xs.slice(i, i + 50));`, []],
  ])("%s", (_, text, expected) => {
    expect(sites(text)).toEqual(expected);
  });
});

describe("how long a list is", () => {
  it.each<[string, string, string?]>([
    ["xs", "any"],
    ["['a', 'b']", "2"],
    ["LIST", "3", "const LIST = ['a', 'b', 'c'] as const;"],
    ["LIST", "any", "const LIST = ['a']; LIST.push(more);"],
    ["list", "any", "const list = [];"],
    ["Object.keys(TABLE)", "2", "const TABLE = { a: 1, b: 2 };"],
    ["Object.values(E)", "2", "enum E { A, B }"],
    ["[...LIST, 'b']", "2", "const LIST = ['a'];"],
    ["[...LIST, ...xs]", "any", "const LIST = ['a'];"],
    ["LIST.filter(Boolean).map(String)", "2", "const LIST = ['a', 'b'];"],
    ["'a,b,c'.split(',')", "3"],
    ["xs.slice(0, 5)", "5 piece"],
    ["xs.slice(i, i + SIZE)", "500 piece", "const SIZE = 500;"],
    ["xs.slice(i, i + size)", "any piece", "import { size } from './size.js';"],
    ["chunk(xs, 50)", "any of pieces", "import { chunk } from 'lodash';"],
    ["pieces(xs)", "any", "const pieces = (l) => l.map((x) => x);"],
    ["new Set(LIST)", "2", "const LIST = ['a', 'b'];"],
    ["Array.from({ length: 4 })", "4"],
    ["listed", "any doubt", "import { listed } from './listed.js';"],
    ["config.zones", "any doubt", "import { config } from './config.js';"],
    ["await load()", "any", "import { load } from './load.js';"],
  ])("%s: %s", (list, expected, before) => {
    expect(length(list, before)).toBe(expected);
  });
});
