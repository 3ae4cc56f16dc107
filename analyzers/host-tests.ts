import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { flow } from "./flow.js";
import { outside, type OutsideKind } from "./outside.js";
import { samePlace } from "./places.js";

/** The host of an address, in a test. */
export function hostIn(file: FileView, id: ValueId, read: ValueId, depth: number): ValueId | null {
  if (depth > 5) return null;
  const value = file.facts.values[id] as Value;
  if (isHostOf(file, id, read)) return id;
  const inner = value.kind === "binary" || value.kind === "logical" ? [value.left, value.right] : value.kind === "unary" || value.kind === "cast" ? [value.of] : value.kind === "call" ? [...value.args, value.callee] : value.kind === "member" ? [value.object] : [];
  for (const next of inner) {
    const found = hostIn(file, next, read, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

function isHostOf(file: FileView, id: ValueId, read: ValueId): boolean {
  return file.get(flow).sources(id).some((s) => {
    const value = file.facts.values[s] as Value;
    if (value.kind !== "member" || !/^(?:host|hostname|origin)$/.test(value.name ?? "")) return false;
    if (samePlace(file, value.object, read)) return true;
    return file.get(flow).sources(value.object).some((o) => {
      const made = file.facts.values[o] as Value;
      return made.kind === "call" && made.args[0] !== undefined && samePlace(file, made.args[0], read);
    });
  });
}

/** `url.hostname.endsWith(".example.com")`: the dot is the end of a label, else anybody may own `notexample.com`; and under `.com` everybody has a name. */
export function isUnderDomain(file: FileView, host: ValueId, end: ValueId): boolean {
  const { sources, symbols, constant } = file.get(flow);
  const domain = constant(end);
  if (typeof domain !== "string" || !/^\.[\w-]+(?:\.[\w-]+)+$/.test(domain)) return false;
  return sources(host).every((s) => {
    const value = file.facts.values[s] as Value;
    if (value.kind !== "member" || !/^host(?:name)?$/.test(value.name ?? "")) return false;
    // Only what an address was parsed into has no path of its own: `evil.test/.example.com` may be anybody's `host`.
    return sources(value.object).every((o) => {
      const made = file.facts.values[o] as Value;
      return made.kind === "call" && made.form === "new" && symbols(made.callee).some((c) => /^(?:global|url):URL$/.test(c.text));
    });
  });
}

/** `new URL(next).origin === new URL(config.base).origin`: what the host is the same as; null where the test says no such thing. */
export function sameHostAs(file: FileView, { test, isTrue }: { readonly test: ValueId; readonly isTrue: boolean }, host: ValueId, depth = 0): ValueId | null {
  if (depth > 4) return null;
  const value = file.facts.values[test] as Value;
  const on = (next: ValueId, is: boolean): ValueId | null => sameHostAs(file, { test: next, isTrue: is }, host, depth + 1);
  if (value.kind === "unary" && value.op === "!") return on(value.of, !isTrue);
  if (value.kind === "logical") return value.op === (isTrue ? "&&" : "||") ? (on(value.left, isTrue) ?? on(value.right, isTrue)) : null;
  if (value.kind !== "binary" || !/^[!=]==?$/.test(value.op) || value.op.startsWith("=") !== isTrue) return null;
  const other = value.left === host ? value.right : value.right === host ? value.left : null;
  // Two texts from the one who asks are the same as often as they like.
  return other === null || file.get(flow).constant(other) === null || isNothing(file.facts.values[other] as Value) ? null : other;
}

const isNothing = (value: Value): boolean => value.kind === "global" && value.name === "undefined";

/** What of a request stands in it, as far as it is written here: `req.headers.host` is a header. */
export function partsOfRequest(file: FileView, id: ValueId): ReadonlySet<OutsideKind> {
  const found = new Set<OutsideKind>();
  const seen = new Set<ValueId>();
  const queue = [id];
  for (const at of queue) {
    if (seen.has(at)) continue;
    seen.add(at);
    const what = file.get(outside)(at);
    if (what !== null) found.add(what);
    const value = file.facts.values[at] as Value;
    if (value.kind === "member") queue.push(value.object, ...(value.key === undefined ? [] : [value.key]));
    else if (value.kind === "call") queue.push(value.callee, ...value.args);
    else if (value.kind === "template") queue.push(...value.holes);
    else if (value.kind === "binary" || value.kind === "logical") queue.push(value.left, value.right);
    else if (value.kind === "cast" || value.kind === "await") queue.push(value.of);
    queue.push(...file.get(flow).sources(at));
  }
  return found;
}
