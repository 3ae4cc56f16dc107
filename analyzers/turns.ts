import type { BindingId, Statement, Value, ValueId } from "../core/facts.js";
import type { Span } from "../core/finding.js";
import type { Answer, FileView } from "../core/rule.js";
import { callsWithin } from "./calls.js";
import { within } from "./caught.js";
import { eachStatement, flow } from "./flow.js";
import { isMadeOf } from "./made-of.js";
import { byPlace } from "./placed.js";
import { nameOf } from "./reports.js";

/** Code that runs once in every turn of a loop or recursion. */
export interface TurnsOf {
  readonly spans: readonly Span[];
  /** Parameters (`fn:index`) and properties (`.name`) that a recursive call gives anew: `again(n - 1)`, `again({ ...o, left: o.left - 1 })`. */
  readonly givenAnew: ReadonlySet<string>;
}

const STEPS = new Set(["++", "--", "+=", "-=", "*=", "/=", "**=", "<<=", ">>="]);
const RANDOM = /^(?:global:Math\.random|(?:global:)?crypto[:.](?:randomInt|randomBytes|getRandomValues|randomUUID)|lodash(?:-es)?:random|lodash[./]random:.*)$/;
/** The server says itself when to come again. */
const RETRY_AFTER = /^(?:x-)?(?:retry|rate-?limit)-?(?:after|reset)/i;

const placedWrites: Answer<(within: Span) => readonly ValueId[]> = {
  name: "writes by their place",
  of: (file) => byPlace(file, file.facts.values.flatMap((value, id) => (value.kind === "assign" ? [id] : []))),
};

/** What changes from one turn to the next. */
export class Turns {
  readonly #file: FileView;
  readonly #of: TurnsOf;
  /** Whether each changed name takes a step (`i++`, `delay *= 2`) or is written anew. */
  readonly #names = new Map<BindingId, "step" | "anew">();
  readonly #members = new Set<string>();
  readonly #grown = new Set<string>();
  readonly #shrunk = new Set<string>();
  #statements: readonly Statement[] | undefined;

  constructor(file: FileView, of: TurnsOf) {
    this.#file = file;
    this.#of = of;
    for (const span of of.spans) {
      for (const id of file.get(placedWrites)(span)) this.#write(file.facts.values[id] as Value & { kind: "assign" });
      for (const { value } of callsWithin(file, span)) {
        const callee = file.facts.values[value.callee] as Value;
        if (callee.kind === "member" && /^(?:push|unshift|add|set|incr(?:by)?|increment)$/.test(callee.name ?? "")) this.#grown.add(this.#text(callee.object));
        if (callee.kind === "member" && /^(?:shift|pop|splice)$/.test(callee.name ?? "")) this.#shrunk.add(this.#text(callee.object));
      }
    }
  }

  #write(value: Value & { kind: "assign" }): void {
    const { target } = value;
    if (target === null) return;
    if ("member" in target) {
      const text = this.#text(target.member);
      if (STEPS.has(value.op) || isMadeOf(this.#file, value.value, (id, v) => v.kind === "member" && this.#text(id) === text)) this.#members.add(text);
      return;
    }
    const isStep = STEPS.has(value.op) || isMadeOf(this.#file, value.value, (_, v) => v.kind === "var" && v.binding === target.binding);
    if (isStep) this.#names.set(target.binding, "step");
    else if (!this.#names.has(target.binding) && this.#file.get(flow).constant(value.value) === undefined) this.#names.set(target.binding, "anew");
  }

  /** Does a value stand in the code of a turn? */
  has(id: ValueId): boolean {
    return this.hasSpan(this.#file.span({ value: id }));
  }

  hasSpan(span: Span): boolean {
    return this.#of.spans.some((s) => within(s, span));
  }

  /** The statements of a turn, at any depth. */
  get statements(): readonly Statement[] {
    if (this.#statements) return this.#statements;
    const found: Statement[] = [];
    for (const fn of this.#file.facts.functions) {
      eachStatement(fn.body, (s) => {
        if (this.hasSpan(this.#file.span({ mark: s.at }))) found.push(s);
      });
    }
    return (this.#statements = found);
  }

  /** Does it count the turns, or depend on what does? */
  isCounted(value: ValueId): boolean {
    return isMadeOf(this.#file, value, (id, v) => this.#counts(id, v));
  }

  /** Is it another one in the next turn? By a step, by chance, or because somebody said so. */
  varies(value: ValueId, given: (param: Value & { kind: "param" }) => ValueId | undefined = () => undefined, depth = 0): boolean {
    return isMadeOf(
      this.#file,
      value,
      (id, v) => {
        if (this.#counts(id, v)) return true;
        if (v.kind === "var") return this.#names.has(v.binding);
        if (v.kind === "element" || v.kind === "caught") return this.has(id);
        if (v.kind === "literal") return typeof v.value === "string" && RETRY_AFTER.test(v.value);
        if (v.kind === "param") {
          const arg = given(v);
          return arg !== undefined && depth < 4 && this.varies(arg, undefined, depth + 1);
        }
        if (v.kind === "member") return /^retry_?After/i.test(v.name ?? "");
        if (v.kind !== "call") return false;
        if (this.#file.get(flow).symbols(v.callee).some((node) => RANDOM.test(node.text))) return true;
        return this.#ownVaries(v, given, depth);
      },
      // A function of this file is judged by what it makes of its arguments; a table whose entries are all alike is one value.
      (_, v) => !(v.kind === "call" && this.#own(v).length > 0) && !(v.kind === "member" && v.key !== undefined && isConstantTable(this.#file, v.object)),
    );
  }

  #own(call: Value & { kind: "call" }): readonly number[] {
    return call.form === undefined ? this.#file.get(flow).functions(call.callee) : [];
  }

  #ownVaries(call: Value & { kind: "call" }, given: (param: Value & { kind: "param" }) => ValueId | undefined, depth: number): boolean {
    if (depth > 3) return false;
    return this.#own(call).some((fn) => {
      let varies = false;
      const arg = (param: Value & { kind: "param" }): ValueId | undefined => (param.fn === fn ? call.args[param.index] : given(param));
      eachStatement(this.#file.facts.functions[fn]?.body ?? [], (s) => {
        if (s.kind === "return" && s.value !== null) varies ||= this.varies(s.value, arg, depth + 1);
      });
      return varies;
    });
  }

  #counts(id: ValueId, v: Value): boolean {
    switch (v.kind) {
      case "var":
        return this.#names.get(v.binding) === "step";
      case "param":
        return this.#of.givenAnew.has(`${v.fn}:${v.index}`);
      case "member":
        if (this.#members.has(this.#text(id)) || (v.name !== null && this.#of.givenAnew.has(`.${v.name}`))) return true;
        return (v.name === "length" || v.name === "size") && this.#grown.has(this.#text(v.object));
      case "call": {
        // `counts.get(key)` where a turn sets it.
        const callee = this.#file.facts.values[v.callee] as Value;
        return callee.kind === "member" && (callee.name === "get" || /^incr/.test(callee.name ?? "")) && this.#grown.has(this.#text(callee.object));
      }
      default:
        return false;
    }
  }

  /** Does a turn take something away from it? Then the next has another to work on. */
  isTakenFrom(id: ValueId): boolean {
    return this.#shrunk.size > 0 && this.#shrunk.has(this.#text(id));
  }

  /** Is the name written in a turn, and how? */
  change(binding: BindingId): "step" | "anew" | null {
    return this.#names.get(binding) ?? null;
  }

  #text(id: ValueId): string {
    const { start, end } = this.#file.span({ value: id });
    return this.#file.text.slice(start, end).replace(/\s+|[?!]/g, "");
  }
}

/** `[1000, 1000, 1000]`: whichever is picked, it is the same. */
function isConstantTable(file: FileView, table: ValueId): boolean {
  const answers = file.get(flow);
  return answers.sources(table).every((source) => {
    const of = file.facts.values[source] as Value;
    if (of.kind !== "array" || of.items.length === 0) return false;
    const entries = new Set(of.items.map((item) => (item === null ? undefined : answers.constant(item))));
    return entries.size === 1 && !entries.has(undefined);
  });
}

/** What counts attempts is called so; what else counts tells one piece of work from another. */
const ATTEMPT = /attempt|retr|tri(?:es|al)|^try|Try$|round|turn|iteration|delay|backoff|wait|remaining|left$/i;

export function namesAnAttempt(file: FileView, id: ValueId): boolean {
  return ATTEMPT.test(nameOf(file, id));
}
