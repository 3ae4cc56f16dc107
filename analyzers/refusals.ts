import type { Facts, FnId, Value, ValueId } from "../core/facts.js";
import type { Answer } from "../core/rule.js";
import type { GuardRow } from "../catalog/library.js";
import { callsThatMayHave } from "./calls.js";
import { flow } from "./flow.js";
import { eachStatement } from "./links.js";

/**
 * What a function shows of protecting: `refuses` who may not, `slows` who asks too often, `csrf` compares a token or the
 * origin; `bearer` it reads the header a browser does not send by itself, `asks` it reads who somebody is, `turns` it
 * sends to the login, or hands on an error; `types` it asks for JSON, `untyped` it answers 415.
 */
export type Sign = "refuses" | "slows" | "csrf" | "session" | "bearer" | "asks" | "turns" | "types" | "untyped";

/** What each function shows by itself, what it calls left out. */
export const refusals: Answer<(fn: FnId) => ReadonlySet<Sign>> = {
  name: "refusals",
  of(file) {
    const { facts } = file;
    const found: Set<Sign>[] = [];
    const add = (fn: FnId, sign: Sign | null): void => void (sign !== null && (found[fn] ??= new Set()).add(sign));
    facts.values.forEach((value, id) => signsOf(facts, value, (sign) => add(facts.owner[id] as FnId, sign)));
    for (const call of callsThatMayHave(file, ["guards"])) {
      for (const { row } of call.symbols.flatMap((s) => s.rows("guards"))) add(facts.owner[call.id] as FnId, BY_ROW[row.gives]);
      // `passport.authenticate("jwt", …)(req, res, next)`
      for (const { row } of file.get(flow).symbols(call.id).flatMap((s) => s.rows("guards"))) if (row.gives !== "session") add(facts.owner[call.id] as FnId, BY_ROW[row.gives]);
    }
    const turned = new Map<FnId, boolean>();
    const throws = (fn: FnId): boolean => {
      let does = turned.get(fn);
      if (does === undefined) {
        does = false;
        eachStatement(facts.functions[fn]?.body ?? [], (s) => void (s.kind === "throw" && (does = true)));
        turned.set(fn, does);
      }
      return does;
    };
    return (fn) => {
      const signs = found[fn] ?? NONE;
      // No form of another site sends JSON, and a script there has to ask first.
      if (signs.has("types") && signs.has("untyped")) signs.add("csrf");
      return signs.has("asks") && !signs.has("turns") && throws(fn) ? signs.add("turns") : signs;
    };
  },
};

const NONE: Set<Sign> = new Set();
const BY_ROW: Readonly<Record<GuardRow["gives"], Sign>> = { auth: "refuses", rateLimit: "slows", csrf: "csrf", session: "session" };

const STATUS: ReadonlyMap<unknown, Sign> = new Map<unknown, Sign>([[401, "refuses"], [403, "refuses"], [429, "slows"], [415, "untyped"]]);
const STATUS_KEY = /^(?:status|statuscode|status_code|code|httpcode|httpstatus)$/i;
const REFUSAL = /un_?auth(?:ori[sz]ed|enticated)|forbidden|not_?(?:authori[sz]ed|authenticated|allowed_?error|logged_?in)|authenti?c?ation_?(?:error|required|exception)|authori[sz]ation_?(?:error|exception)|access_?denied|permission_?(?:denied|error)|insufficient_?(?:rights|scope|permission)|login_?required/i;
const LIMIT = /too_?many_?(?:requests|attempts)|rate_?limit(?:ed|error|exceeded|_?exception)|throttler?(?:ed|error|exception)/i;
const CHECKS = /^(?:is|ensure|require|assert|check|verify)_?(?:authenticated|authori[sz]ed|loggedin|signedin|admin)$/i;
const CSRF = /csrf|xsrf|^sec-fetch-site$/i;
const JSON_ONLY = /^(?:application\/json\b.*|json)$/i;
const IDENTITY = /^(?:user|session|auth|account|identity|principal|userid|user_id|isadmin|is_admin|role|roles|permissions|currentuser|viewer|claims)$/i;

function signsOf(facts: Facts, value: Value, add: (sign: Sign | null) => void): void {
  const word = (id: ValueId): Sign | null => named(nameOf(facts, id));
  switch (value.kind) {
    case "literal":
      if (typeof value.value !== "string") return;
      if (/^authorization$/i.test(value.value)) add("bearer");
      if (CSRF.test(value.value)) add("csrf");
      if (JSON_ONLY.test(value.value)) add("types");
      return;
    case "member":
      if (value.name === null) return;
      if (/^authorization$/i.test(value.name)) add("bearer");
      if (CSRF.test(value.name)) add("csrf");
      if (IDENTITY.test(value.name)) add("asks");
      return;
    case "object":
      for (const prop of value.props) if (prop.name !== null && STATUS_KEY.test(prop.name)) add(status(facts, prop.value) ?? word(prop.value));
      return;
    case "assign": {
      const target = value.target && "member" in value.target ? facts.values[value.target.member] : undefined;
      if (target?.kind === "member" && target.name !== null && STATUS_KEY.test(target.name)) add(status(facts, value.value) ?? word(value.value));
      return;
    }
    case "call": {
      const name = nameOf(facts, value.callee);
      add(named(name));
      if (name !== null && CHECKS.test(name)) add("refuses");
      if (name === "next" && value.args[0] !== undefined) add("turns");
      for (const arg of value.args) add(status(facts, arg) ?? named(nameOf(facts, arg) ?? code(facts, arg)));
      const to = name === "redirect" ? facts.values[value.args.at(-1) ?? -1] : undefined;
      if (to?.kind === "literal" && /log-?in|sign-?in|auth/i.test(String(to.value))) add("turns");
      return;
    }
    default:
  }
}

const status = (facts: Facts, id: ValueId): Sign | null => {
  const value = facts.values[id] as Value;
  return value.kind === "literal" ? (STATUS.get(value.value) ?? null) : null;
};

const named = (name: string | null): Sign | null => (name === null ? null : REFUSAL.test(name) ? "refuses" : LIMIT.test(name) ? "slows" : null);

/** `fail("FORBIDDEN")`: a code, and no sentence. */
function code(facts: Facts, id: ValueId): string | null {
  const value = facts.values[id] as Value;
  return value.kind === "literal" && typeof value.value === "string" && /^[A-Z][A-Z_]+$/.test(value.value) ? value.value : null;
}

/** The last name of what is called or given: `HttpStatus.FORBIDDEN`. */
export function nameOf(facts: Facts, id: ValueId): string | null {
  const value = facts.values[id] as Value;
  if (value.kind === "member") return value.name;
  if (value.kind === "global") return value.name;
  if (value.kind === "call") return value.form === "new" ? null : nameOf(facts, value.callee);
  return value.kind === "var" ? (facts.bindings[value.binding]?.name ?? null) : null;
}
