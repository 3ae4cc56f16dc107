import type { BindingFact, FnId, FunctionFact, Statement, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { context } from "./context.js";
import { flow } from "./flow.js";
import { occurrences } from "./occurrences.js";
import type { Raising } from "./raisings.js";

/** Functions that are there to stop at a mistake of the program; a check of input has a name of its own. */
const ASSERTS = /^(?:(?:tiny)?[iI]nvariant|assert|(?:assert|ensure)?(?:Never|Unreachable|Exhaustive\w*)|assert(?:Never|Unreachable)\w*|unreachable\w*|exhaust\w*|absurd|impossible|(?:todo|unimplemented|notImplemented)\w*)$/i;
const UNDONE = /\bnot[ -](?:yet[ -])?(?:been[ -])?(?:implemented|supported yet)\b|\bunimplemented\b|\bunreachable\b|\b(?:should|must|can)(?: ?n[o']t| never)(?: ever)? (?:happen|be (?:reached|here)|get here|reach)|\bimpossible\b|\bexhaustive|\b(?:must|should) be (?:implemented|overrid+en)\b|\babstract (?:method|class)/i;
const UNDONE_CLASS = /^(?:NotImplemented|Unimplemented|Unreachable|Assertion|Invariant|Impossible|Exhaustive)\w*$/;

/** A mistake of the program or a gap in it, not a failure of a request: an assertion, an unreachable branch, what is not implemented. */
export function isAssertion(file: FileView, { fn, statement, value }: Raising): boolean {
  if (value === null) return false;
  if (isUndone(file, value)) return true;
  if (statement === null) return false;
  const fact = file.facts.functions[fn] as FunctionFact;
  if (fact.returnType?.t === "keyword" && fact.returnType.name === "never") return true;
  const name = nameOf(file, fn, fact);
  // `asserts order is Order` looks at input; `asserts condition` only at what it is told.
  if (name !== null && ASSERTS.test(name) && !(fact.returnType?.t === "guard" && fact.returnType.type)) return true;
  return isExhausted(file, fact, statement);
}

function nameOf(file: FileView, fn: FnId, fact: FunctionFact): string | null {
  if (fact.name !== null) return fact.name;
  const value = file.get(context).valueOf(fn);
  const [holder] = value === null ? [] : file.get(occurrences).holders(value);
  return holder === undefined ? null : (file.facts.bindings[holder.binding]?.name ?? null);
}

function isUndone(file: FileView, id: ValueId): boolean {
  return file.get(flow).sources(id).some((source) => {
    const made = file.facts.values[source] as Value;
    if (made.kind !== "call") return false;
    const callee = file.facts.values[made.callee] as Value;
    const name = callee.kind === "var" ? file.facts.bindings[callee.binding]?.name : callee.kind === "member" ? callee.name : null;
    if (UNDONE_CLASS.test(name ?? "")) return true;
    return made.args[0] !== undefined && UNDONE.test(textOf(file, made.args[0]));
  });
}

/** The constant parts of a message. */
export function textOf(file: FileView, id: ValueId): string {
  const value = file.facts.values[id] as Value;
  if (value.kind === "template") return value.chunks.join(" ");
  if (value.kind === "binary" && value.op === "+") return `${textOf(file, value.left)} ${textOf(file, value.right)}`;
  const text = file.get(flow).constant(id);
  return typeof text === "string" ? text : "";
}

const isNever = (v: Value): boolean => v.kind === "cast" && v.type?.t === "keyword" && v.type.name === "never";

const neverCasts: Answer<readonly ValueId[]> = { name: "casts to never", of: ({ facts }) => facts.values.flatMap((v, id) => (isNever(v) ? [id] : [])) };

/** `default: { const none: never = kind; throw … }`, `throw new Error(kind satisfies never)`. */
function isExhausted(file: FileView, fact: FunctionFact, statement: Statement & { kind: "throw" }): boolean {
  const { facts } = file;
  const span = file.span({ mark: statement.at });
  const { values } = facts.spans;
  const inside = (id: ValueId): boolean => (values[2 * id] as number) >= span.start && (values[2 * id + 1] as number) <= span.end;
  if (file.get(neverCasts).some(inside)) return true;
  return siblingsOf(fact.body, statement)?.some((s) => {
    if (s.kind === "define") return isNeverType(facts.bindings[s.binding]);
    return s.kind === "eval" && isNever(facts.values[s.value] as Value);
  }) ?? false;
}

const isNeverType = (binding: BindingFact | undefined): boolean => binding?.type?.t === "keyword" && binding.type.name === "never";

/** The statements of the list that a statement stands in. */
function siblingsOf(body: readonly Statement[], target: Statement): readonly Statement[] | null {
  if (body.includes(target)) return body;
  for (const s of body) {
    const lists = s.kind === "if" ? [s.then, s.otherwise] : s.kind === "try" ? [s.body, s.handler?.body ?? [], s.finalizer ?? []] : s.kind === "switch" ? s.cases.map((c) => c.body) : s.kind === "loop" || s.kind === "block" ? [s.body] : [];
    for (const list of lists) {
      const found = siblingsOf(list, target);
      if (found) return found;
    }
  }
  return null;
}
