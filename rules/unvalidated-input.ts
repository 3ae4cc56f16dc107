import type { Fix, Related } from "../core/finding.js";
import { type FileView, type Own, type Report, rule } from "../core/rule.js";
import type { Danger } from "../analyzers/cleared.js";
import { type DangerousUse, dangerousUses } from "../analyzers/dangerous-uses.js";
import { mayServe, ROUTES } from "../analyzers/entry-hints.js";
import { type Payload, payloads } from "../analyzers/payloads.js";
import { queries } from "../analyzers/queries.js";
import { routeAccepts } from "../analyzers/route-validation.js";
import type { Origin } from "../analyzers/origins.js";
import { bindValues } from "../fixes/bind-values.js";
import { validatePayload } from "../fixes/validate-payload.js";

const ARRIVES: Readonly<Record<Exclude<Danger, "response">, string>> = {
  sql: "in the text of a query",
  shell: "in a shell command",
  code: "in code that is run",
  path: "in a file's path",
  url: "in the address of an outgoing request",
  redirect: "in a redirect",
  html: "in HTML",
  template: "in a template",
  regexp: "in a regular expression",
  nosql: "in a query object",
  lookup: "in an LDAP filter or name, or an XPath",
  deserialise: "in a deserialiser",
  key: "as a property's name",
};

const WHAT: Readonly<Record<Payload["what"], string>> = {
  body: "the request's body", query: "the query object", message: "the message", event: "the event", param: "a path parameter", header: "a header", cookie: "a cookie", file: "an uploaded file", text: "the text",
};

const REQUESTS = ["req", "request", "_req", "_request"];
const GIVEN = /\b_?req(?:uest)?\b\s*(?:[,:)=]|\.\s*(?:body|query|params|cookies|headers)\b)/;

export default rule({
  name: "unvalidated-input",
  promise: "safety",
  finds: "data from outside that is used before anything has accepted it",
  why: "A type annotation checks nothing at run time: what a client sends arrives as it is, in a query, a path or a command, or deep in code that believed the type.",
  fine: [
    "the *result* of a schema or validator, and what a guard, an allow list, a whole pattern or a coercion has let through",
    "what a sender's own library has verified: `stripe.webhooks.constructEvent` and its like",
    "schemas on the route, on its router or in what is around its handler: express-validator, celebrate, fastify schemas, validator middleware of hono, Nest pipes with a class",
    "bound values of a query, and tagged templates that bind",
    "an address or redirect whose host, or a base from elsewhere, stands before the part from outside, and a redirect that begins with one slash and not with two; a path of this request on a route that says how it begins",
    "a path that leads nowhere up and has something before it, one that is compared with its root after `resolve` or `join`, and one that `sendFile` is given as it was written",
    "keys from which `__proto__` was refused, by name, list, pattern or a function that does; keys of an object without a prototype",
    "answers of a type that is no markup, and texts whose `<` was replaced",
    "single path parameters, headers and query values that arrive nowhere dangerous",
    "a payload that is only compared, logged or handed to a function of another file: the whole program decides",
  ],
  depth: "both",
  fix: "review",
  fixNote: "In the text of a query: binds it. A payload goes through `parse`, with the schema that is its type's own (`z.infer<typeof Login>`, `LoginSchema` beside `Login`), else with one derived from the type as it stands in the file, in the validator that the file imports or its package.json has alone; a bare handler gets its `entry`, which answers for what is refused. A decorated parameter whose type a schema can be derived from becomes `unknown`, and its name what `parse` lets through. A schema may refuse what came through before. By hand where no type says what it has, where a schema would be a guess (another file's types, `any`, dates, classes, generics; a query's flags and lists) and where a helper reads it.",
  roles: ["server"],
  preset: "recommended",
  // Data comes in through an entry, a source that is called, or the parameters of a handler that another file registers.
  looksFor: { catalog: ["sources", "entries", "given"], told: (file) => mayServe(file) || (file.writes(REQUESTS) && file.fits(GIVEN)), path: ROUTES },
  judge(file, report) {
    for (const use of file.get(dangerousUses)) judgeUse(file, report, use);
    for (const payload of file.get(payloads)) judgePayload(file, report, payload);
  },
});

function judgeUse(file: FileView, report: Report, use: DangerousUse): void {
  const at = { value: use.at };
  const found = use.origins.find((o) => o.from.kind === "source" && o.doubt === null);
  if (found?.from.kind === "source") {
    report.found(at, `\`${textOf(file, found)}\` arrives ${ARRIVES[use.danger as keyof typeof ARRIVES]}, and nothing has accepted it`, { related: witness(file, found), subject: use.at, fixIn: (own) => boundInstead(own, file, use) });
    return;
  }
  const doubtful = use.origins.find((o) => o.from.kind === "source");
  if (doubtful !== undefined) report.unknown(at, doubtful.doubt ?? "");
  // What a parameter brings is judged where its callers are seen: in most files nothing comes from outside.
  else if (use.origins.length === 0) report.clear(at);
}

/** What is bound is no text of the query any more. */
function boundInstead(own: Own, file: FileView, use: DangerousUse): Fix | null {
  const query = use.danger === "sql" ? file.get(queries).find((q) => q.call.id === use.at && q.text === use.value) : undefined;
  return query === undefined ? null : bindValues(own, query);
}

function judgePayload(file: FileView, report: Report, payload: Payload): void {
  const at = { value: payload.at };
  if (payload.state === "accepted") return report.clear(at);
  const accepted = routeAccepts(file, payload.entry, payload.what, payload.read);
  if (accepted === "yes") return report.clear(at);
  if (accepted === "doubt") return report.unknown(at, "a function of another file stands before the handler, and may validate it");
  if (payload.state === "doubt") return report.unknown(at, payload.reason);
  report.found(at, `${WHAT[payload.what]} is used before anything has accepted it`, { fixIn: (own) => validatePayload(own, file, payload), ...(payload.read !== payload.at && { related: [{ ...file.span({ value: payload.read }), message: "where it is read" }] }) });
}

function witness(file: FileView, origin: Origin): readonly Related[] {
  return [{ ...file.span({ value: origin.at }), message: "it comes in here", step: true }, ...origin.steps.map((step) => ({ ...file.span({ value: step }), message: "handed on here", step: true as const }))];
}

/** As it is written where it comes in. */
function textOf(file: FileView, origin: Origin): string {
  const { start, end } = file.span({ value: origin.at });
  const text = file.text.slice(start, end).replace(/\s+/g, " ");
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
