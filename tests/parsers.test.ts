import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { repository } from "./support/built.js";
import { compareParsers, factsByOxc, hashesByOxlint, hashOf, readTexts, sourcesBelow, spread, type Text } from "./support/parsers.js";

/** The editor must not disagree with CI: whichever parser made the tree, the facts are byte for byte the same. */
const sources = sourcesBelow(repository, (name) => ["node_modules", "dist", "coverage", ".git", ".cache"].includes(name));
/** `npm run test:deep` takes all. */
const own = readTexts(process.env["NOBYPASS_FIXTURES"] === "all" ? sources : spread(sources, 1000));
const installed = sourcesBelow(join(repository, "node_modules"), (name) => name.startsWith("."));
const typescript = readTexts(spread(installed.filter((f) => /ts$|tsx$/.test(f)), 100));
const javascript = readTexts(spread(installed.filter((f) => /js$|jsx$/.test(f)), 200));

/** What the sources above have little of. */
const SYNTAX: readonly string[] = [
  "namespace A.B.C { export const a = 1; export function f() {} }",
  "declare module 'm' { export const a: number; } declare global { var b: string; }",
  "abstract class A<T> extends B<T> implements C { abstract x: string; protected abstract m(): void; accessor y = 1; static #z = 2; declare w: string; override readonly v?: T; constructor(private a: string, @D() public b = 1, ...c: T[]) { super(); } }",
  "@A() @B({ c: 1 }) export class C { @D() private readonly e!: F; @G('h') i(@J() k: L, @M('n', O) p?: Q) {} @R() get s() { return 1; } }",
  "@A() export default class {} ",
  "export default abstract class A {}",
  "export = a; import b = require('c'); import d = b.e.f; export import g = b.h;",
  "import type A from 'a'; import { type B, type C as D } from 'b'; import type * as E from 'c'; export type { F } from 'd'; export type * from 'e'; export type * as G from 'f';",
  "import json from './a.json' with { type: 'json' }; export * from './b.json' with { type: 'json' }; const c = await import('./d.json', { with: { type: 'json' } });",
  "enum A { B = 1, C = B << 1, 'D-E' = 'x' } declare enum F { G } const enum H { I }",
  "let a = <T,>(b: T) => b, c = d as const, e = f!, g = h satisfies I, j = k<L>, m = <N>o;",
  "type A<in out T extends B = C> = T extends (infer U extends string)[] ? { readonly [K in keyof T as `x${K & string}`]?: T[K] } : typeof import('d').e.f | unique symbol | asserts;",
  "type A = abstract new (...a: any[]) => void; type B = [a: string, b?: number, ...c: D[]]; type E = import('f').G<H>['i'];",
  "function a(this: B, c: string): asserts c is D; function a(this: B, c: any) { return c; } declare function e<const F>(g: F): g is H;",
  "interface A extends B<C>, D.E { (f: string): G; new (h: I): J; readonly [k: string]: L; m?(n: O): P; get q(): R; set q(s: R); }",
  "label: for await (const a of b) { if (c) continue label; else break label; } outer: { break outer; }",
  "using a = b(); { await using c = d(); } for (using e of f) {} for (await using g of h) {}",
  "a?.b?.[c]?.(d)?.e!.f; (a?.b)!.c; (a?.b).c; delete a?.b; new (a?.b.c)();",
  "x = 10n + 0x1fn + 1_000n; y = 1_000.5 + 0b101 + 0o17 + .5e-3; z = /(?<a>b)[\\/]/yusmigd; w = /[\\p{L}--[a-z]]/v;",
  "tag`a${b}\\u{zzz}c`; `a${`b${c}`}\\n`; String.raw`\\unicode`;",
  "class A { static { this.#b = 1; } static #b; static async *[Symbol.iterator]() { yield* super.x; } 'quoted'() {} 123() {} [`t`]() {} get; set; static; async; }",
  "({ __proto__: a, 'b-c': d, 1: e, [f]: g, async *h() {}, get i() { return 1; }, set i(j) {}, k, ...l }); ({ a, b: { c = 1, ...d }, [e]: f } = g);",
  "[a, , b = 1, ...[c, d]] = e; for ([f, g.h] of i) {} for (j.k in l) {}",
  "class Z { #x; m(o) { return #x in o && o.#x; } }",
  "(a as B).c = 1; a! += 2; (<D>e).f++; [(g as H)] = i; ({ j: (k as L) } = m); (n satisfies O) ??= p;",
  "async () => { await (async () => {})(); for (;;) await a; }; function* b() { const c = yield; yield* d; }",
  "try { a(); } catch { b(); } finally { c(); } switch (d) { case 1: default: e(); }",
  "'use strict'; \"use client\"; f(); 'no directive';",
  "// nobypass-disable-next-line console -- x\nf(); /* eslint-disable nobypass/console */ /* oxlint-disable-next-line a */ //eslint-enable",
  "export { a as 'b-c', d as default }; import { 'e-f' as g } from 'h'; export * as 'i-j' from 'k'; const a = 1, d = 2;",
  "var a; var a = 1; function b() {} function b() {} { function c() {} } c(); if (x) function d() {}",
  "import.meta.url; function A() { return new.target; }",
  "export declare const a: string; export declare function b(): void; export declare class C { d(): void; } export declare namespace E { const f: number; }",
  "var \u{1d49c} = '\u{1f600}'; \u{1d49c}.b; // \u{1f600}\nf('\u{1f600}', 'a\\u{1f600}b');",
];
const JSX = [
  "const a = <div className='b' {...c} d={e} f><G.H i:j='k' />{l}{/* m */}text&nbsp;{...n}<></></div>;",
  "function A<T,>(b: T) { return <B<T> c={<D />} e='f&amp;g' h=\"\n\" />; }",
];

describe("equal facts from oxc, typescript-eslint and espree:", () => {
  it.each(SYNTAX)("%s", (text) => {
    const { taken, differences } = compareParsers([{ path: "a.ts", text }, { path: "a.js", text }]);
    expect(differences).toEqual([]);
    expect(taken.oxc).toBeGreaterThan(0);
  });

  it.each(JSX)("%s", (text) => {
    const { taken, differences } = compareParsers([{ path: "a.tsx", text }, { path: "a.jsx", text }]);
    expect(differences).toEqual([]);
    expect(taken.oxc).toBeGreaterThan(0);
  });

  it("our own sources and fixtures", () => {
    const { taken, differences } = compareParsers(own);
    expect(differences).toEqual([]);
    expect(taken.typescript).toBe(own.length);
  });

  it("TypeScript of installed packages", () => {
    const { taken, differences } = compareParsers(typescript);
    expect(differences).toEqual([]);
    expect(taken.typescript).toBeGreaterThan(30);
  });

  it("JavaScript of installed packages", () => {
    const { taken, differences } = compareParsers(javascript);
    expect(differences).toEqual([]);
    expect(Math.min(taken.typescript, taken.espree)).toBeGreaterThan(120);
  });
});

it("equal facts from oxlint", () => {
  const texts: Text[] = [...own, ...typescript, ...javascript, ...SYNTAX.map((text) => ({ path: "a.ts", text })), ...JSX.map((text) => ({ path: "a.tsx", text }))];
  const hashes = hashesByOxlint(texts);
  const different = texts.filter((text, i) => {
    const facts = hashes[i] === null ? null : factsByOxc(text);
    return facts !== null && hashOf(facts) !== hashes[i];
  });
  expect(different.map(({ path, text }) => `${path} ${text.length < 300 ? text : ""}`)).toEqual([]);
  expect(hashes.filter((h) => h !== null).length).toBeGreaterThan(own.length + 200);
});
