import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { context } from "./context.js";
import { endsOf } from "./ends.js";
import { flow } from "./flow.js";
import { heldBy } from "./held.js";
import { outside } from "./outside.js";
import { sitesOf } from "./sites.js";
import { taint } from "./taint.js";
import { textsOf } from "./texts.js";

/** A part whose text nobody here knows, and that nothing from outside is in. */
const ELSEWHERE = "\0";
/** Where the first part from outside begins: nothing is known behind it. */
const OUTSIDE = "\uE000";

const MOST = 24;

/** Methods and functions that leave the beginning of a text as it is. */
const KEEPS = /^(?:toString|trim|trimEnd|toLowerCase|concat|valueOf|normalize|padEnd)$/;
const RESHAPES = /^(?:String|encodeURI|encodeURIComponent|URL|parse|format|from)$/;

/** Does what stands before the first part from outside say which host is asked, or that it is this one? */
export function isHostKnown(file: FileView, danger: "url" | "redirect", value: ValueId): boolean {
  return new Heads(file).of(value).every((head) => {
    if (/^[a-z][a-z\d+.-]*:\/\/[^/?#\uE000]+[/?#]/i.test(head) || /^\/\/[^/?#\uE000]+[/?#]/.test(head)) return true;
    // A base from elsewhere: what stands before the part says which host.
    if (head.startsWith(ELSEWHERE) || !head.includes(OUTSIDE)) return true;
    return danger === "redirect" && (/^\/[^/\\\uE000]/.test(head) || /^[\w.-]+[/?#]/.test(head) || /^[?#]/.test(head));
  });
}

/** The ways texts may begin, each up to its first part from outside. Of a text that is put together of itself, once. */
class Heads {
  readonly #file: FileView;
  readonly #known = new Map<ValueId, readonly string[]>();

  constructor(file: FileView) {
    this.#file = file;
  }

  readonly of = (id: ValueId): readonly string[] => {
    const before = this.#known.get(id);
    if (before !== undefined) return before;
    this.#known.set(id, [OUTSIDE]);
    const found = this.#find(id);
    this.#known.set(id, found);
    return found;
  };

  #find(id: ValueId): readonly string[] {
    const file = this.#file;
    // What a check on the way here has let through is no part from outside at this place, whatever its name holds elsewhere.
    if (!file.get(taint).resolved(id).some((o) => o.from.kind === "source")) return known(file, id);
    const value = file.facts.values[id] as Value;
    const on = this.of;
    switch (value.kind) {
      case "cast":
      case "await":
        return on(value.of);
      case "assign":
        return value.op === "=" ? on(value.value) : [OUTSIDE];
      case "choice":
        return [...on(value.then), ...on(value.otherwise)].slice(0, MOST);
      case "logical":
        return value.op === "&&" ? on(value.right) : [...on(value.left), ...on(value.right)].slice(0, MOST);
      case "default":
        return [...on(value.of), ...on(value.fallback)].slice(0, MOST);
      case "template":
        return inTurn([value.chunks[0] ?? "", ...value.holes.flatMap((hole, i) => [hole, value.chunks[i + 1] ?? ""])], on);
      case "binary":
        return value.op === "+" ? inTurn([value.left, value.right], on) : [OUTSIDE];
      case "var": {
        const binding = file.facts.bindings[value.binding];
        const held = binding === undefined ? [] : heldBy(binding, value.version);
        return held.length === 0 ? [OUTSIDE] : held.flatMap(on).slice(0, MOST);
      }
      case "call":
        return ofCall(file, id, value, on);
      case "member":
        if (value.name === "href") return on(value.object);
        return [`${startOf(file, id, value)}${OUTSIDE}`];
      default:
        return ofSources(file, id, on);
    }
  }
}

/** A parameter that this file's callers give. */
function ofSources(file: FileView, id: ValueId, on: (next: ValueId) => readonly string[]): readonly string[] {
  const others = file.get(flow).sources(id).filter((s) => s !== id);
  return others.length === 0 ? [OUTSIDE] : others.flatMap(on).slice(0, MOST);
}

function ofCall(file: FileView, id: ValueId, value: Value & { kind: "call" }, on: (next: ValueId) => readonly string[]): readonly string[] {
  const callee = file.facts.values[value.callee] as Value;
  const name = callee.kind === "member" || callee.kind === "global" ? callee.name : callee.kind === "var" ? (file.facts.bindings[callee.binding]?.name ?? null) : null;
  const [first, second] = value.args;
  if (name === null) return [OUTSIDE];
  // `new URL("/" + given, base)`: the base's host, but for what is an address itself.
  if (name === "URL" && first !== undefined && second !== undefined) return on(first).flatMap((head) => (!/^(?:\/[^/\\\uE000]|[\w.-]+[/?#]|[?#])/.test(head) || isOwnAddress(file, second) ? [head] : inTurn([second, head], on)));
  if (callee.kind === "member" && (name === "replace" || name === "replaceAll") && first !== undefined) return on(callee.object).map((head) => replacedStart(file, head, first, second));
  if (callee.kind === "member" && name === "join") {
    const [list] = file.get(flow).sources(callee.object).map((s) => file.facts.values[s] as Value);
    const between = first === undefined ? "," : file.get(flow).constant(first);
    const items = list?.kind === "array" ? list.items.filter((item) => item !== null) : [];
    return items.length === 0 || typeof between !== "string" ? [OUTSIDE] : inTurn(items.flatMap((item, i) => (i === 0 ? [item] : [between, item])), on);
  }
  if (callee.kind === "member" && KEEPS.test(name)) return inTurn([callee.object, ...(name === "concat" ? value.args : [])], on);
  return RESHAPES.test(name) && first !== undefined ? on(first) : ofSources(file, id, on);
}

/** One part behind the other, until one from outside. */
function inTurn(parts: readonly (string | ValueId)[], on: (next: ValueId) => readonly string[]): readonly string[] {
  let heads: readonly string[] = [""];
  for (const part of parts) {
    if (heads.every((head) => head.includes(OUTSIDE))) break;
    const next = typeof part === "string" ? [part] : on(part);
    heads = heads.flatMap((head) => (head.includes(OUTSIDE) ? [head] : next.map((n) => head + n))).slice(0, MOST);
  }
  return heads;
}

function known(file: FileView, id: ValueId): readonly string[] {
  const texts = textsOf(file, id, "seen through names");
  return texts.length > MOST ? [ELSEWHERE] : texts.map((text) => text.map((piece) => piece.text ?? ELSEWHERE).join(""));
}

/** `new URL("/login", request.url)`: as the base of a path, the address at which a request came in leads to this host again. */
function isOwnAddress(file: FileView, id: ValueId): boolean {
  const ends = endsOf(file, id, (value) => {
    if (value.kind === "member") return OF_ADDRESS.test(value.name ?? "") ? [value.object] : null;
    const callee = value.kind === "call" ? (file.facts.values[value.callee] as Value) : null;
    return value.kind === "call" && callee?.kind === "global" && callee.name === "URL" && value.args.length === 1 ? value.args : null;
  });
  return ends.length > 0 && ends.every(({ source }) => {
    const value = file.facts.values[source] as Value;
    return value.kind === "member" && (value.name === "url" || value.name === "nextUrl");
  });
}

const OF_ADDRESS = /^(?:href|origin)$/;
const PATHS = /^(?:path|url|originalUrl|pathname)$/;

/** What a request's path begins with, whoever sends it: a slash, and what its route says. */
function startOf(file: FileView, id: ValueId, { name }: Value & { kind: "member" }): string {
  if (name === null) return "";
  if (name === "search") return "?";
  if (!PATHS.test(name)) return "";
  if (name === "pathname") return "/";
  return file.get(outside)(id) === null ? "" : routeOf(file, id, name);
}

/** `router.get("/share/:id", (ctx) => … ctx.path …)`: nothing else gets here. */
function routeOf(file: FileView, id: ValueId, name: string): string {
  const fn = file.get(context).functionsAround(id)[0];
  const sites = fn === undefined ? [] : sitesOf(file.facts).ofFunction(fn);
  const starts = sites.map(({ call }) => {
    const registered = file.facts.values[call] as Value & { kind: "call" };
    const callee = file.facts.values[registered.callee] as Value;
    // What express is told to `use` sees the path behind it.
    if (callee.kind !== "member" || registered.args[0] === undefined || (callee.name === "use" && name !== "originalUrl" && name !== "path")) return "/";
    if (callee.name === "use" && file.get(flow).symbols(registered.callee).some((s) => s.text.startsWith("express:"))) return "/";
    const paths = (file.get(flow).constants(registered.args[0]) ?? listed(file, registered.args[0])).map((path) => /^\/[^:*(){}?+]*/.exec(String(path))?.[0] ?? "/");
    return paths.length === 0 ? "/" : paths.reduce(shared);
  });
  return starts.length === 0 ? "/" : starts.reduce(shared);
}

function listed(file: FileView, id: ValueId): readonly unknown[] {
  const [list] = file.get(flow).sources(id).map((s) => file.facts.values[s] as Value);
  return list?.kind === "array" ? list.items.map((item) => (item === null ? "/" : (file.get(flow).constant(item) ?? "/"))) : [];
}

/** What two texts both begin with; at least the slash. */
function shared(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return one.slice(0, Math.max(1, length));
}

/** `path.replace(/^\/share/, "/s")`, where what it takes is known to stand there. */
function replacedStart(file: FileView, head: string, pattern: ValueId, by: ValueId | undefined): string {
  const before = head.slice(0, head.indexOf(OUTSIDE) === -1 ? head.length : head.indexOf(OUTSIDE));
  const [only, ...others] = file.get(flow).sources(pattern).map((s) => file.facts.values[s] as Value);
  const put = by === undefined ? undefined : file.get(flow).constant(by);
  if (typeof put !== "string" || put.includes("$") || others.length > 0) return OUTSIDE;
  if (only?.kind === "literal" && typeof only.value === "string") return before.includes(only.value) ? head.replace(only.value, () => put) : OUTSIDE;
  if (only?.kind !== "regexp" || !/^\^[\w/\\-]+$/.test(only.pattern) || /\\[a-zA-Z]/.test(only.pattern)) return OUTSIDE;
  const taken = new RegExp(only.pattern).exec(before)?.[0];
  return taken === undefined ? OUTSIDE : put + head.slice(taken.length);
}
