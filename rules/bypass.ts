import { type FileView, type FoundExtra, rule } from "../core/rule.js";
import { isDispatched } from "../analyzers/call-bounds.js";
import { dispatchedOnTheWay } from "../analyzers/dispatching-middleware.js";
import { type Effect, effects } from "../analyzers/effects.js";
import { entries } from "../analyzers/entries.js";
import { hasWayIn } from "../analyzers/entry-hints.js";
import { middleware } from "../analyzers/on-the-way.js";
import { type Way, waysTo } from "../analyzers/reach.js";
import { callText, described, witness } from "../analyzers/witness.js";
import { clientElsewhere, clientThroughPipeline, throughPipeline } from "../fixes/onto-pipeline.js";


export default rule({
  name: "bypass",
  promise: "one path",
  finds: "an effect (network, database, cache, queue, mail, file, process) that an entry point reaches without crossing the pipeline",
  why: "What happens past the pipeline has no deadline, no limit, no retry policy, no span and no log line of its own, and nobody can give it one in one place.",
  fine: [
    "what runs, awaited or returned, in the callback of `dispatch`, through `http.*`, through a client that `port` wraps, or behind a contract that is implemented",
    "the same through your own names of the pipeline, and through any wrapper, or middleware of koa, hono or tRPC, that always does so; one with a way around it does not",
    "everything in a transaction that is dispatched as a whole",
    "start-up, module top level, and what no entry of the same file reaches: the whole program decides",
    "effects through a client that is handed in, and functions that another file wraps: the whole program decides",
    "the inside of your own pipeline",
  ],
  depth: "both",
  fix: "review",
  fixNote: "`http.fetch` for `fetch`, `http.axios` around an instance of axios and `port` around a client, where they are made: in another file, or in the same one if it lacks a bound or has ten calls and more; else `dispatch` around the awaited call (one for a transaction). Nothing is offered for streams, callbacks, calls that nobody awaits, and calls outside config `adapters`: those want another shape or another place.",
  roles: ["server"],
  preset: "recommended",
  needsPipeline: true,
  asks: ["type"],
  looksFor: { catalog: ["effects"], alone: hasWayIn, aloneWith: (file) => file.get(entries).length + file.get(middleware).length > 0 },
  judge(file, report) {
    const found = file.get(effects);
    if (found.length === 0) return;
    const ways = waysTo(file, found.map((effect) => effect.call));
    for (const effect of found) {
      const at = { value: effect.whole };
      const { path } = file.homeOf(at);
      if (file.settings.definesPipeline(path, "dispatch") || file.settings.definesPipeline(path, "http")) continue;
      const all = ways.get(effect.call.id) ?? [];
      const past = all.filter((way) => isPast(file, way, effect));
      // Of a request's own entry a reader knows more than of what runs on the way of each.
      const sure = past.filter((way) => way.doubt === null).sort((a, b) => Number("runs" in a.entry) - Number("runs" in b.entry));
      const misplaced = file.settings.isAdapter(path) === false ? all.find((way) => way.doubt === null) : undefined;
      const name = callText(file, effect.call);
      if (misplaced) report.found(at, `\`${name}\` is outside the adapters, where alone raw effects may live; ${described(file, misplaced.entry)} reaches it`, { related: witness(file, misplaced) });
      else if (sure[0] && effect.client === "known") report.found(at, messageFor(file, name, sure), { related: witness(file, sure[0]), fixIn: (own) => throughPipeline(own, effect, found), ...elsewhere(file, effect) });
      else if (past[0]) report.unknown(at, past[0].doubt ?? "the client is handed in, and may be one that the pipeline wraps");
      else if (all.length > 0 || isDispatched(file, effect.call.id)) report.clear(at);
    }
  },
});

/** A client that another file makes is wrapped there. */
function elsewhere(file: FileView, effect: Effect): Pick<FoundExtra, "elsewhere"> {
  const made = clientElsewhere(file, effect);
  return made === null ? {} : { elsewhere: { at: { value: made }, fix: clientThroughPipeline } };
}

function isPast(file: FileView, way: Way, { row }: Effect): boolean {
  if (way.crossed) return way.isLoose && row.sync !== true;
  return way.apart !== null || "runs" in way.entry || !file.get(dispatchedOnTheWay)(way.entry);
}

function messageFor(file: FileView, name: string, ways: readonly Way[]): string {
  const [way] = ways as readonly [Way];
  // What runs on the way of entries is none itself.
  const others = new Set(ways.map((w) => w.entry).filter((e) => e !== way.entry && !("runs" in e))).size;
  const also = others === 0 ? "" : others === 1 ? ", and so does another entry" : `, and so do ${others} other entries`;
  if (way.isLoose) return `nobody waits for \`${name}\` in the dispatch around it: ${described(file, way.entry)} reaches it past the pipeline${also}`;
  return `${described(file, way.entry)} reaches \`${name}\` past the pipeline${also}`;
}
