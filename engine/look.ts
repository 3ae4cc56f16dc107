import { type Call, callsWithin } from "../analyzers/calls.js";
import { functionAt } from "../analyzers/function-at.js";
import type { ProgramView } from "../analyzers/program-view.js";
import { sanctioned } from "../analyzers/sanctioned.js";
import { servings } from "../analyzers/servings.js";
import { callText } from "../analyzers/witness.js";
import { CALLS, type Aspect } from "../catalog/aspects.js";
import type { Judgement, Span } from "../core/finding.js";
import type { FileView, Rule } from "../core/rule.js";
import { Lines } from "../rules/directives.js";
import type { Places } from "./places.js";
import type { Looked, LookedCall } from "./result.js";

const ASPECTS = Object.keys(CALLS) as Aspect[];

interface Look {
  readonly view: FileView;
  readonly line: number;
  readonly judged: readonly { readonly judgement: Judgement; readonly isSuppressed: boolean }[];
  readonly places: Places;
  readonly ran: readonly Rule[];
  readonly isRead: (rule: Rule) => boolean;
  /** The program that the file takes part in: what is called, it knows best. */
  readonly whole: { readonly view: ProgramView; readonly toWhole: (span: Span) => Span } | null;
}

/** Gathers what is known of one line: what begins there. */
export function lookedAt({ view, line, judged, places, ran, isRead, whole }: Look): Looked {
  const { path, text } = view;
  const lines = new Lines(text);
  const written = lineOf(text, lines, line);
  const here = judged.filter(({ judgement }) => lines.of(judgement.start) === line);
  const seenBy: FileView = whole?.view ?? view;
  const span = whole === null ? written : whole.toWhole(written);
  const from = span.start - written.start;
  const made = callsIn(seenBy, span);
  const begins = [span.start + (/\S/.exec(text.slice(written.start, written.end))?.index ?? 0), ...made.map((call) => seenBy.span({ value: call.id }).start)];
  const spoke = new Set(here.map(({ judgement }) => judgement.rule));
  const quiet = ran.filter((rule) => !spoke.has(rule.name) && rule.roles.includes(view.role));
  return {
    role: view.role,
    isBlank: /^(?:\/\/.*|\/?\*.*)?$/.test(text.slice(written.start, written.end).trim()),
    verdicts: here.map(({ judgement: j, isSuppressed }) => ({
      rule: j.rule,
      verdict: j.verdict,
      isSuppressed,
      start: places.at(path, j.start),
      message: j.message,
      related: j.related.map((r) => ({ file: r.file ?? path, start: places.at(r.file ?? path, r.start), end: places.at(r.file ?? path, r.end), message: r.message, ...(r.step && { step: true as const }) })),
    })),
    calls: made.map((call) => callOf(seenBy, call, (offset) => places.at(path, offset - from))),
    entries: entriesAt(seenBy, begins),
    silent: quiet.filter((r) => isRead(r)).map((r) => r.name),
    unread: quiet.filter((r) => !isRead(r)).map((r) => r.name),
  };
}

/** Calls that begin on the line: those that end further down too. */
function callsIn(view: FileView, { start, end }: Span): readonly Call[] {
  const { values } = view.facts.spans;
  return callsWithin(view, { start, end: Infinity }).filter(({ id }) => (values[2 * id] as number) <= end);
}

function callOf(view: FileView, call: Call, at: (offset: number) => LookedCall["start"]): LookedCall {
  const rows = call.symbols.flatMap((s) => ASPECTS.flatMap((kind) => s.rows(kind).map(({ library }) => ({ symbol: s.text, library: library.name, kind }))));
  const once = new Map(rows.map((r) => [`${r.symbol} ${r.library} ${r.kind}`, r]));
  return { start: at(view.span({ value: call.id }).start), text: callText(view, call), sanctioned: view.get(sanctioned)(call.target), rows: [...once.values()] };
}

/** Who comes by a line: `all: () => User.find()` holds a function of its own. */
function entriesAt(view: FileView, offsets: readonly number[]): string[] {
  const here = new Set(offsets.map((offset) => view.get(functionAt)(offset)));
  return view.get(servings).flatMap(({ entry, functions }) => ([...here].some((fn) => functions.has(fn)) ? [entry.name ?? `a ${entry.framework} handler in ${view.homeOf(entry.at).path}`] : []));
}

function lineOf(text: string, lines: Lines, line: number): Span {
  let start = 0;
  let end = text.length;
  for (let low = 0, high = text.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (lines.of(middle) < line) low = middle + 1;
    else high = middle;
    start = low;
  }
  for (let low = start, high = text.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (lines.of(middle) <= line) low = middle + 1;
    else high = middle;
    end = low;
  }
  return { start, end };
}
