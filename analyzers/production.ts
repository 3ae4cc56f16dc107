import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { Condition } from "./conditions.js";
import { flow } from "./flow.js";

/** What a test comes to in production; `flag`: a setting decides; null: it has nothing to do with where the code runs. */
export type InProduction = boolean | "flag" | null;

const DEEPEST = 10;
const ENVIRONMENT = /^(?:(?:node_?|app_?|deploy(?:ment)?_?)?env(?:ironment)?|stage|nodeEnv|appEnv)$/i;
const PRODUCTION = /^(?:production|prod|live)$/i;
const IS_PRODUCTION = /^(?:is_?)?(?:in_?)?prod(?:uction)?(?:_?(?:env(?:ironment)?|mode|build))?$/i;
const IS_OTHER = /^_*(?:is_?)?(?:in_?)?(?:(?:non|not)_?prod\w*|dev(?:el)?(?:opment)?|local(?:host)?|debug(?:ging)?|test(?:ing)?)(?:_?(?:env(?:ironment)?|mode|server|build))?_*$/i;
const IS_SETTING = /^\w*(?:debug|verbose)\w*$|^\w*(?:expose|show|include|reveal|display|print|leak|send|return|with|hide|mask|sanitize)\w*(?:err|stack|detail|message|trace|internal)\w*$/i;
/** Of settings, those that are about errors. */
const OF_ERRORS = /stack|detail|trace|internal|debug|verbose|expos/i;
/** What settings are read from. */
const SETTINGS = /^(?:config(?:uration)?|settings|flags|features|env|configService)$/i;

/** Can a place under these conditions not be reached in production? `flag`: a setting decides. */
export function sparesProduction(file: FileView, conditions: readonly Condition[]): boolean | "flag" {
  let flag = false;
  for (const c of conditions) {
    if (c.kind === "case") {
      if (isEnvironment(file, c.on, 0) && !c.tests.some((t) => PRODUCTION.test(String(file.get(flow).constant(t))))) return true;
      continue;
    }
    if (c.kind !== "test") continue;
    const is = inProduction(file, c.test);
    if (is === !c.isTrue) return true;
    flag ||= is === "flag";
  }
  return flag ? "flag" : false;
}

export function inProduction(file: FileView, id: ValueId, depth = 0): InProduction {
  const value = file.facts.values[id] as Value;
  if (depth > DEEPEST) return null;
  const next = (v: ValueId): InProduction => inProduction(file, v, depth + 1);
  switch (value.kind) {
    case "unary":
      return value.op === "!" ? not(next(value.of)) : null;
    case "logical":
      if (value.op === "??") return next(value.left);
      return joined(value.op === "&&", next(value.left), next(value.right));
    case "binary":
      return compared(file, value, depth);
    case "cast":
    case "await":
      return next(value.of);
    case "call": {
      const listed = isListed(file, value, depth) ?? isNamed(file, value, depth);
      // `pattern.test(text)` asks about a text.
      const callee = file.facts.values[value.callee];
      if (listed === null && callee?.kind === "member" && callee.name === "test" && value.args.length > 0) return null;
      return listed ?? heldOr(file, id, depth, byName(file, value.callee));
    }
    case "var":
    case "member":
    case "global":
      return heldOr(file, id, depth, byName(file, id));
    default:
      return null;
  }
}

const not = (is: InProduction): InProduction => (typeof is === "boolean" ? !is : is);

function joined(isAnd: boolean, left: InProduction, right: InProduction): InProduction {
  const decides = !isAnd;
  if (left === decides || right === decides) return decides;
  if (left === "flag" || right === "flag") return "flag";
  return left === null || right === null ? null : !decides;
}

/** What the value holds says more than what it is called. */
function heldOr(file: FileView, id: ValueId, depth: number, named: InProduction): InProduction {
  const held = file.get(flow).sources(id).filter((s) => s !== id);
  const [only] = held;
  const is = held.length === 1 && only !== undefined ? inProduction(file, only, depth + 1) : null;
  return is ?? named;
}

/** `process.env.NODE_ENV === "production"`, either way round. */
function compared(file: FileView, value: Value & { kind: "binary" }, depth: number): InProduction {
  const isEqual = value.op === "===" || value.op === "==";
  if (!isEqual && value.op !== "!==" && value.op !== "!=") return null;
  const { constant } = file.get(flow);
  for (const [side, other] of [[value.left, value.right], [value.right, value.left]] as const) {
    const text = constant(other);
    if (text === undefined || text === null) continue;
    if (typeof text === "string" && isEnvironment(file, side, depth)) return PRODUCTION.test(text) === isEqual;
    const is = inProduction(file, side, depth + 1);
    if (typeof text === "boolean") return typeof is === "boolean" ? (is === text) === isEqual : is;
    if (is === "flag") return is;
  }
  return null;
}

/** `["development", "test"].includes(env)`. */
function isListed(file: FileView, call: Value & { kind: "call" }, depth: number): InProduction {
  const callee = file.facts.values[call.callee];
  const [arg] = call.args;
  if (callee?.kind !== "member" || (callee.name !== "includes" && callee.name !== "has") || arg === undefined || !isEnvironment(file, arg, depth)) return null;
  const [list] = file.get(flow).sources(callee.object);
  const array = list === undefined ? undefined : file.facts.values[list];
  if (array?.kind !== "array") return "flag";
  return array.items.some((item) => item !== null && PRODUCTION.test(String(file.get(flow).constant(item))));
}

/** `environment.is("production")` */
function isNamed(file: FileView, call: Value & { kind: "call" }, depth: number): InProduction {
  const callee = file.facts.values[call.callee];
  const [arg] = call.args;
  if (callee?.kind !== "member" || !/^(?:is|equals|matches|has)$/.test(callee.name ?? "") || arg === undefined || !isEnvironment(file, callee.object, depth)) return null;
  const named = file.facts.values[arg];
  const name = file.get(flow).constant(arg) ?? (named?.kind === "global" || named?.kind === "member" ? named.name : null);
  return typeof name === "string" ? PRODUCTION.test(name) : null;
}

/** Does it hold the name of the environment? */
function isEnvironment(file: FileView, id: ValueId, depth: number): boolean {
  const value = file.facts.values[id] as Value;
  if (depth > DEEPEST) return false;
  const next = (v: ValueId): boolean => isEnvironment(file, v, depth + 1);
  if (value.kind === "cast" || value.kind === "await") return next(value.of);
  if (value.kind === "logical") return value.op !== "&&" && next(value.left);
  if (value.kind === "default") return next(value.of);
  if (value.kind === "call") {
    const [arg] = value.args;
    const callee = file.facts.values[value.callee];
    if (callee?.kind === "member" && /^(?:toLowerCase|trim|toString)$/.test(callee.name ?? "")) return next(callee.object);
    return arg !== undefined && ENVIRONMENT.test(String(file.get(flow).constant(arg)).split(".").at(-1) ?? "");
  }
  const name = value.kind === "member" ? value.name : value.kind === "var" ? (file.facts.bindings[value.binding]?.name ?? null) : value.kind === "global" ? value.name : null;
  if (name !== null && ENVIRONMENT.test(name)) return true;
  if (value.kind !== "var" && value.kind !== "member") return false;
  const held = file.get(flow).sources(id).filter((s) => s !== id);
  return held.length > 0 && held.some(next);
}

function byName(file: FileView, id: ValueId): InProduction {
  const value = file.facts.values[id] as Value;
  const name = value.kind === "member" ? value.name : value.kind === "var" ? file.facts.bindings[value.binding]?.name : value.kind === "global" ? value.name : null;
  if (name == null) return null;
  if (IS_PRODUCTION.test(name)) return true;
  if (IS_OTHER.test(name)) return false;
  if (IS_SETTING.test(name)) return "flag";
  return value.kind === "member" && OF_ERRORS.test(name) && SETTINGS.test(rootName(file, value.object)) ? "flag" : null;
}

/** The name a chain hangs on: `config` of `config.errors.verbose` and of `this.config.errors`. */
function rootName(file: FileView, id: ValueId): string {
  const value = file.facts.values[id] as Value;
  if (value.kind === "member") {
    const object = file.facts.values[value.object];
    return object?.kind === "this" || (value.name !== null && SETTINGS.test(value.name)) ? (value.name ?? "") : rootName(file, value.object);
  }
  if (value.kind === "call") return rootName(file, value.callee);
  return value.kind === "var" ? (file.facts.bindings[value.binding]?.name ?? "") : value.kind === "global" ? value.name : "";
}
