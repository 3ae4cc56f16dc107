import { type FileView, rule } from "../core/rule.js";
import { ambient } from "../analyzers/ambient.js";
import { bareness } from "../analyzers/bareness.js";
import { bootstraps } from "../analyzers/bootstraps.js";
import { type Entry, entries } from "../analyzers/entries.js";
import { mayServe, ROUTES } from "../analyzers/entry-hints.js";
import { described } from "../analyzers/witness.js";
import { enter } from "../fixes/enter.js";
import { interceptAll } from "../fixes/intercept-all.js";

/** What starts serving by itself. A context serves nobody until a clock or a queue is in it. */
const SERVES = new Set(["http", "rpc", "graphql", "socket"]);

export default rule({
  name: "bare-entry",
  promise: "one path",
  finds: "an entry point handed to its framework without going through the pipeline",
  why: "Whatever such a handler does has no deadline, no request id, no masked failure and no log line; each of them would have to be written again in every handler, and is forgotten in one.",
  fine: [
    "handlers wrapped by `entry`, also under another name, in a constant, or by a wrapper that always does so; in koa and hono also those behind `entry(name)` in the same call",
    "routes under `app.use(pipeline())` (in express, koa and hono those registered after it), Nest applications with `PipelineInterceptor`, and what is made of tRPC's `t.procedure.use(pipeline())`; in another file: config `ambient`",
    "middleware, guards, error handlers, plugins and in-process event listeners: they run on the way of an entry",
    "functions that another file wraps, or may wrap: the whole program decides",
  ],
  depth: "both",
  fix: "review",
  fixNote: "For express, fastify, koa, hono, Next (route handlers, `pages/api`), Remix, Astro, Bun, Deno, tRPC, AWS Lambda, bullmq, node-cron and node:http, where the handler is an expression, or an exported function that its own file does not use. Nest takes one line behind `NestFactory.create`. The others have no adapter yet.",
  roles: ["server"],
  preset: "recommended",
  needsPipeline: true,
  looksFor: { catalog: ["entries"], told: mayServe, path: ROUTES },
  judge(file, report) {
    for (const entry of file.get(entries)) {
      if (entry.by === "decorator") continue;
      const bareOrNot = file.get(bareness)(entry);
      if (bareOrNot.is === "entered") report.clear(entry.at);
      else if (bareOrNot.is === "unknown") report.unknown(entry.at, bareOrNot.reason);
      else report.found(entry.at, `${described(file, entry)} goes around the pipeline: \`entry\` does not wrap its handler`, { related: definition(file, entry, bareOrNot.fn), fixIn: (own) => enter(own, entry) });
    }
    for (const bootstrap of file.get(bootstraps)) {
      const at = { value: bootstrap.call.id };
      if (file.get(ambient).coversAll(bootstrap, "pipeline")) report.clear(at);
      else if (bootstrap.rows.some((row) => SERVES.has(row.kind)) || file.get(entries).some((e) => e.by === "decorator" && bootstrap.rows.includes(e.row))) {
        report.found(at, "what this application serves goes around the pipeline: `PipelineInterceptor` is not registered for it", { fixIn: (own) => interceptAll(own, bootstrap) });
      } else report.unknown(at, "whether anything is scheduled or consumed in this context is decided in other files");
    }
  },
});

/** The function itself, where it stands elsewhere in the file. */
function definition(file: FileView, entry: Entry, fn: number | null): readonly { start: number; end: number; message: string }[] {
  if (fn === null) return [];
  const span = file.span({ mark: file.facts.functions[fn]?.at ?? 0 });
  const at = file.span(entry.at);
  return at.start <= span.start && span.end <= at.end ? [] : [{ ...span, message: "the handler" }];
}
