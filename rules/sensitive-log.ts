import type { ValueId } from "../core/facts.js";
import type { Related } from "../core/finding.js";
import { type FileView, type Report, rule } from "../core/rule.js";
import { type Call, calls } from "../analyzers/calls.js";
import { conditionsAt } from "../analyzers/conditions.js";
import { context } from "../analyzers/context.js";
import { flow } from "../analyzers/flow.js";
import { sparesProduction } from "../analyzers/production.js";
import { redactsIn } from "../analyzers/redaction.js";
import { isLevel, isLoggerName, nameOf, reports } from "../analyzers/reports.js";
import { isOnlyForLog, type Logged, loggedBy } from "../analyzers/sensitive-taint.js";
import { keepOut } from "../fixes/keep-out.js";

/** What writes a log has a name that says so. */
const LOGS = /(?:log(?:g(?:er|ing))?|console)s?\b|\bstd(?:out|err)\b|\.\s*(?:trace|debug|verbose|info|warn|error|fatal)\s*\(|\b(?:log|capture|record|notice|emit)_?[a-z]\w*\s*\(/i;
/** Nothing that must not be logged has a name without any of these. */
const NAMES = /pass|pwd|secret|token|key|auth|cred|jwt|bearer|card|cv[vc]|iban|ssn|pin|otp|cookie|session|header|env|req|ctx|account|tax|mnemonic|phrase|code/i;

export default rule({
  name: "sensitive-log",
  promise: "observability",
  finds: "a credential, card data, or a whole request or environment written to a log",
  why: "Logs are copied, kept for months and read by many: a password in one line is a password in every system that has the log.",
  fine: [
    "what is hashed, masked, cut, counted, compared or turned into a flag",
    "fields that the logger redacts, by its options or by a format of winston that takes them out",
    "values of `secret()`",
    "names that only speak about it: `tokenCount`, `passwordChangedAt`, `hasSession`",
    "a line that is not written in production (`NODE_ENV`, `isTest()`); a setting such as `DEBUG` does not make it fine",
    "a body or query object as a whole, unless the code around it reads a secret of it",
  ],
  depth: "both",
  fix: "review",
  fixNote: "Takes the field out of the logged object; a part of a text gives way to `[redacted]`; of an object whose type stands in the file the plain fields are picked that may be logged. By hand where all of a request, its headers or the environment is logged, and where the line is put together in several places: log a length or a hash, or make it a `secret()`.",
  roles: ["server"],
  preset: "recommended",
  looksFor: { told: (file) => NAMES.test(file.text) && (LOGS.test(file.text) || file.mentions(["telemetry"])) },
  judge(file, report) {
    const lines = file.get(calls).filter((call) => isLog(file, call));
    const known = new Set(lines.map((call) => call.id));
    const told = new Set<ValueId>();
    for (const call of lines) judgeCall(file, report, call, known, told);
  },
});

/** The call that writes, not a helper of its file around it: that one is judged by what it hands on. A logger of another file is a logger. */
function isLog(file: FileView, call: Call): boolean {
  if (call.symbols.some((node) => node.rows("telemetry").length > 0)) return true;
  if (file.get(reports)(call) !== "logs") return isChild(file, call);
  const own = file.get(flow).functions(call.target);
  if (own.length === 0) return !isRecord(file, call);
  const home = file.homeOf({ value: call.id });
  const callee = file.facts.values[call.target];
  const isLogger = callee?.kind === "member" && isLevel(callee.name ?? "") && isLoggerName(nameOf(file, callee.object));
  return isLogger && own.every((fn) => file.homeOf({ mark: file.facts.functions[fn]?.at ?? 0 }) !== home);
}

/** `await usage.log(token)`: what somebody waits for is kept somewhere, and is no line of a log. */
function isRecord(file: FileView, call: Call): boolean {
  const callee = file.facts.values[call.target];
  const parent = file.get(context).parent(call.id);
  return callee?.kind === "member" && callee.name === "log" && !isLoggerName(nameOf(file, callee.object)) && !call.symbols.some((s) => s.isKnown) && parent !== null && file.facts.values[parent]?.kind === "await";
}

/** `logger.child({ token })`: every line of the child holds it. */
function isChild(file: FileView, call: Call): boolean {
  const callee = file.facts.values[call.target];
  return callee?.kind === "member" && (callee.name === "child" || callee.name === "setBindings") && isLoggerName(nameOf(file, callee.object));
}

/** `if (process.env.NODE_ENV !== "production") console.log(token)`: no log of production ever holds it. Whoever sets `DEBUG` there gets one. */
function isSpared(file: FileView, at: ValueId): boolean {
  const isDebug = (test: ValueId): boolean => {
    const { start, end } = file.span({ value: test });
    return /debug|verbose/i.test(file.text.slice(start, end));
  };
  return sparesProduction(file, conditionsAt(file, at).filter((c) => c.kind !== "test" || !isDebug(c.test))) === true;
}

/** What stands in the line is told there, what a helper is given at the call that gives it. */
function judgeCall(file: FileView, report: Report, call: Call, lines: ReadonlySet<ValueId>, told: Set<ValueId>): void {
  const all = loggedBy(file, call);
  const redacted = all.length === 0 ? () => false : redactsIn(file, call);
  const logged = all.length === 0 || isSpared(file, call.id) ? [] : all.filter((l) => !redacted(l.at, l.member));
  // What goes through another line on its way is told there.
  const handed = logged.filter((l) => l.via !== null && !isSpared(file, l.via) && !l.steps.some((step) => lines.has(step)));
  const isCause = handed.some((l) => l.via !== handed[0]?.via) && !isOnlyForLog(file, call);
  const here = logged.find((l) => l.via === null) ?? (isCause ? handed[0] : undefined);
  if (here === undefined) report.clear({ value: call.id });
  else report.found({ value: call.id }, saying(here), { related: witness(file, here), fix: () => keepOut(file, call, here.via) });
  if (isCause) return;
  for (const one of handed) {
    const via = one.via as ValueId;
    if (told.has(via)) continue;
    told.add(via);
    report.found({ value: via }, saying(one), { related: [...witness(file, one), { ...file.span({ value: call.id }), message: "logged here", step: true }], fix: () => keepOut(file, call, via) });
  }
}

const saying = ({ said }: Logged): string => `${said} goes into the log`;

function witness(file: FileView, { at, steps }: Logged): readonly Related[] {
  return [{ ...file.span({ value: at }), message: "it comes in here", step: true }, ...steps.map((step) => ({ ...file.span({ value: step }), message: "handed on here", step: true as const }))];
}
