import type { ClassFact, ClassId, TypeExpr, TypeMember } from "../core/facts.js";
import type { Catalog } from "../catalog/catalog.js";
import type { ResultRow, SymbolPath } from "../catalog/library.js";
import type { Answer, FileView } from "../core/rule.js";
import { localClass } from "./error-classes.js";
import { flow } from "./flow.js";
import { WrittenTypes } from "./written-types.js";

/** A value that says whether something succeeded. `chain`: its methods that give another one. */
export interface Outcome {
  readonly whose: "ours" | "others";
  readonly chain: readonly string[];
}

/** What a declared type says: one of those, `open` where another file decides, null if it is none. */
export interface ResultTypes {
  of(type: TypeExpr | null | undefined): Outcome | "open" | null;
  /** What an instance of a class of this file is. */
  ofClass(cls: ClassId): Outcome | null;
  /** What a function of this type gives. */
  given(type: TypeExpr | null | undefined): Outcome | "open" | null;
}

export const resultTypes: Answer<ResultTypes> = {
  name: "result types",
  of(file) {
    const types = new WrittenTypes(file.facts);
    const of = (type: TypeExpr | null | undefined): Outcome | "open" | null => outcome(file, types, type ?? null, 0);
    return { of, ofClass: (cls) => ofClass(file, cls), given: (type) => of(types.result(type)) ?? givenBy(file, type ?? null) };
  },
};

const DEEPEST = 12;
const CARRIES = new Set(["Promise", "PromiseLike", "Awaited", "Readonly", "NonNullable"]);
/** Properties that tell success from failure by `true` and `false`. */
export const TAGS: ReadonlySet<string> = new Set(["ok", "success", "successful", "succeeded", "isOk", "isErr", "isError", "isSuccess", "isFailure", "valid", "isValid", "failed"]);
/** Properties that say why it failed. */
export const REASONS = /^(?:err|error|errors|reason|reasons|cause|failure|failures|issue|issues|message|msg|problem|problems|violations|exception|why|code|errorCode|errorMessage)$/;
/** What a tag of text says of a failure. */
const FAILURE = /^(?:err|error|failure|fail|failed|left|rejected|invalid)$/i;
const NAMED = /(?:^|[a-z])(?:Result|Either|Outcome)(?:Async)?$/;
/** What a result is asked, as a method or a property. */
const QUESTIONS = ["isOk", "isErr", "isError", "isSuccess", "isFailure", "isFail", "isLeft", "isRight", "ok", "success", "failed"];
const PAIRS = [["isOk", "isErr"], ["isOk", "isError"], ["isOk", "isFail"], ["isLeft", "isRight"]];
/** How one gets at what it holds. */
const OPENS = /^_?(?:value|data|err|error|errors|errorValue|reason|failure|match|fold|unwrap\w*|getValue|getError|getErrorValue|getOrThrow|getOrElse|expect)$/;
/** What a constructor may write for it. */
const HELD = ["value", "data", "error", "err", "errors", "reason", "failure"];
/** Its methods that give another one. */
const CHAINS = ["map", "mapErr", "mapError", "mapLeft", "andThen", "orElse", "flatMap", "chain", "bind", "tap", "tee", "asyncMap", "asyncAndThen", "andTee", "filter"];
const OTHERS: Outcome = { whose: "others", chain: [] };
const OURS: Outcome = { whose: "ours", chain: [] };

function outcome(file: FileView, types: WrittenTypes, type: TypeExpr | null, depth: number): Outcome | "open" | null {
  if (type === null || depth > DEEPEST) return null;
  const next = (inner: TypeExpr | null | undefined): Outcome | "open" | null => outcome(file, types, inner ?? null, depth + 1);
  if (type.t === "union" || type.t === "intersection") return isUnion(types, type) ? OTHERS : type.t === "union" ? strongest(type.items.map(next)) : null;
  if (type.t === "object") return isFlagged(type.members) ? OTHERS : null;
  if (type.t !== "name") return null;
  if (type.binding === undefined) return CARRIES.has(type.name) ? next(type.args?.[0]) : null;
  const imported = file.get(flow).typeSymbol(type);
  const path = imported?.text.replace(/\(\)$/, "") ?? "";
  if (path !== "" && file.settings.pipelineName(path, file.path) === "Result") return OURS;
  const row = imported === null ? undefined : rowsByType(file.settings.catalog as Catalog, "types").get(imported.text);
  if (row) return { whose: "others", chain: row.chain };
  const fact = types.fact(type.binding);
  if (fact?.kind === "alias") return next(fact.type);
  if (fact?.kind === "interface") return outcomeOf(type.name, fact.type.t === "object" ? fact.type.members.flatMap((m) => m.name ?? []) : []) ?? next(fact.type);
  const cls = types.classOf(type);
  if (cls !== null) return ofClass(file, cls);
  return file.facts.bindings[type.binding]?.from !== undefined && NAMED.test(type.name) && imported?.leadsSomewhere !== true ? "open" : null;
}

function ofClass(file: FileView, cls: ClassId): Outcome | null {
  const names: string[] = [];
  let at: ClassId | null = cls;
  for (let depth = 0; at !== null && depth < DEEPEST; depth++) {
    const fact: ClassFact | undefined = file.facts.classes[at];
    names.push(...(fact?.members ?? []).flatMap((m) => (m.static || m.name === null ? [] : m.name)), ...[...QUESTIONS, ...HELD].filter((name) => file.get(flow).field(at as ClassId, name).length > 0));
    at = fact?.extends == null ? null : localClass(file, fact.extends);
  }
  return outcomeOf(file.facts.classes[cls]?.name ?? "", names);
}

/** A class or interface of the project's own that asks `isOk` and `isErr`; by other words only where its name says so too. */
function outcomeOf(name: string, members: readonly string[]): Outcome | null {
  const asked = QUESTIONS.filter((q) => members.includes(q));
  const isPair = PAIRS.some((pair) => pair.every((q) => members.includes(q)));
  if (!isPair && !(asked.length > 0 && NAMED.test(name) && members.some((m) => OPENS.test(m)))) return null;
  return { whose: "others", chain: CHAINS.filter((m) => members.includes(m)) };
}

function strongest(all: readonly (Outcome | "open" | null)[]): Outcome | "open" | null {
  return all.find((o) => o !== null && o !== "open") ?? all.find((o) => o === "open") ?? null;
}

/** `{ ok: true … } | { ok: false; error … }`: the same property tells them apart, and one of them says why it failed. */
function isUnion(types: WrittenTypes, type: TypeExpr & { t: "union" | "intersection" }): boolean {
  if (type.t === "intersection") return false;
  const branches = type.items.map((item) => types.bare(item)).flatMap((item) => (item?.t === "object" ? [item.members] : item?.t === "name" ? [membersOf(types, item)] : [])).filter((members) => members.length > 0);
  if (branches.length < 2) return false;
  const tags = new Set(branches.flatMap((members) => members.flatMap((m) => (m.name !== null && m.type?.t === "literal" ? [m.name] : []))));
  return [...tags].some((tag) => {
    const values = branches.map((members) => members.find((m) => m.name === tag)?.type);
    if (!values.every((v) => v?.t === "literal")) return false;
    const literals = values.map((v) => (v as TypeExpr & { t: "literal" }).value);
    if (new Set(literals).size < 2) return false;
    const hasReason = branches.some((members) => members.some((m) => m.name !== null && REASONS.test(m.name)));
    if (literals.every((l) => typeof l === "boolean")) return TAGS.has(tag) && hasReason;
    return literals.some((l) => typeof l === "string" && FAILURE.test(l)) && branches.some((members) => members.some((m) => m.name !== tag && m.name !== null && (REASONS.test(m.name) || m.name === "left")));
  });
}

function membersOf(types: WrittenTypes, type: TypeExpr & { t: "name" }): readonly TypeMember[] {
  const fact = type.binding === undefined ? undefined : types.fact(type.binding);
  return fact?.type.t === "object" ? fact.type.members : [];
}

/** `{ ok: boolean; error?: string }`: both cases in one. */
function isFlagged(members: readonly TypeMember[]): boolean {
  const flag = members.find((m) => (m.name === "ok" || m.name === "success") && m.type?.t === "keyword" && m.type.name === "boolean");
  return flag !== undefined && members.some((m) => m.optional && m.name !== null && REASONS.test(m.name));
}

/** `task()` of a library whose tasks give a result when they are called. */
function givenBy(file: FileView, type: TypeExpr | null): Outcome | null {
  const symbol = type?.t === "name" ? file.get(flow).typeSymbol(type) : null;
  const row = symbol === null ? undefined : rowsByType(file.settings.catalog as Catalog, "given").get(symbol.text);
  return row === undefined ? null : { whose: "others", chain: row.chain };
}

type ByType = ReadonlyMap<SymbolPath, ResultRow>;
const known = new WeakMap<Catalog, { readonly types: ByType; readonly given: ByType }>();

function rowsByType(catalog: Catalog, kind: "types" | "given"): ByType {
  let rows = known.get(catalog);
  if (!rows) {
    const by = (what: "types" | "given"): ByType => new Map(catalog.libraries.flatMap((l) => l.results ?? []).flatMap((row) => (row[what] ?? []).map((type) => [catalog.path(type).instance().text, row] as const)));
    rows = { types: by("types"), given: by("given") };
    known.set(catalog, rows);
  }
  return rows[kind];
}
