import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { tokens } from "./edit.js";
import { inStyle } from "./style.js";

/** What the message may not hold: the console fills in `%s`, the log prints it. */
const PLACEHOLDER = /%[sdifjoOc%]/;
const ERROR_NAME = /^(?:e|ex|err|error|exception|reason|cause)$/i;

export interface Hole {
  readonly name: string;
  readonly text: string;
}

interface Beside {
  /** Fields that the line has already, and their values. */
  readonly there?: ReadonlyMap<string, string>;
  /** Names that the logger uses itself. */
  readonly reserved?: ReadonlySet<string>;
}

const NO_FIELDS: ReadonlyMap<string, string> = new Map();
const NO_NAMES: ReadonlySet<string> = new Set();

/** The message as it will be written: its holes get names, so that all lines of one place have one text. */
export function messageOf(file: FileView, id: ValueId, { there = NO_FIELDS, reserved = NO_NAMES }: Beside = {}): { readonly text: string; readonly holes: readonly Hole[] } | null {
  const value = file.facts.values[id] as Value;
  if (value.kind === "literal") return typeof value.value === "string" && !PLACEHOLDER.test(value.value) ? { text: textOf(file, id), holes: [] } : null;
  const parts: readonly (string | ValueId)[] | null = value.kind === "template" ? templateParts(value) : value.kind === "binary" ? sumParts(file, id) : null;
  if (parts === null || !parts.some((p) => typeof p === "string" && /\w/.test(p)) || parts.some((p) => typeof p === "number" && kindOf(file, p) === "sequence")) return null;
  if (parts.some((p) => typeof p === "number" && !standsAlone(file, p))) return null;
  const holes: Hole[] = [];
  let text = "";
  for (const part of parts) {
    if (typeof part === "string") text += part;
    else {
      const own = nameOf(file, part);
      const written = textOf(file, part);
      const name = there.get(own) === written ? own : unused(reserved.has(own) ? `${own}Value` : own, [...holes.filter((h) => h.text !== written).map((h) => h.name), ...there.keys()]);
      holes.push({ name, text: written });
      text += `{${name}}`;
    }
  }
  return PLACEHOLDER.test(text) ? null : { text: inStyle(file, text), holes };
}

/** A comment beside it in a template's hole would be lost. */
function standsAlone(file: FileView, part: ValueId): boolean {
  const { start, end } = file.span({ value: part });
  return !/\*\/[\s(]*$/.test(file.text.slice(0, start)) && !/\/\/[^\n]*\n[\s(]*$/.test(file.text.slice(0, start)) && !/^[\s)]*\/[/*]/.test(file.text.slice(end));
}

function templateParts({ chunks, holes }: Value & { kind: "template" }): readonly (string | ValueId)[] {
  return chunks.flatMap((chunk, i): (string | ValueId)[] => (i < holes.length ? [chunk, holes[i] as ValueId] : [chunk]));
}

/** `"a " + b + " c"`: from the first text on, every `+` puts texts together. */
function sumParts(file: FileView, id: ValueId): readonly (string | ValueId)[] | null {
  const value = file.facts.values[id] as Value;
  if (value.kind === "literal") return typeof value.value === "string" ? [value.value] : null;
  if (value.kind === "template") return templateParts(value);
  if (value.kind !== "binary" || value.op !== "+") return null;
  const left = sumParts(file, value.left);
  const right = file.facts.values[value.right] as Value;
  if (left === null) return null;
  return [...left, ...(right.kind === "template" ? templateParts(right) : [right.kind === "literal" && typeof right.value === "string" ? right.value : value.right])];
}

/** The fields of a line, each under a name of its own. */
export class Fields {
  readonly #file: FileView;
  readonly #names: string[];
  readonly #texts: Map<string, string>;
  readonly #written: string[] = [];

  /** `there`: the names that the line has fields under already, and their values. */
  constructor(file: FileView, there: Iterable<readonly [string, string]> = []) {
    this.#file = file;
    this.#texts = new Map(there);
    this.#names = [...this.#texts.keys()];
  }

  get text(): string {
    return this.#written.length === 0 ? "" : `{ ${this.#written.join(", ")} }`;
  }

  /** Those that were added. */
  get list(): readonly string[] {
    return this.#written;
  }

  add(name: string, text: string): void {
    // Said in the message and once more behind it.
    if (this.#texts.get(name) === text) return;
    this.#texts.set(name, text);
    const free = unused(name, this.#names);
    this.#names.push(free);
    this.#written.push(free === text ? text : `${free}: ${text}`);
  }

  /** An object's properties become fields themselves. False for what would lose its meaning. */
  addArgument(id: ValueId): boolean {
    const { facts } = this.#file;
    const value = facts.values[id] as Value;
    if (value.kind === "literal" || value.kind === "template" || value.kind === "sequence") return false;
    if (value.kind !== "object") {
      this.add(nameOf(this.#file, id), textOf(this.#file, id));
      return true;
    }
    for (const prop of value.props) {
      // A name that is already there would hide one of the two.
      if (prop.name === null || this.#names.includes(prop.name)) return false;
      this.#names.push(prop.name);
      this.#written.push(this.#file.text.slice(this.#file.span({ mark: prop.at }).start, this.#file.span({ mark: prop.at }).end));
    }
    return true;
  }
}

const PLAIN = /^[A-Za-z_$][\w$]*$/;

/** Whose parts speak for themselves: `req.params.id` is an id. */
const CARRIER = /^(?:req|request|res|response|reply|ctx|context|event|params|query|body|headers|data|input|args|options|opts|props|config|env|payload|result|row)$/;

const DRESSES = /^(?:to[A-Z]\w*|trim|trimEnd|trimStart|join|slice|substring|padStart|padEnd|replace|replaceAll|format)$/;

/** What a value is called: the last two names of a path, `err` for what was caught, the callee of a call. */
export function nameOf(file: FileView, id: ValueId): string {
  const { facts } = file;
  const value = facts.values[id] as Value;
  switch (value.kind) {
    case "var": {
      const name = facts.bindings[value.binding]?.name ?? "value";
      return ERROR_NAME.test(name) || facts.bindings[value.binding]?.kind === "catch" ? "err" : name;
    }
    case "member": {
      const own = value.name === null || !PLAIN.test(value.name) ? null : value.name;
      const object = facts.values[value.object] as Value;
      const holder = object.kind === "var" ? (facts.bindings[object.binding]?.name ?? "") : object.kind === "member" ? (object.name ?? "") : "";
      if (own === null) return "value";
      return holder === "" || !PLAIN.test(holder) || holder.length < 2 || CARRIER.test(holder) ? own : holder + own[0]?.toUpperCase() + own.slice(1);
    }
    case "call": {
      // `String(x)`, `JSON.stringify(x)`, `x.toFixed(1)`: x in another dress.
      const callee = facts.values[value.callee] as Value;
      const holder = callee.kind === "member" ? (facts.values[callee.object] as Value) : callee;
      if (holder.kind === "global" && value.args[0] !== undefined) return nameOf(file, value.args[0]);
      if (callee.kind === "member" && DRESSES.test(callee.name ?? "")) return nameOf(file, callee.object);
      return nameOf(file, value.callee).replace(/^(?:get|fetch|find|load|to)(?=[A-Z])/, "").replace(/^[A-Z]/, (c) => c.toLowerCase());
    }
    case "cast":
    case "await":
      return nameOf(file, value.of);
    default:
      return "value";
  }
}

export function unused(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name;
  for (let n = 2; ; n++) if (!taken.includes(`${name}${n}`)) return `${name}${n}`;
}

export const kindOf = (file: FileView, id: ValueId): Value["kind"] => (file.facts.values[id] as Value).kind;

export function textOf(file: FileView, id: ValueId): string {
  const { start, end } = file.span({ value: id });
  return file.text.slice(start, end);
}

/** The arguments stand one after another, without parentheses of their own around the first or the last. */
export function isPlainList(file: FileView, end: number, args: readonly ValueId[]): boolean {
  const from = file.span({ value: args.at(-1) as ValueId }).end;
  const list = tokens(file.text, from, end).map((t) => t.text);
  const before = file.text.slice(0, file.span({ value: args[0] as ValueId }).start).trimEnd();
  return list.join("") === ")" || list.join("") === ",)" ? !before.endsWith("((") : false;
}
