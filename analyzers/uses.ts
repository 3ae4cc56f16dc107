import { ANY_VERSION, type BindingFact, type BindingId, type FunctionFact, type Value, type ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { context } from "./context.js";
import { flow } from "./flow.js";
import { type Occurrences, occurrences } from "./occurrences.js";

/** Does anybody look at a value? `void e`, a name that is never read and a helper that ignores its argument do not. */
export interface Uses {
  isUsed(value: ValueId): boolean;
}

export const uses: Answer<Uses> = { name: "uses", of: (file) => new FileUses(file) };

class FileUses implements Uses {
  readonly #file: FileView;
  readonly #occurrences: Occurrences;
  readonly #exported = new Set<BindingId>();
  readonly #exportedValues = new Set<ValueId>();

  constructor(file: FileView) {
    this.#file = file;
    this.#occurrences = file.get(occurrences);
    for (const e of file.facts.exports) {
      if (e.linked === true) continue;
      if (e.binding !== undefined) this.#exported.add(e.binding);
      if (e.value !== undefined) this.#exportedValues.add(e.value);
    }
  }

  isUsed(value: ValueId): boolean {
    return this.#isUsed(value, new Set());
  }

  #isUsed(id: ValueId, seen: Set<ValueId>): boolean {
    if (seen.has(id)) return false;
    seen.add(id);
    // `export default x` is a statement that evaluates it, and hands it to others.
    if (this.#exportedValues.has(id)) return true;
    const holders = this.#occurrences.holders(id);
    if (holders.some(({ binding, version }) => this.#isRead(binding, version, seen))) return true;
    const users = this.#occurrences.users(id);
    if (users.length > 0 || holders.length > 0) return users.some((user) => this.#usedBy(user, id, seen));
    const value = this.#file.facts.values[id] as Value;
    if (value.kind === "param" || value.kind === "caught") return false;
    const kind = this.#file.get(context).statement(id)?.kind;
    return kind !== "eval" && kind !== "define" && kind !== "declare";
  }

  #isRead(binding: BindingId, version: number, seen: Set<ValueId>): boolean {
    if (this.#exported.has(binding)) return true;
    const fact = this.#file.facts.bindings[binding] as BindingFact;
    return this.#occurrences.reads(binding).some((read) => {
      const value = this.#file.facts.values[read] as Value;
      return value.kind === "var" && sees(fact, value.version, version, new Set()) && this.#isUsed(read, seen);
    });
  }

  #usedBy(user: ValueId, id: ValueId, seen: Set<ValueId>): boolean {
    const value = this.#file.facts.values[user] as Value;
    switch (value.kind) {
      case "call":
        return value.callee === id || this.#usedByCallee(value.callee, value.args, id, seen);
      case "unary":
        return value.op !== "void" && this.#isUsed(user, seen);
      case "member":
        return this.#isUsed(user, seen);
      case "assign":
        if (value.target === null) return this.#isUsed(user, seen);
        // Writing to a part of it looks at nothing; writing it to a part of something else gives it away.
        if ("member" in value.target) return value.value === id;
        return this.#isRead(value.target.binding, value.target.version, seen) || this.#isUsed(user, seen);
      case "logical":
        return value.left === id || this.#isUsed(user, seen);
      case "choice":
        return value.test === id || this.#isUsed(user, seen);
      case "sequence":
        return value.items.at(-1) === id && this.#isUsed(user, seen);
      case "yield":
      case "jsx":
      case "dynamicImport":
        return true;
      default:
        return this.#isUsed(user, seen);
    }
  }

  /** An argument is used if the function it goes to uses it, as far as that function is in this file. */
  #usedByCallee(callee: ValueId, args: readonly ValueId[], id: ValueId, seen: Set<ValueId>): boolean {
    const { facts } = this.#file;
    const answers = this.#file.get(flow);
    const targets = answers.functions(callee);
    if (targets.length === 0 || targets.length < answers.sources(callee).length) return true;
    if (args.some((a) => (facts.values[a] as Value).kind === "spread")) return true;
    const index = args.indexOf(id);
    return targets.some((fn) => {
      if (this.#occurrences.readsArguments(fn)) return true;
      const { params } = facts.functions[fn] as FunctionFact;
      const param = params[index] ?? params.find((p) => p.rest);
      return param !== undefined && this.#isUsed(param.value, seen);
    });
  }
}

function sees(binding: BindingFact, read: number, written: number, seen: Set<number>): boolean {
  if (read === ANY_VERSION || read === written) return true;
  if (seen.has(read)) return false;
  seen.add(read);
  return binding.versions[read]?.of?.some((v) => sees(binding, v, written, seen)) ?? false;
}
