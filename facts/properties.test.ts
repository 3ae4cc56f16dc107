import { join } from "node:path";
import fc from "fast-check";
import { parseSync } from "oxc-parser";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { eachOperand } from "../analyzers/operands.js";
import { ANY_VERSION, type Facts, type ValueId } from "../core/facts.js";
import { parse } from "../engine/parse.js";
import { repository } from "../tests/support/built.js";
import { factsOf } from "../tests/support/facts.js";
import { readTexts, sourcesBelow, spread, type Text } from "../tests/support/parsers.js";
import { extract } from "./extract.js";

const SKIPPED = ["node_modules", "dist", "coverage", ".git", ".cache"];
const own = readTexts(sourcesBelow(repository, (name) => SKIPPED.includes(name))).filter((t) => parses(t));
const installed = readTexts(spread(sourcesBelow(join(repository, "node_modules"), (name) => name.startsWith(".")), 250)).filter((t) => parses(t));
/** Small enough for many variations a second. */
const small = own.filter((t) => t.text.length < 4000);

function parses({ path, text }: Text): boolean {
  return !("message" in parse(path, text));
}

/** Everything but the side table of places. */
function withoutPlaces({ spans: _spans, ...facts }: Facts): object {
  return facts;
}

/** A sample of the sources, the same every time, without fast-check's shrinking of a text to another text. */
const source = fc.constantFrom(...small);
const RUNS = { numRuns: 150, seed: 7 };

describe("facts stay the same, places aside,", () => {
  it("with comments between any two tokens, and blank lines where a statement begins", () => {
    fc.assert(
      fc.property(source, fc.array(fc.tuple(fc.nat(), fc.constantFrom(" /* c */ ", "/**/", "  ", "\t", "/* a\tb */")), { maxLength: 20 }), fc.array(fc.tuple(fc.nat(), fc.constantFrom("\n\n", "\n// a comment\n", "\n/* a\n b */\n"))), ({ path, text }, inline, lines) => {
        const gaps = gapsOf(path, text);
        const starts = statementStarts(path, text);
        const inserts = [...pick(inline, gaps), ...pick(lines, starts)];
        const changed = insert(text, inserts);
        expect(withoutPlaces(factsOf(changed, path))).toEqual(withoutPlaces(factsOf(text, path)));
      }),
      RUNS,
    );
  });

  it("with CRLF line ends, outside of templates", () => {
    const plain = own.filter((t) => !t.text.includes("`") && !t.text.includes("\r") && !/\\\n/.test(t.text));
    expect(plain.length).toBeGreaterThan(100);
    for (const { path, text } of plain) expect(withoutPlaces(factsOf(text.replaceAll("\n", "\r\n"), path))).toEqual(withoutPlaces(factsOf(text, path)));
  });

  it("when a local gets another name, the name aside", () => {
    let renamed = 0;
    fc.assert(
      fc.property(source, fc.nat(), ({ path, text }, n) => {
        const name = localOf(path, text, n);
        if (name === null) return;
        renamed++;
        const fresh = "q".repeat(name.length);
        const changed = text.replaceAll(new RegExp(`(?<![\\w$])${name}(?![\\w$])`, "g"), fresh);
        const was = JSON.stringify(withoutPlaces(factsOf(text, path))).replaceAll(new RegExp(`(?<![\\w$])${name}(?![\\w$])`, "g"), fresh);
        expect(JSON.parse(JSON.stringify(withoutPlaces(factsOf(changed, path))))).toEqual(JSON.parse(was));
      }),
      { ...RUNS, numRuns: 300 },
    );
    expect(renamed).toBeGreaterThan(50);
  });
});

describe("of every source that parses, the facts", () => {
  const all = [...own, ...installed].map((t) => ({ ...t, facts: factsOf(t.text, t.path) }));
  const wrong = (check: (facts: Facts, text: string) => string | null): string[] => all.flatMap(({ path, text, facts }) => check(facts, text)?.concat(" in ", path) ?? []);

  it("are many enough to mean something", () => {
    expect(all.length).toBeGreaterThan(600);
    expect(all.reduce((sum, { facts }) => sum + facts.values.length, 0)).toBeGreaterThan(200_000);
  });

  it("are plain JSON", () => {
    for (const { facts } of all) expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  });

  it("are the same the second time", () => {
    for (const { path, text, facts } of spread(all, 50)) expect(factsOf(text, path)).toEqual(facts);
  });

  it("give each function an id of its own", () => {
    expect(wrong(({ functions }) => (new Set(functions.map((f) => f.id)).size === functions.length ? null : "an id twice"))).toEqual([]);
  });

  it("have operands before the values that use them", () => {
    const check = (facts: Facts): string | null => {
      let bad: string | null = null;
      facts.values.forEach((value, id) => eachOperand(value, (operand) => void (operand >= id && (bad = `${value.kind} ${id} uses ${operand}`))));
      return bad;
    };
    expect(wrong(check)).toEqual([]);
  });

  it("have places inside the text, the right way round", () => {
    const check = ({ spans, values }: Facts, text: string): string | null => {
      if (spans.values.length !== 2 * values.length) return "not as many spans as values";
      for (const table of [spans.values, spans.marks]) {
        for (let i = 0; i < table.length; i += 2) {
          const [start, end] = [table[i] as number, table[i + 1] as number];
          if (!(start >= 0 && start <= end && end <= text.length)) return `span ${start}-${end}`;
        }
      }
      return null;
    };
    expect(wrong(check)).toEqual([]);
  });

  it("have an owner for every value and functions in functions", () => {
    const check = ({ functions, owner, values, classes, bindings }: Facts): string | null => {
      if (owner.length !== values.length) return "not as many owners as values";
      if (owner.some((fn) => functions[fn] === undefined)) return "an owner that is none";
      if (functions.some((f, i) => (i === 0 ? f.parent !== null : f.parent === null || functions[f.parent] === undefined || f.parent === i))) return "a function in none";
      if (functions.some((f) => f.cls !== null && classes[f.cls] === undefined)) return "a class that is none";
      return bindings.some((b) => functions[b.fn] === undefined) ? "a binding of no function" : null;
    };
    expect(wrong(check)).toEqual([]);
  });

  it("have operands of the same function", () => {
    const check = (facts: Facts): string | null => {
      let bad: string | null = null;
      facts.values.forEach((value, id) => eachOperand(value, (operand) => void (facts.owner[operand] !== facts.owner[id] && (bad = `${value.kind} ${id} uses ${operand} of another function`))));
      return bad;
    };
    expect(wrong(check)).toEqual([]);
  });

  it("read and write only bindings and versions that exist", () => {
    const check = ({ values, bindings, exports }: Facts): string | null => {
      const has = (binding: number, version: number): boolean => bindings[binding] !== undefined && (version === ANY_VERSION || bindings[binding].versions[version] !== undefined);
      for (const v of values) {
        if (v.kind === "var" && !has(v.binding, v.version)) return `a read of ${v.binding}.${v.version}`;
        if (v.kind === "assign" && v.target !== null && "binding" in v.target && !has(v.target.binding, v.target.version)) return `a write of ${v.target.binding}.${v.target.version}`;
      }
      if (bindings.some((b) => b.versions.length === 0 || b.versions.some((v) => v.of?.some((n) => b.versions[n] === undefined)))) return "a join of nothing";
      return exports.some((e) => e.binding !== undefined && bindings[e.binding] === undefined) ? "an export of nothing" : null;
    };
    expect(wrong(check)).toEqual([]);
  });

  it("evaluate every call in exactly one place: as an operand, in a statement, or as a parameter's or class's part", () => {
    const check = (facts: Facts): string | null => {
      const placed = placesOf(facts);
      const lost = facts.values.findIndex((v, id) => v.kind === "call" && !placed.has(id));
      return lost === -1 ? null : `call ${lost} at ${facts.spans.values[2 * lost] as number} is nowhere`;
    };
    expect(wrong(check)).toEqual([]);
  });
});

/** Values that something refers to. */
function placesOf(facts: Facts): Set<ValueId> {
  const placed = new Set<ValueId>();
  const add = (id: ValueId | null | undefined): void => void (id != null && placed.add(id));
  facts.values.forEach((value) => eachOperand(value, add));
  for (const b of facts.bindings) for (const v of b.versions) add(v.value);
  for (const c of facts.classes) {
    add(c.extends);
    c.decorators.forEach(add);
    for (const m of c.members) {
      m.decorators.forEach(add);
      add(m.key);
      add(m.value);
    }
  }
  for (const f of facts.functions) for (const p of f.params) p.decorators.forEach(add);
  // Statements name their values under few keys; the whole tree is searched for them.
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit);
    else if (node !== null && typeof node === "object") {
      for (const [key, inner] of Object.entries(node)) {
        if (typeof inner === "number" && ["value", "test", "over", "update", "on"].includes(key)) placed.add(inner);
        else visit(inner);
      }
    }
  };
  for (const f of facts.functions) visit(f.body);
  return placed;
}

interface Insert {
  readonly at: number;
  readonly text: string;
}

function pick(wanted: readonly (readonly [number, string])[], places: readonly number[]): Insert[] {
  return places.length === 0 ? [] : wanted.map(([n, text]) => ({ at: places[n % places.length] as number, text }));
}

function insert(text: string, inserts: readonly Insert[]): string {
  return [...inserts].sort((a, b) => b.at - a.at).reduce((done, { at, text: added }) => done.slice(0, at) + added + done.slice(at), text);
}

/** Offsets between tokens, where white space and comments on one line mean nothing. */
function gapsOf(path: string, text: string): number[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, false);
  const gaps: number[] = [];
  const visit = (node: ts.Node): void => {
    // A template's middle and JSX text are text; a `?.` or `=>` is one token.
    // Inside a comment for documentation, a comment would end it.
    if (node.kind === ts.SyntaxKind.JsxText || ts.isJSDoc(node) || ts.isJsxOpeningElement(node) || ts.isJsxClosingElement(node) || ts.isJsxSelfClosingElement(node)) return;
    const children = node.getChildren(file);
    if (children.length === 0) {
      if (node.getEnd() > node.getStart(file) && !isTemplatePart(node.kind)) gaps.push(node.getStart(file));
    } else for (const child of children) visit(child);
  };
  visit(file);
  // Directives speak by where they stand, and a hashbang must come first.
  return gaps.filter((at) => !text.startsWith("#!") || at > text.indexOf("\n"));
}

function isTemplatePart(kind: ts.SyntaxKind): boolean {
  return kind === ts.SyntaxKind.TemplateMiddle || kind === ts.SyntaxKind.TemplateTail;
}

/** Where statements of a list begin: a new line before them changes nothing. */
function statementStarts(path: string, text: string): number[] {
  const { program } = parseSync(path, text, { lang: /\.[cm]?ts$/.test(path) ? "ts" : "tsx", astType: "ts", range: true });
  return program.body.slice(1).map((s) => s.start);
}

/** Names that are words of the grammar elsewhere. */
const CONTEXTUAL = new Set(["from", "of", "as", "type", "get", "set", "async", "await", "static", "using", "is", "asserts", "infer", "keyof", "readonly", "namespace", "module", "declare", "abstract", "accessor", "satisfies", "meta", "target", "unique", "out", "global"]);

/** The name of a binding that occurs as nothing else: no property, no type, no global, and in no text. */
function localOf(path: string, text: string, n: number): string | null {
  const facts = factsOf(text, path);
  const others = new Set(JSON.stringify({ ...facts, bindings: facts.bindings.map(({ name: _name, ...binding }) => binding), spans: [] }).match(/[\w$]+/g));
  const counts = new Map<string, number>();
  for (const b of facts.bindings) counts.set(b.name, (counts.get(b.name) ?? 0) + 1);
  const locals = facts.bindings.filter((b) => counts.get(b.name) === 1 && !others.has(b.name) && b.name.length > 1 && /^\w+$/.test(b.name) && !CONTEXTUAL.has(b.name)).map((b) => b.name);
  return locals[n % Math.max(1, locals.length)] ?? null;
}

it("the extractor never throws on what parses, whatever the text", () => {
  const token = fc.constantFrom("a", "b", "=", "(", ")", "{", "}", "[", "]", ";", ",", ".", "?.", "=>", "...", "if", "else", "for", "of", "in", "let", "const", "var", "class", "function", "async", "await", "return", "try", "catch", "finally", "switch", "case", "default", ":", "break", "1", "'s'", "`t`", "new", "this", "#p", "static", "get", "import", "export", "from", "type", "as", "enum", "namespace", "<", ">", "++", "??=", "&&");
  let parsed = 0;
  fc.assert(
    fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
      const result = parse("a.ts", tokens.join(" "));
      if ("message" in result) return;
      parsed++;
      extract(result);
    }),
    { numRuns: 20_000, seed: 7 },
  );
  expect(parsed).toBeGreaterThan(200);
});
