import type { CallValue, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { LoggerRow } from "../catalog/logger-row.js";
import { caught, within } from "./caught.js";
import { endsOf, type Into } from "./ends.js";
import { flow } from "./flow.js";
import type { LogLine } from "./log-lines.js";
import { messageOf, PLACEHOLDER } from "./message-values.js";
import { valueAt } from "./options.js";
import { nameOf } from "./reports.js";

/** What is wrong with how a line gives its error; `unknown`: the logger is made where nobody here sees. */
export type ErrorFault =
  | { readonly is: "key"; readonly key: string; readonly want: string | null; readonly value: ValueId; readonly object: ValueId }
  | { readonly is: "position"; readonly value: ValueId; readonly want: string }
  | { readonly is: "unknown"; readonly reason: string };

export function errorFault(file: FileView, line: LogLine): ErrorFault | null {
  if (line.isPipeline) return null;
  const { args, row } = line;
  const given = args.flatMap((arg, index) => errorsIn(file, arg).map((found) => ({ ...found, index })));
  if (given.length === 0) return null;
  if (row === null) return given.some((e) => e.key !== "err" && (e.key !== null || e.index > 0)) ? { is: "unknown", reason: "where its logger takes an error is in another file" } : null;
  if (row.errors === undefined) return null;
  if (row.errors.by === "format") return byFormat(file, line, row.errors, given);
  const { errorKey } = row;
  if (errorKey === undefined) return null;
  // A text goes first only without fields: what comes after it is for its placeholders, or lost.
  const isTextFirst = args[0] !== undefined && messageOf(file, args[0]) !== null && errorsIn(file, args[0]).length === 0 && file.facts.values[args[0]]?.kind !== "object";
  const late = given.find((e) => e.index > 0);
  if (isTextFirst && late !== undefined && !PLACEHOLDER.test(String(file.get(flow).constant(args[0] as ValueId) ?? ""))) return { is: "position", value: late.value, want: errorKey };
  const named = given.find((e) => e.key !== null && e.key !== errorKey);
  if (named?.key == null || named.object === null) return null;
  const said = configured(file, line, row.errors, named.key);
  if (said !== null) return said === "serialised" ? null : said;
  return { is: "key", key: named.key, want: given.some((e) => e.key === errorKey) ? null : errorKey, value: named.value, object: named.object };
}

interface Given {
  readonly value: ValueId;
  /** The property it is given under; null where it is the argument itself. */
  readonly key: string | null;
  readonly object: ValueId | null;
}

/** The errors of an argument: itself, or those of its properties. */
function errorsIn(file: FileView, arg: ValueId): Given[] {
  if (isError(file, arg)) return [{ value: arg, key: null, object: null }];
  const value = file.facts.values[arg] as Value;
  if (value.kind !== "object") return [];
  return value.props.flatMap((p) => (p.name !== null && (p.form === "init" || p.form === "shorthand") && isError(file, p.value) ? [{ value: p.value, key: p.name, object: arg }] : []));
}

const ERROR = /^(?:e|er|err|error|ex|exc|exception)$/i;
const MAKES = /^(?:to|as|ensure|wrap|normali[sz]e|unwrap|serialize)\w*Error$|^(?:\w*Error|\w*Exception)$/;

function isError(file: FileView, id: ValueId): boolean {
  const answers = file.get(flow);
  return answers.sources(id).every((source) => {
    const value = file.facts.values[source] as Value;
    if (value.kind === "caught") return true;
    if (value.kind === "call") return value.form === "new" ? /(?:Error|Exception)$/.test(nameOf(file, value.callee)) : MAKES.test(nameOf(file, value.callee)) && !/^serialize/.test(nameOf(file, value.callee));
    if (value.kind !== "param") return false;
    const param = file.facts.functions[value.fn]?.params[value.index];
    const name = param?.binding == null ? "" : (file.facts.bindings[param.binding]?.name ?? "");
    if (param?.type?.t === "keyword" && param.type.name === "string") return false;
    if (param?.type?.t === "name" && /(?:Error|Exception)$/.test(param.type.name)) return true;
    return file.get(caught).some((site) => site.handlers.some((h) => h.error === source)) || (ERROR.test(name) && (param?.type === undefined || param.type.t === "keyword"));
  });
}

type Errors = NonNullable<LoggerRow["errors"]>;

/** What the logger was told of a key when it was made; null: nothing. */
function configured(file: FileView, line: LogLine, errors: Errors, key: string): ErrorFault | "serialised" | null {
  const made = creations(file, line);
  if (made === null) return { is: "unknown", reason: `whether its logger serialises \`${key}\` is where it is made` };
  for (const options of made) {
    for (const place of errors.options ?? []) {
      const prefix = place === "" ? "" : `${place}.`;
      const named = valueAt(file, options, `${prefix}errorKey`);
      if (named.values.some((v) => file.get(flow).constant(v) === key)) return "serialised";
      if (named.certainty === "unknown") return { is: "unknown", reason: "the logger's options come from where this file does not see" };
      const serialiser = valueAt(file, options, `${prefix}serializers.${key}`);
      if (serialiser.certainty === "present") return "serialised";
      if (serialiser.certainty === "unknown") return { is: "unknown", reason: "the logger's serialisers come from where this file does not see" };
    }
  }
  return null;
}

/** The options of the calls that made the logger; null where it is made elsewhere. */
function creations(file: FileView, line: LogLine): ValueId[] | null {
  const found: ValueId[] = [];
  const seen = new Set<ValueId>();
  const visit = (id: ValueId): boolean =>
    file.get(flow).sources(id).every((source) => {
      if (seen.has(source)) return true;
      seen.add(source);
      const value = file.facts.values[source] as Value;
      if (value.kind === "member") return value.name === "log" && visit(value.object);
      if (value.kind !== "call") return false;
      const callee = file.facts.values[value.callee] as Value;
      if (callee.kind === "member" && callee.name === "child") {
        if (value.args[1] !== undefined) found.push(value.args[1]);
        return visit(callee.object);
      }
      if (!file.get(flow).symbols(value.callee).some((node) => /^(?:pino|bunyan|winston|fastify):/.test(node.text))) return false;
      found.push(...value.args);
      return true;
    });
  return line.logger !== null && visit(line.logger) ? found : null;
}

/** winston's JSON says `{}` of an error in a field, unless a format of one's own makes more of it. */
function byFormat(file: FileView, line: LogLine, errors: Errors, given: readonly (Given & { readonly index: number })[]): ErrorFault | null {
  const named = given.find((e) => e.key !== null);
  if (named?.key == null || named.object === null) return null;
  const made = creations(file, line);
  if (made === null) return { is: "unknown", reason: `whether its logger's format serialises \`${named.key}\` is where it is made` };
  // A format made by hand may do it.
  const isOwn = made.some((options) => file.facts.functions.some((fn) => fn.parent !== null && within(file.span({ value: options }), file.span({ mark: fn.at }))));
  if (isOwn) return { is: "unknown", reason: "what its format makes of an error is its own matter" };
  for (const options of made) {
    for (const place of errors.options ?? []) {
      const format = valueAt(file, options, place);
      if (format.certainty === "unknown" || format.values.some((v) => !isStandard(file, v))) return { is: "unknown", reason: "what its format makes of an error is not said here" };
    }
  }
  return { is: "key", key: named.key, want: null, value: named.value, object: named.object };
}

const STANDARD = /^(?:winston:format|logform:format)\.(?:combine|timestamp|json|errors|simple|colorize|splat|align|ms|label|uncolorize|logstash|prettyPrint)$|^logform:(?:combine|timestamp|json|errors|simple|colorize|splat)$/;

function isStandard(file: FileView, id: ValueId): boolean {
  const isMade = (value: Value): value is CallValue => value.kind === "call" && file.get(flow).symbols(value.callee).some((node) => STANDARD.test(node.text));
  const combined: Into = (value) => (isMade(value) && /combine$/.test(nameOf(file, value.callee)) ? value.args : null);
  return endsOf(file, id, combined).every(({ source }) => isMade(file.facts.values[source] as Value));
}
