import type { Facts, FnId, FunctionFact, Statement, ValueId } from "../core/facts.js";
import type { Answer } from "../core/rule.js";
import { type Occurrences, occurrences } from "./occurrences.js";

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

export const context: Answer<Context> = { name: "context", of: (file) => new FileContext(file.facts, file.get(occurrences)) };

interface Frame extends Enclosing {
  readonly outer: Frame | null;
}

class FileContext implements Context {
  readonly #facts: Facts;
  readonly #occurrences: Occurrences;
  #frames: (Frame | undefined)[] | undefined;

  constructor(facts: Facts, found: Occurrences) {
    this.#facts = facts;
    this.#occurrences = found;
  }

  parent(value: ValueId): ValueId | null {
    return this.#occurrences.parent(value);
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
    return this.#occurrences.valueOf(fn);
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
    const frames = (this.#frames ??= this.#allFrames());
    let at: ValueId | null = value;
    while (at !== null) {
      const frame = frames[at];
      if (frame) return frame;
      at = this.parent(at);
    }
    return null;
  }

  #allFrames(): (Frame | undefined)[] {
    const frames = new Array<Frame | undefined>(this.#facts.values.length);
    for (const fn of this.#facts.functions) this.#body(frames, fn.body, null, "body", null);
    return frames;
  }

  #body(frames: (Frame | undefined)[], statements: readonly Statement[], outerStatement: Statement | null, part: Enclosing["part"], outer: Frame | null): void {
    const put = (value: ValueId | null, frame: Frame): void => {
      if (value !== null) frames[value] = frame;
    };
    const around: Frame | null = outerStatement === null ? outer : { statement: outerStatement, part, outer };
    for (const s of statements) {
      const head: Frame = { statement: s, part: "head", outer: around };
      switch (s.kind) {
        case "eval":
        case "throw":
        case "declare":
          put(s.value, head);
          break;
        case "return":
          put(s.value, head);
          break;
        case "define":
          put(this.#facts.bindings[s.binding]?.versions[s.version]?.value ?? null, head);
          break;
        case "if":
          put(s.test, head);
          this.#body(frames, s.then, s, "then", around);
          this.#body(frames, s.otherwise, s, "otherwise", around);
          break;
        case "loop":
          this.#body(frames, s.init, s, "init", around);
          put(s.over, head);
          put(s.test, { statement: s, part: "body", outer: around });
          put(s.update, { statement: s, part: "body", outer: around });
          this.#body(frames, s.body, s, "body", around);
          break;
        case "try":
          this.#body(frames, s.body, s, "body", around);
          if (s.handler) this.#body(frames, s.handler.body, s, "handler", around);
          if (s.finalizer) this.#body(frames, s.finalizer, s, "finalizer", around);
          break;
        case "switch":
          put(s.on, head);
          for (const c of s.cases) {
            put(c.test, head);
            this.#body(frames, c.body, s, "body", around);
          }
          break;
        case "block":
          this.#body(frames, s.body, s, "body", around);
          break;
      }
    }
  }
}
