import type { PropFact, TypeExpr, TypeMember, Value, ValueId } from "../core/facts.js";
import type { Edit, Fix } from "../core/finding.js";
import type { FileView } from "../core/rule.js";
import type { Call } from "../analyzers/calls.js";
import { context } from "../analyzers/context.js";
import { flow } from "../analyzers/flow.js";
import { occurrences } from "../analyzers/occurrences.js";
import { redactsIn } from "../analyzers/redaction.js";
import { harmlessMembers } from "../analyzers/sensitive.js";
import { type Logged, loggedBy } from "../analyzers/sensitive-taint.js";
import { byHand } from "./by-hand.js";
import { hasComment, tokens } from "./edit.js";
import { textOf } from "./log-line.js";
import { layoutOf } from "./query-layout.js";
import { style } from "./style.js";

const INSTEAD = "[redacted]";
const COMMENT = "a comment stands among what would go: take it out by hand";

/**
 * What must not be in a line of a log taken out of it: a field goes, a part of a text gives way to `[redacted]`, of an
 * object whose type stands in the file the other fields are picked. By hand where all of something is logged.
 */
export function keepOut(file: FileView, call: Call, via: ValueId | null): Fix {
  const line = via === null ? call.id : via;
  const isRedacted = redactsIn(file, call);
  const own = loggedBy(file, call).filter((s) => s.via === via && !isRedacted(s.at, s.member));
  const whole = own.find((s) => s.is === "whole");
  if (whole !== undefined) return byHand(`${whole.said}: say which of its parts the log needs`);
  if (own.length === 0) return byHand("what is logged is put together elsewhere: leave it out there");
  const edits: Edit[] = [];
  const gone = new Map<ValueId, Set<PropFact>>();
  for (const one of own) {
    const place = placeOf(file, one.at, line);
    if (place === null) return byHand(`\`${short(textOf(file, one.at))}\` gets into the line elsewhere: leave it out there`);
    const isRecord = one.is === "typed" || fieldsOf(file, one.at).length > 0;
    if (isRecord && via === null) {
      const picked = pick(file, one, place);
      if (typeof picked === "string") return byHand(picked);
      edits.push(picked);
    } else if (isRecord) return byHand("all of it is handed on to the log: pick the fields that it needs");
    else if (place.prop !== null && via === null) {
      const props = gone.get(place.in as ValueId) ?? new Set();
      gone.set(place.in as ValueId, props.add(place.prop));
    } else {
      const edit = leading(file, call, place) ?? instead(file, place);
      if (edit === null) return byHand(COMMENT);
      edits.push(edit);
    }
  }
  for (const [object, props] of gone) {
    const made = without(file, call, object, props);
    if (made === null) return byHand(COMMENT);
    edits.push(...made);
  }
  return { tier: "review", title: "Keep it out of the log", edits };
}

/** Other rules leave a line to this one first: two edits of one text would be none. */
export function keptOutFirst(file: FileView, call: Call): Fix | null {
  const isRedacted = redactsIn(file, call);
  if (!loggedBy(file, call).some((s) => s.via === null && !isRedacted(s.at, s.member))) return null;
  const fix = keepOut(file, call, null);
  return fix.tier === "manual" ? null : fix;
}

const short = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text).replace(/\s+/g, " ");

interface PlaceOf {
  /** The value that gives way, with what only shows it in another dress. */
  readonly at: ValueId;
  /** What it is a part of; null for an argument. */
  readonly in: ValueId | null;
  readonly prop: PropFact | null;
}

const DRESSES = /^(?:String|stringify|inspect|toString|trim|trimEnd|trimStart|valueOf|toJSON|toLowerCase|toUpperCase|join|concat)$/;

/** Where it stands in the line, or in a constant of which the line is the one use. */
function placeOf(file: FileView, sensitive: ValueId, line: ValueId): PlaceOf | null {
  const { facts } = file;
  const where = file.get(context);
  const found = file.get(occurrences);
  let at = sensitive;
  for (let depth = 0; depth < 30; depth++) {
    const parent = where.parent(at);
    if (parent === null) {
      // Under another name, where that is logged: `const { apiKey: current } = keys`.
      const reads = found.holders(at).flatMap(({ binding }) => found.reads(binding)).filter((read) => isIn(file, read, line));
      if (reads.length !== 1) return null;
      at = reads[0] as ValueId;
      continue;
    }
    const value = facts.values[parent] as Value;
    if (parent === line) return { at, in: null, prop: null };
    switch (value.kind) {
      case "object": {
        const prop = value.props.find((p) => p.value === at);
        return prop === undefined || prop.form === "spread" || !isIn(file, parent, line) ? null : { at, in: parent, prop };
      }
      case "template":
      case "binary":
        return (value.kind === "template" || value.op === "+") && isIn(file, parent, line) ? { at, in: parent, prop: null } : null;
      case "array":
        return isIn(file, parent, line) ? { at, in: parent, prop: null } : null;
      case "cast":
      case "await":
      case "logical":
      case "choice":
        at = parent;
        break;
      case "member":
        at = parent;
        break;
      case "call": {
        const callee = facts.values[value.callee] as Value;
        const name = callee.kind === "member" ? (callee.name ?? "") : callee.kind === "global" ? callee.name : "";
        if (!DRESSES.test(name)) return null;
        at = parent;
        break;
      }
      default:
        return null;
    }
  }
  return null;
}

/** In the line itself, or in what a constant holds that only the line reads. */
function isIn(file: FileView, id: ValueId, line: ValueId): boolean {
  const where = file.get(context);
  let at = id;
  for (let depth = 0; depth < 60; depth++) {
    if (at === line) return true;
    const next = where.parent(at) ?? readOf(file, at, line);
    if (next === null) return false;
    at = next;
  }
  return false;
}

function readOf(file: FileView, id: ValueId, line: ValueId): ValueId | null {
  const found = file.get(occurrences);
  const [holder, other] = found.holders(id);
  if (holder === undefined || other !== undefined || file.facts.bindings[holder.binding]?.versions.length !== 1) return null;
  const reads = found.reads(holder.binding);
  const isOwn = file.facts.owner[id] === file.facts.owner[line] && file.facts.exports.every((e) => e.binding !== holder.binding);
  return isOwn && reads.length === 1 ? (reads[0] as ValueId) : null;
}

/** Alone before the message, it would become the message. */
function leading(file: FileView, call: Call, { at, in: holder }: PlaceOf): Edit | null {
  const [first, second] = call.value.args;
  if (holder !== null || first !== at || second === undefined) return null;
  const [start, end] = [file.span({ value: first }).start, file.span({ value: second }).start];
  const between = tokens(file.text, file.span({ value: first }).end, end).map((t) => t.text).join("");
  return hasComment(file.text, start, end) || between !== "," ? null : { start, end, text: "" };
}

/** `[redacted]` in its place: in a text as a part of it, else as a text of its own. */
function instead(file: FileView, { at, in: holder, prop }: PlaceOf): Edit | null {
  const span = file.span({ value: at });
  const text = `${style(file).quote}${INSTEAD}${style(file).quote}`;
  if (prop !== null) {
    if (prop.form === "shorthand") return { ...file.span({ mark: prop.at }), text: `${prop.name}: ${text}` };
    return hasComment(file.text, span.start, span.end) ? null : { ...span, text };
  }
  const value = holder === null ? undefined : (file.facts.values[holder] as Value);
  if (holder !== null && (value?.kind === "template" || value?.kind === "binary")) {
    let whole = holder;
    const where = file.get(context);
    for (let up = where.parent(whole); up !== null && value.kind === "binary"; up = where.parent(whole)) {
      const of = file.facts.values[up] as Value;
      if (of.kind !== "binary" || of.op !== "+") break;
      whole = up;
    }
    const layout = layoutOf(file, whole);
    const nth = layout?.gaps.findIndex((g) => g.value === at) ?? -1;
    const gap = layout?.gaps[nth];
    if (layout !== null && gap !== undefined && !hasComment(gap.text, 0, gap.text.length)) {
      const start = layout.text.split("\0").slice(0, nth + 1).join("\0").length;
      const edit = layout.replace(file, start, start + 1, INSTEAD);
      if (edit !== null) return edit;
    }
    if (value.kind === "template") return null;
  }
  return hasComment(file.text, span.start, span.end) ? null : { ...span, text };
}

/** Of an object whose type is written here: its other fields. */
function pick(file: FileView, { at }: Logged, { at: all, prop, in: holder }: PlaceOf): Edit | string {
  const NOT = "all of it is logged: pick the fields that the log needs";
  const value = file.facts.values[at] as Value;
  if (all !== at || (value.kind !== "var" && value.kind !== "member") || (prop === null && holder !== null)) return NOT;
  const text = textOf(file, at);
  const fields = harmlessMembers(fieldsOf(file, at)).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name));
  if (fields.length === 0 || fields.length > 8 || text.includes("?.") || hasComment(text, 0, text.length)) return NOT;
  const picked = `{ ${fields.map((name) => `${name}: ${text}.${name}`).join(", ")} }`;
  return prop?.form === "shorthand" ? { ...file.span({ mark: prop.at }), text: `${prop.name}: ${picked}` } : { ...file.span({ value: at }), text: picked };
}

/** What its type says is in it, where the type is written in this file. */
function fieldsOf(file: FileView, id: ValueId): readonly TypeMember[] {
  const type: TypeExpr | null = file.get(flow).declared(id);
  if (type === null) return [];
  if (type.t === "object") return type.members;
  const fact = type.t === "name" && type.binding !== undefined ? file.facts.types.find((t) => t.binding === type.binding) : undefined;
  return fact !== undefined && fact.kind !== "enum" && fact.typeParams.length === 0 && fact.type.t === "object" ? fact.type.members : [];
}

/** Properties out of an object; out of the line with the object, where nothing is left of it. */
function without(file: FileView, call: Call, object: ValueId, gone: ReadonlySet<PropFact>): readonly Edit[] | null {
  const { props } = file.facts.values[object] as Value & { kind: "object" };
  const span = (p: PropFact) => file.span({ mark: p.at });
  const whole = file.span({ value: object });
  if (gone.size === props.length) {
    const args = call.value.args;
    const nth = args.indexOf(object);
    const [before, after] = [args[nth - 1], args[nth + 1]];
    const isAlone = nth === -1 || args.length === 1;
    const from = isAlone ? whole.start : after !== undefined ? whole.start : file.span({ value: before as ValueId }).end;
    const to = isAlone || after === undefined ? whole.end : file.span({ value: after }).start;
    const between = [...tokens(file.text, from, whole.start), ...tokens(file.text, whole.end, to)].map((t) => t.text).join("");
    return hasComment(file.text, from, to) || !/^,?$/.test(between) ? null : [{ start: from, end: to, text: isAlone ? "{}" : "" }];
  }
  const edits: Edit[] = [];
  for (const [i, prop] of props.entries()) {
    if (!gone.has(prop)) continue;
    const next = props[i + 1];
    const before = props.slice(0, i).findLast((p) => !gone.has(p));
    const edit = next !== undefined && (before === undefined || !props.slice(i).every((p) => gone.has(p))) ? { start: span(prop).start, end: span(next).start, text: "" } : before === undefined ? null : { start: i > 0 && gone.has(props[i - 1] as PropFact) ? span(props[i - 1] as PropFact).end : span(before).end, end: span(prop).end, text: "" };
    if (edit === null || hasComment(file.text, edit.start, edit.end)) return null;
    edits.push(edit);
  }
  return edits;
}
