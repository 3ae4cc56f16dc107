import type { FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { type Call, callsWithin } from "./calls.js";
import { type Caught, caught } from "./caught.js";
import { builtInOptions, localClass } from "./error-classes.js";
import { flow } from "./flow.js";
import { isPure } from "./probe.js";
import { occurrences } from "./occurrences.js";
import { nameOf } from "./reports.js";

const VALIDATES = /^(?:parse|parseAsync|validate|validateAsync|validateSync|validateOrReject)$/;
const SCHEMA = /(?:schema|dto|validator|validation)s?$/i;
/** Throw public errors alone: where in the text that somebody sent it is no GraphQL. */
const READS_TEXT = /^graphql(?:\/language(?:\/parser)?)?:(?:parse|parseValue|parseConstValue|parseType)$/;
const ANSWERS = /^_?(?:res|resp|response|reply)$/;

/**
 * Can nothing fail in an attempt but what this code checks itself: a schema that does not accept, or an error that it
 * throws in words of its own? Then what is caught says nothing of the inside.
 */
export function onlyOwnErrors(file: FileView, site: Caught): "made" | "checked" | null {
  const state: State = { own: false, checks: false, seen: new Set<FnId>() };
  if (!callsWithin(file, site.attempt).every((call) => isOwn(file, call, state)) || !state.own) return null;
  return state.checks ? "checked" : "made";
}

/** Calls whose failure ends inside: `try { new URL(x) } catch { throw new Error("no URL") }`. Under a name it may go on, in a result for one. */
const endsInside: Answer<ReadonlySet<ValueId>> = {
  name: "what ends inside",
  of(file) {
    const ends = file.get(caught).filter((site) => site.chain === null && site.handlers.length > 0 && site.elsewhere.length === 0 && site.handlers.every((h) => h.nameless !== null));
    return new Set(ends.flatMap((site) => callsWithin(file, site.attempt).map((call) => call.id)));
  },
};

interface State {
  own: boolean;
  /** Of a schema, or of a class that says whom it speaks to: no mere `new Error("…")`. */
  checks: boolean;
  readonly seen: Set<FnId>;
}

function isOwn(file: FileView, call: Call, state: State): boolean {
  const target = file.facts.values[call.target] as Value;
  if (isValidation(file, call, target)) {
    state.own = state.checks = true;
    return true;
  }
  if (call.value.form === "new" && (builtInOptions(file, call.target) !== null || localClass(file, call.target) !== null || call.symbols.some((node) => node.rows("errors").length > 0))) {
    state.own = true;
    state.checks ||= builtInOptions(file, call.target) === null;
    return true;
  }
  if (target.kind === "member" && isAnswer(file, target.object)) return true;
  // `createError(400, "no item")`
  if (call.symbols.some((node) => node.rows("errors").length > 0)) {
    state.own = state.checks = true;
    return true;
  }
  const own = call.value.form === undefined ? file.get(flow).functions(call.target) : [];
  if (own.length > 0) {
    return own.every((fn) => {
      if (state.seen.has(fn)) return true;
      state.seen.add(fn);
      return callsWithin(file, file.span({ mark: (file.facts.functions[fn] as FunctionFact).at })).every((inner) => file.get(endsInside).has(inner.id) || isOwn(file, inner, state));
    });
  }
  // What is waited for does more than compute.
  return !file.get(occurrences).users(call.id).some((user) => file.facts.values[user]?.kind === "await") && isPure(file, call);
}

function isValidation(file: FileView, call: Call, target: Value): boolean {
  if (call.symbols.some((node) => node.rows("validators").some(({ row }) => row.accepts === "result" || row.accepts === "inPlace") || READS_TEXT.test(node.text))) return true;
  if (target.kind !== "member" || !VALIDATES.test(target.name ?? "")) return false;
  const name = nameOf(file, target.object);
  const root = file.facts.values[target.object];
  return SCHEMA.test(name) || (root?.kind === "var" && /^[A-Z][a-z]\w*$/.test(name) && file.facts.bindings[root.binding]?.from !== undefined && !/JSON|Client|Service|Parser|Repository/.test(name));
}

/** `res.status(400)` and the rest of that chain. */
function isAnswer(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  if (value.kind === "member") return isAnswer(file, value.object);
  if (value.kind === "call") return isAnswer(file, value.callee);
  return value.kind === "var" && ANSWERS.test(file.facts.bindings[value.binding]?.name ?? "");
}
