import type { FnId, FunctionFact, Statement, Value, ValueId } from "../core/facts.js";
import type { Span } from "../core/finding.js";
import type { Answer, FileView } from "../core/rule.js";
import { calls, callsWithin } from "./calls.js";
import { caught } from "./caught.js";
import { context } from "./context.js";
import { flow } from "./flow.js";
import { isModule } from "./links.js";
import { alwaysLeaves, type Leave } from "./ways-out.js";
import { tellsFailure, tellsSuccess } from "./outcome.js";
import { nameOf } from "./reports.js";

/** Code that runs only when something has failed. */
export interface Failing {
  readonly span: Span;
  /** The call that failed, or where it is listened to: what stands around it is what failed. */
  readonly from: ValueId;
  /** The code that was tried; null: the whole function. */
  readonly attempt: Span | null;
  /** The call that was tried, where it is known without a look at the code. */
  readonly tried: ValueId | null;
  /** Where a function is given by its name to deal with the failure: that name. */
  readonly by?: ValueId;
  /** A connection says that it is gone. */
  readonly isEvent: boolean;
}

const EVENTS = new Set(["close", "closed", "error", "disconnect", "disconnected", "disconnecting", "end", "exit", "connectFailed", "connect_error", "connect_failed", "connectionClosed", "timeout"]);
const HANDLERS = /^on(?:close|error|disconnect|end|timeout)$/;
const LISTENS = /^(?:on|once|addListener|addEventListener|prependListener)$/;
const ERROR = /^_?(?:e|er|err|error|ex|exception|failure)\d?$/i;

export const failing: Answer<readonly Failing[]> = {
  name: "failing",
  of(file) {
    const found: Failing[] = [];
    for (const site of file.get(caught)) {
      for (const handler of site.handlers) found.push({ span: handler.span, from: site.subject, attempt: site.attempt, tried: site.chain?.promise ?? null, isEvent: false });
    }
    file.facts.functions.forEach((fact, fn) => collect(file, fn, fact, fact.body, found));
    listeners(file, found);
    return found;
  },
};

/** Branches that a failed result or error leads to, and what follows a try that leaves when it succeeds. */
function collect(file: FileView, fn: FnId, fact: FunctionFact, body: readonly Statement[], found: Failing[]): void {
  const leaves: Leave = (s) => s.kind === "return" || s.kind === "break" || s.kind === "throw";
  const head = isModule(file.facts, fn) ? null : (fact.params[0]?.value ?? null);
  body.forEach((s, i) => {
    const rest = restOf(file, body, i + 1);
    switch (s.kind) {
      case "block":
        collect(file, fn, fact, s.body, found);
        return;
      case "loop":
        collect(file, fn, fact, s.body, found);
        return;
      case "switch":
        for (const c of s.cases) collect(file, fn, fact, c.body, found);
        return;
      case "try": {
        collect(file, fn, fact, s.body, found);
        if (s.handler) collect(file, fn, fact, s.handler.body, found);
        const tried = file.span({ mark: s.bodyAt });
        const from = rest === null ? null : someValue(file, tried, fn);
        if (s.handler && rest !== null && from !== null && alwaysLeaves(s.body, leaves) && !alwaysLeaves(s.handler.body, leaves)) found.push({ span: rest, from, attempt: tried, tried: null, isEvent: false });
        return;
      }
      case "if": {
        collect(file, fn, fact, s.then, found);
        collect(file, fn, fact, s.otherwise, found);
        const tested = head !== null && ERROR.test(paramName(file, fact)) && callbackCall(file, fn) !== null ? asParam(file, s.test, head) : null;
        const failed = tested === "is" || tellsFailure(file, s.test, false);
        const succeeded = !failed && (tested === "not" || tellsSuccess(file, s.test, false));
        if (!failed && !succeeded) return;
        const span = failed ? file.span({ mark: s.thenAt }) : s.otherwiseAt !== undefined ? file.span({ mark: s.otherwiseAt }) : alwaysLeaves(s.then, leaves) ? rest : null;
        if (span !== null) found.push({ span, from: s.test, ...called(file, tested === null ? null : callbackCall(file, fn)), isEvent: false });
      }
    }
  });
}

function restOf(file: FileView, body: readonly Statement[], from: number): Span | null {
  const first = body[from];
  const last = body.at(-1);
  return first === undefined || last === undefined ? null : { start: file.span({ mark: first.at }).start, end: file.span({ mark: last.at }).end };
}

function someValue(file: FileView, span: Span, fn: FnId): ValueId | null {
  return callsWithin(file, span).find((call) => file.facts.owner[call.id] === fn)?.id ?? null;
}

function paramName(file: FileView, fact: FunctionFact): string {
  const binding = fact.params[0]?.binding;
  return binding == null ? "" : (file.facts.bindings[binding]?.name ?? "");
}

/** `if (err)`, `if (err && …)`, `if (err != null)`; `not`: `if (!err)`. */
function asParam(file: FileView, test: ValueId, param: ValueId): "is" | "not" | null {
  const value = file.facts.values[test] as Value;
  if (value.kind === "unary" && value.op === "!") return asParam(file, value.of, param) === "is" ? "not" : null;
  if (value.kind === "logical" || (value.kind === "binary" && value.op.startsWith("!="))) return asParam(file, value.left, param);
  return file.get(flow).sources(test).includes(param) ? "is" : null;
}

/** An error-first callback is given to the call that was tried. */
function called(file: FileView, call: ValueId | null): Pick<Failing, "attempt" | "tried"> {
  return { attempt: call === null ? null : file.span({ value: call }), tried: call };
}

function callbackCall(file: FileView, fn: FnId): ValueId | null {
  const where = file.get(context);
  const self = where.valueOf(fn);
  const call = self === null ? null : where.parent(self);
  return call !== null && file.facts.values[call]?.kind === "call" ? call : null;
}

/** `socket.on("close", …)`, `socket.onclose = …`. */
function listeners(file: FileView, found: Failing[]): void {
  const answers = file.get(flow);
  const add = (handler: ValueId, from: ValueId): void => {
    for (const fn of answers.functions(handler)) found.push({ span: file.span({ mark: (file.facts.functions[fn] as FunctionFact).at }), from, attempt: null, tried: from, isEvent: true });
  };
  for (const call of file.get(calls)) {
    const [event, handler] = call.value.args;
    if (event === undefined || handler === undefined || !LISTENS.test(nameOf(file, call.value.callee))) continue;
    const name = answers.constant(event);
    if (typeof name !== "string" || !EVENTS.has(name)) continue;
    add(handler, call.id);
    // The function itself: `socket.on("close", connect)`.
    if (file.facts.values[handler]?.kind !== "function") found.push({ span: file.span({ value: handler }), from: call.id, attempt: null, tried: call.id, by: handler, isEvent: true });
  }
  file.facts.values.forEach((value, id) => {
    if (value.kind !== "assign" || value.target === null || !("member" in value.target)) return;
    const member = file.facts.values[value.target.member] as Value;
    if (member.kind === "member" && HANDLERS.test(member.name ?? "")) add(value.value, id);
  });
}
