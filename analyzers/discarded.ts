import type { Catalog } from "../catalog/catalog.js";
import type { BindingId, Statement, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { awaitedElsewhere } from "./awaited-elsewhere.js";
import { context } from "./context.js";
import { eachStatement, flow } from "./flow.js";
import { exportedNames } from "./links.js";
import { occurrences } from "./occurrences.js";
import { promises } from "./promises.js";
import { sanctioned } from "./sanctioned.js";
import { isToldOfErrors } from "./told-of-errors.js";
import { operands } from "./truth.js";

/** How a promise is lost. */
export type Lost =
  /** A statement of its own, or a part of one. */
  | "statement"
  /** `void f()`. */
  | "void"
  /** Held by a name that nobody reads. */
  | "unread"
  /** A chain whose rejection nobody takes. */
  | "chain"
  /** `await` on a list of promises. */
  | "awaitedList";

/** What a statement does with something that may be a promise. */
export interface Discarded {
  readonly value: ValueId;
  /** The expression that stands there for it: with its `void` or `await`. */
  readonly whole: ValueId;
  readonly is: { readonly lost: Lost; readonly kind: "promise" | "lazy" | "list" } | "handled" | "open";
}

/** `untold`: nothing says what it gives, and nothing says that another file decides it. */
interface Site extends Omit<Discarded, "is"> {
  readonly is: Discarded["is"] | "untold";
}

const sites: Answer<readonly Site[]> = {
  name: "discarded values",
  of(file) {
    const found: Site[] = [];
    // `export default x` is a statement that evaluates it, and hands it to others; so is the value of a field.
    const given = new Set<ValueId | null | undefined>(file.facts.exports.map((e) => e.value));
    for (const cls of file.facts.classes) for (const member of cls.members) given.add(member.value);
    for (const fn of file.facts.functions) {
      eachStatement(fn.body, (s) => {
        if (s.kind !== "eval" || !given.has(s.value)) visit(file, s, found);
      });
    }
    // `() => void save()` and `return void save()` throw it away as well.
    const seen = new Set(found.map((d) => d.whole));
    file.facts.values.forEach((value, id) => {
      if (value.kind === "unary" && value.op === "void" && !seen.has(id)) drop(file, value.of, id, "void", found);
    });
    return found;
  },
};

/** The values that statements evaluate and nobody gets, as far as a promise may be among them. */
export const discarded: Answer<readonly Discarded[]> = {
  name: "discarded promises",
  of: (file) => file.get(sites).filter((site): site is Discarded => site.is !== "untold"),
};

/** The calls among them of which names do not tell whether they give a promise. */
export const undecided: Answer<readonly ValueId[]> = {
  name: "undecided promises",
  of: (file) => file.get(sites).flatMap(({ value, is }) => (is === "open" || is === "untold" ? [value] : [])),
};

function visit(file: FileView, s: Statement, found: Site[]): void {
  if (s.kind === "eval") drop(file, s.value, s.value, "statement", found);
  else if (s.kind === "loop" && s.update !== null) drop(file, s.update, s.update, "statement", found);
  else if (s.kind === "define") unread(file, s, found);
}

function drop(file: FileView, id: ValueId, whole: ValueId, lost: Lost, found: Site[]): void {
  const value = file.facts.values[id] as Value;
  const next = (inner: ValueId, how: Lost = lost): void => drop(file, inner, how === lost && lost === "statement" ? inner : whole, how, found);
  switch (value.kind) {
    case "cast":
      return file.get(promises).of(id) === "promise" && file.get(promises).of(value.of) !== "promise" ? judge(file, id, whole, lost, found) : next(value.of);
    case "unary":
      return value.op === "void" ? drop(file, value.of, id, "void", found) : undefined;
    case "sequence":
      return value.items.forEach((item) => next(item));
    case "choice":
      return operands(file, id).forEach((operand) => next(operand));
    case "logical":
      // What is on the left of `&&` is only asked.
      return operands(file, id).forEach((operand) => void (operand === value.right || value.op !== "&&" ? next(operand) : undefined));
    case "await":
      if (file.get(promises).isList(value.of) || file.get(promises).isList(id)) found.push({ value: value.of, whole: id, is: { lost: "awaitedList", kind: "list" } });
      else found.push({ value: value.of, whole: id, is: "handled" });
      return;
    case "assign":
      return written(file, value, found);
    case "call":
    case "dynamicImport":
    case "var":
    case "member":
    case "array":
      judge(file, id, whole, lost, found);
  }
}

function judge(file: FileView, id: ValueId, whole: ValueId, lost: Lost, found: Site[]): void {
  const { kind } = file.facts.values[id] as Value;
  const state = rejection(file, id);
  if (state === "taken") found.push({ value: id, whole, is: "handled" });
  else if (isDetached(file, id)) found.push({ value: id, whole, is: "handled" });
  else if (file.get(promises).isList(id)) found.push({ value: id, whole, is: { lost, kind: "list" } });
  else {
    const given = file.get(promises).of(id);
    if (given === "promise" || given === "lazy") found.push({ value: id, whole, is: { lost: state === "chain" && lost === "statement" ? "chain" : lost, kind: given } });
    else if (given === "open" && kind === "call") {
      if (isPromised(file, id, whole, lost)) found.push({ value: id, whole, is: { lost, kind: "promise" } });
      else found.push({ value: id, whole, is: isOfAnotherFile(file, id) ? "open" : "untold" });
    }
  }
}

const SAYS_NOTHING = /^(?:push|unshift|emit|log|debug|info|warn|error|trace|fatal)$/;
/** What frameworks chain: they may have a `then`, and are no promises. */
const CHAINED = /^(?:reply|res|response|rep|app|fastify|server|instance|router)$/;

/** Of another file, and yet a promise: it is awaited elsewhere, or is a statement `void f()`, which nobody writes for anything else. */
function isPromised(file: FileView, id: ValueId, whole: ValueId, lost: Lost): boolean {
  const { facts } = file;
  const call = facts.values[id] as Value;
  if (call.kind !== "call" || call.form !== undefined) return false;
  const isWord = lost === "void" && file.get(context).statement(whole)?.kind === "eval" && file.get(context).parent(whole) === null;
  if (!isWord && (!file.get(awaitedElsewhere)(call.callee) || call.args.some((arg) => file.get(flow).functions(arg).length > 0))) return false;
  const callee = facts.values[call.callee] as Value;
  // `void client.ping((err, reply) => …)`: whoever is told by a callback gets no promise, or one that it handles.
  if ((callee.kind === "member" && SAYS_NOTHING.test(callee.name ?? "")) || isToldOfErrors(file, call.args.at(-1))) return false;
  let root = callee;
  while (root.kind === "member" || root.kind === "call") root = facts.values[root.kind === "member" ? root.object : root.callee] as Value;
  if (callee.kind === "member" && root.kind === "var" && CHAINED.test(facts.bindings[root.binding]?.name ?? "")) return false;
  return !file.get(flow).symbols(call.callee).some((node) => node.leadsSomewhere);
}

/** A function, or a method of a value or type, of a module that the catalog knows nothing of: of what it knows it says what gives a promise. */
function isOfAnotherFile(file: FileView, id: ValueId): boolean {
  const call = file.facts.values[id] as Value;
  if (call.kind !== "call" || call.form !== undefined) return false;
  const callee = file.facts.values[call.callee] as Value;
  if ((callee.kind === "member" && SAYS_NOTHING.test(callee.name ?? "")) || file.get(sanctioned)(call.callee) !== null) return false;
  const catalog = file.settings.catalog as Catalog;
  return file.get(flow).symbols(call.callee).some(({ text }) => !text.startsWith("global:") && !catalog.module(text.slice(0, text.lastIndexOf(":"))).leadsSomewhere);
}

function isDetached(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  return value.kind === "call" && file.get(sanctioned)(value.callee) === "detach";
}

/** `taken`: the chain ends with somebody who gets its rejection; `chain`: it does not; null: no chain. */
function rejection(file: FileView, id: ValueId): "taken" | "chain" | null {
  const value = file.facts.values[id] as Value;
  const callee = value.kind === "call" && value.form === undefined ? (file.facts.values[value.callee] as Value) : undefined;
  if (value.kind !== "call" || callee?.kind !== "member") return null;
  if (callee.name === "catch") return isHandler(file, value.args[0]) ? "taken" : "chain";
  if (callee.name === "then") return isHandler(file, value.args[1]) ? "taken" : "chain";
  if (callee.name !== "finally") return null;
  return rejection(file, callee.object) === "taken" ? "taken" : "chain";
}

const NO_HANDLERS = new Set(["string", "number", "boolean", "bigint", "symbol"]);

/** Nothing, `undefined`, `null` and literals are no handlers; whatever else stands there may be one. */
function isHandler(file: FileView, id: ValueId | undefined): boolean {
  const value = id === undefined ? undefined : (file.facts.values[id] as Value);
  if (value === undefined || value.kind === "literal" || value.kind === "template" || value.kind === "object") return false;
  if ((value.kind === "global" && value.name === "undefined") || (value.kind === "unary" && value.op === "void")) return false;
  const type = file.get(flow).plainType(id as ValueId);
  // `string | (() => void)` may be no function either.
  return !(type?.t === "union" ? type.items : [type]).some((item) => item?.t === "keyword" && NO_HANDLERS.has(item.name));
}

/** `const done = save()` with a name that nobody reads: awaited by nobody. */
function unread(file: FileView, s: Statement & { kind: "define" }, found: Site[]): void {
  const { facts } = file;
  const binding = facts.bindings[s.binding];
  const value = binding?.versions[s.version]?.value;
  if (binding === undefined || value === undefined || binding.kind === "using") return;
  const call = facts.values[value] as Value;
  if (call.kind !== "call" || file.get(occurrences).reads(s.binding).length > 0) return;
  if (!isOthers(file, s.binding)) lose(file, value, found);
}

/** Exported, or at the top of a script, whose names are everybody's. */
function isOthers(file: FileView, binding: BindingId): boolean {
  const { facts } = file;
  return file.get(exportedNames).has(binding) || (facts.bindings[binding]?.fn === 0 && facts.moduleKind === "script");
}

/** `_ = save()`. */
function written(file: FileView, { value, target }: Value & { kind: "assign" }, found: Site[]): void {
  const call = file.facts.values[value] as Value;
  if (call.kind !== "call" || target === null || "member" in target || file.get(occurrences).reads(target.binding).length > 0) return;
  if (!isOthers(file, target.binding)) lose(file, value, found);
}

function lose(file: FileView, value: ValueId, found: Site[]): void {
  if (rejection(file, value) === "taken") return;
  const isList = file.get(promises).isList(value);
  const given = isList ? "promise" : file.get(promises).of(value);
  if (given === "promise" || given === "lazy") found.push({ value, whole: value, is: { lost: "unread", kind: isList ? "list" : given } });
}
