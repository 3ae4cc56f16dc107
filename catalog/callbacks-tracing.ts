import type { Library } from "./library.js";
import { under } from "./names.js";

/** What runs a function within a span, a segment or a store of its own. */
const tracing: Library = {
  name: "callbacks-tracing",
  packages: ["newrelic", "dd-trace", "elastic-apm-node", "nestjs-pino", "nestjs-cls", "@sentry/nextjs", "@sentry/nestjs", "@sentry/bun", "@sentry/core"],
  docs: "https://newrelic.github.io/node-newrelic/API.html",
  instances: [{ is: "nestjs-cls:ClsService()", also: ["nestjs-cls:ClsServiceManager.getClsService()"] }],
  callbacks: [
    { calls: under(["newrelic:"], ["startBackgroundTransaction", "startWebTransaction", "startSegment"]), arg: "last", when: "sync", times: "once", errors: "propagate" },
    { calls: [...under(["dd-trace:", "dd-trace:tracer"], ["trace"]), "dd-trace:init().trace"], arg: "last", when: "sync", times: "once", errors: "propagate", params: ["dd-trace:Span()"] },
    { calls: ["nestjs-pino:storage.run", "nestjs-cls:ClsService().runWith"], arg: 1, when: "sync", times: "once", errors: "propagate" },
    { calls: ["nestjs-cls:ClsService().run"], arg: "last", when: "sync", times: "once", errors: "propagate" },
    { calls: under(["@sentry/nextjs:", "@sentry/nestjs:", "@sentry/bun:", "@sentry/core:"], ["startSpan", "startSpanManual", "withMonitor", "continueTrace"]), arg: 1, when: "sync", times: "once", errors: "propagate" },
    ...["nextjs", "nestjs", "bun", "core"].map((name) => ({ calls: under([`@sentry/${name}:`], ["withScope", "withIsolationScope"]), arg: "last" as const, when: "sync" as const, times: "once" as const, errors: "propagate" as const, params: [`@sentry/${name}:Scope()`] })),
  ],
  wraps: [{ calls: [...under(["dd-trace:", "dd-trace:tracer"], ["wrap"]), "dd-trace:init().wrap"], arg: "last" }],
};

export default tracing;
