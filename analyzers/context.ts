import type { Facts, FnId, FunctionFact, Statement, ValueId } from "../core/facts.js";
import type { Answer } from "../core/rule.js";
import { eachOperand } from "./operands.js";

/** A statement around a place, and which part of it the place is in. */
export interface Enclosing {
  readonly statement: Statement;
  readonly part: "head" | "body" | "then" | "otherwise" | "handler" | "finalizer" | "init";
}

/** Where a value stands: in which value, statement and function. */
export interface Context {
  /** The value this one is an operand of. */
  parent(value: ValueId): ValueId | null;
  /** The statement that evaluates it, innermost. */
  statement(value: ValueId): Statement | null;
  /** The statements around it in its own function, innermost first; the first is its own. */
  enclosing(value: ValueId): readonly Enclosing[];
  /** The function value (an expression's or a declaration's) of a function. */
  valueOf(fn: FnId): ValueId | null;
  /** The function a value runs in, its parent, and so on to the module. */
  functionsAround(value: ValueId): readonly FnId[];
}

export const context: Answer<Context> = { name: "context", of: (file) => new FileContext(file.facts) };

interface Frame extends Enclosing {
  readonly outer: Frame | null;
}

class FileContext implements Context {
  readonly #facts: Facts;
  readonly #parent: Int32Array;
  readonly #frame: (Frame | undefined)[] = [];
  readonly #fnValue: (ValueId | undefined)[] = [];

  constructor(facts: Facts) {
    this.#facts = facts;
    this.#parent = new Int32Array(facts.values.length).fill(-1);
    facts.values.forEach((value, id) => {
      eachOperand(value, (operand) => {
        // Parts of a pattern share what they are taken from; the first to use it is where it stands.
        if (this.#parent[operand] === -1) this.#parent[operand] = id;
      });
      if (value.kind === "function") this.#fnValue[value.fn] = id;
    });
    for (const fn of facts.functions) this.#body(fn.body, null, "body", null);
  }

  parent(value: ValueId): ValueId | null {
    const parent = this.#parent[value] as number;
    return parent === -1 ? null : parent;
  }

  statement(value: ValueId): Statement | null {
    return this.#frameOf(value)?.statement ?? null;
  }

  enclosing(value: ValueId): readonly Enclosing[] {
    const found: Enclosing[] = [];
    for (let frame = this.#frameOf(value); frame; frame = frame.outer) found.push(frame);
    return found;
  }

  valueOf(fn: FnId): ValueId | null {
    return this.#fnValue[fn] ?? null;
  }

  functionsAround(value: ValueId): readonly FnId[] {
    const found: FnId[] = [];
    let fn: FnId | null = this.#facts.owner[value] as FnId;
    while (fn !== null) {
      found.push(fn);
      fn = (this.#facts.functions[fn] as FunctionFact).parent;
    }
    return found;
  }

  #frameOf(value: ValueId): Frame | null {
    let at: ValueId | null = value;
    while (at !== null) {
      const frame = this.#frame[at];
      if (frame) return frame;
      at = this.parent(at);
    }
    return null;
  }

  #head(value: ValueId | null, frame: Frame): void {
    if (value !== null) this.#frame[value] = frame;
  }

  #body(statements: readonly Statement[], outerStatement: Statement | null, part: Enclosing["part"], outer: Frame | null): void {
    const around: Frame | null = outerStatement === null ? outer : { statement: outerStatement, part, outer };
    for (const s of statements) {
      const head: Frame = { statement: s, part: "head", outer: around };
      switch (s.kind) {
        case "eval":
        case "throw":
        case "declare":
          this.#head(s.value, head);
          break;
        case "return":
          this.#head(s.value, head);
          break;
        case "define":
          this.#head(this.#facts.bindings[s.binding]?.versions[s.version]?.value ?? null, head);
          break;
        case "if":
          this.#head(s.test, head);
          this.#body(s.then, s, "then", around);
          this.#body(s.otherwise, s, "otherwise", around);
          break;
        case "loop":
          this.#body(s.init, s, "init", around);
          this.#head(s.over, head);
          this.#head(s.test, { statement: s, part: "body", outer: around });
          this.#head(s.update, { statement: s, part: "body", outer: around });
          this.#body(s.body, s, "body", around);
          break;
        case "try":
          this.#body(s.body, s, "body", around);
          if (s.handler) this.#body(s.handler.body, s, "handler", around);
          if (s.finalizer) this.#body(s.finalizer, s, "finalizer", around);
          break;
        case "switch":
          this.#head(s.on, head);
          for (const c of s.cases) {
            this.#head(c.test, head);
            this.#body(c.body, s, "body", around);
          }
          break;
        case "block":
          this.#body(s.body, s, "body", around);
          break;
      }
    }
  }
}
