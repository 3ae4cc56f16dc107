import { ANY_VERSION, type Facts, type FnId, type FunctionFact, type Value, type ValueId } from "../core/facts.js";
import type { Edit, Fix } from "../core/finding.js";
import type { FileView, Own } from "../core/rule.js";
import { flow } from "../analyzers/flow.js";
import type { Invocation } from "../analyzers/invocations.js";
import { insert, tokens } from "./edit.js";
import { ownCall } from "./own-call.js";
import { pipelineName } from "./pipeline-name.js";
import { inStyle } from "./style.js";

/** `setTimeout(() => work(), 50)` as `setTimeout(() => detach("recount", () => work()), 50)`; a listener keeps its parameters. */
export function detachedCallback(own: Own, { at: by, run }: Invocation): Fix | null {
  const { file } = own;
  const at = ownCall(own, by);
  const fn = own.fn(run.fn);
  if (at === null || fn === null) return null;
  const given = at.value.args.find((arg) => isArrow(file, arg, fn));
  const label = labelOf(file, at.value.args, fn, at.id);
  if (given === undefined || label === null || isRewritten(file.facts, fn)) return null;
  const edits = inside(file, fn);
  const name = edits === null ? null : pipelineName(file, "detach", given);
  if (name === null || edits === null) return null;
  return { tier: "review", title: `Detach it: \`${name.text}(${JSON.stringify(label)}, …)\``, edits: [...name.edits, ...edits(`${name.text}(${inStyle(file, label)}, `)] };
}

/** An arrow function shares the `this` of what stands around it. */
function isArrow({ facts }: FileView, arg: ValueId, fn: FnId): boolean {
  const value = facts.values[arg] as Value;
  return value.kind === "function" && value.fn === fn && facts.functions[fn]?.kind === "arrow" && facts.functions[fn]?.generator === false;
}

/** The body as a function of its own. */
function inside(file: FileView, fn: FnId): ((head: string) => readonly Edit[]) | null {
  const fact = file.facts.functions[fn] as FunctionFact;
  if (fact.bodyAt === null || fact.returnType !== undefined) return null;
  const whole = file.span({ mark: fact.at });
  const body = file.span({ mark: fact.bodyAt });
  const before = tokens(file.text, whole.start, body.start).map((t) => t.text);
  const isBlock = file.text[body.start] === "{";
  if (!isBlock && before.at(-1) === "(") return null;
  const own = fact.async ? "async () => " : "() => ";
  if (fact.params.length === 0 && before.join("") === (fact.async ? "async()=>" : "()=>")) return (head) => [insert(whole.start, `() => ${head}`), insert(whole.end, ")")];
  return (head) => [insert(body.start, `${head}${own}`), insert(body.end, ")")];
}

/** A name that is assigned again is another thing by the time the inner function runs, to the compiler at least. */
function isRewritten(facts: Facts, fn: FnId): boolean {
  const isInside = (at: FnId): boolean => {
    for (let f: FnId | null = at; f !== null; f = facts.functions[f]?.parent ?? null) if (f === fn) return true;
    return false;
  };
  return facts.values.some((value, id) => {
    if (!isInside(facts.owner[id] as FnId)) return false;
    if (value.kind === "global") return value.name === "arguments";
    if (value.kind !== "var") return false;
    const binding = facts.bindings[value.binding];
    return binding !== undefined && binding.fn === fn && (value.version === ANY_VERSION || binding.versions.length > 1) && binding.kind === "param";
  });
}

const PLAIN = /^[A-Za-z_$][\w$]*$/;

/** What it is called in the log and in the policy: the event, or the function that starts it. */
function labelOf(file: FileView, args: readonly ValueId[], fn: FnId, at: ValueId): string | null {
  const around = nameAround(file, at);
  const event = args[0] === undefined ? undefined : file.get(flow).constant(args[0]);
  if (typeof event === "string" && /^[\w.:-]+$/.test(event)) return around === null ? `on.${event}` : `${around}.${event}`;
  const called = calledIn(file.facts, fn);
  return called ?? (around === null ? null : `${around}.later`);
}

/** Of a function that does nothing but call another, the name of that one. */
function calledIn(facts: Facts, fn: FnId): string | null {
  const { body } = facts.functions[fn] as FunctionFact;
  const only = body.length === 1 ? body[0] : undefined;
  let at = only?.kind === "return" || only?.kind === "eval" ? (only.value === null ? undefined : facts.values[only.value]) : undefined;
  if (at?.kind === "unary" || at?.kind === "await") at = facts.values[at.of];
  const names: string[] = [];
  if (at?.kind !== "call") return null;
  for (at = facts.values[at.callee]; at !== undefined && names.length < 2; ) {
    if (at.kind === "member") {
      if (at.name === null || !PLAIN.test(at.name)) return null;
      names.unshift(at.name);
      at = facts.values[at.object];
    } else if (at.kind === "call") at = facts.values[at.callee];
    else {
      if (at.kind === "var") names.unshift(facts.bindings[at.binding]?.name ?? "");
      break;
    }
  }
  return names.length === 0 || names.includes("") ? null : names.join(".");
}

function nameAround({ facts }: FileView, at: ValueId): string | null {
  for (let fn: FnId | null = facts.owner[at] ?? 0; fn !== null && fn > 0; fn = facts.functions[fn]?.parent ?? null) {
    const name = facts.functions[fn]?.name;
    if (name != null && PLAIN.test(name) && name !== "default" && name !== "anonymous") return name;
  }
  return null;
}
