import type { EffectKind } from "../catalog/library.js";
import type { Value, ValueId } from "../core/facts.js";
import type { Related } from "../core/finding.js";
import { type FileView, type Report, rule } from "../core/rule.js";
import { type Collection, collectionOf } from "../analyzers/collections.js";
import { Dependence } from "../analyzers/dependence.js";
import { LIKELY } from "../analyzers/likely-effects.js";
import { perElement, type Left, type Repeated } from "../analyzers/per-element.js";
import { chainEnd, isSent, QueryArguments } from "../analyzers/query-arguments.js";
import { occurrences } from "../analyzers/occurrences.js";
import { recursions } from "../analyzers/recursions.js";
import { endsLoop, isFlush, isOfMessages, isSentTogether, isShort, startsUp } from "../analyzers/repeated-once.js";
import { repetitions } from "../analyzers/repetitions.js";

const WORDS: { readonly [kind in EffectKind]?: string } = { database: "a query", cache: "a command to the cache", network: "a request" };

type Verdict = { readonly is: "clear" } | { readonly is: "unknown"; readonly reason: string } | { readonly is: "found"; readonly by: Repeated; readonly of: string };

export default rule({
  name: "query-in-loop",
  promise: "load",
  finds: "a database, cache or HTTP call for each element of a collection",
  why: "Ten rows in the test are ten thousand in production: each costs a round trip, one after the other or all at once, where one query for all of them would do.",
  fine: [
    "lists written by hand of up to ten elements: literals, `as const`, the keys of a literal, an enum, `slice(0, 5)`",
    "batches: a loop over chunks or slices, a list that is sent when it is full, statements that the client sends together",
    "pages, cursors, retries and polling: nothing of an element is in the arguments",
    "a loop that ends with the call (`return await find(x)`): it tries one after the other",
    "a dataloader's `load`, a query that a loop only builds, messages of a stream",
    "what runs while the program starts or ends",
  ],
  depth: "both",
  fix: "none",
  fixNote: "One query for all elements is another query, and what is done with its rows another code: a human writes both.",
  roles: ["server"],
  preset: "recommended",
  asks: ["type"],
  looksFor: { text: new RegExp(`${LIKELY.source}|\\bhttp\\s*\\.`, "i"), catalog: ["effects"] },
  judge(file, report) {
    const verdicts = new Map<ValueId, Verdict>();
    const say = (site: ValueId, verdict: Verdict): void => {
      const known = verdicts.get(site);
      if (known === undefined || known.is === "clear" || (known.is === "unknown" && verdict.is === "found")) verdicts.set(site, verdict);
    };
    for (const repetition of file.get(repetitions)) {
      if (file.get(startsUp)(repetition.body.fn)) continue;
      const { effects, left } = file.get(perElement)(repetition);
      if (effects.length + left.length === 0) continue;
      const elements = new Dependence(file, (id, value) => repetition.isElement(id, value));
      const list = repetition.list === null ? null : collectionOf(file, repetition.list, repetition.way);
      for (const effect of effects) {
        const verdict = judgeEffect(file, effect, list, elements);
        if (verdict !== null) say(effect.site.id, verdict);
      }
      for (const call of left) {
        const reason = whyNobodyKnows(file, call, list, elements);
        if (reason !== null) say(call.site.id, { is: "unknown", reason });
      }
    }
    for (const { call, repetition } of file.get(recursions)) {
      const parts = new Dependence(file, (id, value) => repetition.isElement(id, value));
      const by = file.get(startsUp)(repetition.body.fn) ? undefined : file.get(perElement)(repetition).effects.find((effect) => asks(file, effect, parts));
      if (by) say(call.id, { is: "found", by: { ...by, site: call, siteWay: null }, of: "the data that it goes through" });
    }
    for (const [site, verdict] of verdicts) tell(file, report, site, verdict);
  },
});

/** Is it a query, sent, that is asked about the element? */
function asks(file: FileView, { effect, row, way, isGiven }: Repeated, elements: Dependence): boolean | null {
  if (WORDS[row.effect] === undefined || (row.effect === "network" && row.shape === "stream")) return null;
  if (row.shape === "builder" && !isGiven && !isSent(file, effect.id)) return null;
  return isGiven || new QueryArguments(file, elements, way).depend(effect, row);
}

function judgeEffect(file: FileView, found: Repeated, list: Collection | null, elements: Dependence): Verdict | null {
  const { repetition, site, siteWay } = found;
  const does = asks(file, found, elements);
  if (does !== true) return does === null ? null : { is: "clear" };
  if (isShort(repetition, list) || list?.ofPieces === true || isOfMessages(file, repetition)) return { is: "clear" };
  if (endsLoop(file, repetition, chainEnd(file, site.id)) || isFlush(file, repetition, site.id, elements, siteWay) || isSentTogether(file, repetition, site.id)) return { is: "clear" };
  if (list?.doubt != null) return { is: "unknown", reason: list.doubt };
  return { is: "found", by: found, of: repetition.list === null ? "the list" : `\`${textOf(file, repetition.list)}\`` };
}

/** A call that is awaited and given something of the element may do anything, in another file. */
function whyNobodyKnows(file: FileView, { repetition, site, siteWay }: Left, list: Collection | null, elements: Dependence): string | null {
  if (isShort(repetition, list) || list?.ofPieces === true || !file.get(occurrences).users(site.id).some((user) => file.facts.values[user]?.kind === "await")) return null;
  const callee = file.facts.values[site.target] as Value;
  if (isOfTheLanguage(file, callee) || (callee.kind === "member" && elements.on(callee.object, siteWay)) || !site.value.args.some((arg) => elements.on(arg, siteWay))) return null;
  return `what \`${textOf(file, site.value.callee)}\` does is in another file`;
}

function isOfTheLanguage(file: FileView, callee: Value): boolean {
  return callee.kind === "global" || (callee.kind === "member" && file.facts.values[callee.object]?.kind === "global");
}

function tell(file: FileView, report: Report, site: ValueId, verdict: Verdict): void {
  const at = { value: site };
  if (verdict.is === "clear") report.clear(at);
  else if (verdict.is === "unknown") report.unknown(at, verdict.reason);
  else {
    const { by } = verdict;
    const name = textOf(file, by.isGiven ? by.site.value.args[0] ?? by.site.target : by.site.value.callee);
    report.found(at, `\`${name}\` is ${WORDS[by.row.effect]} for each element of ${verdict.of}`, { related: witness(file, by) });
  }
}

/** From the site to the effect, through the functions of this file. */
function witness(file: FileView, { site, effect, way, siteWay }: Repeated): readonly Related[] {
  if (effect.id === site.id) return [];
  const steps: Related[] = [];
  for (let at = way; at !== null && at !== siteWay; at = at.before) if (at.run.at.id !== site.id) steps.unshift({ ...file.span({ value: at.run.at.id }), message: `on the way: \`${textOf(file, at.run.at.value.callee)}\`` });
  return [...steps, { ...file.span({ value: effect.id }), message: `\`${textOf(file, effect.value.callee)}\` is reached for each element` }];
}

function textOf(file: FileView, value: ValueId): string {
  const { start, end } = file.span({ value });
  const text = file.text.slice(start, end).replace(/\s+/g, " ");
  return text.length > 50 ? `…${text.slice(-45)}` : text;
}
