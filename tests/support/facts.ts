import type { Facts, FunctionFact, Value, ValueId } from "../../core/facts.js";
import type { FileView, Settings } from "../../core/rule.js";
import { View } from "../../analyzers/view.js";
import { parse } from "../../engine/parse.js";
import { extract } from "../../facts/extract.js";
import { catalog } from "./judge-file.js";

/** The facts of a source text. */
export function factsOf(text: string, path = "a.ts"): Facts {
  const parsed = parse(path, text);
  if ("message" in parsed) throw new Error(`${path} does not parse: ${parsed.message}`);
  return extract(parsed);
}

/** A file as rules see it, in a project without a config. */
export function viewOf(text: string, path = "a.ts"): FileView {
  const settings: Pick<Settings, "catalog" | "pipelineName"> = { catalog, pipelineName: () => null };
  return new View(factsOf(text, path), text, path, "server", settings as Settings);
}

/** What a value's span covers. */
export function textOf(facts: Facts, text: string, id: ValueId): string {
  return text.slice(facts.spans.values[2 * id], facts.spans.values[2 * id + 1]);
}

export function markText(facts: Facts, text: string, mark: number): string {
  return text.slice(facts.spans.marks[2 * mark], facts.spans.marks[2 * mark + 1]);
}

/** The first value of a kind (whose text is `written`), and its id. */
export function valueAt<K extends Value["kind"]>(facts: Facts, text: string, kind: K, written?: string): { readonly id: ValueId; readonly value: Value & { kind: K } } {
  const id = facts.values.findIndex((v, i) => v.kind === kind && (written === undefined || textOf(facts, text, i) === written));
  if (id < 0) throw new Error(`no ${kind} ${written ?? ""} in ${text}`);
  return { id, value: facts.values[id] as Value & { kind: K } };
}

export function functionNamed(facts: Facts, id: string): FunctionFact {
  const fn = facts.functions.find((f) => f.id === id);
  if (!fn) throw new Error(`no function ${id}, but ${facts.functions.map((f) => f.id).join(", ")}`);
  return fn;
}

const MARKER = "/*@*/";

/** The outermost value of a kind that begins behind the comment `MARKER`. */
export function marked(facts: Facts, text: string, kind: Value["kind"] = "call"): ValueId {
  const at = text.indexOf(MARKER);
  if (at < 0) throw new Error(`no ${MARKER} in ${text}`);
  const id = facts.values.findLastIndex((v, i) => v.kind === kind && facts.spans.values[2 * i] === at + MARKER.length);
  if (id < 0) throw new Error(`no ${kind} at ${MARKER} in ${text}`);
  return id;
}
