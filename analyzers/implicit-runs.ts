import type { FnId, Statement, Value, ValueId } from "../core/facts.js";
import { eachStatement } from "./links.js";
import type { Running } from "./object-runs.js";

/** Operators that ask an object for a number or a text. */
const COUNTS = new Set(["-", "*", "/", "%", "**", "<", ">", "<=", ">="]);
const TO_TEXT = ["@@toPrimitive", "toString"];
const TO_NUMBER = ["@@toPrimitive", "valueOf"];
const TO_EITHER = ["@@toPrimitive", "valueOf", "toString"];

/** What the language calls by itself: at the end of a block, for a text or a number, where something is awaited. */
export class ImplicitRuns {
  readonly #objects: Running;
  readonly #tagged = new Set<ValueId>();

  constructor(objects: Running) {
    this.#objects = objects;
    for (const value of objects.facts.values) if (value.kind === "call" && value.form === "tag" && value.args[0] !== undefined) this.#tagged.add(value.args[0]);
  }

  /** `using lock = take()`: ended when the block is. */
  statement(s: Statement, fn: FnId): void {
    if (s.kind !== "define" || this.#objects.facts.bindings[s.binding]?.kind !== "using") return;
    const held = this.#objects.facts.bindings[s.binding]?.versions[s.version]?.value;
    if (held !== undefined) this.#method(held, this.#objects.facts.functions[fn]?.async === true ? ["@@dispose", "@@asyncDispose"] : ["@@dispose"], held, "dispose");
  }

  value(value: Value, id: ValueId): void {
    switch (value.kind) {
      case "template":
        if (!this.#tagged.has(id)) for (const hole of value.holes) this.#method(hole, TO_TEXT, hole, "conversion");
        return;
      case "binary":
        if (value.op === "+" || COUNTS.has(value.op)) for (const of of [value.left, value.right]) this.#method(of, value.op === "+" ? TO_EITHER : TO_NUMBER, of, "conversion");
        return;
      case "unary":
        if (value.op === "+" || value.op === "-") this.#method(value.of, TO_NUMBER, value.of, "conversion");
        return;
      case "await":
        return this.#awaited(value.of);
      case "call":
        return this.#call(value);
    }
  }

  #call({ callee, args, form }: Value & { kind: "call" }): void {
    const [first] = args;
    const of = this.#objects.value(callee);
    if (first === undefined || form !== undefined) return;
    if (of.kind === "global" && (of.name === "String" || of.name === "Number")) return this.#method(first, of.name === "String" ? TO_TEXT : TO_NUMBER, first, "conversion");
    if (of.kind !== "member") return;
    const object = this.#objects.value(of.object);
    if (of.name !== "json" && !(of.name === "stringify" && object.kind === "global" && object.name === "JSON")) return;
    this.#method(first, ["toJSON"], first, "conversion");
    // What it holds is written too.
    const { heap } = this.#objects;
    heap.each(first, (token) => heap.eachField(token, (_, node) => this.#method(node, ["toJSON"], first, "conversion")));
  }

  /** `await thenable` */
  #awaited(of: ValueId): void {
    const { heap } = this.#objects;
    heap.each(of, (token) => {
      if (!OBJECTS.has(heap.what(token).kind)) return;
      const then = heap.node();
      this.#objects.get(token, "then", then, of);
      const resolve = heap.node();
      heap.add(resolve, this.#objects.settles(of, 0, heap.node()));
      heap.each(then, (fn) => this.#objects.callback(fn, [resolve], null, of, "conversion"));
    });
  }

  #method(from: number, names: readonly string[], at: ValueId, how: "dispose" | "conversion"): void {
    const { heap } = this.#objects;
    heap.each(from, (token) => {
      if (!OBJECTS.has(heap.what(token).kind)) return;
      for (const name of names) {
        const found = heap.node();
        this.#objects.get(token, name, found, at);
        heap.each(found, (fn) => this.#objects.invoke(fn, [], null, token, at, how));
      }
    });
  }

  all(): void {
    const { facts } = this.#objects;
    facts.functions.forEach((fn, id) => eachStatement(fn.body, (s) => this.statement(s, id)));
    facts.values.forEach((value, id) => this.value(value, id));
  }
}

const OBJECTS: ReadonlySet<string> = new Set(["instance", "object", "made", "class"]);
