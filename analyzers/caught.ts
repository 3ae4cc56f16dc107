import type { BindingId, FnId, FunctionFact, Statement, TryStatement, Value, ValueId } from "../core/facts.js";
import type { Span } from "../core/finding.js";
import type { Answer, FileView, Place } from "../core/rule.js";
import { calls, type Call, callsWithin } from "./calls.js";
import { eachStatement, flow } from "./flow.js";

/** A place where an error is caught: a catch clause, or a function given to `.catch` or as second to `.then`. */
export interface Caught {
  readonly at: Place;
  /** What identifies the place: the call that may fail. */
  readonly subject: ValueId;
  /** The code whose errors arrive here. */
  readonly attempt: Span;
  /** The `.catch(…)` or `.then(…)` call and the promise it belongs to. */
  readonly chain: { readonly call: ValueId; readonly promise: ValueId } | null;
  /** The code that gets the error; several where one of several functions is given. */
  readonly handlers: readonly Handler[];
  /** A function of another file or a parameter gets the error: its name. */
  readonly elsewhere: readonly ValueId[];
}

export interface Handler {
  /** Null where a function does not take it. */
  readonly error: ValueId | null;
  /** The name that is the error itself; null where there is none, or parts of it only. */
  readonly name: BindingId | null;
  readonly fn: FnId;
  readonly body: readonly Statement[];
  /** Where the code stands. */
  readonly span: Span;
  /** Where a name for the error may be inserted, where it has none. */
  readonly nameless: { readonly clause: Span } | { readonly head: Span } | null;
}

export const caught: Answer<readonly Caught[]> = {
  name: "caught",
  of(file) {
    const found: Caught[] = [];
    const all = file.get(calls);
    file.facts.functions.forEach((fn, id) => {
      eachStatement(fn.body, (s) => {
        if (s.kind === "try" && s.handler) found.push(ofClause(file, id, s, s.handler));
      });
    });
    for (const call of all) {
      const handler = rejectionHandler(file, call);
      if (handler === null) continue;
      const site = ofChain(file, call, handler);
      if (site) found.push(site);
    }
    return found;
  },
};

function ofClause(file: FileView, fn: FnId, statement: TryStatement, handler: NonNullable<TryStatement["handler"]>): Caught {
  const clause = file.span({ mark: handler.at });
  const span = file.span({ mark: handler.bodyAt });
  const attempt = { start: file.span({ mark: statement.at }).start, end: clause.start };
  const head = file.text.slice(clause.start, span.start).trimEnd();
  const whole = handler.bindings.find((b) => file.facts.bindings[b]?.versions[0]?.value === handler.caught);
  // What a function made in the try calls fails where that function runs, not here.
  const first = callsWithin(file, attempt).find((call) => file.facts.owner[call.id] === fn);
  return {
    at: { start: clause.start, end: clause.start + head.length },
    subject: first?.id ?? handler.caught,
    attempt,
    chain: null,
    handlers: [{ error: handler.caught, name: whole ?? null, fn, body: handler.body, span, nameless: handler.paramAt === null ? { clause } : null }],
    elsewhere: [],
  };
}

/** The argument that gets the rejection of a promise. Bluebird's `.catch(Class, handler)` takes it last. */
function rejectionHandler(file: FileView, { value }: Call): ValueId | null {
  const callee = file.facts.values[value.callee] as Value;
  if (value.form !== undefined || callee.kind !== "member") return null;
  if (callee.name === "then") return value.args[1] ?? null;
  return callee.name === "catch" && !isSchema(file, callee.object) ? (value.args.at(-1) ?? null) : null;
}

/** What a schema gives is none: `order.parseAsync(body).catch(…)`, and what an async function returns that parses. */
const PARSED = /\.(?:safeParse|parse|spa)(?:Async)?\(\)/;

/** zod's `.catch` is a default for bad input; there is no promise. */
function isSchema(file: FileView, receiver: ValueId): boolean {
  if (file.get(flow).symbols(receiver).some((node) => /^(?:zod|@hono\/zod-openapi|@nestjs\/zod)(?:\/[\w/]+)?:/.test(node.text) && !PARSED.test(node.text))) return true;
  let root = file.facts.values[receiver] as Value;
  let last = "";
  while (root.kind === "member" || root.kind === "call" || root.kind === "cast") {
    if (root.kind === "member" && last === "") last = root.name ?? "";
    root = file.facts.values[root.kind === "member" ? root.object : root.kind === "call" ? root.callee : root.of] as Value;
  }
  const name = root.kind === "var" ? (file.facts.bindings[root.binding]?.name ?? "") : "";
  return (name === "z" || /[sS]chema$/.test(name)) && !PARSED.test(`.${last}()`);
}

function ofChain(file: FileView, call: Call, given: ValueId): Caught | null {
  const callee = file.facts.values[call.value.callee] as Value & { kind: "member" };
  const handlers: Handler[] = [];
  const elsewhere: ValueId[] = [];
  const { functions } = file.facts;
  const answers = file.get(flow);
  for (const source of answers.sources(given)) {
    const value = file.facts.values[source] as Value;
    if (isNothing(value)) continue;
    const fns = answers.functions(source);
    if (fns.length === 0) elsewhere.push(source);
    for (const fn of fns) handlers.push(ofFunction(file, fn, functions[fn] as FunctionFact, source === given));
  }
  if (handlers.length === 0 && elsewhere.length === 0) return null;
  const attempt = file.span({ value: callee.object });
  return { at: { value: given }, subject: call.id, attempt, chain: { call: call.id, promise: callee.object }, handlers, elsewhere };
}

/** `.then(done, undefined)`, and what is no function at all. */
function isNothing(value: Value): boolean {
  return ["literal", "bigint", "regexp", "template", "object", "array"].includes(value.kind) || (value.kind === "global" && value.name === "undefined") || (value.kind === "unary" && value.op === "void");
}

function ofFunction(file: FileView, fn: FnId, fact: FunctionFact, isLiteral: boolean): Handler {
  const span = file.span({ mark: fact.at });
  const param = fact.params[0];
  const head = isLiteral && !param && fact.bodyAt !== null ? { head: { start: span.start, end: file.span({ mark: fact.bodyAt }).start } } : null;
  return { error: param?.value ?? null, name: param && !param.rest ? param.binding : null, fn, body: fact.body, span, nameless: head };
}

export function within(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
