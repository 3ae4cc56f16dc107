import type { EffectKind } from "../catalog/library.js";
import type { ValueId } from "../core/facts.js";
import { type FileView, rule } from "../core/rule.js";
import { type Collection, collectionOf } from "../analyzers/collections.js";
import { type FanOut, fanOuts, type Started } from "../analyzers/fan-outs.js";
import { limitedOn } from "../analyzers/limited.js";
import { type Left, perElement, type Repeated } from "../analyzers/per-element.js";
import { isSent } from "../analyzers/query-arguments.js";
import { isSentTogether, startsUp } from "../analyzers/repeated-once.js";
import { boundedMap } from "../fixes/bounded-map.js";

/** What waits for many promises is one of these, under whatever name. */
const WAITING = ["all", "allSettled", "any", "race"];
/** So many may start at once: what `map` does by itself, and a little. */
const FEW = 20;

const WORDS: { readonly [kind in EffectKind]: string } = {
  network: "a request",
  database: "a query",
  cache: "a command to the cache",
  queue: "a message",
  mail: "a mail",
  file: "a file operation",
  process: "a process",
};

type Verdict = { readonly is: "clear" } | { readonly is: "unknown"; readonly reason: string } | { readonly is: "found"; readonly by: Repeated; readonly started: Started };

const RANK = { clear: 0, unknown: 1, found: 2 };

export default rule({
  name: "unbounded-concurrency",
  promise: "load",
  finds: "`Promise.all` over a collection of any size that starts a call for every element at once",
  why: "A thousand elements are a thousand requests in the same moment: the pool runs dry, the peer answers with errors, and whoever asks for one thing waits behind all of them.",
  fine: [
    "tuples, lists written by hand, and other lists of a small constant size",
    "`map` of the pipeline, p-limit, p-map with `concurrency`, a semaphore that is acquired first",
    "chunks: `slice(i, i + SIZE)`, `splice(0, SIZE)`, a loop over `chunk(list, SIZE)`; a loop that waits for some before it starts more",
    "workers, each of which takes from a list that all share",
    "work that starts nothing outside the process",
    "what runs while the program starts or ends",
  ],
  depth: "both",
  fix: "review",
  fixNote: "`Promise.all(list.map(fn))` becomes `map(list, fn)`, 16 at a time, where the function takes the element and its index at most. Not where its calls wait for each other (dataloaders, locks), nor for `allSettled`, `any` and `race`, whose outcome is another.",
  roles: ["server"],
  preset: "recommended",
  asks: ["type"],
  looksFor: { catalog: ["effects"], alone: (file) => file.writes(WAITING) },
  judge(file, report) {
    for (const fanOut of file.get(fanOuts)) {
      if (file.get(startsUp)(file.facts.owner[fanOut.call.id] as number)) continue;
      const worst = verdictsOf(file, fanOut).reduce<Verdict | null>((a, b) => (a === null || RANK[b.is] > RANK[a.is] ? b : a), null);
      const at = { value: fanOut.call.id };
      if (worst === null) continue;
      if (worst.is === "clear") report.clear(at);
      else if (worst.is === "unknown") report.unknown(at, worst.reason);
      else {
        const { by, started } = worst;
        const list = started.repetition.list === null ? "a list" : `\`${textOf(file, started.repetition.list)}\``;
        const waits = fanOut.through ? textOf(file, fanOut.call.value.callee) : `Promise.${fanOut.method}`;
        report.found(at, `\`${waits}\` starts ${WORDS[by.row.effect]} for every element of ${list} at once`, {
          fixIn: (own) => (fanOut.method === "all" && !fanOut.through ? boundedMap(own, fanOut.call) : null),
          related: [{ ...file.span({ value: by.effect.id }), message: "started for each element" }],
        });
      }
    }
  },
});

function verdictsOf(file: FileView, { started, elsewhere }: FanOut): readonly Verdict[] {
  return [
    ...started.flatMap((one) => {
      const { repetition, effects, waits } = one;
      const list = repetition.list === null ? null : collectionOf(file, repetition.list, repetition.way);
      const isBounded = waits || isFew(list) || (repetition.most !== null && repetition.most <= FEW);
      const known = effects.filter((e) => e.row.sync !== true && (e.row.shape !== "builder" || e.isGiven || isSent(file, e.effect.id)));
      if (known.length > 0) return known.map((by): Verdict => (isBounded || isSentTogether(file, repetition, by.site.id) ? { is: "clear" } : judge(file, by, one, list)));
      const left = isBounded ? undefined : file.get(perElement)(repetition).left.find((call) => isWork(file, call));
      return left === undefined ? [] : [unknown(textOf(file, left.site.value.callee))];
    }),
    ...elsewhere.flatMap(({ call, list }): Verdict[] => (isFew(collectionOf(file, list, null)) ? [] : [unknown(textOf(file, call.value.args.at(-1) as ValueId))])),
  ];
}

function judge(file: FileView, by: Repeated, started: Started, list: Collection | null): Verdict {
  const limited = limitedOn(file, by);
  if (limited.is === "limited") return { is: "clear" };
  if (limited.is === "unknown") return { is: "unknown", reason: `whether \`${limited.name}\` lets only so many through is not seen here` };
  return list?.doubt == null ? { is: "found", by, started } : { is: "unknown", reason: list.doubt };
}

const isFew = (list: Collection | null): boolean => list !== null && (list.isPiece || list.ofPieces || (list.most !== null && list.most <= FEW));

const unknown = (name: string): Verdict => ({ is: "unknown", reason: `what \`${name}\` does is in another file` });

/** Calls of imports and services; the language's own do no work outside. */
function isWork(file: FileView, { site }: Left): boolean {
  const { values, bindings } = file.facts;
  let root = values[site.target];
  while (root?.kind === "member") root = values[root.object];
  return root?.kind === "this" || (root?.kind === "var" && bindings[root.binding]?.from !== undefined);
}

function textOf(file: FileView, value: ValueId): string {
  const { start, end } = file.span({ value });
  const text = file.text.slice(start, end).replace(/\s+/g, " ");
  return text.length > 50 ? `…${text.slice(-45)}` : text;
}
