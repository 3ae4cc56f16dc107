import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { calls } from "./calls.js";
import { flow } from "./flow.js";
import { type Given, type Kind, NOTHING } from "./guards.js";
import { sanctioned } from "./sanctioned.js";
import { under } from "./under.js";

/** What the pipeline's own options say of an entry, and the name it has there. */
export interface Declared {
  readonly name: string | null;
  readonly given: Given;
}

/** `entry("POST /login", handler, { rateLimit, authorize })`, and the rows of `pipeline.configure({ entries })` for that name. */
export const declaredOf: Answer<(handler: ValueId) => Declared> = {
  name: "declared policies",
  of(file) {
    let rows: readonly Row[] | undefined;
    return (handler) => {
      const call = entryCall(file, handler, 0);
      if (call === null) return { name: null, given: NOTHING };
      const text = call.args[0] === undefined ? undefined : file.get(flow).constant(call.args[0]);
      const name = typeof text === "string" ? text : null;
      const own = call.args[2] === undefined ? NOTHING : optionsIn(file, call.args[2], "its options are out of sight");
      rows ??= table(file);
      const found = new Map<Kind, true | string>();
      for (const row of rows) if (name !== null && row.pattern.test(name)) for (const [kind, is] of row.given) if (found.get(kind) !== true) found.set(kind, is);
      for (const [kind, is] of own) if (found.get(kind) !== true) found.set(kind, is);
      return { name, given: found };
    };
  },
};

interface Row {
  readonly pattern: RegExp;
  readonly given: Given;
}

/** Wrappers around it may be any. */
function entryCall(file: FileView, id: ValueId, depth: number): (Value & { kind: "call" }) | null {
  for (const source of depth > 4 ? [] : file.get(flow).sources(id)) {
    const value = file.facts.values[source] as Value;
    if (value.kind !== "call") continue;
    const name = file.get(sanctioned)(value.callee);
    if (name === "entry" || name?.startsWith("entry.")) return value;
    for (const arg of value.args) {
      const inner = entryCall(file, arg, depth + 1);
      if (inner !== null) return inner;
    }
  }
  return null;
}

const OPTIONS = ["rateLimit", "authorize"] as const;

function optionsIn(file: FileView, options: ValueId, reason: string): Given {
  const found = new Map<Kind, true | string>();
  for (const kind of OPTIONS) {
    for (const { value } of under(file, options, [kind])) {
      const of = file.facts.values[value] as Value;
      // What `under` could not enter is the options themselves, or what is spread into them.
      if (isNothing(file, value)) continue;
      const isOption = of.kind === "object" || of.kind === "function" || isPropertyOf(file, options, kind);
      found.set(kind, isOption ? true : reason);
    }
  }
  return found;
}

const isNothing = (file: FileView, id: ValueId): boolean => {
  const value = file.facts.values[id] as Value;
  return value.kind === "literal" || (value.kind === "global" && value.name === "undefined");
};

function isPropertyOf(file: FileView, options: ValueId, name: string): boolean {
  return file.get(flow).sources(options).some((s) => {
    const value = file.facts.values[s] as Value;
    return value.kind === "object" && value.props.some((p) => p.name === name);
  });
}

/** The table of policies, as far as it is written out. */
function table(file: FileView): readonly Row[] {
  const rows: Row[] = [];
  for (const call of file.get(calls)) {
    const [options] = call.value.args;
    if (options === undefined || file.get(sanctioned)(call.target) !== "pipeline.configure") continue;
    for (const { value } of under(file, options, ["entries"])) {
      for (const source of file.get(flow).sources(value)) {
        const of = file.facts.values[source] as Value;
        const reason = "what the pipeline's table of entries holds is out of sight";
        if (of.kind !== "object") {
          if (value !== options) rows.push({ pattern: /^/, given: new Map(OPTIONS.map((kind) => [kind, reason])) });
          continue;
        }
        for (const prop of of.props) {
          const key = prop.name ?? (prop.key === undefined ? undefined : file.get(flow).constant(prop.key));
          if (typeof key === "string" && prop.form !== "spread") rows.push({ pattern: namePattern(key), given: optionsIn(file, prop.value, reason) });
          else rows.push({ pattern: /^/, given: new Map(OPTIONS.map((kind) => [kind, reason])) });
        }
      }
    }
    for (const { value } of under(file, options, ["defaults", "entry"])) if (value !== options) rows.push({ pattern: /^/, given: optionsIn(file, value, "the pipeline's defaults are out of sight") });
  }
  return rows;
}

/** As the pipeline reads the keys of its table: `*` stands for anything. */
export function namePattern(key: string): RegExp {
  return new RegExp(`^${key.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join(".*")}$`, "s");
}
