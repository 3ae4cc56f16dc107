import type { BindingFact, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { flow } from "./flow.js";
import { eachOperand } from "./operands.js";
import { heldBy } from "./held.js";
import { givenOn, objectOn, type Way } from "./ways.js";

/** Values are followed this far. */
const DEEPEST = 60;

/** Methods of a list whose result is what their function says. */
const PICKS = new Set(["find", "findLast", "findIndex", "findLastIndex", "filter", "some", "every", "map", "flatMap"]);

/**
 * Is a value made of certain others, the roots? Followed through names, what is written to their parts, calls of any
 * function with such arguments, and the parameters of the functions on a way. What a list was filled with is not asked:
 * whoever collects, and sends what is collected, sends it once.
 */
export class Dependence {
  readonly #file: FileView;
  readonly #isRoot: (id: ValueId, value: Value) => boolean;
  readonly #known = new Map<Way | null, Map<ValueId, boolean>>();

  constructor(file: FileView, isRoot: (id: ValueId, value: Value) => boolean) {
    this.#file = file;
    this.#isRoot = isRoot;
  }

  on(id: ValueId, way: Way | null, depth = 0): boolean {
    let known = this.#known.get(way);
    if (!known) this.#known.set(way, (known = new Map()));
    const found = known.get(id);
    if (found !== undefined) return found;
    // Guards against circles: a name that is written from itself.
    known.set(id, false);
    const answer = depth < DEEPEST && this.#find(id, way, depth + 1);
    known.set(id, answer);
    return answer;
  }

  #find(id: ValueId, way: Way | null, depth: number): boolean {
    const value = this.#value(id);
    if (this.#isRoot(id, value)) return true;
    switch (value.kind) {
      case "var":
        return this.#variable(value, way, depth);
      case "param": {
        const given = givenOn(this.#file, way, value);
        return given !== null && given.values.some((v) => this.on(v, given.way, depth));
      }
      case "this": {
        const object = objectOn(this.#file, way, this.#file.facts.owner[id] as number);
        return object !== null && this.on(object.value, object.way, depth);
      }
      case "call": {
        const callee = this.#value(value.callee);
        if (value.args.some((arg) => this.on(arg, way, depth)) || (callee.kind === "member" && this.on(callee.object, way, depth))) return true;
        return callee.kind === "member" && callee.name !== null && PICKS.has(callee.name) && this.#picks(value.args[0], way, depth);
      }
      case "choice":
        return this.on(value.then, way, depth) || this.on(value.otherwise, way, depth);
      case "function":
      case "class":
        return false;
      default: {
        let depends = false;
        eachOperand(value, (operand) => {
          depends ||= this.on(operand, way, depth);
        });
        return depends;
      }
    }
  }

  /** `rules.find((rule) => rule.id === id)` depends on `id`. */
  #picks(by: ValueId | undefined, way: Way | null, depth: number): boolean {
    const value = by === undefined ? undefined : this.#value(by);
    return value?.kind === "function" && this.#file.get(flow).returns(value.fn).some((result) => this.on(result, way, depth));
  }

  #variable({ binding: id, version }: Value & { kind: "var" }, way: Way | null, depth: number): boolean {
    const binding = this.#file.facts.bindings[id] as BindingFact;
    if (binding.from !== undefined) return false;
    const held = heldBy(binding, version).filter((v) => !this.#collects(v, id));
    return held.some((v) => this.on(v, way, depth)) || this.#file.get(flow).memberWrites(id).some((w) => this.on(w.value, way, depth));
  }

  /** `batch = [...batch, x]`, `text += line`: the name collects. */
  #collects(held: ValueId, binding: number): boolean {
    const value = this.#value(held);
    const isSame = (v: ValueId): boolean => {
      const of = this.#value(v);
      return of.kind === "var" ? of.binding === binding : of.kind === "spread" && isSame(of.of);
    };
    if (value.kind === "array") return value.items.some((item) => item !== null && this.#value(item).kind === "spread" && isSame(item));
    if (value.kind === "binary") return value.op === "+" && isSame(value.left);
    const callee = value.kind === "call" ? this.#value(value.callee) : undefined;
    return callee?.kind === "member" && callee.name === "concat" && isSame(callee.object);
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}
