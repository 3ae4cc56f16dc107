import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { callsThatMayHave } from "./calls.js";
import { flow } from "./flow.js";
import { occurrences } from "./occurrences.js";
import { OWN_MODULE } from "./own-module.js";

/** A part that goes into a path whose further way nobody sees. */
export interface BuiltPath {
  readonly at: ValueId;
  readonly value: ValueId;
}

const BUILDS = /^path:(?:win32\.)?(?:join|resolve)$/;

/** Paths that are put together and then not compared with anything, whoever they are given to. */
export const builtPaths: Answer<readonly BuiltPath[]> = {
  name: "built paths",
  of(file) {
    const found: BuiltPath[] = [];
    for (const call of callsThatMayHave(file, ["passes"])) {
      if (call.args === null || !call.symbols.some((s) => BUILDS.test(s.text)) || isLookedAt(file, call.id, 0)) continue;
      found.push({ at: call.id, value: call.id });
    }
    return found;
  },
};

/** Is it tested, taken apart, or given to what judges it itself: a call that the catalog knows, a function of this file or of another one? */
function isLookedAt(file: FileView, id: ValueId, depth: number): boolean {
  if (depth > 5) return true;
  const found = file.get(occurrences);
  if (found.holders(id).some(({ binding }) => found.reads(binding).some((read) => isLookedAt(file, read, depth + 1)))) return true;
  return found.users(id).some((user) => {
    const value = file.facts.values[user] as Value;
    if (value.kind === "binary") return value.op !== "+";
    if (value.kind !== "call") return value.kind === "member" || value.kind === "unary" || isLookedAt(file, user, depth + 1);
    return file.get(flow).functions(value.callee).length > 0 || file.get(flow).symbols(value.callee).some((s) => s.isKnown || OWN_MODULE.test(s.text));
  });
}

/** A piece between two slashes leads nowhere else. */
export function isSplitAtSlash(file: FileView, list: ValueId): boolean {
  return file.get(flow).sources(list).some((s) => {
    const value = file.facts.values[s] as Value;
    const callee = value.kind === "call" ? (file.facts.values[value.callee] as Value) : undefined;
    if (value.kind !== "call" || callee?.kind !== "member" || callee.name !== "split" || value.args[0] === undefined) return false;
    const at = file.get(flow).sources(value.args[0]).map((a) => file.facts.values[a] as Value)[0];
    return at?.kind === "regexp" ? /\/|\\W/.test(at.pattern) : at?.kind === "literal" ? at.value === "/" : at?.kind === "member" && at.name === "sep";
  });
}

/** `path.normalize("/" + given)`: below whatever it is joined to. */
export function isRooted(file: FileView, id: ValueId): boolean {
  return file.get(flow).sources(id).every((s) => {
    const value = file.facts.values[s] as Value;
    const callee = value.kind === "call" ? (file.facts.values[value.callee] as Value) : undefined;
    const first = value.kind === "call" ? value.args[0] : undefined;
    if (callee?.kind !== "member" || first === undefined || value.kind !== "call") return false;
    if (callee.name === "join" || callee.name === "resolve") return file.get(flow).constant(first) === "/" && value.args.length > 1;
    if (callee.name === "normalize" && startsWithSlash(file, first)) return true;
    // `path.normalize(given).replace(/^(\.\.[/\\])+/, "")`
    const pattern = callee.name === "replace" ? (file.facts.values[first] as Value) : undefined;
    return pattern?.kind === "regexp" && /^\^?\(?(?:\?:)?\(?(?:\\\.\\\.|\\\.\{2\}|\[\.\]\[\.\])/.test(pattern.pattern) && /[+*]\$?$/.test(pattern.pattern) && isNormalized(file, callee.object);
  });
}

/** A result of `path.normalize`, `join` or `resolve`. */
export function isNormalized(file: FileView, id: ValueId): boolean {
  return file.get(flow).sources(id).some((s) => {
    const value = file.facts.values[s] as Value;
    const callee = value.kind === "call" ? (file.facts.values[value.callee] as Value) : undefined;
    const name = callee?.kind === "member" ? callee.name : callee?.kind === "var" ? (file.facts.bindings[callee.binding]?.name ?? null) : null;
    return name !== null && /^(?:normalize|resolve|join|realpath(?:Sync)?|relative|safeJoin)$/.test(name);
  });
}

function startsWithSlash(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  if (value.kind === "template") return value.chunks[0]?.startsWith("/") ?? false;
  return value.kind === "binary" && value.op === "+" ? startsWithSlash(file, value.left) : value.kind === "literal" && typeof value.value === "string" && value.value.startsWith("/");
}
