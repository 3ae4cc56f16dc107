import type { BlockingRow, EffectRow, EntryKind } from "../catalog/library.js";
import type { FnId } from "../core/facts.js";
import { type FileView, rule } from "../core/rule.js";
import { type Call, callsThatMayHave } from "../analyzers/calls.js";
import { conditionsAt } from "../analyzers/conditions.js";
import { hasWayIn } from "../analyzers/entry-hints.js";
import { flow } from "../analyzers/flow.js";
import { memory } from "../analyzers/memory.js";
import { sparesProduction } from "../analyzers/production.js";
import { isRemembered, type Way, waysTo } from "../analyzers/reach.js";
import { isWorkerFile, runsAtStart } from "../analyzers/run-at-start.js";
import { callText, described, witness } from "../analyzers/witness.js";
import { awaited } from "../fixes/asynchronous.js";

const ASPECTS = ["blocking", "blockingEffects"] as const;
/** A clock or a platform that starts one at a time lets nobody wait. */
const MANY_WAIT: ReadonlySet<EntryKind> = new Set(["http", "rpc", "graphql", "socket", "message", "job"]);

export default rule({
  name: "blocking-call",
  promise: "bounded time",
  finds: "a synchronous file, process, crypto or compression call that a request reaches",
  why: "There is one thread: while the call runs no other request is accepted, no timer fires, no deadline is kept and no health check answered.",
  fine: [
    "module top level, start-up, and functions that only start-up calls",
    "what runs once and is kept: `cache ??= readFileSync(…)`, `if (!cache) …`, an entry of a map, `once`, `memoize`",
    "files of worker threads, and routes that are registered in development alone",
    "scheduled jobs, and serverless handlers, of which one runs at a time",
    "hashes and small random values, which take microseconds, and databases in the process (better-sqlite3), which offer nothing else",
    "functions that no entry of the same file reaches: the whole program decides",
  ],
  depth: "both",
  fix: "review",
  fixNote: "Awaits the call's asynchronous equal where the function is asynchronous already and the library has one that gives the same (`fs.promises`, fs-extra, bcrypt). What happens in between may then be seen, so it is no safe one. The others take a callback or another result, which changes the code around them.",
  roles: ["server"],
  preset: "recommended",
  asks: ["type"],
  looksFor: { catalog: ASPECTS, alone: hasWayIn },
  judge(file, report) {
    const judged = callsThatMayHave(file, ASPECTS).filter((call) => rowOf(call) !== undefined);
    if (judged.length === 0) return;
    const ways = waysTo(file, judged);
    for (const call of judged) {
      const at = { value: call.id };
      const all = ways.get(call.id) ?? [];
      const served = all.filter((way) => MANY_WAIT.has(way.entry.kind) && !way.isOnce && !isRemembered(file, way) && !isForDevelopment(file, way));
      const found = served.find((way) => way.mayNotRun === null);
      if (found) {
        report.found(at, `\`${callText(file, call)}\` blocks the whole process while ${described(file, found.entry)} waits for it`, {
          related: witness(file, found),
          fix: () => awaited(file, call, rowOf(call)?.promised),
        });
      } else if (served[0]) report.unknown(at, served[0].mayNotRun ?? "");
      else if (isFine(file, call, all)) report.clear(at);
      else report.unknown(at, "which entries lead here is decided in other files");
    }
  },
});

/** `if (isDev) app.get("/seed", …)`: where it is served, nobody else waits. */
function isForDevelopment(file: FileView, { entry }: Way): boolean {
  return entry.call !== null && sparesProduction(file, conditionsAt(file, entry.call.id)) === true;
}

/** Nobody waits for it, as far as it goes: it runs once, at start-up, apart, or for a clock alone. */
function isFine(file: FileView, call: Call, ways: readonly Way[]): boolean {
  const fn = file.facts.owner[call.id] as FnId;
  const life = file.get(memory)(call.id);
  if ((life !== null && file.get(runsAtStart)(life)) || file.get(runsAtStart)(fn) || file.get(isWorkerFile)) return true;
  // In a program no entry leads here but those that were seen.
  if (file.isProgram && ways.every((way) => isForDevelopment(file, way))) return true;
  return ways.length > 0 && (ways.every((w) => w.isOnce || w.path.length === 0) || file.get(flow).callers(fn) !== null);
}

function rowOf(call: Call): EffectRow | BlockingRow | undefined {
  return call.symbols.flatMap((s) => ASPECTS.flatMap((aspect) => s.rows(aspect).map(({ row }) => row)))[0];
}
