import type { FnId, Statement, Value, ValueId } from "../core/facts.js";
import type { Edit, Fix } from "../core/finding.js";
import type { FileView, Own } from "../core/rule.js";
import { calls } from "../analyzers/calls.js";
import { caught } from "../analyzers/caught.js";
import { entriesOf } from "../analyzers/entries.js";
import { flow } from "../analyzers/flow.js";
import { reports } from "../analyzers/reports.js";
import type { Response } from "../analyzers/responses.js";
import { hasComment } from "./edit.js";
import { entering } from "./enter.js";
import { pipelineName } from "./pipeline-name.js";
import { style } from "./style.js";

/**
 * A catch clause whose whole answer is a 5xx with the error in it, as `throw fail("INTERNAL", {}, { cause: err })`: the
 * entry around it masks the failure and logs its cause; a handler that has none yet gets it. What the clause logs stays. Null
 * where nothing would answer, where the clause does more, or where it answers with anything but a 5xx: that would be another failure.
 */
export function failInstead(own: Own, judged: FileView, response: Response, from: ValueId): Fix | null {
  const { file } = own;
  const at = own.value(response.at);
  const origin = own.value(from);
  const entering = at === null || origin === null ? null : entered(own, judged, judged.facts.owner[response.at] as FnId);
  if (at === null || origin === null || entering === null) return null;
  const handler = file.get(caught).flatMap((site) => (site.chain === null ? site.handlers : [])).find((h) => h.error === origin);
  const binding = handler?.name == null ? undefined : file.facts.bindings[handler.name];
  if (!handler || !binding || binding.versions.length !== 1 || file.facts.owner[at] !== handler.fn) return null;
  // The clause's own name is a statement of its body.
  const body = handler.body.filter((s) => s.kind !== "define" || s.binding !== handler.name);
  const last = body.at(-1);
  const isBareReturn = last?.kind === "return" && last.value === null;
  const answer = isBareReturn ? body.at(-2) : last;
  const before = body.slice(0, isBareReturn ? -2 : -1);
  if (!answer || !before.every((s) => isLog(file, s)) || valueOf(file, answer) !== at || !isServerError(file, at)) return null;
  const start = file.span({ mark: answer.at }).start;
  const { end } = file.span({ mark: (isBareReturn ? last : answer).at });
  if (hasComment(file.text, start, end)) return null;
  const name = pipelineName(file, "fail", at);
  if (name === null) return null;
  const cause = binding.name === "cause" ? "cause" : `cause: ${binding.name}`;
  const { quote, semicolon: usual } = style(file);
  const thrown = `${name.text}(${quote}INTERNAL${quote}, {}, { ${cause} })`;
  const semicolon = file.text[end - 1] === ";" ? ";" : usual === "" || /^\s*;/.test(file.text.slice(end)) ? "" : ";";
  return { tier: "review", title: `Fail with it: \`${thrown}\``, edits: [...entering, ...name.edits, { start, end, text: `throw ${thrown}${semicolon}` }] };
}

/**
 * What it takes for the failure to be answered: nothing where the entry point goes through the pipeline, by its own wrap or by
 * what the app registers before it; else the wrap that `bare-entry` offers. Null where nobody would answer.
 */
function entered(own: Own, judged: FileView, fn: FnId): readonly Edit[] | null {
  const serving = judged.get(entriesOf)(fn).map((e) => entering(own, judged, e));
  return serving.length > 0 && serving.every((edits) => edits !== null) ? serving.flat() : null;
}

function valueOf(file: FileView, s: Statement): ValueId | null {
  if (s.kind !== "eval" && s.kind !== "return") return null;
  const value = s.value === null ? undefined : file.facts.values[s.value];
  return value?.kind === "await" || (value?.kind === "unary" && value.op === "void") ? value.of : s.value;
}

function isLog(file: FileView, s: Statement): boolean {
  const call = s.kind === "eval" ? file.get(calls).find((c) => c.id === s.value) : undefined;
  return call !== undefined && file.get(reports)(call) === "logs";
}

/** `res.status(500).json(…)`, `reply.code(502).send(…)`, `{ statusCode: 500, … }` */
function isServerError(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  if (value.kind === "object") return isStatus(file, value.props.find((p) => p.name === "statusCode")?.value);
  const callee = value.kind === "call" ? file.facts.values[value.callee] : undefined;
  if (callee?.kind !== "member") return false;
  for (let at: Value | undefined = file.facts.values[callee.object]; at?.kind === "call"; ) {
    const method: Value | undefined = file.facts.values[at.callee];
    if (method?.kind !== "member") return false;
    if (method.name === "status" || method.name === "code") return isStatus(file, at.args[0]);
    at = file.facts.values[method.object];
  }
  return false;
}

function isStatus(file: FileView, id: ValueId | undefined): boolean {
  const status = id === undefined ? undefined : file.get(flow).constant(id);
  return typeof status === "number" && status >= 500 && status < 600;
}
