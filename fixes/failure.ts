import type { Value, ValueId } from "../core/facts.js";
import type { Edit, Fix } from "../core/finding.js";
import type { FileView, Own } from "../core/rule.js";
import { builtInOptions } from "../analyzers/error-classes.js";
import { flow } from "../analyzers/flow.js";
import { leaving } from "../analyzers/leaving.js";
import type { Raising } from "../analyzers/raisings.js";
import type { Thrown } from "../analyzers/thrown.js";
import { hasComment, insert, tokens } from "./edit.js";
import { pipelineName } from "./pipeline-name.js";
import { style } from "./style.js";

/** Others say what they are by their class, and a failure is none of them. */
const PLAIN = "Error";

/** `new Error(message)` as `fail("INTERNAL", {}, { message })`: still an Error with that message. */
export function asFailure(own: Own, raising: Raising, what: Thrown & { is: "raw" }): Fix | null {
  const { file } = own;
  const value = raising.value === null ? null : own.value(raising.value);
  if (value === null || what.cls !== null || what.name !== PLAIN) return null;
  const made = file.facts.values[value] as Value;
  if (made.kind !== "call" || builtInOptions(file, made.callee) === null || isAskedFor(file)) return null;
  const [message, options, ...more] = made.args;
  if (more.length > 0 || made.args.some((a) => file.facts.values[a]?.kind === "spread")) return null;
  const name = pipelineName(file, "fail", value);
  if (name === null) return null;
  const whole = file.span({ value });
  if (message === undefined && hasComment(file.text, whole.start, whole.end)) return null;
  const edits = message === undefined ? [{ start: whole.start, end: whole.end, text: `${name.text}(${code(file)})` }] : rewritten(file, made, message, options, name.text);
  return edits === null ? null : { tier: "review", title: `Fail with a code: \`${name.text}("INTERNAL", {}, { message })\``, edits: [...name.edits, ...edits] };
}

function rewritten(file: FileView, made: Value & { kind: "call" }, message: ValueId, options: ValueId | undefined, name: string): readonly Edit[] | null {
  const call = made.args.length > 0 ? file.span({ value: made.callee }) : null;
  const given = file.facts.values[message] as Value;
  const text = file.get(flow).constant(message);
  // Only what is text for sure: a failure's message takes nothing else.
  const isText = typeof text === "string" || given.kind === "template" || (given.kind === "binary" && given.op === "+" && hasText(file, given));
  if (call === null || !isText) return null;
  const { start, end } = file.span({ value: message });
  const head = headOf(file, made);
  // Brackets of its own would make a list of what stands in them.
  if (head === null || made.typeArgs !== undefined || tokens(file.text, call.end, start).map((t) => t.text).join("") !== "(") return null;
  const opened = insert(start, `${code(file)}, {}, { message: `);
  if (options === undefined) {
    const next = tokens(file.text, end, file.span({ value: made.callee }).start + file.text.length).find((t) => t.text !== ")" || t.start > end);
    // A comma after the last argument is one in the braces.
    return [{ ...head, text: name }, opened, insert(next?.text === "," ? next.end : end, " }")];
  }
  const cause = causeOf(file, options);
  if (cause === null) return null;
  const between = tokens(file.text, end, file.span({ value: options }).start);
  if (between.length !== 1 || between[0]?.text !== ",") return null;
  const braces = file.span({ value: options });
  // `"…", { cause: e }` becomes `{ message: "…", cause: e }`.
  return [{ ...head, text: name }, opened, { start: braces.start, end: cause, text: "" }];
}

/** `new Error` up to its arguments. */
function headOf(file: FileView, made: Value & { kind: "call" }): { start: number; end: number } | null {
  const callee = file.span({ value: made.callee });
  if (made.form !== "new") return callee;
  const before = file.text.slice(0, callee.start);
  const at = /\bnew\s*$/.exec(before);
  return at ? { start: at.index, end: callee.end } : null;
}

/** Where the content of `{ cause: … }` begins, if the braces hold nothing else. */
function causeOf(file: FileView, options: ValueId): number | null {
  const value = file.facts.values[options] as Value;
  if (value.kind !== "object" || value.props.length !== 1 || value.props[0]?.name !== "cause") return null;
  const start = file.span({ value: options }).start;
  const first = file.span({ mark: value.props[0].at }).start;
  return /^\{\s*$/.test(file.text.slice(start, first)) ? first : null;
}

function hasText(file: FileView, value: Value & { kind: "binary" }): boolean {
  return [value.left, value.right].some((side) => {
    const of = file.facts.values[side] as Value;
    return (of.kind === "literal" && typeof of.value === "string") || of.kind === "template" || (of.kind === "binary" && of.op === "+" && hasText(file, of));
  });
}

/** Somebody here tells errors by their name or constructor, which a failure has of its own. */
function isAskedFor(file: FileView): boolean {
  return file.facts.values.some((v) => v.kind === "binary" && /^[!=]==?$/.test(v.op) && [v.left, v.right].some((side) => {
    const of = file.facts.values[side];
    return of?.kind === "member" && (of.name === "constructor" || (of.name === "name" && file.get(flow).sources(of.object).some((s) => file.facts.values[s]?.kind === "caught")));
  }));
}

/** `throw "text"` as `throw new Error("text")`; where that would leave an entry point, as a failure with that message. */
export function asError(file: FileView, raising: Raising): Fix | null {
  const { value } = raising;
  if (value === null) return null;
  const given = file.facts.values[value] as Value;
  const isText = (given.kind === "literal" && typeof given.value === "string") || given.kind === "template" || (given.kind === "binary" && given.op === "+" && hasText(file, given));
  if (!isText || isComparedAsText(file)) return null;
  const { start, end } = file.span({ value });
  if (file.get(leaving).of(raising, { is: "raw", name: PLAIN, cls: null, made: value }) !== null) {
    const name = pipelineName(file, "fail", value);
    const edits = name === null ? null : [...name.edits, insert(start, `${spaced(file, start)}${name.text}(${code(file)}, {}, { message: `), insert(end, " })")];
    return edits === null ? null : { tier: "review", title: "Fail with this text as the message", edits };
  }
  if (file.facts.bindings.some((b) => b.name === "Error")) return null;
  return { tier: "review", title: "Throw an Error with this text", edits: [insert(start, `${spaced(file, start)}new Error(`), insert(end, ")")] };
}

/** The code that says no more than an Error did. */
function code(file: FileView): string {
  const { quote } = style(file);
  return `${quote}INTERNAL${quote}`;
}

/** `throw"text"` */
const spaced = (file: FileView, at: number): string => (/\w/.test(file.text[at - 1] ?? "") ? " " : "");

/** A catch of this file that looks for the text itself: `e === "gone"`, `typeof e === "string"`. */
function isComparedAsText(file: FileView): boolean {
  const isCaught = (id: ValueId): boolean => file.get(flow).sources(id).some((s) => ["caught", "param"].includes(file.facts.values[s]?.kind ?? ""));
  return file.facts.values.some((v) => {
    if (v.kind !== "binary" || !/^[!=]==?$/.test(v.op)) return false;
    return [v.left, v.right].some((side) => {
      const of = file.facts.values[side] as Value;
      return (of.kind === "var" && isCaught(side) && file.facts.bindings[of.binding]?.kind === "catch") || (of.kind === "unary" && of.op === "typeof" && isCaught(of.of));
    });
  });
}
