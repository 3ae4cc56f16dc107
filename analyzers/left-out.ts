import type { ClassId, Facts, FnId, Value, ValueId } from "../core/facts.js";
import type { Answer } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { flow } from "./flow.js";
import { occurrences } from "./occurrences.js";
import { eachOperand } from "./operands.js";

/**
 * Classes that only take part where the environment asks for it: `isMongo ? MongoModule : SqlModule`, and what the
 * modules left out provide. With nothing set, which is what a program says of itself, they are not there.
 */
export const leftOut: Answer<ReadonlySet<ClassId>> = {
  name: "left out",
  of(file) {
    const { facts } = file;
    const answers = file.get(flow);
    const world = new Unset(facts, (value) => answers.sameAs(value));
    const dead = new Set<ValueId>();
    facts.values.forEach((value) => {
      if (value.kind !== "choice" || !(world.isClass(value.then) || world.isClass(value.otherwise))) return;
      const test = world.value(value.test, 0);
      if (test !== null) dead.add(isTrue(test) ? value.otherwise : value.then);
    });
    const left = new Set<ClassId>();
    if (dead.size === 0) return left;
    const reads = new Map<ClassId, ValueId[]>();
    facts.values.forEach((value, id) => {
      const same = value.kind === "var" ? (facts.values[answers.sameAs(id)] as Value) : undefined;
      if (same?.kind !== "class" || !isHanded(facts, file.get(occurrences).users(id))) return;
      listAt(reads, same.cls).push(id);
    });
    for (let grew = true; grew; ) {
      grew = false;
      for (const [cls, of] of reads) {
        if (left.has(cls) || !of.every((id) => dead.has(id))) continue;
        left.add(cls);
        grew = true;
        const die = (id: ValueId): void => {
          dead.add(id);
          eachOperand(facts.values[id] as Value, die);
        };
        facts.classes[cls]?.decorators.forEach(die);
      }
    }
    return left;
  },
};

function isHanded(facts: Facts, users: readonly ValueId[]): boolean {
  return users.some((user) => {
    const of = facts.values[user] as Value;
    return of.kind !== "member" && !(of.kind === "binary" && of.op === "instanceof");
  });
}

/** A constant, or an object or list literal. */
type Known = { readonly is: string | number | boolean | null | undefined } | { readonly literal: ValueId };

const isTrue = (known: Known): boolean => "literal" in known || Boolean(known.is);

const DEEPEST = 20;

/** What values are where no variable of the environment is set. */
class Unset {
  readonly #facts: Facts;
  readonly #sameAs: (value: ValueId) => ValueId;

  constructor(facts: Facts, sameAs: (value: ValueId) => ValueId) {
    this.#facts = facts;
    this.#sameAs = sameAs;
  }

  isClass(id: ValueId): boolean {
    return this.#facts.values[this.#sameAs(id)]?.kind === "class";
  }

  /** null: nobody can tell. */
  value(given: ValueId, depth: number): Known | null {
    const id = this.#sameAs(given);
    const value = this.#facts.values[id] as Value;
    if (depth > DEEPEST) return null;
    const on = (next: ValueId): Known | null => this.value(next, depth + 1);
    switch (value.kind) {
      case "literal":
        return { is: value.value };
      case "object":
      case "array":
        return { literal: id };
      case "global":
        return value.name === "undefined" ? { is: undefined } : null;
      case "unary": {
        const of = value.op === "!" ? on(value.of) : null;
        return of === null ? null : { is: !isTrue(of) };
      }
      case "logical": {
        const left = on(value.left);
        if (left === null) return null;
        const stays = value.op === "??" ? "literal" in left || left.is != null : isTrue(left) === (value.op === "||");
        return stays ? left : on(value.right);
      }
      case "binary":
        return this.#compared(value, depth);
      case "member":
        return this.#member(value, depth);
      case "call":
        return this.#call(value, depth);
      default:
        return null;
    }
  }

  #compared({ op, left, right }: Value & { kind: "binary" }, depth: number): Known | null {
    if (op !== "===" && op !== "!==" && op !== "==" && op !== "!=") return null;
    const [a, b] = [this.value(left, depth + 1), this.value(right, depth + 1)];
    if (a === null || b === null || "literal" in a || "literal" in b) return null;
    const isLoose = op.length === 2 && (a.is == null || b.is == null);
    return { is: (isLoose ? (a.is == null) === (b.is == null) : a.is === b.is) === (op[0] === "=") };
  }

  #member({ object, name }: Value & { kind: "member" }, depth: number): Known | null {
    const of = this.#facts.values[this.#sameAs(object)] as Value;
    const root = of.kind === "member" ? this.#facts.values[this.#sameAs(of.object)] : undefined;
    if (of.kind === "member" && of.name === "env" && root?.kind === "global" && root.name === "process") return { is: undefined };
    const known = this.value(object, depth + 1);
    const literal = known !== null && "literal" in known ? (this.#facts.values[known.literal] as Value) : undefined;
    if (literal?.kind !== "object" || literal.props.some((p) => p.form === "spread")) return null;
    const prop = literal.props.findLast((p) => p.name === name);
    return prop === undefined ? null : this.value(prop.value, depth + 1);
  }

  #call({ callee, args }: Value & { kind: "call" }, depth: number): Known | null {
    const of = this.#facts.values[this.#sameAs(callee)] as Value;
    if (of.kind === "member" && of.name === "includes" && args[0] !== undefined) {
      const list = this.value(of.object, depth + 1);
      const sought = this.value(args[0], depth + 1);
      const items = list !== null && "literal" in list ? (this.#facts.values[list.literal] as Value) : undefined;
      if (items?.kind !== "array" || sought === null || "literal" in sought) return null;
      const known = items.items.map((item) => (item === null ? null : this.value(item, depth + 1)));
      if (known.some((k) => k === null || "literal" in k)) return null;
      return { is: known.some((k) => k !== null && "is" in k && k.is === sought.is) };
    }
    if (of.kind === "function") return this.#result(of.fn, depth);
    // `registerAs("database", () => ({ … }))()`: what is made of one function gives what that gives.
    const made = of.kind === "call" ? of.args.map((arg) => this.#facts.values[this.#sameAs(arg)] as Value).filter((arg) => arg.kind === "function") : [];
    return made.length === 1 && made[0] !== undefined ? this.#result(made[0].fn, depth) : null;
  }

  #result(fn: FnId, depth: number): Known | null {
    const returns = this.#facts.functions[fn]?.body.filter((s) => s.kind === "return") ?? [];
    const [only] = returns;
    return returns.length === 1 && only?.value != null ? this.value(only.value, depth + 1) : null;
  }
}
