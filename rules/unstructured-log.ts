import type { Value, ValueId } from "../core/facts.js";
import type { Fix } from "../core/finding.js";
import { type FileView, type Own, type Report, rule } from "../core/rule.js";
import { callsites } from "../analyzers/callsites.js";
import { flow } from "../analyzers/flow.js";
import { errorFault } from "../analyzers/logged-error.js";
import { type LogLine, logLines } from "../analyzers/log-lines.js";
import { type Message, messageOf, PLACEHOLDER } from "../analyzers/message-values.js";
import { keptOutFirst } from "../fixes/keep-out.js";
import { errorIntoPlace, ownLine, valuesIntoFields } from "../fixes/log-fields.js";

const LOGS = /(?:^|[^a-z])logs?(?:$|[^a-z])|[lL]ogg|Log\b|LOG|pino|winston|bunyan|consola|signale|roarr|tslog|fastify|powertools/;
const VALUES = /\$\{|\+|%[sdifjoO]|\b(?:concat|join|format|stringify|inspect|replace)\b|\b(?:catch|err|error|e|ex)\b/;

export default rule({
  name: "unstructured-log",
  promise: "observability",
  finds: "values glued into a log message, and an error where the logger does not serialise it",
  why: "Lines of one place then all have different texts, so nobody can count, filter or alert on them, and an error under the wrong key is logged as `{}`.",
  fine: [
    "a constant message with the values as fields beside it; constants and choices among constants in a template",
    "texts put together from literals alone, and colours around them",
    "an error under the key that the logger or its options name: `err` of pino, `errorKey`, `serializers`",
    "`console` (that is another rule), `debug`, and prompts at a terminal",
    "a function that only hands its parameter to a logger: its callers are judged",
    "a logger known by its name alone is judged by its messages; where it takes an error, the file that makes it says",
    "Nest's `Logger` takes objects too: `log({ message, userId })`, so values in its messages count",
  ],
  depth: "both",
  fix: "review",
  fixNote: "Moves the values into fields, in the order that the logger takes them (Nest's `Logger` takes an object with the message in it); an error goes under its key. Not offered where the logger is known by its name alone, takes no fields beside a message, or fills in `%s`.",
  roles: ["server"],
  preset: "strict",
  looksFor: { told: ({ text }) => LOGS.test(text) && VALUES.test(text) },
  judge(file, report) {
    for (const line of file.get(logLines)) judgeLine(file, report, line);
  },
});

function judgeLine(file: FileView, report: Report, line: LogLine): void {
  const at = { value: line.call.id };
  const said = messageIn(file, line);
  if (said?.message === "values") {
    report.found(at, "the message holds values: give them as fields beside a constant text", { fixIn: (own) => fixIn(own, line, valuesIntoFields) });
    return;
  }
  const fault = errorFault(file, line);
  if (fault?.is === "key") {
    report.found(at, `the logger does not serialise an error under \`${fault.key}\`${fault.want === null ? "" : `: give it as \`${fault.want}\``}`, { fixIn: (own) => fixIn(own, line, (_, mine) => errorIntoPlace(own, mine, fault)) });
  } else if (fault?.is === "position") {
    report.found(at, `an error behind the message is lost: give it first, or as \`${fault.want}\``, { fixIn: (own) => fixIn(own, line, (_, mine) => errorIntoPlace(own, mine, fault)) });
  } else if (said?.message === "caller") {
    report.clear(at);
    judgeCallers(file, report, line, said.value, new Set());
  } else if (said?.message === "named") report.unknown(at, "whether what is in its message is a constant is in another file");
  else if (said?.message === "unknown") report.unknown(at, "what its message holds is not said here");
  else if (fault?.is === "unknown") report.unknown(at, fault.reason);
  else report.clear(at);
}

/** Other rules leave a line to what must not be in it first. */
function fixIn(own: Own, line: LogLine, make: (file: FileView, line: LogLine) => Fix | null): Fix | null {
  const mine = ownLine(own, line);
  return mine && (keptOutFirst(own.file, mine.call) ?? make(own.file, mine));
}

interface Said {
  readonly message: Message;
  readonly value: ValueId;
}

/** The message of a line: its first text, or the `msg` of its first object. */
function messageIn(file: FileView, line: LogLine): Said | null {
  const { args } = line;
  let first: Said | null = null;
  for (const [index, arg] of args.slice(0, 2).entries()) {
    const value = file.facts.values[arg] as Value;
    const inside = value.kind === "object" ? value.props.find((p) => (p.name === "msg" || p.name === "message") && p.form === "init")?.value : undefined;
    const message = inside !== undefined ? (index === 0 ? messageOf(file, inside) : null) : messageOf(file, arg);
    if (message === null) continue;
    const text = file.get(flow).constant(arg);
    // `("user %s", id)`
    if (typeof text === "string" && isFilled(file, text, args[index + 1])) return { message: "values", value: arg };
    if (message === "values" && (index === 0 || isMessageBehind(line, first))) return { message, value: arg };
    // What stands before a text is fields where nobody says that it is a text itself.
    if (first === null || (index === 1 && line.order !== "messageFirst" && (first.message === "caller" || first.message === "unknown"))) first = { message, value: inside ?? arg };
    if (index === 0 && line.order === "messageFirst" && line.row !== null && message === "constant") break;
  }
  return first;
}

/** A placeholder, and a value for it. `("50%discount", { id })` has none: an object fills in `%o`. */
function isFilled(file: FileView, text: string, next: ValueId | undefined): boolean {
  const places = text.replaceAll("%%", "");
  return next !== undefined && PLACEHOLDER.test(places) && (file.facts.values[next]?.kind !== "object" || /%[joO]/.test(places));
}

/** The second argument is a message where the first is fields, an error, or a label that another file's logger takes. */
function isMessageBehind(line: LogLine, first: Said | null): boolean {
  if (line.order === "fieldsFirst") return first === null || first.message !== "values";
  if (line.order === "unknown") return first === null || first.message !== "values";
  return first === null;
}

/** Who calls a function that hands its parameter on as the message says what the message is. */
function judgeCallers(file: FileView, report: Report, line: LogLine, message: ValueId, seen: Set<ValueId>): void {
  for (const source of file.get(flow).sources(message)) {
    const param = file.facts.values[source] as Value;
    if (param.kind !== "param" || seen.has(source)) continue;
    seen.add(source);
    for (const site of file.get(callsites)(param.fn)) {
      const call = file.facts.values[site] as Value & { kind: "call" };
      const arg = call.args[param.index];
      if (arg === undefined || file.get(logLines).some((l) => l.call.id === site)) continue;
      const said = messageOf(file, arg);
      const at = { value: site };
      if (said === "values") report.found(at, "the message holds values: give them as fields beside a constant text", { related: [{ ...file.span({ value: line.call.id }), message: "the line that it is handed to" }] });
      else if (said === "caller") judgeCallers(file, report, line, arg, seen);
      else if (said === "constant") report.clear(at);
    }
  }
}
