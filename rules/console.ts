import type { ValueId } from "../core/facts.js";
import { type FileView, rule } from "../core/rule.js";
import { calls } from "../analyzers/calls.js";
import { context } from "../analyzers/context.js";
import { flow } from "../analyzers/flow.js";
import { isLastResort } from "../analyzers/startup.js";
import { keptOutFirst } from "../fixes/keep-out.js";
import { logCall } from "../fixes/log-call.js";

const RAW = /^(?:global:console|console:)\.?([\w*]+)$|^(?:global:process\.|process:)(stdout|stderr)\.write$/;

/** What is written past the log, in the words of the message; null if it is none of that. */
function rawWriter(file: FileView, value: ValueId): string | null {
  for (const node of file.get(flow).symbols(value)) {
    const match = RAW.exec(node.text);
    if (match?.[1] !== undefined && match[1] !== "Console") return match[1] === "*" ? "console[…]" : `console.${match[1]}`;
    if (match?.[2] !== undefined) return `process.${match[2]}.write`;
  }
  return null;
}

export default rule({
  name: "console",
  promise: "observability",
  finds: "logging past the pipeline's log",
  why: "A console line carries no request id and no level, so it cannot be joined to the call that made it, filtered or redacted.",
  fine: [
    "scripts, tests, command-line tools and browser code",
    "`new Console(stream)`, and anything else that is merely called `console`",
    "the last resort at process start: `main().catch((e) => { console.error(e); process.exit(1); })`",
    "the module that the config names as the pipeline's `log`",
  ],
  depth: "file",
  fix: "review",
  fixNote: "Where the message is a text: its values become fields beside it. What prints tables, trees or several texts is for a human.",
  roles: ["server"],
  preset: "recommended",
  looksFor: { words: ["console", "stdout", "stderr"], text: /\b(?:console|stdout|stderr)\b/ },
  judge(file, report) {
    const isTheLog = file.settings.definesPipeline(file.path, "log");
    const where = file.get(context);
    const called = new Set<ValueId>();
    for (const call of file.get(calls)) {
      if (!mayWrite(file, call.target)) continue;
      const writer = rawWriter(file, call.target);
      if (writer === null) continue;
      called.add(call.target);
      if (call.value.callee !== call.target) called.add(call.value.callee);
      if (isTheLog || isLastResort(file, call.id)) report.clear({ value: call.id });
      else report.found({ value: call.id }, `\`${writer}\` bypasses the pipeline's log`, { fix: () => keptOutFirst(file, call) ?? logCall(file, call, writer.replace(/^console\./, "")) });
    }
    // Handed on as a function: `.catch(console.error)`, `{ info: console.log }`.
    file.facts.values.forEach((value, id) => {
      if ((value.kind !== "member" && value.kind !== "var" && value.kind !== "global") || called.has(id)) return;
      const parent = where.parent(id);
      const holder = parent === null ? null : file.facts.values[parent];
      if (!holder || !handsOn(holder, id)) return;
      if (!mayWrite(file, id)) return;
      const writer = rawWriter(file, id);
      if (writer === null) return;
      if (isTheLog || isLastResort(file, id)) report.clear({ value: id });
      else report.found({ value: id }, `\`${writer}\` is handed on and bypasses the pipeline's log`);
    });
  },
});

/** Told by the name alone, which is cheap: what else a member may be called, no console has. */
const WRITERS = new Set(["write", ...Object.keys(globalThis.console)]);

function mayWrite(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id];
  return value?.kind !== "member" || value.name === null || WRITERS.has(value.name);
}

/** Where a function given is one that somebody will call; an alias is reported at its own calls. */
function handsOn(holder: FileView["facts"]["values"][number], id: ValueId): boolean {
  return (holder.kind === "call" && holder.args.includes(id)) || holder.kind === "object" || holder.kind === "array";
}
