import type { BindingFact, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { flow } from "./flow.js";
import { nameOf } from "./reports.js";

/** What a message is made of: `constant` text, text with `values` in it, given by a `caller` as a parameter, or `unknown`. */
export type Message = "constant" | "values" | "caller" | "unknown" | "named";

/** `util.format`-like: a text with places for values, and values. */
const FORMATS = /^(?:util|node:util):(?:format|inspect)$|^(?:global:JSON\.stringify)$|^(?:sprintf-js|printj|format-util|fast-printf):|^(?:lodash|lodash-es):template$/;
/** Colours: the text stays what it is. */
const DRESSES = /^(?:chalk|colors(?:\/safe)?|picocolors|kleur(?:\/colors)?|ansi-colors|yoctocolors|util|cli-color)[:/]/;
export const PLACEHOLDER = /%[sdifjoO]/;

/** What the argument of a log call says as the line's message; null where it is no text at all. */
export function messageOf(file: FileView, id: ValueId, depth = 0): Message | null {
  const kinds = file.get(flow).sources(id).map((source) => ofSource(file, source, depth));
  if (kinds.includes("caller")) return "caller";
  for (const kind of ["values", "named", "unknown", "constant"] as const) if (kinds.includes(kind)) return kind;
  return null;
}

function ofSource(file: FileView, id: ValueId, depth: number): Message | null {
  const value = file.facts.values[id] as Value;
  if (depth > 8) return "unknown";
  switch (value.kind) {
    case "literal":
      return typeof value.value === "string" ? "constant" : null;
    case "template":
      return strongest(value.holes.map((hole) => holeOf(file, hole, depth)));
    case "binary":
      return value.op === "+" ? sumOf(file, value, depth) : null;
    case "call":
      return calledOf(file, value, depth);
    case "param":
      return "caller";
    case "var":
    case "member":
      return "unknown";
    default:
      return null;
  }
}

function strongest(parts: readonly (Message | null)[]): Message {
  for (const kind of ["values", "caller", "named"] as const) if (parts.includes(kind)) return kind === "caller" ? "values" : kind;
  return "constant";
}

/** A field of what another file holds says what it is by its name; that it never changes, only that file knows. */
function isPartOfOthers(file: FileView, hole: ValueId): boolean {
  const value = file.facts.values[file.get(flow).sameAs(hole)] as Value;
  if (!file.isProgram || value.kind !== "member") return false;
  const home = file.homeOf({ value: hole });
  return file.get(flow).sources(hole).some((source) => file.homeOf({ value: source }) !== home);
}

/** A place in a text: a constant, or a value. */
function holeOf(file: FileView, hole: ValueId, depth: number): Message {
  const answers = file.get(flow);
  if (isPartOfOthers(file, hole)) return isNamedConstant(file, hole) ? "named" : "values";
  if (answers.constant(hole) !== undefined) return "constant";
  return strongest(
    answers.sources(hole).map((source) => {
      const value = file.facts.values[source] as Value;
      if (value.kind === "literal" || (value.kind === "opaque" && value.what === "enum member")) return "constant";
      if (value.kind === "template" || (value.kind === "binary" && value.op === "+")) return ofSource(file, source, depth + 1) ?? "values";
      if (value.kind === "call" && isDressed(file, value)) return strongest(value.args.map((arg) => holeOf(file, arg, depth + 1)));
      // `${OrderService.name} is up`
      if (value.kind === "member" && value.name === "name" && answers.sources(value.object).some((s) => file.facts.values[s]?.kind === "class" || file.facts.values[s]?.kind === "function")) return "constant";
      return isNamedConstant(file, source) ? "named" : "values";
    }),
  );
}

/** `PREFIX` of another file is a constant by its name; what it holds is said there. */
function isNamedConstant(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  if (value.kind === "member") return value.name !== null && CONSTANT.test(value.name) && isNamedConstant(file, value.object);
  if (value.kind !== "var") return false;
  const binding = file.facts.bindings[value.binding] as BindingFact;
  return binding.from !== undefined && (CONSTANT.test(binding.name) || /^(?:[A-Z]\w*)$/.test(binding.name));
}

const CONSTANT = /^[A-Z][A-Z0-9_]+$/;

/** `"a " + b`: only with a text in it is it a message; a sum of numbers is none. */
function sumOf(file: FileView, value: Value & { kind: "binary" }, depth: number): Message | null {
  const parts: ValueId[] = [];
  const split = (id: ValueId): void => {
    const of = file.facts.values[id] as Value;
    if (of.kind === "binary" && of.op === "+") [of.left, of.right].forEach(split);
    else parts.push(id);
  };
  [value.left, value.right].forEach(split);
  const texts = parts.map((part) => file.facts.values[part] as Value);
  const hasText = texts.some((t) => t.kind === "template" || (t.kind === "literal" && typeof t.value === "string")) || parts.some((p) => typeof file.get(flow).constant(p) === "string");
  return hasText ? strongest(parts.map((part) => holeOf(file, part, depth))) : null;
}

function calledOf(file: FileView, value: Value & { kind: "call" }, depth: number): Message | null {
  const callee = file.facts.values[value.callee] as Value;
  const symbols = file.get(flow).symbols(value.callee).map((node) => node.text);
  if (symbols.some((text) => FORMATS.test(text))) return value.args.slice(symbols.some((t) => t.endsWith("format")) ? 1 : 0).some((arg) => file.get(flow).constant(arg) === undefined) ? "values" : "constant";
  if (isDressed(file, value) && value.args[0] !== undefined) return messageOf(file, value.args[0], depth + 1);
  if (callee.kind !== "member" || value.form !== undefined) return "unknown";
  if (callee.name === "concat" && isText(file, callee.object)) return strongest([callee.object, ...value.args].map((part) => holeOf(file, part, depth)));
  if (callee.name === "join") {
    const lists = file.get(flow).sources(callee.object).map((s) => file.facts.values[s] as Value);
    const items = lists.flatMap((list) => (list.kind === "array" ? list.items.filter((item) => item !== null) : []));
    if (items.some((item) => isText(file, item))) return strongest(items.map((item) => holeOf(file, item, depth)));
  }
  // `"order {id}".replace("{id}", id)`, `"…".trim()`
  if (/^(?:replace|replaceAll)$/.test(callee.name ?? "") && isText(file, callee.object)) return strongest(value.args.slice(1).map((part) => holeOf(file, part, depth)));
  if (/^(?:trim\w*|toLowerCase|toUpperCase|padEnd|padStart|slice|substring)$/.test(callee.name ?? "")) return messageOf(file, callee.object, depth + 1);
  return "unknown";
}

function isText(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  return value.kind === "template" || typeof file.get(flow).constant(id) === "string";
}

function isDressed(file: FileView, value: Value & { kind: "call" }): boolean {
  return file.get(flow).symbols(value.callee).some((node) => DRESSES.test(node.text) && !FORMATS.test(node.text)) || nameOf(file, value.callee) === "styleText";
}
