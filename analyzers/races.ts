import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { type Call, calls, callsThatMayHave } from "./calls.js";
import { flow } from "./flow.js";
import { standsIn } from "./text-order.js";

/** Does something race the call against a timer? `maybe`: a function of another file whose name says so is given it. */
export type Races = (call: ValueId) => "yes" | "maybe" | "no";

const TIMER_CALLS = new Set(["timers/promises:setTimeout()", "timers:promises.setTimeout()"]);
const TIMER_NAME = /^(?:delay|sleep|wait|timeout|after|timer)(?:[A-Z]\w*)?$|(?:Delay|Sleep|Timeout|Timer)$/;
const BOUNDING_NAME = /timeout|deadline|timebox|timelimit/i;
const HEAD_OF_CHAIN = new Set(["then", "catch", "finally"]);

export const races: Answer<Races> = {
  name: "races",
  of(file) {
    const { facts } = file;
    const answers = file.get(flow);
    // What races against a timer, as text and as the values it may be.
    const raced: ValueId[] = [];
    // Parameters of local functions that do it for their caller: `withTimeout(promise, ms)`.
    const bounding: { fn: FnId; index: number }[] = [];
    const hasRace = /\brace\b/.test(file.text);
    const isCall = (call: Call, text: string): boolean => call.symbols.some((s) => s.text === text);
    for (const call of hasRace ? file.get(calls) : []) {
      if (!isCall(call, "global:Promise.race")) continue;
      const list = call.args?.[0] === undefined ? undefined : facts.values[answers.sources(call.args[0])[0] ?? -1];
      if (list?.kind !== "array") continue;
      const items = list.items.filter((i) => i !== null);
      if (!items.some((i) => isTimer(file, i))) continue;
      for (const item of items) {
        raced.push(item);
        for (const head of heads(file, item)) {
          const value = facts.values[head] as Value;
          const param = value.kind === "param" ? value : value.kind === "call" ? paramCalled(file, value.callee) : null;
          if (param) bounding.push({ fn: param.fn, index: param.index });
          else if (facts.owner[head] === facts.owner[item]) raced.push(head);
        }
      }
    }
    const maybe: ValueId[] = [];
    for (const call of file.get(calls)) {
      const args = call.args ?? call.value.args;
      if (bounding.length === 0 && !BOUNDING_NAME.test(nameOf(file, call.target))) continue;
      const known = bounding.length === 0 ? [] : answers.functions(call.target).flatMap((fn) => bounding.filter((b) => b.fn === fn).map((b) => b.index));
      for (const index of known) {
        const arg = args[index];
        if (arg !== undefined) raced.push(arg, ...heads(file, arg).filter((h) => facts.owner[h] === facts.owner[call.id]));
      }
      const symbol = call.symbols[0];
      if (known.length === 0 && symbol && !symbol.text.startsWith("global:") && BOUNDING_NAME.test(symbol.text.slice(symbol.text.lastIndexOf(":") + 1) || symbol.text)) {
        maybe.push(...args);
      }
    }
    const covers = (places: readonly ValueId[], call: ValueId): boolean => places.some((place) => place === call || standsIn(file, call, place));
    return (call) => (covers(raced, call) ? "yes" : covers(maybe, call) ? "maybe" : "no");
  },
};

/** The last name a call is written with. */
function nameOf(file: FileView, target: ValueId): string {
  const value = file.facts.values[target] as Value;
  if (value.kind === "member") return value.name ?? "";
  return value.kind === "var" ? (file.facts.bindings[value.binding]?.name ?? "") : "";
}

/** The promise a chain starts from: of `p.then(f)` it is `p`. */
function heads(file: FileView, id: ValueId, depth = 0): ValueId[] {
  if (depth > 8) return [];
  return file.get(flow).sources(id).flatMap((source) => {
    const value = file.facts.values[source] as Value;
    const callee = value.kind === "call" ? (file.facts.values[value.callee] as Value) : null;
    if (callee?.kind === "member" && callee.name !== null && HEAD_OF_CHAIN.has(callee.name)) return heads(file, callee.object, depth + 1);
    return [source];
  });
}

function paramCalled(file: FileView, callee: ValueId): (Value & { kind: "param" }) | null {
  for (const source of file.get(flow).sources(callee)) {
    const value = file.facts.values[source] as Value;
    if (value.kind === "param") return value;
  }
  return null;
}

/** A promise that a timer settles. */
function isTimer(file: FileView, item: ValueId): boolean {
  const { facts } = file;
  const answers = file.get(flow);
  return heads(file, item).some((head) => {
    const value = facts.values[head] as Value;
    if (value.kind !== "call") return false;
    const symbols = answers.symbols(head);
    if (symbols.some((s) => TIMER_CALLS.has(s.text))) return true;
    if (value.form === "new") {
      const executor = value.args[0] === undefined ? [] : answers.functions(value.args[0]);
      return executor.some((fn) => setsTimer(file, fn));
    }
    // A helper of another file that is called what it does.
    const name = /([\w$]+)\(\)$/.exec(symbols[0]?.text ?? "")?.[1];
    return name !== undefined && TIMER_NAME.test(name);
  });
}

const setsTimer = (file: FileView, fn: FnId): boolean => file.get(setting).has(fn);

/** The functions in which a timer is set. */
const setting: Answer<ReadonlySet<FnId>> = {
  name: "functions that set timers",
  of(file) {
    const { facts } = file;
    const found = new Set<FnId>();
    for (const { id, symbols } of callsThatMayHave(file, ["callbacks"])) {
      if (!symbols.some((s) => s.text === "global:setTimeout" || s.text === "timers:setTimeout")) continue;
      for (let owner: FnId | null = facts.owner[id] as FnId; owner !== null; owner = facts.functions[owner]?.parent ?? null) found.add(owner);
    }
    return found;
  },
};
