import type { CallBoundRow, ClientBoundRow } from "../catalog/library.js";
import type { Value } from "../core/facts.js";
import type { Fix } from "../core/finding.js";
import { type FileView, type Own, type Report, rule } from "../core/rule.js";
import { allGiven, type Bound, boundOf, given, isDispatched } from "../analyzers/call-bounds.js";
import { type Need, needsOf } from "../analyzers/needs.js";
import { callsTo } from "../analyzers/callsites.js";
import { type Call, callsThatMayHave } from "../analyzers/calls.js";
import { clientLacks } from "../analyzers/client-bounds.js";
import { servedBy } from "../analyzers/made-clients.js";
import { wrappedCalls } from "../analyzers/partly-given.js";
import { flow } from "../analyzers/flow.js";
import { addArgument, addProperty } from "../fixes/edit.js";
import { ownCall } from "../fixes/own-call.js";
import { axiosThroughPipeline, dispatched, fetchThroughPipeline, ported } from "../fixes/onto-pipeline.js";

const ASPECTS = ["callBounds", "clientBounds"] as const;

/** What `dispatch` gives a call outside any entry. */
const SUGGESTED_MS = "10_000";

export default rule({
  name: "missing-timeout",
  promise: "bounded time",
  finds: "an outgoing call, or the client it goes through, without a time bound",
  why: "A peer that accepts the connection and never answers holds the request, its socket and its memory for as long as it likes; under load that is the whole process.",
  fine: [
    "a signal or timeout on the call, on its client (also by defaults or an interceptor), or a `Promise.race` against a timer",
    "a call inside the callback of `dispatch`, and a client given to `port`",
    "clients whose documented default is at most 120 s (ky, stripe)",
    "a wrapper that hands on its caller's signal or options: each caller that gives none is reported",
    "a bound that the driver does not offer as an option",
  ],
  depth: "both",
  fix: "review",
  fixNote: "Onto the pipeline: `http.fetch`, `http.axios` around an instance where it is made (also in another file), `dispatch` around an awaited call, `port` around a client. Without it a native bound is suggested where the call takes a signal; for clients the number is a decision, so there is none.",
  roles: ["server"],
  preset: "recommended",
  asks: ["type"],
  looksFor: { catalog: ASPECTS },
  judge(file, report) {
    const asked = new Set<string>();
    for (const call of callsThatMayHave(file, ASPECTS)) {
      const symbol = call.symbols.find((s) => s.isKnown);
      if (!symbol) continue;
      const made = symbol.rows("clientBounds");
      if (made.length > 0) judgeClient(file, report, call, made.map((r) => r.row), made[0]?.library.name ?? "");
      const row = symbol.rows("callBounds")[0];
      if (row) judgeCall(file, report, call, row.row, row.library.name, asked);
    }
  },
});

function judgeCall(file: FileView, report: Report, call: Call, row: CallBoundRow, library: string, asked: Set<string>): void {
  const bound = boundOf(file, call, row);
  const at = { value: call.id };
  switch (bound.state) {
    case "bounded":
      report.clear(at);
      return;
    case "unknown":
      report.unknown(at, bound.reason);
      return;
    case "callers":
      report.clear(at);
      judgeCallers(file, report, call, bound.needs, asked, 0);
      return;
    case "made":
      report.clear(at);
      judgeMade(file, report, call, bound.needs, bound.orCallers);
      return;
    case "unbounded":
      report.found(at, messageFor(file, call, bound, library), {
        fixIn: (own) => fixFor(own, call, row, library),
        ...(bound.client !== undefined && { related: [{ ...file.span({ value: bound.client }), message: "the client is made here, without a bound" }], elsewhere: { at: { value: bound.client }, fix: axiosThroughPipeline } }),
      });
  }
}

/** A wrapper that hands on what its callers give is fine itself: each caller that gives nothing is reported. */
function judgeCallers(file: FileView, report: Report, inner: Call, needs: readonly Need[], asked: Set<string>, depth: number): void {
  for (const fn of new Set(needs.map((n) => n.fn))) {
    const key = `${fn}:${needs.map((n) => `${n.index}.${n.path.join(".")}`).join()}`;
    if (asked.has(key) || depth > 6) continue;
    asked.add(key);
    for (const site of [...file.get(callsTo)(fn), ...file.get(wrappedCalls)(fn)]) {
      const own = needs.filter((n) => n.fn === fn);
      const worths = own.map((need) => given(file, site, need));
      const at = { value: site.id };
      if (worths.includes("yes") || isDispatched(file, site.id)) report.clear(at);
      else if (worths.includes("callers")) {
        const further = own.flatMap((need) => needsOf(file, site, { arg: need.index, path: need.path.join(".") }));
        report.clear(at);
        judgeCallers(file, report, site, further, asked, depth + 1);
      } else if (worths.includes("unknown")) report.unknown(at, "what it gives comes from where this file does not see");
      else {
        const name = file.facts.functions[fn]?.name ?? "the function";
        report.found(at, `\`${name}\` is called without a time bound, and hands none to the network call inside`, {
          related: [{ ...file.span({ value: inner.id }), message: "the call that takes its bound from here" }],
        });
      }
    }
  }
}

/** A class that makes its client as it is told: the calls of an object that was told of no bound are reported. */
function judgeMade(file: FileView, report: Report, inner: Call, needs: readonly Need[], orCallers: readonly Need[]): void {
  const constructor = needs[0]?.fn;
  if (constructor === undefined) return;
  for (const { site, by } of servedBy(file, inner.id, constructor)) {
    const at = { value: site.id };
    const called = file.get(flow).functions(site.target);
    const isGiven = orCallers.length > 0 && !(orCallers.every((n) => called.includes(n.fn)) && allGiven(file, site, orCallers) === "no");
    const without = isGiven || isDispatched(file, site.id) ? undefined : by.find((making) => allGiven(file, making, needs) === "no");
    if (without === undefined) report.clear(at);
    else {
      report.found(at, `\`${textOf(file, site)}\` has no time bound, neither here nor on the client it goes through`, {
        related: [{ ...file.span({ value: without.id }), message: "the client is made here, without a bound" }, { ...file.span({ value: inner.id }), message: "the network call" }],
      });
    }
  }
}

function judgeClient(file: FileView, report: Report, call: Call, rows: readonly ClientBoundRow[], library: string): void {
  const lacks = clientLacks(file, call, rows);
  const at = { value: call.id };
  if (lacks === null) return;
  if (lacks.state === "clear") report.clear(at);
  else if (lacks.state === "unknown") report.unknown(at, lacks.reason);
  else report.found(at, `\`${textOf(file, call)}\` has no ${lacks.what.map((w) => `${w.kind} bound (\`${w.option}\`)`).join(" and no ")}`, { fixIn: (own) => {
      const made = ownCall(own, call);
      return made && ported(own.file, made, library);
    },
  });
}

function messageFor(file: FileView, call: Call, bound: Bound & { state: "unbounded" }, library: string): string {
  const name = textOf(file, call);
  if (bound.why !== undefined) return `\`${name}\` has no time bound: ${bound.why}`;
  if (bound.client !== undefined) return `\`${name}\` has no time bound, neither here nor on its ${library} client`;
  return `\`${name}\` has no time bound`;
}

/** The call as it is written, up to its arguments. */
function textOf(file: FileView, call: Call): string {
  const { start, end } = file.span({ value: call.value.callee });
  const text = file.text.slice(start, end).replace(/(?<!\s)\s*(\?\.|\.)\s*/g, "$1").replace(/\s+/g, " ");
  const short = text.length > 60 ? `…${text.slice(-50)}` : text;
  return call.value.form === "new" ? `new ${short}` : short;
}

function fixFor(own: Own, found: Call, row: CallBoundRow, library: string): Fix | null {
  const { file } = own;
  const call = ownCall(own, found);
  return call && (fetchThroughPipeline(file, call) ?? dispatched(file, call, row, library) ?? nativeFix(file, call, row));
}

function nativeFix(file: FileView, call: Call, row: CallBoundRow): Fix | null {
  const { signal } = row;
  if (!signal || typeof signal.arg !== "number" || signal.path !== "signal" || call.args === null || call.target !== call.value.callee) return null;
  const text = `signal: AbortSignal.timeout(${SUGGESTED_MS})`;
  const arg = call.args[signal.arg];
  let edits = null;
  if (arg === undefined && call.args.length === signal.arg) edits = addArgument(file, call.id, `{ ${text} }`);
  else if (arg !== undefined) {
    const value = file.facts.values[arg] as Value;
    const has = file.get(flow).sources(arg).some((s) => { const of = file.facts.values[s] as Value; return of.kind === "object" && of.props.some((p) => p.name === "signal"); });
    if (value.kind === "object" && !has) edits = addProperty(file, arg, text);
  }
  return edits === null ? null : { tier: "review", title: `Bound the call with AbortSignal.timeout(${SUGGESTED_MS}), what a dispatched call gets outside an entry`, edits };
}
