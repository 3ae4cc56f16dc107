import type { PassRow, ValidatorRow } from "../catalog/library.js";
import type { FunctionFact, PropFact, Value, ValueId } from "../core/facts.js";
import { ofSchemaForAll } from "./believed.js";
import { callAt, callsWithin } from "./calls.js";
import { flow } from "./flow.js";
import { ofCalled } from "./made-apart.js";
import { throughResult } from "./opened.js";
import { optionAt } from "./options.js";
import { pickedBy } from "./picked.js";
import { replacedIn } from "./replacing.js";
import { isSplitAtSlash } from "./path-shapes.js";
import { sanctioned } from "./sanctioned.js";
import { asText, behind, isAllBut, NAMES, type Origin, type Path, RESULT, taken, TEXT, without } from "./origins.js";
import type { FileTaint } from "./taint.js";

const NOTHING: readonly Origin[] = [];

/** Methods of texts and lists that give what they are called on, whole or in parts. */
const GIVES_ITSELF = new Set([
  "toString", "toJSON", "valueOf", "trim", "trimStart", "trimEnd", "toLowerCase", "toUpperCase", "toLocaleLowerCase", "toLocaleUpperCase", "slice", "substring", "substr", "split", "padStart", "padEnd",
  "repeat", "normalize", "at", "charAt", "join", "filter", "find", "findLast", "flat", "reverse", "toReversed", "sort", "toSorted", "splice", "toSpliced", "values", "entries", "keys", "get", "getAll", "pop",
  "shift", "match", "matchAll", "concat", "fill", "with", "text", "json", "blob", "arrayBuffer", "formData",
]);
/** Methods that also give what they are given. */
const TAKES_ARGUMENTS = new Set(["concat", "padStart", "padEnd", "fill", "with", "splice", "toSpliced"]);
/** Their result is a number or a flag, whatever they are called on. */
const GIVES_NOTHING = new Set([
  "includes", "indexOf", "lastIndexOf", "startsWith", "endsWith", "test", "has", "some", "every", "charCodeAt", "codePointAt", "localeCompare", "search", "findIndex", "isPrototypeOf", "hasOwnProperty", "getTime",
  "push", "unshift", "add", "delete", "clear", "forEach", "digest", "toFixed", "toISOString",
]);
const MAPS = new Set(["map", "flatMap"]);
const GIVES_TEXT = /^(?:toString|trim|trimStart|trimEnd|to(?:Locale)?(?:Lower|Upper)Case|substring|substr|padStart|padEnd|repeat|normalize|charAt|join|replace|replaceAll|text)$/;

/** What a call gives of what it is given. A call that nobody knows may do anything with it: a doubt. */
export function throughCall(taint: FileTaint, id: ValueId, value: Value & { kind: "call" }, path: Path): readonly Origin[] {
  const { file } = taint;
  const call = file.get(callAt)(id);
  if (call === undefined || taint.matter.hides?.(value) === true) return NOTHING;
  const args = call.args ?? value.args;
  const name = file.get(sanctioned)(call.target);
  if (name !== null && /^(?:parse|parseAsync|config|secret)\b/.test(name)) return NOTHING;
  const validators = call.symbols.flatMap((s) => s.rows("validators").map((r) => r.row)).filter((row) => row.accepts === "result");
  if (validators.length > 0) return ofSchemaForAll(file, call) ? believed(taint, validators, args, path) : accepted(taint, id, validators, args, path);
  const own = file.get(flow).functions(call.target);
  // `attempt(() => …)` gives each caller what that caller's function gives, and no other's.
  if (own.length > 0 && value.form === undefined && file.get(flow).sources(value.callee).some((s) => taint.value(s).kind === "param")) return taint.origins(value.callee, [RESULT, ...path]);
  if (own.length > 0) {
    const found = own.flatMap((fn) => taint.returned(fn, id, call.args, path));
    const callee = taint.value(value.callee);
    return callee.kind === "member" && found.some((o) => o.from.kind === "param") ? ofCalled(taint, callee.object, found) : found;
  }
  const passes = call.symbols.flatMap((s) => s.rows("passes").map((r) => r.row));
  const picked = passes.length === 0 ? null : pickedBy(file, call, path);
  if (picked !== null) return [...picked.paths.flatMap((under) => taint.origins(args[0] as ValueId, under)).map((o) => (o.from.path.length > 0 ? taken(o, id) : o)), ...picked.others.flatMap((arg) => taint.origins(arg, path))];
  if (passes.length > 0) return passed(taint, id, value, passes, args, path[0] === TEXT ? [] : path);
  if (value.form === "new" && call.symbols.some((s) => s.text === "global:Promise")) return settled(taint, args[0], path);
  if (value.form === "new" && taint.matter.made !== undefined) return taint.matter.made(taint, id, value, path);
  const callee = taint.value(value.callee);
  if (callee.kind === "member" && callee.name !== null && value.form === undefined) {
    const found = byMethod(taint, id, callee, args, path);
    if (found !== null) return found;
  }
  return taint.matter.givesOther(call) ? NOTHING : unknownCall(taint, id, value, args);
}

/** `new Promise((resolve) => … resolve(value) …)` */
function settled(taint: FileTaint, executor: ValueId | undefined, path: Path): readonly Origin[] {
  const { file } = taint;
  if (executor === undefined) return NOTHING;
  return file.get(flow).functions(executor).flatMap((fn) => {
    const { params, at } = file.facts.functions[fn] as FunctionFact;
    const resolve = params[0]?.value;
    if (resolve === undefined) return NOTHING;
    return callsWithin(file, file.span({ mark: at })).flatMap((call) => {
      const [given] = call.value.args;
      return given !== undefined && taint.value(call.target).kind === "var" && file.get(flow).sources(call.target).includes(resolve) ? taint.origins(given, path) : NOTHING;
    });
  });
}

/** Only what a schema returns is accepted; a text made harmless for one use is as dangerous as before for the others. */
function accepted(taint: FileTaint, id: ValueId, rows: readonly ValidatorRow[], args: readonly ValueId[], path: Path): readonly Origin[] {
  const [row] = rows;
  const arg = row === undefined ? undefined : args[row.arg];
  if (row?.against === undefined || arg === undefined) return NOTHING;
  return without(taint.origins(arg, path), { for: row.against, doubt: null }).map((o) => taken(o, id));
}

/** `z.any().parse(x)` is `x`, and so is the `data` of what `safeParse` gives. */
function believed(taint: FileTaint, [row]: readonly ValidatorRow[], args: readonly ValueId[], path: Path): readonly Origin[] {
  const arg = row === undefined ? undefined : args[row.arg];
  return arg === undefined ? NOTHING : [path, ...(path[0] === "data" ? [path.slice(1)] : [])].flatMap((under) => taint.origins(arg, under));
}

function passed(taint: FileTaint, id: ValueId, value: Value & { kind: "call" }, rows: readonly PassRow[], args: readonly ValueId[], path: Path): readonly Origin[] {
  const callee = taint.value(value.callee);
  const name = callee.kind === "member" ? callee.name : callee.kind === "var" ? (taint.file.facts.bindings[callee.binding]?.name ?? null) : null;
  if (name === "keys" && !taint.matter.hasKeys) return NOTHING;
  return rows.flatMap((row) => {
    const found = row.from.flatMap((from): readonly Origin[] => {
      if (from === "this") return callee.kind === "member" ? taint.origins(callee.object, path) : NOTHING;
      const given = from === "all" ? (row.into === 0 ? lastWritten(taint, name, args, path) : args) : args.slice(from, from + 1);
      const gives = (arg: ValueId): readonly Origin[] => (row.returned ? taint.file.get(flow).functions(arg).flatMap((fn) => taint.returned(fn, id, null, path.slice(1))) : taint.origins(arg, path.slice(1)));
      if (row.under !== undefined) return path.length === 0 || path[0] === row.under || path[0] === "*" ? given.flatMap(gives) : NOTHING;
      if (name === "entries" && taint.matter.hasOwnParts === true) return given.flatMap((arg) => ofEntries(taint, arg, path));
      if (taint.matter.hasKeys) {
        const names = ofNames(taint, name, given, path);
        if (names !== null) return names;
      }
      if (name === "fromEntries" && taint.matter.hasOwnParts === true && path.length > 0) return given.flatMap((arg) => taint.origins(arg, ["*", "1", ...path.slice(1)]));
      const promised = callee.kind === "member" && name !== null && isGlobal(taint.value(callee.object), "Promise") ? given.map((arg) => ofPromises(taint, name, arg, path)) : [];
      if (promised.length > 0 && !promised.includes(null)) return promised.flatMap((origins) => origins ?? []);
      // A list of what is given keeps its parts; a text made of it has none.
      return given.flatMap((arg, i) => (path.length > 0 ? partsOf(taint, arg, path) : behind(name === "join" && i > 0, taint.file, arg, taint.origins(arg, []))));
    });
    const read = row.undoes === undefined ? found : found.map((o) => ({ ...o, safeFor: o.safeFor.filter((proof) => !row.undoes?.some((d) => d === proof)) }));
    const proved = row.proves === undefined || isMadeWith(taint, callee, row.unlessMadeWith) ? read : without(read, { for: row.proves, doubt: null });
    const left = row.sanitisedBy !== undefined && found.length > 0 && isSanitised(taint, callee, row.sanitisedBy) ? without(proved, { for: ["html"], doubt: null }) : proved;
    return row.text ? left.map((o) => taken(o, id)) : left;
  });
}

/** `Object.assign({}, body, { role: "guest" }).role`: what is written last stands there. */
function lastWritten({ file }: FileTaint, name: string | null, args: readonly ValueId[], [first]: Path): readonly ValueId[] {
  if (name !== "assign" || first === undefined || first === "*" || isAllBut(first)) return args;
  const last = args.findLastIndex((arg) => file.get(flow).sources(arg).every((s) => writes(file.facts.values[s] as Value, first)));
  return last === -1 ? args : args.slice(last);
}

function writes(value: Value, name: string): boolean {
  return value.kind === "object" && value.props.some((p) => p.form !== "spread" && p.form !== "set" && p.name === name);
}

/** Was what it is called on made with an option that is on? */
function isMadeWith({ file }: FileTaint, callee: Value, place: PassRow["unlessMadeWith"]): boolean {
  if (place === undefined || callee.kind !== "member") return false;
  return file.get(flow).sources(callee.object).some((source) => {
    const made = file.get(callAt)(source);
    if (made === undefined) return false;
    const { certainty, values } = optionAt(file, made, place);
    return certainty === "present" && values.some((v) => file.get(flow).constant(v) !== false);
  });
}

/** Was a step of the chain before it given what sanitises? */
function isSanitised(taint: FileTaint, callee: Value, by: readonly string[]): boolean {
  for (let at = callee, steps = 0; at.kind === "member" && steps < 20; steps++) {
    const [made] = taint.file.get(flow).sources(at.object).map((s) => taint.value(s));
    if (made?.kind !== "call") return false;
    if (made.args.some((arg) => taint.file.get(flow).symbols(arg).some((s) => by.includes(s.text)))) return true;
    at = taint.value(made.callee);
  }
  return false;
}

/** The names of an object's parts: what is written there is the code's own. */
export function ofWritten(taint: FileTaint, props: readonly PropFact[], path: Path): readonly Origin[] {
  return props.flatMap((p) => (p.form === "spread" ? taint.origins(p.value, path) : p.name === null && p.key !== undefined ? taint.origins(p.key, []) : NOTHING));
}

/** `Object.keys(o)`, `Object.entries(o)`: the names of its parts; null where no names are asked for. */
function ofNames(taint: FileTaint, name: string | null, given: readonly ValueId[], [at, side, ...rest]: Path): readonly Origin[] | null {
  if (name === "keys" || name === "ownKeys" || name === "getOwnPropertyNames") return given.flatMap((arg) => taint.origins(arg, [NAMES]));
  if (name === "entries" && side !== undefined) return given.flatMap((arg) => taint.origins(arg, side === "0" ? [NAMES] : ["*", ...rest]));
  return name === "fromEntries" && at === NAMES ? given.flatMap((arg) => taint.origins(arg, ["*", "0"])) : null;
}

/** Pairs: under `0` stand the names, under `1` what they hold. */
function ofEntries(taint: FileTaint, of: ValueId, [at, side, ...rest]: Path): readonly Origin[] {
  return at === undefined || side === undefined ? taint.origins(of, []) : side === "0" ? NOTHING : taint.origins(of, ["*", ...rest]);
}

const isGlobal = (value: Value, name: string): boolean => value.kind === "global" && value.name === name;

/** A part of what `Promise.all` gives is that part of what it was given, and nothing else of it; null where the whole is asked for. */
function ofPromises(taint: FileTaint, name: string, arg: ValueId, path: Path): readonly Origin[] | null {
  const [at, side, ...rest] = path;
  if (at === undefined) return null;
  if (name === "all" || name === "resolve") return taint.origins(arg, path);
  if (name === "race" || name === "any") return taint.origins(arg, ["*", ...path]);
  return name === "allSettled" && side === "value" ? taint.origins(arg, [at, ...rest]) : null;
}

/** `Object.assign({}, body).name`, `Object.values(body)[0]`: under the same name, or as any part. */
function partsOf(taint: FileTaint, arg: ValueId, path: Path): readonly Origin[] {
  const same = taint.origins(arg, path);
  return same.length > 0 || isAllBut(path[0]) || taint.value(arg).kind === "object" || taint.matter.hasOwnParts === true ? same : taint.origins(arg, []);
}

function byMethod(taint: FileTaint, id: ValueId, callee: Value & { kind: "member" }, args: readonly ValueId[], path: Path): readonly Origin[] | null {
  const name = callee.name as string;
  const own = taint.matter.hasOwnParts === true;
  if (GIVES_NOTHING.has(name)) return NOTHING;
  const pairs = name === "values" ? pairsOf(taint, callee.object) : undefined;
  if (pairs !== undefined) return taint.origins(pairs, ["*", "1", ...path.slice(1)]);
  if (name === "replace" || name === "replaceAll") return replaced(taint, id, name, callee.object, args);
  const opened = throughResult(taint, { object: callee.object, name }, args, path);
  if (opened !== null) return opened;
  if (MAPS.has(name) && args[0] !== undefined) {
    const made = taint.file.get(flow).functions(args[0]);
    const rest = path[0] === "*" || (path[0] !== undefined && /^\d+$/.test(path[0])) ? path.slice(1) : path;
    if (made.length > 0) return made.flatMap((fn) => taint.returned(fn, callee.object, null, rest));
    return taint.origins(callee.object, path);
  }
  if (name === "then" || name === "catch") {
    const made = args.slice(0, 2).map((arg) => taint.file.get(flow).functions(arg));
    const handled = made.flat().flatMap((fn) => taint.returned(fn, callee.object, null, path));
    return name === "then" && made[0] !== undefined && made[0].length > 0 ? handled : [...taint.origins(callee.object, path), ...handled];
  }
  if (name === "finally") return taint.origins(callee.object, path);
  if (own && (name === "reduce" || name === "reduceRight")) return [...args.slice(0, 1).flatMap((arg) => taint.file.get(flow).functions(arg)).flatMap((fn) => taint.returned(fn, callee.object, null, path)), ...args.slice(1).flatMap((arg) => taint.origins(arg, path))];
  if (own && name === "entries") return ofEntries(taint, callee.object, path);
  if (name === "reduce" || name === "reduceRight") return [...taint.origins(callee.object, []), ...args.slice(1).flatMap((arg) => taint.origins(arg, path))];
  if (!GIVES_ITSELF.has(name)) return null;
  const keepsParts = /^(?:filter|slice|reverse|toReversed|sort|toSorted|concat|values|flat|splice|toSpliced|with|fill)$/.test(name);
  const takesPart = /^(?:find|findLast|at|pop|shift|get)$/.test(name);
  const given = TAKES_ARGUMENTS.has(name) ? args.flatMap((arg) => taint.origins(arg, keepsParts ? path : [])) : NOTHING;
  const held = taint.origins(callee.object, keepsParts ? path : takesPart ? ["*", ...path] : own && !GIVES_TEXT.test(name) ? path : []);
  const proved = (name === "filter" || name === "find" || name === "findLast") && args[0] !== undefined ? (taint.matter.left?.(args[0]) ?? null) : null;
  if (proved !== null) return without(held, proved);
  const left = takesPart && isSplitAtSlash(taint.file, callee.object) ? without(held, { for: ["up"], doubt: null }) : held;
  return GIVES_TEXT.test(name) ? asText([...left, ...given], id) : [...left, ...given];
}

/** `new Map(list.map((item) => [item.id, item])).values()`: the list without what it has twice. */
function pairsOf({ file }: FileTaint, id: ValueId): ValueId | undefined {
  const value = file.facts.values[id] as Value;
  return value.kind === "call" && value.form === "new" && value.args.length === 1 && isGlobal(file.facts.values[value.callee] as Value, "Map") ? value.args[0] : undefined;
}

/** `text.replace(/[^\w-]/g, "")` leaves nothing dangerous; another pattern leaves what it does not take out. */
function replaced(taint: FileTaint, id: ValueId, name: string, object: ValueId, args: readonly ValueId[]): readonly Origin[] {
  const own = taint.origins(object, []);
  const [pattern, by] = args;
  const inserted = by === undefined ? NOTHING : taint.origins(by, []);
  if (own.length === 0 || pattern === undefined) return [...own, ...inserted];
  const { keepsOnly, safeFor } = replacedIn(taint.file, pattern, by, name === "replaceAll");
  return asText(keepsOnly ? inserted : [...without(own, { for: safeFor, doubt: null }), ...inserted], id);
}

/** A function of another file or of a library without a row: nobody here knows what becomes of it. */
function unknownCall(taint: FileTaint, id: ValueId, value: Value & { kind: "call" }, args: readonly ValueId[]): readonly Origin[] {
  const callee = taint.value(value.callee);
  const given = [...args.flatMap((arg) => (taint.value(arg).kind === "function" ? NOTHING : taint.origins(arg, []))), ...(callee.kind === "member" && taint.matter.isOpen ? taint.origins(callee.object, []) : NOTHING)];
  if (given.length === 0) return NOTHING;
  const { start, end } = taint.file.span({ value: value.callee });
  const text = taint.file.text.slice(start, end).replace(/\s+/g, " ").slice(-40);
  return given.map((o) => ({ ...o, steps: [...o.steps, id], doubt: o.doubt ?? `\`${text}\` may change or check it` }));
}
