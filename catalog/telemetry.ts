import type { Library } from "./library.js";
import { under } from "./names.js";

const SENTRY = ["node", "nextjs", "nestjs", "bun", "deno", "core", "aws-serverless", "google-cloud-serverless", "cloudflare", "serverless", "minimal", "hub"].map((name) => `@sentry/${name}`);
const TOLD = ["setContext", "setExtra", "setExtras", "setTag", "setTags", "setAttribute", "setAttributes", "addBreadcrumb"];
const span = "@opentelemetry/api:Span()";
const tracer = "@opentelemetry/api:trace.getTracer()";
const datadog = "dd-trace:Span()";

/** Services that keep what an application tells them of its requests and failures. What they are told of users is theirs to know, of secrets it is not. */
export default {
  name: "telemetry",
  packages: [...SENTRY, "@opentelemetry/api", "dd-trace", "newrelic", "elastic-apm-node", "applicationinsights", "rollbar", "@bugsnag/js", "@bugsnag/node", "@honeybadger-io/js", "@airbrake/node", "@google-cloud/logging"],
  docs: "https://docs.sentry.io/platforms/javascript/guides/node/enriching-events/",
  instances: [
    ...SENTRY.map((name) => ({ is: `${name}:Scope()`, also: [`${name}:getCurrentScope()`, `${name}:getIsolationScope()`, `${name}:getGlobalScope()`] })),
    { is: span, also: ["@opentelemetry/api:trace.getActiveSpan()", "@opentelemetry/api:trace.getSpan()", `${tracer}.startSpan()`, `${span}.setAttribute()`, `${span}.setAttributes()`, `${span}.addEvent()`] },
    { is: datadog, also: ["dd-trace:scope().active()", "dd-trace:startSpan()", "dd-trace:tracer.scope().active()", "dd-trace:tracer.startSpan()", `${datadog}.setTag()`, `${datadog}.addTags()`] },
    { is: "@google-cloud/logging:Logging()", types: ["@google-cloud/logging:Logging"] },
  ],
  telemetry: [
    { calls: SENTRY.flatMap((name) => [...under([`${name}:`, `${name}:Scope()`], TOLD)]) },
    { calls: under([span], ["setAttribute", "setAttributes", "addEvent"]) },
    { calls: under([datadog], ["setTag", "addTags", "log"]) },
    { calls: under(["newrelic:"], ["addCustomAttribute", "addCustomAttributes", "addCustomSpanAttribute", "addCustomSpanAttributes", "recordCustomEvent", "recordLogEvent"]) },
    { calls: under(["elastic-apm-node:"], ["setCustomContext", "setLabel", "addLabels", "setGlobalLabel"]) },
    { calls: under(["applicationinsights:defaultClient"], ["trackTrace", "trackEvent", "trackException", "trackDependency", "trackRequest"]) },
    { calls: under(["rollbar:()"], ["log", "debug", "info", "warning", "warn", "error", "critical", "configure"]) },
    { calls: ["@bugsnag/js:", "@bugsnag/node:"].flatMap((module) => under([module], ["leaveBreadcrumb", "addMetadata", "notify"])) },
    { calls: under(["@honeybadger-io/js:"], ["notify", "setContext", "addBreadcrumb", "event"]) },
    { calls: under(["@airbrake/node:Notifier()"], ["notify"]) },
    { calls: [...under(["@google-cloud/logging:Logging().log()"], ["entry", "write", "info", "warning", "error", "debug", "notice", "critical", "alert", "emergency"]), "@google-cloud/logging:Logging().entry"] },
  ],
} satisfies Library;
