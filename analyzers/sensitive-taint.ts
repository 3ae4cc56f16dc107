import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import type { Call } from "./calls.js";
import { context } from "./context.js";
import { flow } from "./flow.js";
import { showsNothing } from "./hiding.js";
import type { Matter } from "./matter.js";
import { type Origin, type Path, type Secret, TEXT } from "./origins.js";
import { occurrences } from "./occurrences.js";
import { nameOf } from "./reports.js";
import { sensitive } from "./sensitive.js";
import { FileTaint, type Taint } from "./taint.js";

const NOTHING: readonly Origin[] = [];

/** Passwords, tokens, cards, all of a request or of the environment, and where they get to. */
export const sensitiveTaint: Answer<Taint> = { name: "sensitive taint", of: (file) => new FileTaint(file, secrets(file)) };

/** Something that stands in a line of a log. */
export interface Logged extends Secret {
  readonly at: ValueId;
  /** The caller's call, where a helper only hands on to the log. */
  readonly via: ValueId | null;
  readonly steps: readonly ValueId[];
}

/** Over more calls, what one caller gives meets what another one gets. */
const MOST_STEPS = 8;

/** All that must not be in a line, in the order of its arguments. */
export function loggedBy(file: FileView, call: Call): readonly Logged[] {
  return (call.args ?? call.value.args).flatMap((arg) => file.get(sensitiveTaint).resolved(arg)).flatMap((origin): readonly Logged[] => {
    const { from, at, steps } = origin;
    return from.kind === "source" && from.secret !== undefined && steps.length <= MOST_STEPS ? [{ ...from.secret, at, steps, via: handedBy(file, call, origin) }] : [];
  });
}

/** Does the helper around a line read what it is given for the line alone? Else its callers cannot but give it, and the line is what is wrong. */
export function isOnlyForLog(file: FileView, call: Call): boolean {
  const around = new Set<FnId>(file.get(context).functionsAround(call.id));
  const { start, end } = file.span({ value: call.id });
  const isElsewhere = (read: ValueId): boolean => {
    const span = file.span({ value: read });
    return span.end < start || span.start > end;
  };
  return (call.args ?? call.value.args).flatMap((arg) => file.get(sensitiveTaint).origins(arg)).every(({ from }) => {
    const binding = from.kind === "param" && around.has(from.fn) ? file.facts.functions[from.fn]?.params[from.index]?.binding : undefined;
    return binding == null || !file.get(occurrences).reads(binding).some(isElsewhere);
  });
}

/** The call that gives it to the function around the line, or to one that hands it on; what an object has kept is logged by the line. */
function handedBy(file: FileView, call: Call, { handed, steps }: Origin): ValueId | null {
  const [outermost] = handed;
  if (outermost === undefined) return null;
  const around = new Set<FnId>(file.get(context).functionsAround(call.id));
  const isHelper = steps.some((step) => {
    const value = file.facts.values[step];
    return value?.kind === "call" && file.get(flow).functions(value.callee).some((fn) => around.has(fn));
  });
  return isHelper ? outermost : null;
}

/** Show what they are given, wherever they are written. */
const SHOWS = new Set(["stringify", "inspect", "format", "String", "toString", "assign", "freeze", "structuredClone", "entries", "values", "fromEntries", "concat", "join", "trim", "toJSON", "valueOf", "map", "flat", "toUpperCase", "toLowerCase"]);
const TEXTS: ReadonlySet<string> = new Set(["template", "binary"]);
const ERRORS = /(?:Error|Exception)$/;

function secrets(file: FileView): Matter {
  const origin = (at: ValueId, secret: Secret, path: Path): Origin => ({ from: { kind: "source", what: "secret", path, secret }, at, steps: [], handed: [], taken: at, safeFor: [], doubt: null });
  const values = file.get(sensitive);
  const { memberWrites } = file.get(flow);
  return {
    isSource(id) {
      const value = file.facts.values[id] as Value;
      if (value.kind === "object") return value.props.some((p) => p.name !== null && values.under(p.name, p.value, []) !== null);
      const found = values.at(id, []);
      if (found !== null) return found !== "hidden";
      return value.kind === "var" && memberWrites(value.binding).some((w) => values.under(w.name, w.value, []) !== null);
    },
    onlySources: true,
    source(id, path) {
      // A text has no parts.
      if (path.length > 0 && path[0] !== TEXT && TEXTS.has(file.facts.values[id]?.kind ?? "")) return NOTHING;
      const found = values.at(id, path);
      return found === null ? null : found === "hidden" ? NOTHING : [origin(id, found, path)];
    },
    named(name, value, path) {
      const found = values.under(name, value, path);
      return found === null ? null : [origin(value, found, path)];
    },
    read: (_, origins) => origins,
    hides: (value) => showsNothing(file, value),
    givesOther: ({ value }) => !SHOWS.has(nameOf(file, value.callee)),
    made: (taint, _, value, path) => (ERRORS.test(nameOf(file, value.callee)) && (path.length === 0 || path[0] === "message") ? value.args.slice(0, 1).flatMap((arg) => taint.origins(arg, [TEXT])) : NOTHING),
    hasKeys: false,
    hasOwnParts: true,
    isOpen: true,
    most: 500,
  };
}
