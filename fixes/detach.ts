import type { Value, ValueId } from "../core/facts.js";
import type { Edit, Fix } from "../core/finding.js";
import type { FileView, Own } from "../core/rule.js";
import type { Discarded } from "../analyzers/discarded.js";
import { context } from "../analyzers/context.js";
import { insert, tokens } from "./edit.js";
import { mayMove } from "./onto-pipeline.js";
import { pipelineName } from "./pipeline-name.js";
import { inStyle } from "./style.js";

/** `sendMail(to)` and `void sendMail(to)` as `detach("sendMail", () => sendMail(to))`: work that nobody waits for, on purpose. */
export function detached(own: Own, { value: dropped, whole: around, is }: Discarded): Fix | null {
  const { file } = own;
  const value = own.value(dropped);
  const whole = own.value(around);
  if (value === null || whole === null) return null;
  if (typeof is === "string" || is.kind !== "promise" || is.lost === "unread" || is.lost === "awaitedList") return null;
  // At the top of a module it starts the program: a failure there has to end it. A script ends with its work.
  const owner = file.facts.owner[value] as number;
  if (owner === 0 || file.role !== "server" || !mayMove(file, value) || isNarrowed(file, value)) return null;
  const label = labelOf(file, value);
  const edits = label === null ? null : inlineFunction(file, value, whole, label) ?? wrapped(file, value, whole, label);
  const name = edits === null ? null : pipelineName(file, "detach", value);
  if (name === null || edits === null || label === null) return null;
  return { tier: "review", title: `Detach it: \`${name.text}(${JSON.stringify(label)}, …)\``, edits: [...name.edits, ...edits(name.text)] };
}

type Written = (name: string) => readonly Edit[];

function wrapped(file: FileView, value: ValueId, whole: ValueId, label: string): Written | null {
  const inner = file.span({ value });
  const head = voidOf(file, value, whole);
  if (head === null) return null;
  // Parentheses around the value are no part of it, and an object that begins a body would read as a block.
  const before = file.text.slice(0, inner.start).trimEnd();
  if (before.endsWith("(") && head !== undefined) return null;
  return (name) => {
    const text = `${name}(${inStyle(file, label)}, () => `;
    return head === undefined ? [insert(inner.start, text), insert(inner.end, ")")] : [{ ...head, text }, insert(inner.end, ")")];
  };
}

/** `(async () => { … })()`: the function itself is what runs detached. */
function inlineFunction(file: FileView, value: ValueId, whole: ValueId, label: string): Written | null {
  const call = file.facts.values[value] as Value;
  if (call.kind !== "call" || call.args.length > 0 || call.optional) return null;
  const fn = file.facts.values[call.callee] as Value;
  if (fn.kind !== "function" || file.facts.functions[fn.fn]?.kind !== "arrow") return null;
  const outer = file.span({ value: whole });
  const inner = file.span({ value: call.callee });
  const head = tokens(file.text, outer.start, inner.start).map((t) => t.text).join("");
  const tail = tokens(file.text, inner.end, outer.end).map((t) => t.text).join("");
  const isPlain = (from: number, to: number, text: string): boolean => file.text.slice(from, to).replace(/\s/g, "") === text;
  if (!/^(?:void)?\($/.test(head) || tail !== ")()" || !isPlain(outer.start, inner.start, head) || !isPlain(inner.end, outer.end, tail)) return null;
  return (name) => [
    { start: outer.start, end: inner.start, text: `${name}(${inStyle(file, label)}, ` },
    { start: inner.end, end: outer.end, text: ")" },
  ];
}

/** The `void` before it with the space behind; undefined where there is none, null where a comment or a parenthesis stands between. */
function voidOf(file: FileView, value: ValueId, whole: ValueId): { readonly start: number; readonly end: number } | null | undefined {
  if (whole === value) return undefined;
  const { start } = file.span({ value: whole });
  const { start: end } = file.span({ value });
  return file.text.slice(start, end).trim() === "void" ? { start, end } : null;
}

const PLAIN = /^[A-Za-z_$][\w$]*$/;
const CHAIN = new Set(["then", "catch", "finally"]);

/** What it is called in the log and in the policy: `mailer.send`; inside `signUp` an unnamed function is `signUp.background`. */
function labelOf(file: FileView, id: ValueId): string | null {
  const names: string[] = [];
  let at = file.facts.values[id] as Value;
  while (names.length < 2) {
    if (at.kind === "call") at = file.facts.values[at.callee] as Value;
    else if (at.kind === "await" || at.kind === "cast") at = file.facts.values[at.of] as Value;
    else if (at.kind === "member") {
      if (at.name === null || !PLAIN.test(at.name)) return null;
      if (names.length > 0 || !CHAIN.has(at.name)) names.unshift(at.name);
      at = file.facts.values[at.object] as Value;
    } else {
      if (at.kind === "var") names.unshift(file.facts.bindings[at.binding]?.name ?? "");
      else if (at.kind === "global") names.unshift(at.name);
      else if (at.kind === "function") names.unshift(`${enclosingName(file, id)}.background`);
      break;
    }
  }
  const label = names.filter((n) => n !== "").join(".");
  return label === "" || label.startsWith(".") ? null : label;
}

function enclosingName(file: FileView, id: ValueId): string {
  const { facts } = file;
  for (let fn: number | null = facts.owner[id] ?? 0; fn !== null && fn > 0; fn = facts.functions[fn]?.parent ?? null) {
    const name = facts.functions[fn]?.name;
    if (name != null && PLAIN.test(name)) return name;
  }
  return "";
}

/**
 * Has a test before it looked at a property that it uses? Inside a function of its own the compiler forgets what the
 * test said: `if (user.email) send(user.email)`.
 */
function isNarrowed(file: FileView, id: ValueId): boolean {
  const { facts } = file;
  const { start, end } = file.span({ value: id });
  const paths = new Set<string>();
  const textAt = (v: ValueId): string => tokens(file.text, file.span({ value: v }).start, file.span({ value: v }).end).map((t) => t.text).join("").replace(/[!?]/g, "");
  facts.values.forEach((value, v) => {
    const span = value.kind === "member" ? file.span({ value: v }) : null;
    if (span !== null && span.start >= start && span.end <= end && facts.owner[v] === facts.owner[id]) paths.add(textAt(v));
  });
  if (paths.size === 0) return false;
  return facts.values.some((value, v) => value.kind === "member" && facts.owner[v] === facts.owner[id] && file.span({ value: v }).end <= start && paths.has(textAt(v)) && isTested(file, v));
}

/** Stands in a condition, or is assigned. */
function isTested(file: FileView, id: ValueId): boolean {
  const statement = file.get(context).statement(id)?.kind;
  if (statement === "if" || statement === "loop" || statement === "switch") return true;
  return file.facts.values.some((value) => {
    if (value.kind === "unary") return value.of === id;
    if (value.kind === "binary") return value.left === id || value.right === id;
    if (value.kind === "logical") return value.left === id || value.right === id;
    if (value.kind === "choice") return value.test === id;
    return value.kind === "assign" && value.target !== null && "member" in value.target && value.target.member === id;
  });
}
