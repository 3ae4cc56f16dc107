import type { OptionPlace } from "../catalog/library.js";
import type { FnId, FunctionFact, Value } from "../core/facts.js";
import type { Edit, Fix } from "../core/finding.js";
import type { FileView } from "../core/rule.js";
import type { Call } from "../analyzers/calls.js";
import { flow } from "../analyzers/flow.js";
import type { SignalPlaces } from "../analyzers/signal-places.js";
import type { InScope } from "../analyzers/signal-scope.js";
import { addArgument, addProperty, insert, tokens } from "./edit.js";

/** How the signal is written at the call, and what brings it there. */
interface Written {
  readonly text: string;
  readonly mayBeMissing: boolean;
  readonly edits: readonly Edit[];
}

/** Hands the signal in scope on to a call that takes one: as a property of its options, or as an argument. */
export function handOnSignal(file: FileView, call: Call, taken: SignalPlaces, inScope: InScope): Fix | null {
  // What `apply`, `bind` or a spread hides cannot be counted.
  if (call.args === null || call.target !== call.value.callee || call.value.form === "tag") return null;
  const signal = "holder" in inScope ? { text: inScope.holder.text, mayBeMissing: inScope.holder.mayBeMissing, edits: [] } : ofDispatch(file, inScope);
  if (signal === null || !/^[\w$.?]+$/.test(signal.text)) return null;
  for (const place of taken.places) {
    const edits = into(file, call, call.args, place, taken, signal);
    if (edits !== null) return { tier: "review", title: `Hand on \`${signal.text}\``, edits: [...signal.edits, ...edits] };
  }
  return null;
}

function into(file: FileView, call: Call, args: NonNullable<Call["args"]>, { arg, path }: OptionPlace, taken: SignalPlaces, signal: Written): readonly Edit[] | null {
  const index = arg === "last" ? args.length : arg;
  if (path.includes(".") || (arg === 0 && path === "signal" && taken.places.some((p) => p.arg === 1))) return null;
  const option = path === "" ? signal.text : property(file, path, taken, signal);
  const there = arg === "last" ? args.at(-1) : args[index];
  const value = there === undefined ? undefined : (file.facts.values[there] as Value);
  if (there !== undefined && value?.kind === "object" && path !== "") return value.props.some((p) => p.name === path) ? null : addProperty(file, there, option);
  if (there !== undefined && arg !== "last") {
    if (taken.textIs === undefined || value?.kind !== "literal" || typeof value.value !== "string") return null;
    const { start, end } = file.span({ value: there });
    return [insert(start, `{ ${taken.textIs}: `), insert(end, `, ${option} }`)];
  }
  // A callback stands last, behind the options.
  const last = args.at(-1);
  if (last !== undefined && !taken.isAwaited && file.get(flow).functions(last).length > 0) return null;
  const missing = index - args.length;
  if (missing > 0 && !mayLeaveOut(file, call, args.length, index)) return null;
  return addArgument(file, call.id, `${"undefined, ".repeat(Math.max(missing, 0))}${path === "" ? option : `{ ${option} }`}`);
}

/** Under `exactOptionalPropertyTypes` an option that may be undefined has to be left out. Nothing is said in JavaScript. */
function property(file: FileView, name: string, taken: SignalPlaces, { text, mayBeMissing }: Written): string {
  const plain = text === name ? name : `${name}: ${text}`;
  return mayBeMissing && !taken.takesUndefined && /\.[cm]?tsx?$/.test(file.path) ? `...(${text} && { ${plain} })` : plain;
}

/** Arguments between those given and the new one: libraries take `undefined` there, a function of ours where it says so. */
function mayLeaveOut(file: FileView, call: Call, from: number, to: number): boolean {
  return file.get(flow).functions(call.target).every((fn) => (file.facts.functions[fn] as FunctionFact).params.slice(from, to).every((p) => p.optional || (file.facts.values[p.value] as Value).kind === "default"));
}

/** The signal of the dispatch: what its callback calls it, else it gets the name. */
function ofDispatch(file: FileView, { dispatch, callback }: Exclude<InScope, { holder: unknown }>): Written | null {
  const { facts } = file;
  // A team's own dispatch may hand on something else.
  if (file.settings.pipelineImport("dispatch", file.path) === null || dispatch.args === null) return null;
  const fn = facts.functions[callback] as FunctionFact;
  const [param] = fn.params;
  const written = (text: string, edits: readonly Edit[] = []): Written => ({ text, mayBeMissing: false, edits });
  if (param?.binding != null) return written(`${facts.bindings[param.binding]?.name}.signal`);
  const named = facts.bindings.find((b) => {
    const held = b.versions[0]?.value === undefined ? undefined : facts.values[b.versions[0].value];
    return b.fn === callback && held?.kind === "member" && held.name === "signal" && param !== undefined && held.object === param.value;
  });
  if (named) return written(named.name);
  if (isTaken(file, callback, "signal")) return null;
  const { start } = file.span({ mark: fn.at });
  if (param !== undefined) {
    const at = file.span({ mark: param.at }).start;
    return file.text[at] === "{" ? written("signal", [insert(at + 1, " signal,")]) : null;
  }
  const list = tokens(file.text, start, fn.bodyAt === null ? start : file.span({ mark: fn.bodyAt }).start);
  const open = list.findIndex((t, i) => t.text === "(" && list[i + 1]?.text === ")");
  const at = list[open];
  return at === undefined ? null : written("signal", [insert(at.end, "{ signal }")]);
}

/** Would the name hide what the callback calls so? */
function isTaken({ facts }: FileView, callback: FnId, name: string): boolean {
  const isInside = (fn: FnId | undefined): boolean => {
    for (let at: FnId | null = fn ?? 0; at !== null; at = facts.functions[at]?.parent ?? null) if (at === callback) return true;
    return false;
  };
  if (facts.bindings.some((b) => b.name === name && isInside(b.fn))) return true;
  return facts.values.some((v, id) => ((v.kind === "var" && facts.bindings[v.binding]?.name === name) || (v.kind === "global" && v.name === name)) && isInside(facts.owner[id]));
}
