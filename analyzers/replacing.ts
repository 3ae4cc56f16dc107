import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { Proof } from "./cleared.js";
import { flow } from "./flow.js";

/** What is left of a text in which every match of a pattern was replaced. */
export interface Replaced {
  /** Only harmless characters are left. */
  readonly keepsOnly: boolean;
  readonly safeFor: readonly Proof[];
}

const NOTHING: Replaced = { keepsOnly: false, safeFor: [] };

/** One character, or one of several: what it takes out is gone wherever it stood. */
const SINGLE = /^(?:\[(?!\^)(?:\\.|[^\]\\])+\]|\\.|[^\\[\](){}.*+?^$|])(?:\|(?:\[(?!\^)(?:\\.|[^\]\\])+\]|\\.|[^\\[\](){}.*+?^$|]))*\+?$/;

/** `text.replace(pattern, by)`: of what it takes out, nothing is left for a use that needs it. */
export function replacedIn(file: FileView, pattern: ValueId, by: ValueId | undefined, isAll: boolean): Replaced {
  const known = file.get(flow).sources(pattern).map((s) => asPattern(file, file.facts.values[s] as Value));
  const [only] = known;
  const put = by === undefined ? undefined : file.get(flow).constant(by);
  if (known.length !== 1 || only === undefined) return NOTHING;
  if (isForeign(only, put)) return withKey(everyMatch(only, put, isAll));
  return everyMatch(only, put, isAll);
}

/** What stands in `__proto__` is gone from there, and there is something that does not stand in it. */
function isForeign(pattern: Value, put: unknown): boolean {
  if (typeof put !== "string" || !/[^_prot]/.test(put)) return false;
  if (pattern.kind === "literal") return typeof pattern.value === "string" && pattern.value !== "" && PROTO.includes(pattern.value);
  return pattern.kind === "regexp" && pattern.pattern !== "" && PROTO.includes(pattern.pattern);
}

const PROTO = "__proto__";

const withKey = ({ keepsOnly, safeFor }: Replaced): Replaced => ({ keepsOnly, safeFor: [...new Set([...safeFor, "key" as const])] });

function everyMatch(only: Value, put: unknown, isAll: boolean): Replaced {
  if (only.kind === "literal" && typeof only.value === "string" && isAll) return of((c) => only.value === c, only.value === "..", put);
  if (only.kind !== "regexp" || !only.flags.includes("g")) return NOTHING;
  if (/^\[\^[\w\\\s.@-]*\]\+?$/.test(only.pattern) && !/\\[SWD]/.test(only.pattern)) return { keepsOnly: true, safeFor: [] };
  const isTwoDots = /^\(?(?:\\\.\\\.|\\\.\{2,?\}|\[\.\]\[\.\]|\[\.\]\{2,?\})(?:\|[\w|]*)?\)?\+?$/.test(only.pattern);
  if (!SINGLE.test(only.pattern)) return of(() => false, isTwoDots, put);
  let single: RegExp;
  try {
    single = new RegExp(`^(?:${only.pattern})$`, only.flags.replace(/[gy]/g, ""));
  } catch {
    return NOTHING;
  }
  return of((c) => single.test(c), isTwoDots, put);
}

/** What a text lacks in which a pattern finds nothing. */
export function lacking(pattern: string, flags: string): readonly Proof[] {
  if (!SINGLE.test(pattern)) return [];
  try {
    const single = new RegExp(`^(?:${pattern})$`, flags.replace(/[gy]/g, ""));
    return of((c) => single.test(c), false, "").safeFor;
  } catch {
    return [];
  }
}

/** `new RegExp("[.]", "g")` is the pattern that it makes. */
function asPattern(file: FileView, value: Value): Value {
  if (value.kind !== "call" || value.args[0] === undefined || !file.get(flow).symbols(value.callee).some((s) => s.text === "global:RegExp")) return value;
  const pattern = file.get(flow).constant(value.args[0]);
  const flags = value.args[1] === undefined ? "" : file.get(flow).constant(value.args[1]);
  return typeof pattern === "string" && typeof flags === "string" ? { kind: "regexp", pattern, flags } : value;
}

function of(takes: (char: string) => boolean, takesTwoDots: boolean, put: unknown): Replaced {
  const puts = typeof put === "string" ? put : put === undefined ? "" : null;
  const safeFor: Proof[] = [];
  // What escapes one by one through a table or function puts an entity there.
  if (takes("<") && (puts === null || !puts.includes("<"))) safeFor.push("html");
  if (puts === null || !/[./\\]/.test(puts)) {
    if (takesTwoDots || takes(".") || takes("/")) safeFor.push("up");
    if (takes("/")) safeFor.push("rooted");
  }
  // `__proto__` is none without it.
  if (takes("_") && (puts === null || !puts.includes("_"))) safeFor.push("key");
  if (takes(".") && takes("*") && takes("(") && (puts === null || puts === "" || puts.startsWith("\\"))) safeFor.push("regexp");
  return { keepsOnly: false, safeFor };
}
