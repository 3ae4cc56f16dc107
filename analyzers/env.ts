import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { type Call, calls } from "./calls.js";
import { context } from "./context.js";
import { flow } from "./flow.js";
import { occurrences } from "./occurrences.js";
import { isPatternPart } from "./pattern-parts.js";
import { refusesGiven } from "./refuses-given.js";
import { sanctioned } from "./sanctioned.js";

/** One use of the environment's values. */
export interface EnvRead {
  readonly at: ValueId;
  /** The variable; null where it is computed, or the whole environment is used. */
  readonly name: string | null;
  readonly form: "read" | "write" | "whole";
  /** The whole environment is an argument of a call that another file answers for: it may validate it. */
  readonly givenTo?: Call;
}

export interface Env {
  readonly reads: readonly EnvRead[];
  /** This file hands the environment to a schema: it is where the environment is turned into a config. */
  readonly isValidated: boolean;
}

const ENVIRONMENTS = new Set(["global:process.env", "process:env", "global:import.meta.env"]);

/** Methods by which schemas of all libraries accept a value; counts for a schema that another file made. */
const SCHEMA_METHODS = new Set(["parse", "parseAsync", "safeParse", "safeParseAsync", "validate", "validateSync", "assert", "check", "decode", "cast", "from", "load"]);

/** Made for this one job. `plainToInstance` alone checks nothing; of an environment it is one half of the usual pair. */
const ENV_LIBRARIES = /^(?:envalid:(?:cleanEnv|customCleanEnv)|@t3-oss\/env-[\w-]+:createEnv|class-transformer:plainTo(?:Instance|Class)|env-schema:|znv:parseEnv|@nestjs\/config:ConfigModule\.forRoot)$/;

const NAMES_A_VALUE = new Set<Value["kind"]>(["member", "var", "rest", "param", "cast", "choice", "logical", "default"]);

/** Where this file reads the environment, seen through aliases, destructuring and `process` of any spelling. */
export const env: Answer<Env> = {
  name: "env",
  of(file) {
    if (!/\benv\b/.test(file.text)) return { reads: [], isValidated: false };
    const { facts } = file;
    const answers = file.get(flow);
    const callAt = new Map(file.get(calls).map((c) => [c.id, c]));
    const whole: ValueId[] = [];
    facts.values.forEach((value, id) => {
      if (!NAMES_A_VALUE.has(value.kind)) return;
      if (answers.symbols(id).some((node) => ENVIRONMENTS.has(node.text))) whole.push(id);
    });
    const reads: EnvRead[] = [];
    const inside = new Set<ValueId>();
    for (const id of whole) {
      for (const read of usesOf(file, id, callAt)) {
        reads.push(read);
        inside.add(read.at);
      }
    }
    const all = new Set(reads.filter((read) => read.form === "whole").map((read) => read.at));
    const validates = (call: Call, arg: ValueId, index: number): boolean => (holds(file, arg, inside, 0) && takesSchema(file, call, index)) || (holds(file, arg, all, 0) && refusesGiven(file, call, index));
    const isValidated = inside.size > 0 && file.get(calls).some((call) => (call.args ?? call.value.args).some((arg, i) => validates(call, arg, i)));
    return { reads, isValidated };
  },
};

function* usesOf(file: FileView, id: ValueId, callAt: ReadonlyMap<ValueId, Call>): Generator<EnvRead> {
  const { facts } = file;
  const where = file.get(context);
  const value = facts.values[id] as Value;
  // Parts of a pattern are members that nothing contains; `const { A, B } = process.env` is one use.
  const parts = facts.values.flatMap((v, part) => (v.kind === "member" && v.object === id ? [part] : []));
  if (parts.length > 0) {
    const isPattern = parts.every((p) => isPatternPart(file, p));
    const names = parts.map((p) => (facts.values[p] as Value & { kind: "member" }).name);
    if (isPattern) {
      const read = names.filter((n) => n !== "NODE_ENV");
      // `({ PORT } = process.env) => …`: the environment stands in the default.
      yield { at: value.kind === "default" ? value.fallback : id, name: read.length === 1 ? (read[0] as string | null) : read.length === 0 ? "NODE_ENV" : null, form: "read" };
      return;
    }
    for (const part of parts) {
      const parent = where.parent(part);
      const holder = parent === null ? null : facts.values[parent];
      const written = holder?.kind === "assign" && holder.target !== null && "member" in holder.target && holder.target.member === part;
      const deleted = holder?.kind === "unary" && holder.op === "delete";
      const name = (facts.values[part] as Value & { kind: "member" }).name;
      yield { at: part, name, form: (written && holder.op === "=") || deleted ? "write" : "read" };
    }
    return;
  }
  // What is around a name has the same value; the name itself is the use.
  if (value.kind !== "member" && value.kind !== "var") return;
  yield* wholeUse(file, id, callAt);
}

/** The environment itself goes somewhere: an alias is seen at its own uses. */
function* wholeUse(file: FileView, id: ValueId, callAt: ReadonlyMap<ValueId, Call>): Generator<EnvRead> {
  const { facts } = file;
  const where = file.get(context);
  let at = id;
  for (let parent = where.parent(at); parent !== null; parent = where.parent(at)) {
    const holder = facts.values[parent] as Value;
    if (holder.kind === "cast" || holder.kind === "default" || holder.kind === "choice" || holder.kind === "logical" || holder.kind === "sequence") at = parent;
    else if (holder.kind === "assign") {
      // `process.env = …` and `target = process.env`.
      if (holder.target !== null && "member" in holder.target && holder.target.member === at) yield { at: id, name: null, form: "write" };
      return;
    } else if (holder.kind === "member" || holder.kind === "rest") return;
    else if (holder.kind === "call") {
      const call = callAt.get(parent);
      yield call === undefined ? { at: id, name: null, form: "whole" } : { at: id, name: null, form: "whole", givenTo: call };
      return;
    } else {
      const call = holder.kind === "object" && holder.props.some((p) => p.form === "spread" && p.value === at) ? givenWith(file, parent, callAt) : undefined;
      yield call === undefined ? { at: id, name: null, form: "whole" } : { at: id, name: null, form: "whole", givenTo: call };
      return;
    }
  }
  const statement = where.statement(at);
  if (statement?.kind === "define" || statement === null) {
    const binding = statement?.kind === "define" ? statement.binding : -1;
    if (!facts.exports.some((e) => e.binding === binding)) return;
  }
  yield { at: id, name: null, form: "whole" };
}

/** `load({ ...process.env, ...settings })`, also by a name: who is given the object that it is spread into. */
function givenWith(file: FileView, object: ValueId, callAt: ReadonlyMap<ValueId, Call>): Call | undefined {
  const where = file.get(context);
  const statement = where.statement(object);
  const named = where.parent(object) === null && statement?.kind === "define" ? file.get(occurrences).reads(statement.binding) : [];
  return [object, ...named].map((value) => callAt.get(where.parent(value) ?? -1)).find((call) => call !== undefined);
}

/** Does this call accept its argument by a schema? */
function takesSchema(file: FileView, call: Call, index: number): boolean {
  if (file.get(sanctioned)(call.target)?.split(".")[0] === "config") return true;
  // Coercions (`Number`, `String`) accept nothing as a whole.
  if (call.symbols.some((node) => !node.text.startsWith("global:") && node.rows("validators").some(({ row }) => row.accepts !== "middleware" && row.arg === index))) return true;
  if (call.symbols.some((node) => ENV_LIBRARIES.test(node.text))) return true;
  const callee = file.facts.values[call.target] as Value;
  if (callee.kind !== "member" || callee.name === null || !SCHEMA_METHODS.has(callee.name)) return false;
  return file.get(flow).symbols(callee.object).some((node) => !node.text.startsWith("global:"));
}

/** Does an argument consist of reads of the environment, directly or as an object's properties? */
function holds(file: FileView, id: ValueId, reads: ReadonlySet<ValueId>, depth: number): boolean {
  if (reads.has(id)) return true;
  if (depth > 4) return false;
  const value = file.facts.values[id] as Value;
  const on = (next: ValueId): boolean => holds(file, next, reads, depth + 1);
  if (value.kind === "object") return value.props.some((p) => on(p.value));
  if (value.kind === "cast" || value.kind === "spread" || value.kind === "await") return on(value.of);
  if (value.kind === "logical") return on(value.left);
  // `const all = { ...process.env, ...defaults }`
  const versions = value.kind === "var" ? file.facts.bindings[value.binding]?.versions : undefined;
  return versions?.length === 1 && versions[0]?.value !== undefined && on(versions[0].value);
}
