import type { FnId, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { callAt } from "./calls.js";
import { callsites } from "./callsites.js";
import { clearedAt } from "./cleared.js";
import { conditionsAt } from "./conditions.js";
import { isKeyOf } from "./copied-keys.js";
import { flow } from "./flow.js";
import { occurrences } from "./occurrences.js";

/** `store[name]`, what a function returns that reads so, or a name of this function that holds it: what a key of nobody's choice leads to. */
export function lookedUp(file: FileView, id: ValueId): { readonly key: ValueId } | null {
  const { facts } = file;
  let at = facts.values[id] as Value;
  if (at.kind === "var") {
    const binding = facts.bindings[at.binding];
    const held = binding?.versions.length === 1 && binding.from === undefined ? binding.versions[0]?.value : undefined;
    if (held === undefined || facts.owner[held] !== facts.owner[id]) return null;
    at = facts.values[held] as Value;
  }
  return at.kind === "call" ? readBy(file, at) : keyOf(file, at);
}

function keyOf(file: FileView, at: Value): { readonly key: ValueId } | null {
  if (at.kind !== "member" || at.name !== null || at.key === undefined || file.get(flow).constant(at.key) !== undefined) return null;
  if (isKeyOf(file, at.key, at.object)) return null;
  // A list has elements, and what nobody inherits from has no `__proto__`.
  const holds = file.get(flow).sources(at.object).map((s) => file.facts.values[s] as Value);
  const isOwn = holds.length > 0 && holds.every((v) => v.kind === "array" || (v.kind === "call" && file.get(flow).symbols(v.callee).some((n) => n.text === "global:Object.create")));
  return isOwn ? null : { key: at.key };
}

/** `get(store, name)`, where `get` returns what its parameter names, and nothing there refuses a name. */
function readBy(file: FileView, { callee, args, form }: Value & { kind: "call" }): { readonly key: ValueId } | null {
  if (form !== undefined) return null;
  for (const fn of file.get(flow).functions(callee)) {
    for (const result of file.get(flow).returns(fn).flatMap((r) => file.get(flow).sources(r))) {
      const read = keyOf(file, file.facts.values[result] as Value);
      const index = read === null || isRefused(file, read.key) ? -1 : paramAt(file, fn, read.key);
      const key = args[index];
      if (key !== undefined && !args.slice(0, index + 1).some((a) => (file.facts.values[a] as Value).kind === "spread")) return { key };
    }
  }
  return null;
}

const isRefused = (file: FileView, key: ValueId): boolean => clearedAt(file, key).some((c) => c.for === "all" || c.for.includes("key"));

function paramAt(file: FileView, fn: FnId, id: ValueId): number {
  const value = file.facts.values[file.get(flow).sameAs(id)] as Value;
  return value.kind === "param" && value.fn === fn ? value.index : -1;
}

/** `touch(store[name])`: what callers read so for the parameter that is written to. */
export function handedLookups(file: FileView, id: ValueId): readonly { readonly key: ValueId }[] {
  const param = file.facts.values[file.get(flow).sameAs(id)] as Value;
  if (param.kind !== "param" || param.fn !== file.facts.owner[id]) return [];
  return file.get(callsites)(param.fn).flatMap((site) => {
    const arg = file.get(callAt)(site)?.args?.[param.index];
    const read = arg === undefined || isAskedFor(file, arg) ? null : lookedUp(file, arg);
    return read === null ? [] : [read];
  });
}

/** Has a test on the way looked at the value: `if (session)`, `session instanceof Session`? */
export function isAskedFor(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  if (value.kind !== "var") return false;
  return conditionsAt(file, id).some((c) => c.kind !== "call" && c.kind !== "write" && mentions(file, c.kind === "test" ? c.test : c.on, value.binding));
}

function mentions(file: FileView, test: ValueId, binding: number): boolean {
  return file.get(occurrences).reads(binding).some((read) => {
    for (let at: ValueId | null = read, steps = 0; at !== null && steps < 6; at = file.get(occurrences).parent(at), steps++) if (at === test) return true;
    return false;
  });
}
