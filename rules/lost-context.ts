import type { ValueId } from "../core/facts.js";
import type { Fix, Related } from "../core/finding.js";
import { type FileView, type Own, type Glance, rule } from "../core/rule.js";
import { hasWayIn } from "../analyzers/entry-hints.js";
import type { Discarded } from "../analyzers/discarded.js";
import { type Outliving, outliving } from "../analyzers/outliving.js";
import { callText, described, witness } from "../analyzers/witness.js";
import { detachedCallback } from "../fixes/detach-callback.js";
import { detached } from "../fixes/detach.js";

/** Work that is started may have its effects in another file. */
const STARTS = /\bset(?:Timeout|Interval|Immediate)\b|\bnextTick\b|\bqueueMicrotask\b|\bvoid\b|\.\s*(?:then|catch|finally|on|once)\s*\(/;

export default rule({
  name: "lost-context",
  promise: "observability",
  finds: "work that serving an entry starts and that goes on after it has settled, outside `detach`",
  why: "Nothing bounds it, nobody is told when it fails, no line of the log says that it ended, and a shutdown cuts it off. What AsyncLocalStorage carries into a timer or a promise is the context of an entry that is over; a listener runs in that of whoever emits.",
  fine: [
    "`detach(name, run)` of the pipeline, or the team's own: work of its own, with a bound, a log line and a place in the shutdown",
    "work without an effect: logging, metrics in memory, an event that is emitted",
    "what answers the request (`query(…).then((rows) => res.json(rows))`, a timer or listener that does), or settles a promise that is awaited",
    "a timer that the same function clears, and listeners of a stream whose end answers",
    "what is registered at start-up, and the events of the socket that an entry serves",
    "promises that are given to somebody (`ctx.waitUntil(work())`): who has it may wait",
    "work whose effects are in another file: the whole program decides",
  ],
  depth: "both",
  fix: "review",
  fixNote: "`detach` around the call that nobody waits for, or in the callback of the timer or listener. None where the function takes `this` or `arguments`, where a name in it is assigned again, and for callbacks of queries: what they wait for is better awaited.",
  roles: ["server"],
  preset: "recommended",
  needsPipeline: true,
  asks: ["promise", "type"],
  looksFor: { told: (file) => (hasEffects(file) || file.fits(STARTS)) && hasWayIn(file) },
  judge(file, report) {
    for (const work of file.get(outliving)) {
      const at = { value: work.at };
      if (file.settings.definesPipeline(file.homeOf(at).path, "detach")) continue;
      if (work.isWaitedFor) report.clear(at);
      else if (work.doubt !== null) report.unknown(at, work.doubt);
      else report.found(at, messageFor(file, work), { subject: subjectOf(work), related: related(file, work), fixIn: (own) => fixFor(own, work) });
    }
  },
});

function messageFor(file: FileView, work: Outliving): string {
  const { kind, entry, effect, invocation } = work;
  const whom = described(file, entry);
  const does = effect === null ? "this" : `\`${callText(file, effect)}\``;
  const name = invocation === null ? "" : `\`${callText(file, invocation.at)}\``;
  switch (kind) {
    case "timer":
      return `${name} runs ${does} when ${whom} has settled: past its deadline, its log line and its way to fail`;
    case "listener":
      return `the listener that ${name} adds runs ${does} in the context of whoever emits, not in that of ${whom}`;
    case "callback":
      return `nobody waits for ${name}: its callback runs when ${whom} may have settled, and nobody is told if it fails`;
    case "promise":
      return `nobody waits for ${does}: it goes on when ${whom} has settled, past its deadline, its log line and its way to fail`;
  }
}

function subjectOf({ at, promise, invocation }: Outliving): ValueId {
  return promise?.value ?? invocation?.at.id ?? at;
}

function related(file: FileView, { entry, path, effect, at }: Outliving): readonly Related[] {
  const steps = witness(file, { entry, path });
  return effect === null || effect.id === at ? steps : [...steps, { ...file.span({ value: effect.id }), message: "the effect" }];
}

function fixFor(own: Own, { kind, promise, invocation, dropped }: Outliving): Fix | null {
  if (promise !== null) return detached(own, asDropped(promise));
  if (invocation === null || kind === "callback" || kind === "promise") return null;
  if (dropped.length === 0) return detachedCallback(own, invocation);
  // Around a callback that waits for nothing there is nothing to detach but what it drops.
  const fn = own.fn(invocation.run.fn);
  const fixes = fn === null || own.file.facts.functions[fn]?.async === true ? [] : dropped.map((inner) => detached(own, asDropped(inner)));
  const [first] = fixes;
  return first && fixes.every((fix) => fix !== null) ? { ...first, edits: fixes.flatMap((fix) => fix.edits) } : null;
}

/** As a promise that nobody takes, whether or not its chain takes a rejection. */
function asDropped(site: Discarded): Discarded {
  return typeof site.is === "object" ? site : { ...site, is: { lost: site.whole === site.value ? "statement" : "void", kind: "promise" } };
}

/** Of a library, or through the pipeline: a plain call leaves work behind as well. */
function hasEffects(file: Glance): boolean {
  const dispatch = file.settings.pipelineWord("dispatch");
  return (dispatch !== null && file.text.includes(dispatch)) || /\bhttp\s*[?!]?\./.test(file.text) || file.mentions(["effects"]);
}
