import type { Statement, Value, ValueId } from "../core/facts.js";
import type { Span } from "../core/finding.js";
import type { Answer, FileView } from "../core/rule.js";
import { type Call, callsWithin } from "./calls.js";
import { caught, type Handler, within } from "./caught.js";
import { builtInOptions, localClass } from "./error-classes.js";
import { eachStatement, flow } from "./flow.js";
import { keptCause, type Outcome } from "./kept-cause.js";
import { reports } from "./reports.js";
import { sitesOf } from "./sites.js";
import { uses } from "./uses.js";

/** An error that a handler throws, rejects with or hands to a callback, and what becomes of the one it caught. */
export interface Thrown extends Outcome {
  readonly value: ValueId;
}

/** What a handler throws anew; errors of a nested handler are its own. Telling a callback is enough where the error is read. */
export function thrownAnew(file: FileView, handler: Handler): Thrown[] {
  const found: Thrown[] = [];
  const isRead = handler.error !== null && file.get(uses).isUsed(handler.error);
  eachThrow(handler.body, (value) => found.push(judged(file, handler, value)));
  for (const call of callsOf(file, handler)) {
    const first = call.args?.[0];
    if (first === undefined || (file.get(reports)(call) !== "fails" && (isRead || !isCallback(file, call)))) continue;
    if (isNewError(file, first)) found.push(isToldToClient(file, call) ? { value: first, cause: "kept" } : judged(file, handler, first));
  }
  return found;
}

/** The calls in a handler, without those of handlers inside it: they speak of other errors. */
export function callsOf(file: FileView, handler: Handler): Call[] {
  const inner = handlersInside(file, handler.span);
  const inside = callsWithin(file, handler.span);
  return inner.length === 0 ? [...inside] : inside.filter((call) => !inner.some((span) => within(span, file.span({ value: call.id }))));
}

function handlersInside(file: FileView, { start, end }: Span): readonly Span[] {
  const all = file.get(handlerSpans);
  let low = 0;
  for (let high = all.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((all[middle] as Span).start <= start) low = middle + 1;
    else high = middle;
  }
  const found: Span[] = [];
  for (let i = low; i < all.length && (all[i] as Span).start < end; i++) found.push(all[i] as Span);
  return found;
}

/** Where all handlers stand, in the order of the text. */
const handlerSpans: Answer<readonly Span[]> = {
  name: "handlers by place",
  of: (file) => file.get(caught).flatMap((c) => c.handlers.map((h) => h.span)).sort((a, b) => a.start - b.start),
};

/** The throws that leave the body: not those in a try that catches. */
export function eachThrow(body: readonly Statement[], visit: (value: ValueId) => void): void {
  const caughtInside = new Set<Statement>();
  eachStatement(body, (s) => {
    if (s.kind === "try" && s.handler) for (const part of [s.body, s.handler.body]) eachStatement(part, (inner) => void caughtInside.add(inner));
    if (s.kind === "throw" && !caughtInside.has(s)) visit(s.value);
  });
}

/** `next(error)`, `done(error)`: a parameter is called with it. */
function isCallback(file: FileView, call: Call): boolean {
  return (file.facts.values[call.target] as Value).kind === "var" && file.get(flow).sources(call.target).some((s) => file.facts.values[s]?.kind === "param");
}

/** `next(new Error("unauthorized"))` of socket.io: it is made for the client, as a public error is. */
function isToldToClient(file: FileView, call: Call): boolean {
  return file.get(flow).sources(call.target).some((source) => {
    const param = file.facts.values[source] as Value;
    return param.kind === "param" && sitesOf(file.facts).ofFunction(param.fn).some((site) => {
      const { callee } = file.facts.values[site.call] as Value & { kind: "call" };
      return site.path.length === 0 && file.get(flow).symbols(callee).some((node) => node.rows("middleware").some(({ row }) => row.refuses?.param === param.index));
    });
  });
}

function isNewError(file: FileView, id: ValueId): boolean {
  return file.get(flow).sources(id).some((source) => {
    const value = file.facts.values[source] as Value;
    if (value.kind !== "call") return false;
    return builtInOptions(file, value.callee) !== null || (value.form === "new" && localClass(file, value.callee) !== null);
  });
}

function judged(file: FileView, handler: Handler, value: ValueId): Thrown {
  return { value, ...keptCause(file, handler.error, value) };
}
