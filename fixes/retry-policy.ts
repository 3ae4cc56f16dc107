import { posix } from "node:path";
import type { LoopStatement, Statement, TryStatement, Value, ValueId } from "../core/facts.js";
import type { Fix, Span } from "../core/finding.js";
import type { FileView } from "../core/rule.js";
import { effects } from "../analyzers/effects.js";
import { flow } from "../analyzers/flow.js";
import { mayBeUnrepeatable, unrepeatable } from "../analyzers/repeatable.js";
import type { Retry } from "../analyzers/retries.js";
import { hasComment } from "./edit.js";
import { dispatched } from "./onto-pipeline.js";
import { policyRow } from "./policy-table.js";
import { style } from "./style.js";

/** A loop that does nothing but try one call again. */
interface Plain {
  readonly call: ValueId;
  readonly tries: number;
  /** From the loop, or from what it keeps the last error in, to the throw that follows. */
  readonly span: Span;
}

const MOST_TRIES = 20;
const PAUSE = /^await\s+(?:new Promise\b[^]*\bsetTimeout\b|(?:[\w$]+\.)*(?:sleep|delay|wait|pause|setTimeout)\b)/i;

/** `for (…) { try { return await call() } catch { await sleep(…) } }` as one `dispatch`, with how often to try as a row of the policy table. */
export function ontoPolicy(file: FileView, retry: Retry): Fix | null {
  if (file.settings.pipelineImport("dispatch", file.path) === null) return null;
  if (unrepeatable(file, retry.attempt) !== null) return manual("Whether the call may run twice is for you to say: with an idempotency key it may, and then `dispatch` with `retry` in the policy table does it");
  const plain = retry.loop === null ? null : plainLoop(file, retry.loop);
  if (plain === null) return manual("It does more than try one call again: write that as `dispatch`, with `retry` in the policy table");
  const effect = file.get(effects).find((e) => e.whole === plain.call || e.call.id === plain.call);
  if (effect === undefined || mayBeUnrepeatable(file, retry.attempt) !== null) return manual("What is tried cannot be seen here: if it may run twice, `dispatch` with `retry` in the policy table does it");
  const name = file.facts.functions[file.facts.owner[plain.call] as number]?.name;
  const op = `${posix.basename(file.path).replace(/\.[cm]?[jt]sx?$/, "")}.${name ?? "retry"}`;
  const row = policyRow(file, op, `{ retry: ${plain.tries - 1}, idempotent: true }`);
  if (row === null) return manual("`dispatch` with `retry` in the policy table does it, and there is no table to add the row to: `pipeline.configure({ ops: { … } })`");
  const bounds = effect.call.symbols.flatMap((s) => s.rows("callBounds"))[0]?.row;
  const fix = dispatched(file, effect.call, bounds, effect.library, { whole: effect.whole, isQuery: effect.row.effect === "database", called: op });
  const { start, end } = file.span({ value: effect.whole });
  if (fix === null || hasComment(file.text, plain.span.start, start) || hasComment(file.text, end, plain.span.end)) return null;
  const edits = fix.edits.map((edit) => {
    if (edit.start === start && edit.end === start) return { start: plain.span.start, end: start, text: `return await ${edit.text}` };
    return edit.start === end && edit.end === end ? { start: end, end: plain.span.end, text: `)${style(file).semicolon}` } : edit;
  });
  return { tier: "review", title: `Dispatch it as \`${op}\`, with \`retry: ${plain.tries - 1}\` in the policy table`, edits: [...edits, ...row] };
}

const manual = (title: string): Fix => ({ tier: "manual", title, edits: [] });

function plainLoop(file: FileView, loop: LoopStatement): Plain | null {
  const [only, ...others] = loop.body;
  const tries = triesOf(file, loop);
  if (tries === null || only?.kind !== "try" || others.length > 0 || only.handler === undefined || only.finalizer !== undefined) return null;
  const [attempt, ...more] = only.body;
  const value = attempt?.kind === "return" && attempt.value !== null ? (file.facts.values[attempt.value] as Value) : undefined;
  if (value?.kind !== "await" || more.length > 0) return null;
  const end = endOf(file, loop, only, tries);
  return end && { call: value.of, tries: tries.count, span: { start: end.start, end: end.end } };
}

/** `for (let i = 0; i < 3; i++)` */
function triesOf(file: FileView, { form, init, test, update }: LoopStatement): { readonly count: number; readonly last: number; readonly binding: number } | null {
  const { values, bindings } = file.facts;
  const [first, ...others] = init;
  if (form !== "for" || first?.kind !== "define" || others.length > 0 || test === null || update === null) return null;
  const from = constantOf(file, bindings[first.binding]?.versions[first.version]?.value);
  const until = values[test] as Value;
  const next = values[update] as Value;
  if (from === null || until.kind !== "binary" || (until.op !== "<" && until.op !== "<=") || next.kind !== "assign" || next.op !== "++") return null;
  const left = values[until.left] as Value;
  const most = constantOf(file, until.right);
  if (left.kind !== "var" || left.binding !== first.binding || most === null) return null;
  const last = until.op === "<" ? most - 1 : most;
  const count = last - from + 1;
  return Number.isInteger(count) && count > 1 && count <= MOST_TRIES ? { count, last, binding: first.binding } : null;
}

function constantOf(file: FileView, id: ValueId | undefined): number | null {
  const value = id === undefined ? undefined : file.get(flow).constant(id);
  return typeof value === "number" ? value : null;
}

/** What the catch does, and what follows: the last error is thrown, and nothing else happens. */
function endOf(file: FileView, loop: LoopStatement, { handler }: TryStatement, tries: { readonly last: number; readonly binding: number }): Span | null {
  const { values, bindings } = file.facts;
  const isCaught = (id: ValueId): boolean => {
    const value = values[id] as Value;
    return value.kind === "var" && (handler?.bindings.includes(value.binding) ?? false);
  };
  let kept: number | null = null;
  let throwsLast = false;
  for (const s of handler?.body ?? []) {
    const value = s.kind === "eval" ? (values[s.value] as Value) : undefined;
    if (s.kind === "define" && (handler?.bindings.includes(s.binding) ?? false)) continue;
    if (s.kind === "eval" && value?.kind === "await" && PAUSE.test(file.text.slice(file.span({ value: s.value }).start, file.span({ value: s.value }).end))) continue;
    if (value?.kind === "assign" && value.op === "=" && value.target !== null && "binding" in value.target && isCaught(value.value) && kept === null) kept = value.target.binding;
    else if (s.kind === "if" && isLastTurn(file, s.test, tries) && s.otherwise.length === 0 && s.then.length === 1 && s.then[0]?.kind === "throw" && isCaught(s.then[0].value)) throwsLast = true;
    else return null;
  }
  const next = following(file, loop);
  const { start, end } = file.span({ mark: loop.at });
  if (kept === null) {
    // A throw that nothing reaches goes with the loop; without one in the loop the function would go on.
    return throwsLast && (next === null || next.kind === "throw") ? { start, end: next === null ? end : file.span({ mark: next.at }).end } : null;
  }
  const thrown = next?.kind === "throw" ? (values[next.value] as Value) : undefined;
  const name = bindings[kept]?.name ?? "";
  const declared = new RegExp(`\\blet ${name.replaceAll("$", "\\$")}(?:\\s*:\\s*[\\w$ |]+)?\\s*;?\\s*$`).exec(file.text.slice(0, start));
  const reads = values.filter((v) => v.kind === "var" && v.binding === kept).length;
  return next !== null && thrown?.kind === "var" && thrown.binding === kept && declared !== null && reads === 1 ? { start: declared.index, end: file.span({ mark: next.at }).end } : null;
}

/** `i === 2` of three turns. */
function isLastTurn(file: FileView, test: ValueId, { last, binding }: { readonly last: number; readonly binding: number }): boolean {
  const value = file.facts.values[test] as Value;
  if (value.kind !== "binary" || !["===", "==", ">="].includes(value.op)) return false;
  const left = file.facts.values[value.left] as Value;
  return left.kind === "var" && left.binding === binding && lastOf(file, value.right) === last;
}

/** `2`, `MAX`, `MAX - 1`. */
function lastOf(file: FileView, id: ValueId): number | null {
  const value = file.facts.values[id] as Value;
  if (value.kind !== "binary" || value.op !== "-") return constantOf(file, id);
  const [left, right] = [constantOf(file, value.left), constantOf(file, value.right)];
  return left === null || right === null ? null : left - right;
}

/** The statement after the loop; `null` where the function ends, and the loop itself where that cannot be told. */
function following(file: FileView, loop: LoopStatement): Statement | null {
  const fn = file.facts.functions[file.facts.owner[loop.test as ValueId] as number];
  // In a block of its own, what follows the block would be reached too.
  const at = fn?.body.indexOf(loop) ?? -1;
  return at === -1 ? loop : (fn?.body[at + 1] ?? null);
}
