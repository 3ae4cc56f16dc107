import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import type { Call } from "./calls.js";
import { type Closure, keyOf } from "./closures.js";
import { flow } from "./flow.js";
import { callsOf, invocations } from "./invocations.js";
import { memory } from "./memory.js";
import { sanctioned } from "./sanctioned.js";
import { sitesOf } from "./sites.js";

/** What some functions do, with everything they run. */
export interface Work {
  /** The first effect; null where this file shows none. */
  readonly effect: Call | null;
  /** Why another file may know of one. */
  readonly elsewhere: string | null;
  /** It answers the request, goes on to the next handler, or settles a promise. */
  readonly answers: boolean;
}

const MOST_FUNCTIONS = 400;
/** What a handler is given to answer with, or to go on. */
const ANSWERS = /^_*(?:res|resp|response|reply|rep|next|callback|cb|done|ack)$/i;
const EFFECTS = /^(?:dispatch|http(?:\.\w+)*)$/;

/** `also`: calls that begin the work, beside the functions. */
export function workOf(file: FileView, functions: readonly Closure[], also: readonly Call[]): Work {
  let effect: Call | null = null;
  let elsewhere: string | null = null;
  let answers = false;
  const kinds = file.get(kindsOfCalls);
  const look = (call: Call): void => {
    const kind = kinds(call);
    answers ||= kind.answers;
    if (kind.isEffect) effect ??= call;
    else elsewhere ??= kind.elsewhere;
  };
  also.forEach(look);
  const queue = [...functions];
  const seen = new Set(queue.map(keyOf));
  for (let i = 0; i < queue.length && i < MOST_FUNCTIONS; i++) {
    const closure = queue[i] as Closure;
    file.get(callsOf)(closure.fn).forEach(look);
    for (const { at, run, how } of file.get(invocations)(closure)) {
      // What is made once and kept is no part of what is done each time.
      if (how === "detached" || seen.has(keyOf(run)) || file.get(memory)(at.id) === 0) continue;
      seen.add(keyOf(run));
      queue.push(run);
    }
  }
  return { effect, elsewhere, answers };
}

interface CallKind {
  readonly answers: boolean;
  readonly isEffect: boolean;
  readonly elsewhere: string | null;
}

/** What one call does. Many pieces of work run the same functions. */
const kindsOfCalls: Answer<(call: Call) => CallKind> = {
  name: "kinds of calls",
  of(file) {
    const known = new Map<ValueId, CallKind>();
    return (call) => {
      let kind = known.get(call.id);
      if (!kind) {
        const does = isEffect(file, call);
        kind = { answers: isAnswer(file, call), isEffect: does, elsewhere: does || file.get(sanctioned)(call.target) !== null ? null : hidden(file, call) };
        known.set(call.id, kind);
      }
      return kind;
    };
  },
};

function isEffect(file: FileView, call: Call): boolean {
  const name = file.get(sanctioned)(call.target);
  if (name !== null) return EFFECTS.test(name);
  const callee = file.facts.values[call.target] as Value;
  // Later calls wait for the connection themselves, and closing one does nothing for anybody.
  if (callee.kind === "member" && CONNECTS.test(callee.name ?? "")) return false;
  return call.symbols.some((s) => s.rows("effects").some(({ row }) => row.shape !== "stream"));
}

const CONNECTS = /^\$?(?:connect|disconnect|end|close|quit|release|destroy)$/;

/** `res.json(…)`, `next(error)`, `stream.pipe(res)`, `resolve(rows)`. */
function isAnswer(file: FileView, { target, value }: Call): boolean {
  return [target, ...value.args].some((id) => rootsOf(file, id, 0).some((root) => isGivenToAnswer(file, root)));
}

function isGivenToAnswer(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  if (value.kind !== "param") return false;
  const param = file.facts.functions[value.fn]?.params[value.index];
  const name = param?.binding == null ? "" : (file.facts.bindings[param.binding]?.name ?? "");
  if (ANSWERS.test(name) && (value.index > 0 || !isCallee(file, value.fn))) return true;
  return isSettling(file, value.fn);
}

/** A function of its own rather than one that a framework calls: `respond(res, rows)` has the response first. */
function isCallee(file: FileView, fn: FnId): boolean {
  return sitesOf(file.facts).ofFunction(fn).length > 0;
}

/** `(resolve, reject) => …` */
function isSettling(file: FileView, fn: FnId): boolean {
  return sitesOf(file.facts).ofFunction(fn).some(({ call, arg }) => {
    const made = file.facts.values[call];
    return arg === 0 && made?.kind === "call" && made.form === "new" && file.get(flow).symbols(made.callee).some((n) => n.text === "global:Promise" || n.text.startsWith("bluebird:"));
  });
}

/** The names at the head of a chain: of `res.status(200).json` it is `res`. */
function rootsOf(file: FileView, id: ValueId, depth: number): readonly ValueId[] {
  if (depth > 12) return [];
  const value = file.facts.values[id] as Value;
  if (value.kind === "member") return rootsOf(file, value.object, depth + 1);
  if (value.kind === "call" && value.form === undefined && (file.facts.values[value.callee] as Value).kind === "member") return rootsOf(file, value.callee, depth + 1);
  if (value.kind === "cast" || value.kind === "await" || value.kind === "spread") return rootsOf(file, value.of, depth + 1);
  return value.kind === "var" || value.kind === "param" ? file.get(flow).sources(id) : [];
}

/** Names that say nothing leaves the process, or that it is a line of a log. */
const QUIET = /^(?:log|debug|info|warn|error|trace|fatal|verbose|get[A-Z]\w*|is[A-Z]\w*|has[A-Z]\w*|to[A-Z]\w*|format\w*|parse\w*|build\w*|create\w*Error|emit|captureException)$/;

/** A function of another file or of a package that the catalog does not know, or a method of what one of these makes. */
function hidden(file: FileView, { target, symbols, value }: Call): string | null {
  if (value.form !== undefined || !symbols.some((n) => !n.leadsSomewhere && !n.text.startsWith("global:"))) return null;
  const callee = file.facts.values[target] as Value;
  const name = callee.kind === "member" ? callee.name : callee.kind === "var" ? file.facts.bindings[callee.binding]?.name : null;
  return name == null || QUIET.test(name) ? null : `whether \`${name}\` has an effect is decided in another file`;
}
