import type { Catalog } from "../catalog/catalog.js";
import type { ClientBound, ClientBoundRow, OptionPlace } from "../catalog/library.js";
import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { type Call, callAt, calls } from "./calls.js";
import { worthOf } from "./call-bounds.js";
import { flow } from "./flow.js";
import { optionAt, valueAt } from "./options.js";
import { sanctioned } from "./sanctioned.js";

export type ClientVerdict =
  | { readonly state: "clear" }
  | { readonly state: "unknown"; readonly reason: string }
  | { readonly state: "lacks"; readonly what: readonly { readonly kind: "connect" | "statement"; readonly option: string }[] };

const UNSEEN: ClientVerdict = { state: "unknown", reason: "its options come from where this file does not see" };

/** Which of the two bounds a client lacks that its driver offers; null where another place answers for it. */
export function clientLacks(file: FileView, call: Call, rows: readonly ClientBoundRow[]): ClientVerdict | null {
  if (file.get(ported).has(call.id)) return { state: "clear" };
  const fitting: ClientBoundRow[] = [];
  for (const row of rows) {
    if (row.given?.every((place) => optionAt(file, call, place).certainty === "absent") === true) continue;
    const fits = row.when === undefined ? "yes" : chosen(file, call, row.when);
    if (fits === "unknown") return { state: "unknown", reason: "which driver it uses is decided where this file does not see" };
    if (fits === "yes") fitting.push(row);
  }
  if (fitting.length === 0) return null;
  if (fitting.some((row) => isMadeByClass(file, call, row))) return UNSEEN;
  let isUnseen = false;
  const what: { kind: "connect" | "statement"; option: string }[] = [];
  for (const row of fitting) {
    for (const kind of ["connect", "statement"] as const) {
      const bound = row[kind];
      if (bound === undefined) continue;
      if (bound.places.some((place) => isJudgedElsewhere(file, call, place))) return null;
      const state = boundState(file, call, bound);
      if (state === "unknown") isUnseen = true;
      else if (state === "no") what.push({ kind, option: lastName(bound.places[0]?.path ?? kind) });
    }
  }
  if (what.length > 0) return { state: "lacks", what };
  return isUnseen ? UNSEEN : { state: "clear" };
}

/** `forRootAsync({ useClass: DatabaseOptions })`: a class makes the options, and it may be anywhere. */
function isMadeByClass(file: FileView, call: Call, row: ClientBoundRow): boolean {
  const places = [...(row.connect?.places ?? []), ...(row.statement?.places ?? [])].filter((place) => place.path.startsWith("useFactory()"));
  return places.some(({ arg }) => ["useClass", "useExisting"].some((path) => optionAt(file, call, { arg, path }).certainty !== "absent"));
}

function boundState(file: FileView, call: Call, bound: ClientBound): "yes" | "no" | "unknown" {
  const worths = bound.places.map((place) => worthOf(file, optionAt(file, call, place), place));
  if (worths.includes("yes")) return "yes";
  if (worths.some((w) => w === "unknown" || w === "callers")) return "unknown";
  const off = worths.includes("off");
  if (bound.defaultMs !== null && bound.defaultMs <= file.settings.longestDefaultMs && !off) return "yes";
  return bound.urlParams?.some((param) => connectionTexts(file, call).some((text) => text.includes(`${param}=`))) ? "yes" : "no";
}

/** Constant texts among the arguments and the first level of options: a connection string may carry the bound. */
function connectionTexts(file: FileView, call: Call): string[] {
  const answers = file.get(flow);
  const texts: string[] = [];
  const add = (id: ValueId): void => {
    const constant = answers.constant(id);
    if (typeof constant === "string") texts.push(constant);
    const value = file.facts.values[id] as Value;
    // The constant parts of a template are enough to see a parameter.
    if (value.kind === "template") texts.push(...value.chunks);
  };
  for (const arg of call.args ?? []) {
    for (const source of answers.sources(arg)) {
      add(source);
      const value = file.facts.values[source] as Value;
      if (value.kind === "object") for (const prop of value.props) add(prop.value);
    }
  }
  return texts;
}

function chosen(file: FileView, call: Call, { place, values }: NonNullable<ClientBoundRow["when"]>): "yes" | "no" | "unknown" {
  const option = optionAt(file, call, place);
  if (option.certainty === "absent") return "no";
  if (option.certainty === "unknown") return "unknown";
  const constants = option.values.map((v) => file.get(flow).constant(v));
  if (constants.some((c) => c === undefined)) return "unknown";
  return constants.some((c) => values.includes(String(c))) ? "yes" : "no";
}

/** What is given to `port`: `port("pg", new Pool(…))`, in place or through a name. */
const ported: Answer<ReadonlySet<ValueId>> = {
  name: "what is wrapped",
  of: (file) => new Set(file.get(calls).filter((c) => file.get(sanctioned)(c.target) === "port").flatMap((c) => (c.args ?? []).flatMap((arg) => [...file.get(flow).sources(arg)]))),
};

/** Made by a call with rows of its own, or an instance of what such a call makes. */
function isClient(file: FileView, id: ValueId): boolean {
  if (file.get(callAt)(id)?.symbols.some((n) => n.rows("clientBounds").length > 0) === true) return true;
  const catalog = file.settings.catalog as Catalog;
  return file.get(flow).symbols(id).some((n) => n.text.endsWith("()") && catalog.path(n.text.slice(0, -2)).rows("clientBounds").length > 0);
}

function partsOf(file: FileView, id: ValueId): readonly ValueId[] {
  const value = file.facts.values[id];
  return value?.kind === "object" ? value.props.filter((p) => p.form !== "spread").map((p) => p.value) : [];
}

/** The connection is a client that was made, and is judged, somewhere else. */
function isJudgedElsewhere(file: FileView, call: Call, place: OptionPlace): boolean {
  const [first, ...rest] = place.path.split(".");
  if (first === undefined) return false;
  const arg = typeof place.arg === "number" ? call.args?.[place.arg] : call.args?.at(-1);
  if (arg === undefined) return false;
  // `new PrismaPg(new Pool(…))`, `drizzle(pool, …)`, `drizzle({ client: pool })`: what is given is no list of options, or has none.
  const given = file.get(flow).sources(arg);
  const isGiven = (s: ValueId): boolean => isClient(file, s) || partsOf(file, s).some((part) => file.get(flow).sources(part).some((p) => isClient(file, p)));
  if (rest.length === 0 || given.some(isGiven)) return given.some(isGiven);
  return valueAt(file, arg, first).values.some((v) =>
    file.get(flow).sources(v).some((s) => {
      const symbols = file.get(flow).symbols(s);
      // An instance: made in this file by a call with rows of its own, or typed as one.
      const value = file.facts.values[s] as Value;
      const creation = value.kind === "call" ? file.get(callAt)(s) : undefined;
      return creation ? creation.symbols.some((n) => n.rows("clientBounds").length > 0) : symbols.some((n) => n.text.endsWith("()"));
    }),
  );
}

const lastName = (path: string): string => path.slice(path.lastIndexOf(".") + 1);

