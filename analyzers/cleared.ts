import type { SinkRow, ValidatorRow } from "../catalog/library.js";
import type { FnId, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { foundNothingWrong, isAcceptedResult } from "./accepted-results.js";
import { type Call, callAt } from "./calls.js";
import { type Condition, conditionsOn } from "./conditions.js";
import { endsOf, type Into } from "./ends.js";
import { flow } from "./flow.js";
import { isOrdered } from "./ordered.js";
import { occurrences } from "./occurrences.js";
import { hostIn, isUnderDomain, partsOfRequest, sameHostAs } from "./host-tests.js";
import { inspects, isNothing, type Says } from "./inspected.js";
import { isNormalized } from "./path-shapes.js";
import { covers, placeOf, samePlace } from "./places.js";
import { isKeyOf, refusesProto } from "./refused-keys.js";
import { lacking } from "./replacing.js";

export type Danger = SinkRow["danger"];

/**
 * What is known of a value: that it is harmless for a use; or one half of that: a path that leads nowhere `up`, or is `rooted`, with something before it;
 * an address that begins with a slash (`local`), or with anything but two (`noHost`).
 */
export type Proof = Danger | "up" | "rooted" | "local" | "noHost";

export function isHarmless(proofs: readonly Proof[], danger: Danger): boolean {
  return proofs.includes(danger) || (danger === "path" && proofs.includes("up") && proofs.includes("rooted")) || (danger === "redirect" && proofs.includes("local") && proofs.includes("noHost"));
}

/** For which uses a value is accepted; `doubt`: another file decides. */
export interface Cleared {
  readonly for: "all" | readonly Proof[];
  readonly doubt: string | null;
}

const ALL: Cleared = { for: "all", doubt: null };
const safeFor = (...proofs: Proof[]): Cleared => ({ for: proofs, doubt: null });
const doubtful = (name: string): Cleared => ({ for: [], doubt: `\`${name}\` of another file may check it` });

/** What the branches, exits and checks on the way to a read have proved of what is read. */
export function clearedAt(file: FileView, read: ValueId): readonly Cleared[] {
  const found: Cleared[] = [];
  for (const condition of conditionsOn(file, read, placeOf(file, read))) {
    const cleared = proves(file, condition, read);
    if (cleared !== null) found.push(cleared);
  }
  return found;
}

/** What a test proves of a value, if it came out so: a filter's callback of its element. */
export function provedBy(file: FileView, test: ValueId, of: ValueId): Cleared | null {
  return withKey(file, tested(file, test, true, of, 0), { test, isTrue: true }, of);
}

function withKey(file: FileView, cleared: Cleared | null, { test, isTrue }: { readonly test: ValueId; readonly isTrue: boolean }, read: ValueId): Cleared | null {
  if (cleared?.for === "all" || !refusesProto(file, test, isTrue, (id) => samePlace(file, id, read))) return cleared;
  return { for: [...(cleared?.for ?? []), "key"], doubt: cleared?.doubt ?? null };
}

/** What is proved of what a name still holds, whichever of these tests has failed: had none, it would have been written again. */
export function provedByFailing(file: FileView, tests: readonly { readonly test: ValueId; readonly isTrue: boolean }[], binding: number): Cleared | null {
  const each = tests.map(({ test, isTrue }) => {
    const { start, end } = file.span({ value: test });
    const read = file.get(occurrences).reads(binding).find((r) => {
      const at = file.span({ value: r });
      return at.start >= start && at.end <= end;
    });
    if (read === undefined) return null;
    // What is empty does no harm.
    return isTrue && read === test ? ALL : tested(file, test, !isTrue, read, 0);
  });
  return each.length === 0 ? null : each.reduce((one, other) => bothOf(one, other));
}

function proves(file: FileView, condition: Condition, read: ValueId): Cleared | null {
  if (condition.kind === "case") return samePlace(file, condition.on, read) && condition.tests.every((t) => file.get(flow).constant(t) !== undefined) ? ALL : null;
  if (condition.kind === "call") return passed(file, condition.call, read);
  if (condition.kind === "write") return samePlace(file, condition.member, read) && isAcceptedResult(file, condition.value) ? ALL : null;
  const cleared = withKey(file, tested(file, condition.test, condition.isTrue, read, 0), condition, read);
  if (cleared !== null) return cleared;
  // `new URL(x).hostname === "shop.example.com"`: where it leads is known.
  const host = hostIn(file, condition.test, read, 0);
  if (host === null) return null;
  if (tested(file, condition.test, condition.isTrue, host, 0)?.for === "all") return safeFor("url", "redirect");
  const other = sameHostAs(file, condition, host);
  if (other === null) return null;
  const parts = [...partsOfRequest(file, other)];
  // Nobody makes another's browser send a header; who asks by himself writes them all.
  return parts.length === 0 ? safeFor("url", "redirect") : parts.every((what) => what === "header") ? safeFor("redirect") : null;
}

/** A check that returned: `assertUser(input)`, `schema.assert(input)`. */
function passed(file: FileView, id: ValueId, read: ValueId): Cleared | null {
  const call = file.get(callAt)(id);
  if (call === undefined) return null;
  const rows = call.symbols.flatMap((s) => s.rows("validators").map((r) => r.row));
  for (const row of rows) if (row.accepts === "inPlace" && row.tells === undefined && isArg(file, call, row.arg, read)) return byRow(row);
  // What it gives, or says, is what counts.
  if (rows.length > 0) return null;
  const index = (call.args ?? []).findIndex((arg) => covers(file, arg, read));
  if (index === -1) return null;
  const own = file.get(flow).functions(call.target);
  if (own.length > 0) return own.every((fn) => file.facts.functions[fn]?.returnType?.t === "guard" && inspects(file, fn, index, says)) ? ALL : null;
  const name = nameOf(file, call);
  return /^(?:assert|validate|check|ensure|verify|require)(?:$|[A-Z_])/.test(name) ? doubtful(name) : null;
}

function tested(file: FileView, id: ValueId, isTrue: boolean, read: ValueId, depth: number): Cleared | null {
  if (depth > 4) return null;
  if (foundNothingWrong(file, id, isTrue).some((call) => call.args?.[0] !== undefined && covers(file, call.args[0], read))) return ALL;
  const value = file.facts.values[id] as Value;
  switch (value.kind) {
    case "unary":
      return value.op === "!" ? tested(file, value.of, !isTrue, read, depth + 1) : null;
    case "cast":
    case "await":
      return tested(file, value.of, isTrue, read, depth + 1);
    case "var": {
      const binding = file.facts.bindings[value.binding];
      const held = binding?.versions.length === 1 ? binding.versions[0]?.value : undefined;
      return held === undefined ? null : tested(file, held, isTrue, read, depth + 1);
    }
    case "call":
      return testedByCall(file, id, value, isTrue, read);
    case "binary":
      return compared(file, value, isTrue, read) ?? saidTrue(file, value, isTrue, read, depth);
    case "member":
      return isTrue && isLookup(file, id, read) ? A_KEY : null;
    case "logical":
      // `ok && other` as a value of its own
      if (value.op === (isTrue ? "&&" : "||")) return tested(file, value.left, isTrue, read, depth + 1) ?? tested(file, value.right, isTrue, read, depth + 1);
      return bothOf(tested(file, value.left, isTrue, read, depth + 1), tested(file, value.right, isTrue, read, depth + 1));
    default:
      return null;
  }
}

/** `x === "a" || x === "b"`: whichever it was, it is proved. */
export function bothOf(one: Cleared | null, other: Cleared | null): Cleared | null {
  if (one === null || other === null) return null;
  if (one.for === "all") return other;
  return other.for === "all" ? one : { for: one.for.filter((d) => other.for.includes(d)), doubt: one.doubt ?? other.doubt };
}

/** `check(body) !== true`, `isUser(body) === false` */
function saidTrue(file: FileView, { op, left, right }: Value & { kind: "binary" }, isTrue: boolean, read: ValueId, depth: number): Cleared | null {
  const said = file.get(flow).constant(right);
  const isSame = op === "===" || op === "==";
  return typeof said === "boolean" && (isSame || op === "!==" || op === "!=") ? tested(file, left, said === (isSame === isTrue), read, depth + 1) : null;
}

function compared(file: FileView, { op, left, right }: Value & { kind: "binary" }, isTrue: boolean, read: ValueId): Cleared | null {
  const equals = op === "===" || op === "==";
  const differs = op === "!==" || op === "!=";
  if ((equals && isTrue) || (differs && !isTrue)) {
    for (const [one, other] of [[left, right], [right, left]] as const) {
      const typed = file.facts.values[one] as Value;
      const constant = file.get(flow).constant(other);
      if (typed.kind === "unary" && typed.op === "typeof" && samePlace(file, typed.of, read)) {
        if (constant === "string") return safeFor("nosql", "deserialise");
        return typeof constant === "string" && constant !== "object" && constant !== "undefined" ? ALL : null;
      }
      if (samePlace(file, one, read) && constant !== undefined && constant !== null) return ALL;
      const head = typed.kind === "call" ? (file.facts.values[typed.callee] as Value) : undefined;
      if (typed.kind === "call" && head?.kind === "member" && /^(?:slice|substring|substr)$/.test(head.name ?? "") && typed.args.length === 2 && file.get(flow).constant(typed.args[0] as ValueId) === 0 && samePlace(file, head.object, read) && isNormalized(file, read)) return safeFor("path");
    }
  }
  // `path[0] !== "/"`
  if ((differs && isTrue) || (equals && !isTrue)) for (const [one, other] of [[left, right], [right, left]] as const) if (isFirstOf(file, one, read)) return file.get(flow).constant(other) === "/" ? safeFor("rooted") : file.get(flow).constant(other) === "." && isNormalized(file, read) ? safeFor("up") : null;
  if ((op === "in" && isTrue && samePlace(file, left, read)) || isOrdered(file, { kind: "binary", op, left, right }, isTrue, read)) return ALL;
  // `part instanceof File`: one of these and no query; its name is the client's still.
  if (op === "instanceof" && isTrue && samePlace(file, left, read) && file.get(flow).symbols(right).some((s) => /^(?:global|buffer):(?:File|Blob|Date|Buffer|ArrayBuffer|Uint8Array)$/.test(s.text))) return safeFor("nosql", "deserialise");
  // `TABLE[x] !== undefined`
  if ((differs && isTrue) || (equals && !isTrue)) for (const [one, other] of [[left, right], [right, left]] as const) if (isNothing(file, other) && isLookup(file, one, read)) return A_KEY;
  // `LIST.indexOf(x) !== -1`, `>= 0`, `> -1`
  const search = file.facts.values[left] as Value;
  if (search.kind !== "call") return null;
  const callee = file.facts.values[search.callee] as Value;
  if (callee.kind !== "member" || (callee.name !== "indexOf" && callee.name !== "search") || search.args[0] === undefined) return null;
  const bound = file.get(flow).constant(right);
  // `path.indexOf(root) === 0`
  if (bound === 0 && callee.name === "indexOf" && ((equals && isTrue) || (differs && !isTrue))) return testedByMethod(file, { ...callee, name: "startsWith" }, search.args, true, read) ?? null;
  // `path.relative(root, x).indexOf("../") !== 0`
  if (bound === 0 && ((differs && isTrue) || (equals && !isTrue)) && namesUp(file, search.args[0]) && isRelativeTo(file, callee.object, read)) return safeFor("path");
  const found = (bound === -1 && ((op === ">" && isTrue) || (differs && isTrue) || (equals && !isTrue))) || (bound === 0 && ((op === ">=" && isTrue) || (op === "<" && !isTrue)));
  if (callee.name === "indexOf" && found && covers(file, search.args[0], read)) return ALL;
  // `path.indexOf("..") === -1`
  return !found && samePlace(file, callee.object, read) && namesUp(file, search.args[0]) ? safeFor("up") : null;
}

/** Some object has it as a key: a text that somebody wrote, or the name of what every object has. */
const A_KEY = safeFor("sql", "shell", "code", "path", "url", "redirect", "html", "template", "regexp", "nosql", "lookup", "deserialise");

/** `TABLE[x]`, which only a key of the table gives. */
function isLookup(file: FileView, id: ValueId, read: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  return value.kind === "member" && value.key !== undefined && covers(file, value.key, read) && !samePlace(file, value.object, read);
}

/** `path[0]`, `path.charAt(0)` */
function isFirstOf(file: FileView, id: ValueId, read: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  if (value.kind === "member") return (value.name === "0" || (value.key !== undefined && file.get(flow).constant(value.key) === 0)) && samePlace(file, value.object, read);
  const callee = value.kind === "call" ? (file.facts.values[value.callee] as Value) : undefined;
  return value.kind === "call" && callee?.kind === "member" && callee.name === "charAt" && value.args[0] !== undefined && file.get(flow).constant(value.args[0]) === 0 && samePlace(file, callee.object, read);
}

const OF_LIST = /^(?:includes|contains|has)$/;
const HOLDS = new Set(["includes", "has", "hasOwn", "hasOwnProperty", "contains", "some", "find", "get"]);

function testedByCall(file: FileView, id: ValueId, value: Value & { kind: "call" }, isTrue: boolean, read: ValueId): Cleared | null {
  const call = file.get(callAt)(id);
  if (call === undefined) return null;
  for (const { row } of call.symbols.flatMap((s) => s.rows("validators"))) if (isTrue && row.accepts === "guard" && isArg(file, call, row.arg, read)) return byRow(row);
  const callee = file.facts.values[value.callee] as Value;
  const args = call.args ?? value.args;
  if (!isTrue && call.symbols.some((s) => s.text === "global:isNaN" || s.text === "global:Number.isNaN") && args[0] !== undefined && covers(file, args[0], read)) return ALL;
  if (call.symbols.some((s) => s.text === "global:Object.prototype.hasOwnProperty")) return testedByMethod(file, { kind: "member", object: value.callee, name: "hasOwn" }, value.args, isTrue, read) ?? null;
  if (callee.kind === "member" && callee.name !== null) {
    const cleared = testedByMethod(file, callee, args, isTrue, read);
    if (cleared !== undefined) return cleared;
  }
  const index = args.findIndex((arg) => samePlace(file, arg, read));
  if (index !== -1 && !isTrue && call.symbols.some((s) => /^path(?:\/posix)?:(?:posix\.|win32\.)?isAbsolute$/.test(s.text))) return safeFor("rooted");
  if (index === -1 || !isTrue) return null;
  const own = file.get(flow).functions(call.target);
  if (own.length > 0) return own.every((fn) => inspects(file, fn, index, says)) ? ALL : null;
  const name = nameOf(file, call);
  return /^(?:is|has|valid|check|verify|matches|allow|can)/i.test(name) && call.symbols.some((s) => !s.isKnown && !/^global:(?:Buffer|Array|ArrayBuffer|Object)\./.test(s.text)) ? doubtful(name) : null;
}

/** Does a test prove anything of what is read, however it comes out? */
const says: Says = (file, id, read) => tested(file, id, true, read, 0) !== null || tested(file, id, false, read, 0) !== null;

/** undefined: the method says nothing of its own. */
function testedByMethod(file: FileView, { name, object }: Value & { kind: "member" }, args: readonly ValueId[], isTrue: boolean, read: ValueId): Cleared | null | undefined {
  const answers = file.get(flow);
  const first = args[0];
  if (first === undefined || name === null) return undefined;
  if (isTrue && HOLDS.has(name)) {
    // `ALLOWED.some((a) => a === x)`
    if (name === "some" || name === "find") return ofEach(file, answers.functions(first), read);
    // `_.includes(ALLOWED, x)`
    const [holder, key] = name === "hasOwn" || (OF_LIST.test(name) && args[1] !== undefined && covers(file, args[1], read)) ? [first, args[1]] : [object, first];
    if (key !== undefined && covers(file, key, read) && !samePlace(file, object, read)) return isKeyOf(file, read, holder) ? null : ALL;
  }
  if (name === "test" || name === "exec" || name === "match") {
    const [text, pattern] = name === "match" ? [object, first] : [first, object];
    const known = answers.sources(pattern).map((s) => file.facts.values[s] as Value);
    if (!samePlace(file, text, read)) return undefined;
    if (known.length === 0 || !known.every((k) => k.kind === "regexp")) return null;
    if (isTrue && known.every((k) => isWhole(k.pattern, k.flags))) return ALL;
    // `/^\/(?!\/)/`: a path of this host.
    if (isTrue) return known.every((k) => !k.flags.includes("m") && /^\^\\?\/(?:\(\?!(?:\\?\/|\[\\?\/\\*\])\)|\[\^\\?\/\\*\]|\\w|\[[a-z\d])/i.test(k.pattern)) ? safeFor("redirect") : null;
    // Whoever has none of these is made of harmless characters, or at least leads nowhere up.
    if (known.every((k) => /^\[\^[\w\\\s.@/-]*\][+*]?$/.test(k.pattern) && !/\\[SWD]/.test(k.pattern))) return ALL;
    if (known.every((k) => /^\(?(?:\^\(?)?(?:\\\.\\\.|\\\.\{2|\[\.\]\{2)/.test(k.pattern))) return safeFor("up");
    const [only] = known;
    return known.length === 1 && only !== undefined ? safeFor(...lacking(only.pattern, only.flags)) : null;
  }
  // `!path.relative(root, x).startsWith("..")`
  if (name === "startsWith" && !isTrue && namesUp(file, first) && isRelativeTo(file, object, read)) return safeFor("path");
  // `path.resolve(x).startsWith(root)`: of the same file, whatever its name.
  if (name === "startsWith" && isTrue && isResolvedOf(file, object, read)) return answers.constant(first) === "" || answers.constant(first) === "/" ? null : safeFor("path");
  if (samePlace(file, object, read)) {
    if (name === "endsWith" && isTrue && isUnderDomain(file, read, first)) return ALL;
    if (name === "includes" && !isTrue && namesUp(file, first)) return safeFor("up");
    if (name === "startsWith" && isTrue) {
      const head = answers.constant(first);
      if (typeof head === "string" && /^[a-z]+:/i.test(head)) return /^[a-z]+:\/\/[^/]+\//i.test(head) ? safeFor("url", "redirect") : null;
      if (head === "/") return safeFor("local");
      if (isBuilt(file, read) && !isNormalized(file, read)) return null;
      return typeof head === "string" ? (isNormalized(file, read) && head.length > 1 && !head.startsWith("..") ? safeFor("path") : null) : safeFor("path", "url", "redirect");
    }
    if (name === "startsWith" && !isTrue && answers.constant(first) === "//") return safeFor("noHost");
    if (name === "startsWith" && !isTrue) return (namesUp(file, first) || answers.constant(first) === ".") && isNormalized(file, read) ? safeFor("up") : null;
  }
  return undefined;
}

/** Does a pattern allow for a whole text of harmless characters only? */
export function isWhole(pattern: string, flags: string): boolean {
  if (!/^\^[\s\S]*\$$/.test(pattern) || flags.includes("m")) return false;
  // A wildcard, or a class of what is not meant.
  if (/\\[SWDs]|\[\^/.test(pattern)) return false;
  return !/(?<!\\)\./.test(pattern.replace(/\[(?:\\.|[^\]\\])*\]/g, ""));
}

/** `".."`, `"../"`, `".." + path.sep` */
function namesUp(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  const head = value.kind === "binary" && value.op === "+" ? value.left : value.kind === "template" ? (value.holes[0] ?? id) : id;
  const text = value.kind === "template" ? value.chunks[0] : file.get(flow).constant(head);
  return typeof text === "string" && text.startsWith("..");
}

function isResolvedOf(file: FileView, id: ValueId, read: ValueId): boolean {
  return file.get(flow).sources(id).some((s) => {
    const value = file.facts.values[s] as Value;
    const callee = value.kind === "call" ? (file.facts.values[value.callee] as Value) : undefined;
    return value.kind === "call" && callee?.kind === "member" && /^(?:resolve|realpath(?:Sync)?)$/.test(callee.name ?? "") && value.args.length === 1 && value.args[0] !== undefined && samePlace(file, value.args[0], read);
  });
}

function isRelativeTo(file: FileView, id: ValueId, read: ValueId): boolean {
  const method = (value: Value): string | null => {
    const callee = value.kind === "call" ? (file.facts.values[value.callee] as Value) : undefined;
    return callee?.kind === "member" ? callee.name : null;
  };
  const normalized: Into = (value) => (value.kind === "call" && value.args[0] !== undefined && method(value) === "normalize" ? [value.args[0]] : null);
  return endsOf(file, id, normalized).some(({ source }) => {
    const value = file.facts.values[source] as Value;
    return value.kind === "call" && value.args[1] !== undefined && method(value) === "relative" && samePlace(file, value.args[1], read);
  });
}

/** Put together, or read of a request: a start that fits says nothing of the `..` behind it. */
function isBuilt(file: FileView, id: ValueId): boolean {
  return file.get(flow).sources(id).every((s) => ["template", "binary", "member"].includes((file.facts.values[s] as Value).kind));
}

/** What some element of a list proves by what it is asked: that it is the same, or what this begins with. */
function ofEach(file: FileView, asked: readonly FnId[], read: ValueId): Cleared | undefined {
  const found = asked.map((fn) => {
    const [answer, ...others] = file.get(flow).returns(fn);
    if (answer === undefined || others.length > 0) return null;
    const same = (id: ValueId): boolean => samePlace(file, id, read);
    const value = file.facts.values[answer] as Value;
    if (value.kind === "binary" && (value.op === "===" || value.op === "==") && (same(value.left) || same(value.right))) return ALL;
    return value.kind === "call" || value.kind === "logical" ? tested(file, answer, true, read, 1) : null;
  });
  return found.length === 0 ? undefined : (found.reduce((one, other) => bothOf(one, other)) ?? undefined);
}

const byRow = (row: ValidatorRow): Cleared => (row.against === undefined ? ALL : { for: row.against, doubt: null });

function isArg(file: FileView, call: Call, index: number, read: ValueId): boolean {
  const arg = call.args?.[index];
  return arg !== undefined && covers(file, arg, read);
}

function nameOf(file: FileView, { target }: Call): string {
  const value = file.facts.values[target] as Value;
  return value.kind === "member" ? (value.name ?? "") : value.kind === "var" ? (file.facts.bindings[value.binding]?.name ?? "") : "";
}
