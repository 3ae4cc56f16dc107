import { functionAt } from "../analyzers/function-at.js";
import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Judgement, Verdict } from "../core/finding.js";
import type { FileView, FoundExtra, Place, Report, Rule } from "../core/rule.js";

/** One rule's judgements of one file, in the order of their places; `found`: those that say so alone. */
export function judge(rule: Rule, file: FileView, only?: "found"): Judgement[] {
  if (!rule.roles.includes(file.role) || file.settings.isAllowed(rule.name, file.path)) return [];
  const judgements: Judgement[] = [];
  const seen = new Set<string>();
  const add = (verdict: Verdict, at: Place, message: string, extra: FoundExtra = {}): void => {
    if (only !== undefined && verdict !== only) return;
    const span = file.span(at);
    // Several roads may lead a rule to one place; it is one finding.
    const key = `${span.start}:${span.end}:${message}`;
    if (seen.has(key)) return;
    seen.add(key);
    // Only what is reported needs a name by which it is known again.
    if (verdict !== "found") {
      judgements.push({ rule: rule.name, verdict, message, ...span, subject: "", symbol: "", related: [], fix: null });
      return;
    }
    const elsewhere = extra.elsewhere && { fix: extra.elsewhere.fix, span: file.span(extra.elsewhere.at) };
    const { fixIn } = extra;
    const fix = extra.fix ?? (fixIn === undefined ? null : () => fixIn({ file, value: itself, fn: itself }));
    const named = extra.subject ?? null;
    const subject = typeof named === "number" ? named : "value" in at ? at.value : null;
    judgements.push({
      rule: rule.name,
      verdict,
      message,
      ...span,
      subject: typeof named === "string" ? named : subject === null ? "" : shapeOf(file, subject, 0),
      symbol: symbolAt(file, subject, span.start),
      related: extra.related ?? [],
      fix: elsewhere === undefined ? fix : () => elsewhere.fix(file, elsewhere.span) ?? fix?.() ?? null,
      ...(fixIn && { fixIn }),
      ...(elsewhere && { elsewhere }),
    });
  };
  const report: Report = {
    found: (at, message, extra) => add("found", at, message, extra),
    clear: (at) => add("clear", at, ""),
    unknown: (at, reason) => add("unknown", at, reason),
  };
  rule.judge(file, report);
  return judgements.sort((a, b) => a.start - b.start || a.end - b.end);
}

const itself = <T>(id: T): T => id;

/** What is called and the kinds and keys of its arguments. Literals are left out: they may be secrets, and they change. */
function shapeOf(file: FileView, id: ValueId, depth: number): string {
  const value = file.facts.values[id] as Value;
  if (depth > 4) return "…";
  const inner = (v: ValueId): string => shapeOf(file, v, depth + 1);
  switch (value.kind) {
    case "var":
      return file.facts.bindings[value.binding]?.name ?? "?";
    case "global":
      return value.name;
    case "member":
      return `${inner(value.object)}.${value.name ?? "[]"}`;
    case "call":
      return `${value.form === "new" ? "new " : ""}${inner(value.callee)}(${value.args.map(inner).join(",")})`;
    case "object":
      return `{${value.props.map((p) => p.name ?? "…").join(",")}}`;
    case "await":
    case "cast":
      return inner(value.of);
    default:
      return value.kind;
  }
}

function symbolAt(file: FileView, subject: ValueId | null, start: number): string {
  const { facts } = file;
  if (subject !== null) return facts.functions[facts.owner[subject] as FnId]?.id ?? "";
  const around = facts.functions[file.get(functionAt)(start)];
  return around === undefined || around.parent === null ? "" : around.id;
}
