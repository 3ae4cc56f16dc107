import type { FnId, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { Call } from "./calls.js";
import { flow } from "./flow.js";
import { callsOf } from "./invocations.js";
import { isNext } from "./let-go.js";

/** How an answer is put together. */
const ANSWERS = new Set(["status", "sendStatus", "code", "json", "send", "end", "type", "set", "header"]);
const STATUS = new Set(["status", "sendStatus", "code"]);

/** A handler that answers with an error, whoever asks: `next(new NotFound())`, `res.sendStatus(405)`. */
export function onlyRefuses(file: FileView, fn: FnId): boolean {
  const { body } = file.facts.functions[fn] ?? {};
  if (body === undefined || !body.every((s) => s.kind === "define" || s.kind === "eval" || s.kind === "return" || s.kind === "throw")) return false;
  const made = file.get(callsOf)(fn);
  if (!made.every((call) => call.value.form === "new" || isHandedOn(file, call) || ANSWERS.has(nameOf(file, call) ?? ""))) return false;
  return body.some((s) => s.kind === "throw" || (s.kind === "eval" && setsErrorStatus(file, s.value))) || made.some((call) => isHandedOn(file, call) || isErrorStatus(file, call));
}

const isHandedOn = (file: FileView, call: Call): boolean => call.value.args.length > 0 && isNext(file, call.target);

function isErrorStatus(file: FileView, call: Call): boolean {
  const status = STATUS.has(nameOf(file, call) ?? "") && call.value.args[0] !== undefined ? file.get(flow).constant(call.value.args[0]) : undefined;
  return typeof status === "number" && status >= 400;
}

/** `ctx.status = 405` */
function setsErrorStatus(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  if (value.kind !== "assign" || value.op !== "=" || value.target === null || !("member" in value.target)) return false;
  const target = file.facts.values[value.target.member] as Value;
  const status = target.kind === "member" && /^status(?:Code)?$/.test(target.name ?? "") ? file.get(flow).constant(value.value) : undefined;
  return typeof status === "number" && status >= 400;
}

function nameOf(file: FileView, call: Call): string | null {
  const callee = file.facts.values[call.target] as Value;
  return callee.kind === "member" ? callee.name : null;
}
