import type { FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { callAt } from "./calls.js";
import { conditionsAt } from "./conditions.js";
import { eachOf } from "./each.js";
import { flow } from "./flow.js";
import { sitesOf } from "./sites.js";

/** The key that leads to what every object inherits from. */
const PROTO = "__proto__";
const DEEPEST = 5;
const WHOLE = new Set(["toLowerCase", "toString", "trim", "split"]);

/** Is a value the text that is asked about? */
type IsIt = (id: ValueId) => boolean;

/** Does a test that came out so say that a text, or each text of a list, is not `__proto__`: `BAD.has(key)`, `/__proto__/.test(path)`, `isUnsafe(key)`? */
export function refusesProto(file: FileView, test: ValueId, isTrue: boolean, isIt: IsIt, depth = 0): boolean {
  const value = file.facts.values[test] as Value;
  const on = (id: ValueId, is = isTrue): boolean => refusesProto(file, id, is, isIt, depth + 1);
  if (depth > DEEPEST) return false;
  switch (value.kind) {
    case "unary":
      return value.op === "!" && on(value.of, !isTrue);
    case "cast":
      return on(value.of);
    case "logical":
      return value.op === (isTrue ? "&&" : "||") ? on(value.left) || on(value.right) : value.op !== "??" && on(value.left) && on(value.right);
    case "binary":
      return compares(file, value, isTrue, isIt);
    case "call":
      return asks(file, value, isTrue, isIt, depth);
    default:
      return false;
  }
}

function compares(file: FileView, { op, left, right }: Value & { kind: "binary" }, isTrue: boolean, isIt: IsIt): boolean {
  const isUnequal = /^!==?$/.test(op) === isTrue && /^[!=]==?$/.test(op);
  const { constant } = file.get(flow);
  if (isUnequal && [[left, right], [right, left]].some(([one, other]) => whole(file, one as ValueId, isIt) && constant(other as ValueId) === PROTO)) return true;
  // `BAD.indexOf(key) === -1`, `< 0`
  const search = file.facts.values[left] as Value;
  const bound = constant(right);
  const isAbsent = bound === -1 ? (/^===?$/.test(op) && isTrue) || ((/^!==?$/.test(op) || op === ">") && !isTrue) : bound === 0 && ((op === "<" && isTrue) || (op === ">=" && !isTrue));
  return isAbsent && search.kind === "call" && lacks(file, search, isIt);
}

function asks(file: FileView, call: Value & { kind: "call" }, isTrue: boolean, isIt: IsIt, depth: number): boolean {
  const callee = file.facts.values[call.callee] as Value;
  const [first] = call.args;
  if (first === undefined) return false;
  if (callee.kind === "member" && callee.name !== null) {
    if (!isTrue && lacks(file, call, isIt)) return true;
    const isTest = callee.name === "test" || callee.name === "exec";
    if (isTest || callee.name === "match") return (isTest ? [first] : [callee.object]).some((text) => whole(file, text, isIt)) && matches(file, isTest ? callee.object : first, isTrue);
    // `parts.some((part) => BAD.has(part))`
    if ((callee.name === "some" && !isTrue) || (callee.name === "every" && isTrue)) return whole(file, callee.object, isIt) && saidBy(file, first, 0, isTrue, depth);
  }
  const index = call.args.findIndex((arg) => whole(file, arg, isIt));
  return index !== -1 && saidBy(file, call.callee, index, isTrue, depth);
}

/** `BAD.has(key)`, `key.includes("__proto__")` */
function lacks(file: FileView, call: Value & { kind: "call" }, isIt: IsIt): boolean {
  const callee = file.facts.values[call.callee] as Value;
  const [first] = call.args;
  if (callee.kind !== "member" || first === undefined || !/^(?:includes|has|indexOf|search|startsWith)$/.test(callee.name ?? "")) return false;
  const given = file.get(flow).constant(first);
  if (typeof given === "string") return given !== "" && PROTO.startsWith(given) && whole(file, callee.object, isIt);
  return whole(file, first, isIt) && holdsProto(file, callee.object);
}

/** A list, or a set made of one. */
function holdsProto(file: FileView, list: ValueId): boolean {
  const { sources, constant } = file.get(flow);
  const found = sources(list).map((s) => file.facts.values[s] as Value);
  return found.length > 0 && found.every((made) => {
    if (made.kind === "array") return made.items.some((item) => item !== null && constant(item) === PROTO);
    return made.kind === "call" && made.form === "new" && made.args[0] !== undefined && (file.facts.values[made.args[0]] as Value).kind === "array" && holdsProto(file, made.args[0]);
  });
}

/** What a pattern says of `__proto__` by finding it, or by not finding it. */
function matches(file: FileView, pattern: ValueId, isTrue: boolean): boolean {
  const known = file.get(flow).sources(pattern).map((s) => file.facts.values[s] as Value);
  return known.length > 0 && known.every((of) => {
    if (of.kind !== "regexp") return false;
    try {
      return new RegExp(of.pattern, of.flags.replace(/[gy]/g, "")).test(PROTO) !== isTrue;
    } catch {
      return false;
    }
  });
}

/** A function of the project that answers so: whatever it returns then says it. */
function saidBy(file: FileView, callee: ValueId, index: number, isTrue: boolean, depth: number): boolean {
  const { functions, returns, constant } = file.get(flow);
  const own = functions(callee);
  return own.length > 0 && own.every((fn) => {
    const isParam = paramOf(file, fn, index);
    const results = returns(fn);
    return isParam !== null && results.length > 0 && results.every((result) => {
      const always = constant(result);
      if (always !== undefined && Boolean(always) !== isTrue) return true;
      if (always === undefined && refusesProto(file, result, isTrue, isParam, depth + 1)) return true;
      return conditionsAt(file, result).some((c) => c.kind === "test" && refusesProto(file, c.test, c.isTrue, isParam, depth + 1));
    });
  });
}

function paramOf(file: FileView, fn: FnId, index: number): IsIt | null {
  const param = (file.facts.functions[fn] as FunctionFact).params[index];
  if (param === undefined) return null;
  return (id) => {
    const value = file.facts.values[file.get(flow).sameAs(id)] as Value;
    return value.kind === "param" && value.fn === fn && value.index === index;
  };
}

/** `for (const key in o) if (o.hasOwnProperty(key))`: what was sent as JSON has `__proto__` of its own. */
export function isKeyOf(file: FileView, read: ValueId, holder: ValueId): boolean {
  const { sources, sameAs } = file.get(flow);
  const value = file.facts.values[sameAs(read)] as Value;
  const list = value.kind === "element" ? value.of : value.kind === "param" ? listOf(file, value) : null;
  const of = value.kind === "key" ? value.of : list === null ? null : enumerated(file, list);
  return of !== null && (sameAs(of) === sameAs(holder) || sources(of).some((s) => sources(holder).includes(s)));
}

/** `list.forEach((item) => …)` */
function listOf(file: FileView, param: Value & { kind: "param" }): ValueId | null {
  for (const site of sitesOf(file.facts).ofFunction(param.fn)) {
    const call = file.get(callAt)(site.call);
    const each = call === undefined ? null : file.get(eachOf)(call);
    if (each !== null && each.param === param.index) return each.list;
  }
  return null;
}

/** `Object.keys(o)` */
function enumerated(file: FileView, list: ValueId): ValueId | null {
  const made = file.facts.values[file.get(flow).sameAs(list)] as Value;
  const isKeys = made.kind === "call" && file.get(flow).symbols(made.callee).some((s) => /^global:(?:Object\.(?:keys|getOwnPropertyNames)|Reflect\.ownKeys)$/.test(s.text));
  return isKeys ? (made.args[0] ?? null) : null;
}

/** The text itself, in small letters, or all the parts of it. */
function whole(file: FileView, id: ValueId, isIt: IsIt): boolean {
  let at = id;
  for (let steps = 0; steps < DEEPEST; steps++) {
    if (isIt(at)) return true;
    const value = file.facts.values[at] as Value;
    const callee = value.kind === "call" ? (file.facts.values[value.callee] as Value) : undefined;
    if (value.kind === "cast") at = value.of;
    else if (value.kind === "call" && callee?.kind === "global" && callee.name === "String" && value.args[0] !== undefined) at = value.args[0];
    else if (callee?.kind === "member" && WHOLE.has(callee.name ?? "")) at = callee.object;
    else return false;
  }
  return false;
}
