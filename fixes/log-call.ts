import type { Edit, Fix } from "../core/finding.js";
import type { FileView } from "../core/rule.js";
import type { Call } from "../analyzers/calls.js";
import { flow } from "../analyzers/flow.js";
import { hasComment } from "./edit.js";
import { Fields, isPlainList, kindOf, messageOf } from "./log-line.js";
import { pipelineName } from "./pipeline-name.js";

/** The pipeline's log has these four. `table`, `dir`, `group` and the like print no line, and a trace is a stack. */
const LEVELS: ReadonlyMap<string, string> = new Map([["log", "info"], ["info", "info"], ["debug", "debug"], ["warn", "warn"], ["error", "error"]]);

/** `console.log(…)` as a line of the pipeline's log: the text as its message, everything else as fields beside it. Null where that takes a human. */
export function logCall(file: FileView, call: Call, method: string): Fix | null {
  const level = LEVELS.get(method);
  const { args, callee, optional } = call.value;
  const [first, ...others] = args;
  // What `bind` gave stands elsewhere, and what a condition may have put in its place prints nothing.
  const isPlain = call.target === callee && call.value.form === undefined && call.args?.length === args.length && file.get(flow).sources(callee).length === 1;
  if (level === undefined || first === undefined || optional || !isPlain) return null;
  const message = messageOf(file, first);
  if (message === null || others.some((a) => kindOf(file, a) === "spread")) return null;
  const fields = new Fields(file);
  for (const hole of message.holes) fields.add(hole.name, hole.text);
  for (const arg of others) if (!fields.addArgument(arg)) return null;
  const whole = file.span({ value: call.id });
  const [start, end] = [file.span({ value: first }).start, file.span({ value: others.at(-1) ?? first }).end];
  // A comment among what moves would be lost, and so would the parentheses that a span leaves out.
  const called = file.span({ value: callee });
  if (hasComment(file.text, called.start, called.end) || hasComment(file.text, start, end) || !isPlainList(file, whole.end, args)) return null;
  const name = pipelineName(file, "log", call.id);
  if (name === null) return null;
  const rest = fields.text === "" ? "" : `, ${fields.text}`;
  const edits: Edit[] = [...name.edits, { ...called, text: `${name.text}.${level}` }, { start, end, text: message.text + rest }];
  return { tier: "review", title: `Log through the pipeline: \`${name.text}.${level}\``, edits };
}
