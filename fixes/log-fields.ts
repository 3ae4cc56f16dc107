import type { Value, ValueId } from "../core/facts.js";
import type { Edit, Fix } from "../core/finding.js";
import type { FileView, Own } from "../core/rule.js";
import type { ErrorFault } from "../analyzers/logged-error.js";
import type { LogLine } from "../analyzers/log-lines.js";
import { addProperty, hasComment, insert } from "./edit.js";
import { ownCall, ownValues } from "./own-call.js";
import { Fields, isPlainList, kindOf, messageOf, textOf } from "./log-line.js";

/** A line of the judged program as it stands in its own file. */
export function ownLine(own: Own, line: LogLine): LogLine | null {
  const call = ownCall(own, line.call);
  const args = line.args === line.call.args ? (call?.args ?? null) : ownValues(own, line.args);
  return call === null || args === null ? null : { ...line, call, args, logger: line.logger === null ? null : own.value(line.logger) };
}

/** The values of a message as fields beside it, where the logger takes them; the message keeps their names. */
export function valuesIntoFields(file: FileView, line: LogLine): Fix | null {
  if (!isPlain(file, line) || !takesFields(line)) return null;
  const place = placeOf(file, line);
  if (place === null) return null;
  const at = file.span({ value: place.message });
  const there = new Map(place.fields === null ? [] : namesOf(file, place.fields));
  if (place.error !== null) there.set(errorKeyOf(line), textOf(file, place.error));
  const message = hasComment(file.text, at.start, at.end) ? null : messageOf(file, place.message, { there, reserved: RESERVED });
  if (message === null || message.holes.length === 0) return null;
  // What a format makes of an error in a field, a human has to look up.
  if (line.row?.errors?.by === "format" && message.holes.some((hole) => hole.name === "err")) return null;
  const fields = new Fields(file, place.fields === null ? [] : there);
  if (place.error !== null) fields.add(errorKeyOf(line), textOf(file, place.error));
  for (const hole of message.holes) fields.add(hole.name, hole.text);
  const key = line.row?.messageKey;
  if (key !== undefined && place.fields === null) return { tier: "review", title: TITLE, edits: [{ ...at, text: `{ ${[`${key}: ${message.text}`, ...fields.list].join(", ")} }` }] };
  const beside = besideIt(file, line, place, fields);
  return beside === null ? null : { tier: "review", title: TITLE, edits: [{ ...at, text: message.text }, ...beside] };
}

const TITLE = "Give the values as fields";

/** Keys of a line that loggers write themselves. */
const RESERVED: ReadonlySet<string> = new Set(["level", "time", "timestamp", "pid", "hostname", "msg", "message", "name", "v", "label", "stack"]);

/** Where a line has its message, its fields, and an error that stands by itself. */
interface PlaceOf {
  readonly message: ValueId;
  readonly fields: ValueId | null;
  readonly error: ValueId | null;
}

function placeOf(file: FileView, { args, order, row }: LogLine): PlaceOf | null {
  const [first, second, ...others] = args;
  // What stands behind is a stack, or who it is that logs.
  const takesObjects = row?.messageKey !== undefined;
  if (first === undefined || (others.length > 0 && !takesObjects)) return null;
  const inside = propOf(file, first, ["msg", "message"]);
  if (inside !== null) return takesObjects || (second === undefined && order === "fieldsFirst") ? { message: inside, fields: first, error: null } : null;
  if (second === undefined || takesObjects) return { message: first, fields: null, error: null };
  const [message, beside] = order === "fieldsFirst" ? [second, first] : [first, second];
  if (isLiteralObject(file, beside)) return { message, fields: beside, error: null };
  // An error by itself is one; what else stands there may be anything.
  return order === "fieldsFirst" && isErrorName(file, beside) ? { message, fields: null, error: beside } : null;
}

function besideIt(file: FileView, { order }: LogLine, place: PlaceOf, fields: Fields): readonly Edit[] | null {
  if (place.fields !== null) return fields.list.length === 0 ? [] : addProperty(file, place.fields, fields.list.join(", "));
  if (place.error !== null) return [{ ...file.span({ value: place.error }), text: fields.text }];
  const { start, end } = file.span({ value: place.message });
  return [order === "fieldsFirst" ? insert(start, `${fields.text}, `) : insert(end, `, ${fields.text}`)];
}

function isPlain(file: FileView, { call, args }: LogLine): boolean {
  if (call.target !== call.value.callee || call.value.form !== undefined || call.args !== args) return false;
  return isPlainList(file, file.span({ value: call.id }).end, args) && !args.some((a) => kindOf(file, a) === "spread");
}

const takesFields = ({ order, row, isPipeline }: LogLine): boolean => order === "fieldsFirst" || isPipeline || row?.fields === true || row?.messageKey !== undefined;
const errorKeyOf = ({ row }: LogLine): string => row?.errorKey ?? "err";

/** An object that stands here with names that are all known. */
function isLiteralObject(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  return value.kind === "object" && value.props.every((p) => p.name !== null);
}

function namesOf(file: FileView, id: ValueId): ReadonlyMap<string, string> {
  const value = file.facts.values[id] as Value;
  return new Map(value.kind === "object" ? value.props.flatMap((p) => (p.name === null ? [] : [[p.name, textOf(file, p.value)] as const])) : []);
}

function propOf(file: FileView, id: ValueId, names: readonly string[]): ValueId | null {
  const value = file.facts.values[id] as Value;
  return value.kind === "object" ? (value.props.find((p) => p.name !== null && names.includes(p.name) && p.form === "init")?.value ?? null) : null;
}

function isErrorName(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  return value.kind === "var" && (file.facts.bindings[value.binding]?.kind === "catch" || /^(?:e|err|error)$/.test(file.facts.bindings[value.binding]?.name ?? ""));
}

/** An error under the key that the logger serialises, in the object that it takes. */
export function errorIntoPlace(own: Own, line: LogLine, fault: Extract<ErrorFault, { is: "key" | "position" }>): Fix | null {
  const { file } = own;
  if (fault.want === null || !isPlain(file, line)) return null;
  const title = `Give the error as \`${fault.want}\``;
  if (fault.is === "key") {
    const object = own.value(fault.object);
    const renamed = object === null ? null : rename(file, object, fault.key, fault.want);
    return renamed === null ? null : { tier: "review", title, edits: [renamed] };
  }
  const [message, beside, ...others] = line.args;
  if (message === undefined || beside === undefined || others.length > 0) return null;
  const [first, second] = [file.span({ value: message }), file.span({ value: beside })];
  if (hasComment(file.text, first.start, second.end)) return null;
  const error = textOf(file, beside);
  const isObject = kindOf(file, beside) === "object";
  if (!isObject && beside !== own.value(fault.value)) return null;
  const text = isObject ? error : error === fault.want ? `{ ${error} }` : `{ ${fault.want}: ${error} }`;
  return { tier: "review", title, edits: [{ ...first, text }, { ...second, text: textOf(file, message) }] };
}

function rename(file: FileView, object: ValueId, key: string, want: string): Edit | null {
  const value = file.facts.values[object] as Value;
  const prop = value.kind === "object" ? value.props.find((p) => p.name === key) : undefined;
  if (prop === undefined || (value.kind === "object" && value.props.some((p) => p.name === want))) return null;
  const { start, end } = file.span({ mark: prop.at });
  if (prop.form === "shorthand") return { start, end, text: `${want}: ${key}` };
  const written = new RegExp(`^(?:${key}|"${key}"|'${key}')(?=\\s*:)`).exec(file.text.slice(start, end));
  if (prop.form !== "init" || written === null) return null;
  // `error: err` becomes `err`.
  const isSame = textOf(file, prop.value) === want && /^\s*:\s*\w+$/.test(file.text.slice(start + written[0].length, end));
  return isSame ? { start, end, text: want } : { start, end: start + written[0].length, text: want };
}
