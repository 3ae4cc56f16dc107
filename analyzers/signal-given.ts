import type { OptionPlace } from "../catalog/library.js";
import type { BindingId, FnId, FunctionFact, TypeExpr, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { abortSignals, SIGNAL_NAMES } from "./abort-signals.js";
import { callsBeside, eachBeside, someBeside } from "./beside.js";
import { type Call, callAt, calls, callsThatMayHave } from "./calls.js";
import { callsTo } from "./callsites.js";
import { context } from "./context.js";
import { needsOf } from "./needs.js";
import { endsOf, type Into } from "./ends.js";
import { eachStatement, flow } from "./flow.js";
import { occurrences } from "./occurrences.js";
import { optionAt } from "./options.js";
import { signalPlaces, type SignalPlaces } from "./signal-places.js";
import { standsIn } from "./text-order.js";
import { WrittenTypes } from "./written-types.js";

/** Where a call takes an AbortSignal: as its library says, or as the function of this project that it calls does. */
export type TakesSignal = (call: Call) => SignalPlaces | null;

export const takesSignal: Answer<TakesSignal> = {
  name: "takes a signal",
  of(file) {
    const answers = file.get(flow);
    let own: ReadonlyMap<FnId, readonly OptionPlace[]> | undefined;
    const placesOf = (fn: FnId): readonly OptionPlace[] => (own ??= ownPlaces(file)).get(fn) ?? [];
    const types = new WrittenTypes(file.facts);
    return (call) => {
      const known = signalPlaces(file, call);
      if (known !== null) return known;
      const functions = call.value.form === "new" ? constructors(file, call) : answers.functions(call.target);
      if (functions.length > 0) {
        const places = functions.map(placesOf);
        const isAwaited = functions.some((fn) => gives(file.facts.functions[fn] as FunctionFact));
        return places.every((p) => p.length > 0) ? { places: places.flat(), isAwaited, takesUndefined: false } : null;
      }
      if (call.value.form !== undefined) return null;
      const places = declaredPlaces(file, types, answers.plainType(call.target));
      return places.length > 0 ? { places, isAwaited: true, takesUndefined: false } : null;
    };
  },
};

/** Who does not look at what it gives does not wait for it. */
function gives(fn: FunctionFact): boolean {
  let found = fn.async || fn.expressionBody === true;
  eachStatement(fn.body, (s) => void (found ||= s.kind === "return" && s.value !== null));
  return found;
}

function constructors(file: FileView, call: Call): readonly FnId[] {
  return file.get(flow).sources(call.target).flatMap((source) => {
    const value = file.facts.values[source] as Value;
    const fn = value.kind === "class" ? file.facts.classes[value.cls]?.members.find((m) => m.kind === "constructor")?.fn : null;
    return fn == null ? [] : [fn];
  });
}

/** A wrapper in a wrapper in a wrapper is as deep as anybody writes them. */
const MOST_ROUNDS = 4;

/** By function, its parameters that are signals, carry one, or are what a call inside takes its signal from. */
function ownPlaces(file: FileView): ReadonlyMap<FnId, readonly OptionPlace[]> {
  const found = new Map<FnId, OptionPlace[]>();
  const add = (fn: FnId, arg: number, path: readonly string[]): boolean => {
    const list = found.get(fn) ?? [];
    const place = { arg, path: path.join(".") };
    if (list.some((p) => p.arg === arg && p.path === place.path)) return false;
    found.set(fn, [...list, place]);
    return true;
  };
  for (const { fn, is, param } of file.get(abortSignals)) if (is !== "controller" && param !== null) add(fn, param.index, param.path);
  const needs = (call: Call, places: readonly OptionPlace[]): boolean =>
    places.filter((p) => !isOfRequest(p, places)).flatMap((place) => needsOf(file, call, place)).map((need) => need.path.length > 0 && SIGNAL_NAMES.some((n) => n === need.path.at(-1)) && add(need.fn, need.index, need.path)).includes(true);
  for (const call of callsThatMayHave(file, ["signalPlaces", "callBounds"])) needs(call, signalPlaces(file, call)?.places ?? []);
  if (found.size === 0) return found;
  for (let round = 0, grew = true; grew && round < MOST_ROUNDS; round++) {
    grew = false;
    for (const [fn, places] of [...found]) for (const call of file.get(callsTo)(fn)) grew = needs(call, places) || grew;
  }
  return found;
}

/** A Request in the place of the URL, where the options are the second argument. */
const isOfRequest = (place: OptionPlace, places: readonly OptionPlace[]): boolean => place.arg === 0 && place.path === "signal" && places.some((p) => p.arg === 1);

/** `load(id: string, options?: { signal?: AbortSignal }): Promise<Order>` of an interface. */
function declaredPlaces(file: FileView, types: WrittenTypes, type: TypeExpr | null): readonly OptionPlace[] {
  const of = types.bare(type);
  if (of?.t !== "function") return [];
  const isSignal = (t: TypeExpr | null): boolean => file.get(flow).typeSymbol(t ?? undefined)?.rows("abortSignals")[0]?.row.are === "signals";
  return of.params.flatMap((param, arg): OptionPlace[] => {
    if (param === null) return [];
    if (isSignal(param)) return [{ arg, path: "" }];
    const name = SIGNAL_NAMES.find((n) => isSignal(types.member(param, n)));
    return name === undefined ? [] : [{ arg, path: name }];
  });
}

/** Does a call get a signal, by whatever road? */
export function getsSignal(file: FileView, call: Call, taken: SignalPlaces): "yes" | "no" | "unknown" {
  const options = taken.places.map((place) => ({ place, option: optionAt(file, call, place) }));
  // A URL in the place of a Request has no options.
  const counted = options.filter(({ place }) => !isOfRequest(place, taken.places) && !(place.path !== "" && isElse(file, call.args?.at(place.arg === "last" ? -1 : place.arg))));
  if (counted.some(({ option }) => option.certainty === "present" || (option.certainty === "unknown" && option.values.length > 0 && !option.partly))) return "yes";
  const { args } = call.value;
  if (args.some((arg) => carries(file, arg, 0)) || carriesRequest(file, args[0], taken)) return "yes";
  if (isEndedByHand(file, call.id) || isRaced(file, call.id) || hasClientSignal(file, call, taken)) return "yes";
  return counted.some(({ place, option }) => option.certainty === "unknown" && !isLeftOut(file, call, place)) ? "unknown" : "no";
}

/** `pipeline(from, to)`: both are streams, whatever they are made of. A list of streams may have options behind it. */
function isLeftOut(file: FileView, { args }: Call, { arg, after }: OptionPlace): boolean {
  if (arg !== "last" || after === undefined || args === null || args.length > after || args[0] === undefined) return false;
  const declared = file.get(flow).declared(args[0]);
  return declared?.t !== "array" && file.get(flow).sources(args[0]).every((s) => file.facts.values[s]?.kind !== "array");
}

/** What stands where the options do if they are left out: the list of arguments of a process, the last stream of a pipeline. */
function isElse(file: FileView, arg: ValueId | undefined): boolean {
  if (arg === undefined) return false;
  const answers = file.get(flow);
  if (answers.symbols(arg).some((s) => s.leadsSomewhere && s.text.endsWith(")") && s.rows("abortSignals").length === 0)) return true;
  return answers.sources(arg).some((s) => file.facts.values[s]?.kind === "array");
}

/** A signal, or what has one in it: an object literal's property, options with a signal, a spread of them. */
function carries(file: FileView, id: ValueId, depth: number): boolean {
  const value = file.facts.values[id] as Value;
  if (depth > 3) return false;
  switch (value.kind) {
    case "object":
      return value.props.some((p) => carries(file, p.value, depth + 1));
    case "array":
      return value.items.some((i) => i !== null && carries(file, i, depth + 1));
    case "spread":
    case "cast":
      return carries(file, value.of, depth + 1);
    case "choice":
      return carries(file, value.then, depth + 1) || carries(file, value.otherwise, depth + 1);
    case "logical":
      return carries(file, value.left, depth + 1) || carries(file, value.right, depth + 1);
    case "var":
      if (file.get(abortSignals).some((h) => h.binding === value.binding)) return true;
      break;
    case "member":
      if (value.name === "signal") return true;
      break;
    case "function":
    case "literal":
    case "template":
      return false;
  }
  const kinds = file.get(flow).symbols(id).map((s) => s.rows("abortSignals")[0]?.row.are);
  return kinds.includes("signals") || kinds.includes("controllers");
}

/** `fetch(new Request(url, { signal }))`; a request that comes from elsewhere brings its own. */
function carriesRequest(file: FileView, arg: ValueId | undefined, taken: SignalPlaces): boolean {
  if (arg === undefined || !taken.places.some((p) => p.arg === 0)) return false;
  const answers = file.get(flow);
  const isRequest = (source: ValueId): boolean => answers.symbols(source).some((s) => /(?:^|[:.])(?:Next)?Request\(\)$/.test(s.text));
  const intoCopied: Into = (value, source) => {
    const made = value.kind === "call" && value.form === "new" && isRequest(source) ? file.get(callAt)(source) : undefined;
    return made?.args?.[0] !== undefined && optionAt(file, made, { arg: 1, path: "signal" }).certainty === "absent" ? [made.args[0]] : null;
  };
  return endsOf(file, arg, intoCopied).some(({ source }) => isRequest(source));
}

/** `Promise.race([fetch(url), aborted(signal)])`: who waits for it is released. */
function isRaced(file: FileView, call: ValueId): boolean {
  return callsBeside(file, call).some((race) => {
    if (!standsIn(file, call, race.id) || !race.symbols.some((s) => s.text === "global:Promise.race")) return false;
    const list = file.facts.values[race.args?.[0] ?? -1];
    if (list?.kind !== "array") return false;
    const others = list.items.filter((i): i is ValueId => i !== null && !standsIn(file, call, i));
    return others.some((item) => someBeside(file, call, (v, id) => (v.kind === "var" || v.kind === "member") && standsIn(file, id, item) && carries(file, id, 3)));
  });
}

/** `ky.create({ signal })`: all calls of the client have it. */
function hasClientSignal(file: FileView, call: Call, { client }: SignalPlaces): boolean {
  if (!client) return false;
  const callee = file.facts.values[call.target] as Value;
  const holders = [call.target, ...(callee.kind === "member" ? [callee.object] : [])];
  return holders.flatMap((h) => file.get(flow).sources(h)).some((source) => {
    const made = (file.facts.values[source] as Value).kind === "call" ? file.get(callAt)(source) : undefined;
    return made !== undefined && client.options.some((place) => optionAt(file, made, place).certainty !== "absent");
  });
}

/** What the abort listeners of this file speak of: `signal.addEventListener("abort", () => child.kill())`. */
const listenedTo: Answer<{ readonly values: ReadonlySet<ValueId>; readonly names: ReadonlySet<BindingId> }> = {
  name: "what abort listeners speak of",
  of(file) {
    const { facts } = file;
    const found = { values: new Set<ValueId>(), names: new Set<BindingId>() };
    const answers = file.get(flow);
    const add = (listener: ValueId): void => {
      for (const fn of answers.functions(listener)) {
        const place = file.get(context).valueOf(fn);
        if (place === null) continue;
        eachBeside(file, { value: place }, (value, id) => {
          if (value.kind !== "var" || !standsIn(file, id, place)) return;
          found.names.add(value.binding);
          for (const source of answers.sources(id)) found.values.add(source);
        });
      }
    };
    if (!/abort/.test(file.text)) return found;
    for (const call of file.get(calls)) {
      const callee = facts.values[call.value.callee] as Value;
      const [event, listener] = call.value.args;
      if (listener === undefined || event === undefined) continue;
      if (call.symbols.some((s) => s.text === "events:addAbortListener")) add(listener);
      else if (callee.kind === "member" && callee.name === "addEventListener" && answers.constant(event) === "abort") add(listener);
    }
    facts.values.forEach((value) => {
      const target = value.kind === "assign" && value.target !== null && "member" in value.target ? facts.values[value.target.member] : undefined;
      if (value.kind === "assign" && target?.kind === "member" && target.name === "onabort") add(value.value);
    });
    return found;
  },
};

function isEndedByHand(file: FileView, call: ValueId): boolean {
  const { values, names } = file.get(listenedTo);
  if (values.has(call)) return true;
  const around = file.get(occurrences);
  for (let at: ValueId | null = call; at !== null; at = around.parent(at)) {
    const value = file.facts.values[at] as Value;
    if (at !== call && !["await", "cast", "logical", "choice", "assign"].includes(value.kind)) return false;
    if (around.holders(at).some((h) => names.has(h.binding))) return true;
    if (value.kind === "assign" && value.target !== null && "binding" in value.target && names.has(value.target.binding)) return true;
  }
  return false;
}
