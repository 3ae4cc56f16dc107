import type { BindsRow } from "../catalog/binds.js";
import type { CallValue, Value, ValueId } from "../core/facts.js";
import type { Edit } from "../core/finding.js";
import type { FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { context } from "../analyzers/context.js";
import { flow } from "../analyzers/flow.js";
import { occurrences } from "../analyzers/occurrences.js";
import type { Query } from "../analyzers/queries.js";
import type { Mark, Slot } from "../analyzers/query-slots.js";
import { addArgument, addItem, addProperty, insert, lineOf } from "./edit.js";
import { nameOf, unused } from "./log-line.js";
import { inStyle, style } from "./style.js";

/** A stretch of the text that gives way to a parameter, and the value of that. */
export interface Bound {
  readonly slot: Slot;
  readonly value: string;
  readonly gap: ValueId;
  readonly suffix: string;
  readonly start: number;
  readonly end: number;
  /** `any`: `= any($1)`; `list`: one `?` for a list; `marks`: as many `?` as it has elements; `called`: `in ${sql(list)}`. */
  readonly form: "value" | "any" | "list" | "named list" | "marks" | "called";
}

export interface Placed {
  /** What stands in the text, in the order of the stretches. */
  readonly marks: readonly string[];
  readonly edits: readonly Edit[];
}

const ELSEWHERE = "the values that the query has already are put together elsewhere: add these to them";

/** Where the values go, and what stands for them. Else why nobody can say. */
export function placeOf(file: FileView, query: Query, binds: BindsRow, marks: readonly Mark[], bound: readonly Bound[], text: string): Placed | string {
  const { call } = query;
  if (call.target !== call.value.callee || call.args === null || call.value.form === "tag") return ELSEWHERE;
  const { into } = binds;
  if (into === "run") return ran(file, call.id, marks, bound);
  if (into === "input") return put(file, call.value, marks, bound);
  if ("tag" in into) return ELSEWHERE;
  const at = "beside" in into ? objectWith(file, call.args[0], query.text) : call.args[into.arg];
  if ("beside" in into) return at === undefined ? ELSEWHERE : option(file, at, into.beside, binds, marks, bound);
  if (at === undefined && call.args.length !== into.arg) return ELSEWHERE;
  if (into.path !== undefined) return sequelized(file, call.id, at, marks, bound, text);
  if (binds.mark === ":name") return named(file, call.id, at, marks, bound);
  const isCallback = at !== undefined && isFunction(file, at);
  if (at === undefined || isCallback) {
    const list = listOf(file, binds.mark, marks, bound);
    if (typeof list === "string") return list;
    const edits = at === undefined ? addArgument(file, call.id, list.text) : [before(file, at, list.text)];
    return edits === null ? ELSEWHERE : { marks: list.marks, edits };
  }
  return intoList(file, at, binds.mark, marks, bound);
}

function isFunction(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  return file.get(flow).functions(id).length > 0 || file.get(flow).plainType(id)?.t === "function" || (value.kind === "var" && /^(?:cb|callback|done|next|fn)$/i.test(file.facts.bindings[value.binding]?.name ?? ""));
}

function objectWith(file: FileView, id: ValueId | undefined, text: ValueId): ValueId | undefined {
  const value = id === undefined ? undefined : file.facts.values[id];
  return value?.kind === "object" && value.props.every((p) => p.form !== "spread") && value.props.some((p) => p.value === text && p.form === "init") ? id : undefined;
}

/** On a line of its own where what it comes before has one. */
function before(file: FileView, next: ValueId, text: string): Edit {
  const { start } = file.span({ value: next });
  return insert(start, `${text},${lineOf(file.text, start) ?? " "}`);
}

/** A new list of values. */
function listOf(file: FileView, mark: BindsRow["mark"], marks: readonly Mark[], bound: readonly Bound[]): { readonly text: string; readonly marks: readonly string[] } | string {
  if (marks.length > 0) return ELSEWHERE;
  return { text: `[${bound.map(item).join(", ")}]`, marks: bound.map((b, i) => written(file, b, mark === "?" ? "?" : `$${i + 1}`)) };
}

/** What stands in the text for one of them. */
function written(file: FileView, { form, slot, value }: Bound, mark: string): string {
  const isLoud = slot.list?.shouts === true;
  if (form === "any") return slot.list?.isNot === true ? (isLoud ? `<> ALL(${mark})` : `<> all(${mark})`) : isLoud ? `= ANY(${mark})` : `= any(${mark})`;
  return form === "marks" ? `${value}.map(() => ${inStyle(file, "?")}).join(${inStyle(file, ", ")})` : form === "named list" ? mark.replace(":", ":...") : mark;
}

const item = ({ form, value }: Bound): string => (form === "marks" ? `...${value}` : value);

/** Into a list that stands there: behind it for `$1`, in its order for `?`. */
function intoList(file: FileView, id: ValueId, mark: BindsRow["mark"], marks: readonly Mark[], bound: readonly Bound[]): Placed | string {
  const list = file.facts.values[id] as Value;
  if (list.kind !== "array" || list.items.some((i) => i === null || file.facts.values[i]?.kind === "spread")) return ELSEWHERE;
  const items = list.items as readonly ValueId[];
  if (mark === "$1") {
    if (Math.max(0, ...marks.map((m) => Number(m.name))) !== items.length) return ELSEWHERE;
    const edits = addItem(file, id, bound.map(item).join(", "));
    return edits === null ? ELSEWHERE : { marks: bound.map((b, i) => written(file, b, `$${items.length + i + 1}`)), edits };
  }
  if (marks.length !== items.length) return ELSEWHERE;
  const edits = inOrder(file, items, marks, bound, (text) => addItem(file, id, text));
  return edits === null ? ELSEWHERE : { marks: bound.map((b) => written(file, b, "?")), edits };
}

/** Each before the value of the first mark behind it. */
function inOrder(file: FileView, items: readonly ValueId[], marks: readonly Mark[], bound: readonly Bound[], last: (text: string) => readonly Edit[] | null): readonly Edit[] | null {
  const groups = new Map<number, string[]>();
  for (const one of bound) {
    const at = marks.filter((m) => m.start < one.start).length;
    listAt(groups, at).push(item(one));
  }
  const edits: Edit[] = [];
  for (const [at, texts] of groups) {
    const next = items[at];
    const made = next === undefined ? last(texts.join(", ")) : [before(file, next, texts.join(", "))];
    if (made === null) return null;
    edits.push(...made);
  }
  return edits;
}

/** `{ text, values }` */
function option(file: FileView, object: ValueId, name: string, binds: BindsRow, marks: readonly Mark[], bound: readonly Bound[]): Placed | string {
  const value = file.facts.values[object] as Value & { kind: "object" };
  const prop = value.props.find((p) => p.name === name);
  if (prop !== undefined) return prop.form === "init" ? intoList(file, prop.value, binds.mark, marks, bound) : ELSEWHERE;
  const list = listOf(file, binds.mark, marks, bound);
  if (typeof list === "string") return list;
  const edits = addProperty(file, object, `${name}: ${list.text}`);
  return edits === null ? ELSEWHERE : { marks: list.marks, edits };
}

/** Sequelize binds by `bind`, and writes `replacements` into the text itself, a list too. */
function sequelized(file: FileView, call: ValueId, at: ValueId | undefined, marks: readonly Mark[], bound: readonly Bound[], text: string): Placed | string {
  const options = at === undefined ? undefined : file.facts.values[at];
  if (options !== undefined && (options.kind !== "object" || options.props.some((p) => p.form === "spread"))) return ELSEWHERE;
  const props = options?.kind === "object" ? options.props : [];
  const there = props.find((p) => p.name === "bind" || p.name === "replacements");
  const hasList = bound.some((b) => b.form === "marks");
  if (there === undefined) {
    if (marks.length > 0 || /[?:]\w*/.test(text.replace(/'[^']*'/g, "")) && hasList) return ELSEWHERE;
    const name = hasList ? "replacements" : "bind";
    const list = `${name}: [${bound.map((b) => b.value).join(", ")}]`;
    const edits = at === undefined ? addArgument(file, call, `{ ${list} }`) : addProperty(file, at, list);
    return edits === null ? ELSEWHERE : { marks: bound.map((_, i) => (hasList ? "?" : `$${i + 1}`)), edits };
  }
  if (there.form !== "init") return ELSEWHERE;
  const isBind = there.name === "bind";
  const value = file.facts.values[there.value] as Value;
  if (hasList && isBind) return ELSEWHERE;
  if (value.kind === "object") return intoObject(file, there.value, isBind ? "$" : ":", bound);
  if (value.kind !== "array" || bound.some((b) => b.form !== "value")) return ELSEWHERE;
  const own = isBind ? marks : [...text.matchAll(/\?/g)].map((m) => ({ start: m.index, end: m.index + 1, name: "" }));
  return intoList(file, there.value, isBind ? "$1" : "?", own, bound);
}

/** `where("… :name", { name })` */
function named(file: FileView, call: ValueId, at: ValueId | undefined, marks: readonly Mark[], bound: readonly Bound[]): Placed | string {
  if (at !== undefined) return intoObject(file, at, ":", bound);
  if (marks.length > 0) return ELSEWHERE;
  const names = namesFor(file, bound, ":");
  const edits = addArgument(file, call, `{ ${bound.map((b, i) => property(names[i] as string, b.value)).join(", ")} }`);
  return edits === null ? ELSEWHERE : { marks: bound.map((b, i) => written(file, b, `:${names[i]}`)), edits };
}

const property = (name: string, value: string): string => (name === value ? name : `${name}: ${value}`);

function intoObject(file: FileView, id: ValueId, sign: ":" | "$", bound: readonly Bound[]): Placed | string {
  const value = file.facts.values[id] as Value;
  if (value.kind !== "object" || value.props.some((p) => p.name === null)) return ELSEWHERE;
  const names = namesFor(file, bound, sign, value.props.map((p) => p.name as string));
  const edits = addProperty(file, id, bound.map((b, i) => property(names[i] as string, b.value)).join(", "));
  return edits === null ? ELSEWHERE : { marks: bound.map((b, i) => written(file, b, `${sign}${names[i]}`)), edits };
}

/** All parts of a builder share their parameters: a name that no text of the file has yet. */
function namesFor(file: FileView, bound: readonly Bound[], sign: string, there: readonly string[] = []): readonly string[] {
  const taken = [...there, ...[...file.text.matchAll(/[:@$](?:\.{3})?([A-Za-z_]\w*)/g)].filter((m) => m[0].startsWith(sign)).map((m) => m[1] as string)];
  const typed = new Set([...file.text.matchAll(/\w\??\s*:\s*(\w+)/g)].map((m) => m[1] as string));
  return bound.map(({ gap }) => {
    const name = unused(nameOf(file, gap), taken.filter((t) => sign !== ":" || there.includes(t) || !typed.has(t)));
    taken.push(name);
    return name;
  });
}

/** `db.prepare(…).all(…)`, also with the statement in a constant of which that is the one use. */
function ran(file: FileView, id: ValueId, marks: readonly Mark[], bound: readonly Bound[]): Placed | string {
  const where = file.get(context);
  const found = file.get(occurrences);
  const [holder] = where.parent(id) === null ? found.holders(id) : [];
  const held = holder === undefined ? undefined : file.facts.bindings[holder.binding];
  const reads = holder === undefined ? [] : found.reads(holder.binding);
  if (holder !== undefined && (held?.versions.length !== 1 || reads.length !== 1 || file.facts.owner[reads[0] as ValueId] !== file.facts.owner[id])) return "the statement is run in several places, which would have to give the values";
  const member = where.parent(reads[0] ?? id);
  const callee = member === null ? undefined : file.facts.values[member];
  const call = member === null ? null : where.parent(member);
  const value = call === null ? undefined : file.facts.values[call];
  if (call === null || callee?.kind !== "member" || value?.kind !== "call" || value.callee !== member || !/^(?:run|all|get|iterate)$/.test(callee.name ?? "")) return "where the statement is run is not said here: give the values there";
  if (value.args.some((a) => ["spread", "object", "array", "var"].includes((file.facts.values[a] as Value).kind) && marks.length === 0) || value.args.length !== marks.length) return ELSEWHERE;
  const edits = inOrder(file, value.args, marks, bound, (text) => addArgument(file, call, text));
  return edits === null ? ELSEWHERE : { marks: bound.map((b) => written(file, b, "?")), edits };
}

/** `request.input("name", name).query(…)` */
function put(file: FileView, call: CallValue, marks: readonly Mark[], bound: readonly Bound[]): Placed | string {
  const callee = file.facts.values[call.callee] as Value;
  if (callee.kind !== "member" || callee.optional || bound.some((b) => b.form !== "value")) return ELSEWHERE;
  const { quote } = style(file);
  const given = [...file.text.matchAll(/\.\s*input\s*\(\s*["'`](\w+)/g)].map((m) => m[1] as string);
  const names = namesFor(file, bound, "@", [...given, ...marks.map((m) => m.name)]);
  const { end } = file.span({ value: callee.object });
  return { marks: names.map((n) => `@${n}`), edits: [insert(end, bound.map((b, i) => `.input(${quote}${names[i]}${quote}, ${b.value})`).join(""))] };
}
