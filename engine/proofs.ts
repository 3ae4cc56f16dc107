import { functionAt } from "../analyzers/function-at.js";
import { type Serving, servings } from "../analyzers/servings.js";
import type { FnId } from "../core/facts.js";
import type { Judgement, Span } from "../core/finding.js";
import type { FileView, Place } from "../core/rule.js";

/** What becomes of an entry: nothing wrong on any way from it, something, or nobody can say. */
export type Proof = "proved" | "found" | "unknown";

/** A judgement of the whole program, and whether somebody keeps it quiet. */
export interface Weighed extends Pick<Judgement, "verdict" | "message" | "rule" | "start" | "end"> {
  readonly isSuppressed: boolean;
}

export interface Reason extends Span {
  /** The rule that cannot say; null where the way itself is lost. */
  readonly rule: string | null;
  readonly reason: string;
}

export interface ProvedEntry {
  readonly at: Span;
  readonly name: string | null;
  readonly framework: string;
  readonly proof: Proof;
  readonly found: readonly Weighed[];
  /** In the order of their places. */
  readonly reasons: readonly Reason[];
}

/** Each entry of a program, by all that the rules said of the functions it runs. */
export function proofsOf(view: FileView, weighed: readonly Weighed[]): ProvedEntry[] {
  const all = view.get(servings);
  const innermost = view.get(functionAt);
  const byFunction = new Map<FnId, Weighed[]>();
  const byPlace = new Map<number, Weighed[]>();
  for (const w of weighed) {
    if (w.verdict === "clear") continue;
    put(byFunction, innermost(w.start), w);
    put(byPlace, w.start, w);
  }
  return all.map((serving) => proofOf(view, serving, new Set([...placesOf(view, serving).flatMap((at) => byPlace.get(at) ?? []), ...[...serving.functions].flatMap((fn) => byFunction.get(fn) ?? [])])));
}

function proofOf(view: FileView, { entry, doubts }: Serving, said: ReadonlySet<Weighed>): ProvedEntry {
  const found = [...said].filter((w) => w.verdict === "found" && !w.isSuppressed).sort(byStart);
  const reasons = [
    ...doubts.map(({ at, reason }): Reason => ({ rule: null, reason, ...view.span(at) })),
    ...[...said].flatMap((w): Reason[] => {
      if (w.verdict === "unknown") return [{ rule: w.rule, reason: w.message, start: w.start, end: w.end }];
      return w.isSuppressed ? [{ rule: w.rule, reason: "a finding is suppressed here, and a comment is no proof", start: w.start, end: w.end }] : [];
    }),
  ].sort(byStart);
  return { at: view.span(entry.at), name: entry.name, framework: entry.framework, proof: found.length > 0 ? "found" : reasons.length > 0 ? "unknown" : "proved", found, reasons };
}

/** Where rules say something of the entry itself: its handler, and the call that registers it. */
function placesOf(view: FileView, { entry }: Serving): readonly number[] {
  const places: Place[] = entry.call === null ? [entry.at] : [entry.at, { value: entry.call.id }];
  return [...new Set(places.map((p) => view.span(p).start))];
}

const byStart = (a: Span, b: Span): number => a.start - b.start || a.end - b.end;

function put<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
