import { rule } from "../core/rule.js";
import { entries } from "../analyzers/entries.js";
import { mayServe, ROUTES } from "../analyzers/entry-hints.js";
import { type Need, neededPolicies } from "../analyzers/needed-policies.js";
import { policies } from "../analyzers/policies.js";
import { described } from "../analyzers/witness.js";

const LACKS: Readonly<Record<Need["policy"], string>> = { rateLimit: "no rate limit", authorize: "no authorization", csrf: "no protection against CSRF" };

export default rule({
  name: "missing-policy",
  promise: "safety",
  finds: "an entry point without a policy it needs: a rate limit, authorization, or protection against CSRF",
  why: "Whoever adds a route has to remember the limiter, the guard and the token, and nothing fails when one is forgotten: the route answers, and everybody may call it as often as they like.",
  fine: [
    "policies by whatever stands before the handler: guards, middleware, hooks, plugins and decorators on the route, its router, a prefix or the application, also in another file",
    "`entry(name, handler, { rateLimit, authorize })`, and rows of `pipeline.configure({ entries })` that its name matches",
    "middleware and handlers of one's own that answer 401, 403 or 429, by what they do and not by their name",
    "without config `policies`: routes that only read, and routes that are made for anybody (login, webhooks, contact forms) as far as authorization goes",
    "session cookies with `sameSite` strict or lax, and routes that read the `Authorization` header",
    "what a proxy in front of the server does: list the entries in config `policies`, or exempt them",
  ],
  depth: "program",
  fix: "none",
  fixNote: "Who may call a route, and how often, is not in the code.",
  roles: ["server"],
  preset: "strict",
  looksFor: { catalog: ["entries"], told: mayServe, path: ROUTES, alone: () => false },
  judge(file, report) {
    // What stands before a route is in other files as a rule: one file alone decides nothing.
    if (!file.isProgram) return;
    for (const entry of file.get(entries)) {
      if (entry.kind !== "http") continue;
      const needs = file.get(neededPolicies)(entry);
      if (needs.length === 0) continue;
      const { given, paths, method } = file.get(policies)(entry);
      const name = entry.name !== null && paths[0] !== undefined && method !== null ? `\`${method} ${paths[0]}\`` : described(file, entry);
      const missing = needs.filter(({ policy }) => !given.has(policy));
      const doubts = needs.flatMap(({ policy }) => { const is = given.get(policy); return typeof is === "string" ? [is] : []; });
      if (missing.length > 0 && entry.doubt === null) report.found(entry.at, `${name} has ${missing.map(({ policy, because }) => `${LACKS[policy]}: ${because}`).join("; and ")}`);
      else if (missing.length > 0 || doubts.length > 0) report.unknown(entry.at, doubts[0] ?? entry.doubt ?? "");
      else report.clear(entry.at);
    }
  },
});
