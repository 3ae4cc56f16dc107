import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { type Condition, conditionsAt } from "./conditions.js";
import { endsOf, type Into } from "./ends.js";
import { localClass } from "./error-classes.js";
import { type IsIt, standingUnder } from "./error-guards.js";
import { errorOrigins } from "./error-origins.js";
import { ERROR_PARTS, TEXT_PARTS } from "./error-parts.js";
import { flow } from "./flow.js";
import { instanceParts } from "./instance-parts.js";
import type { Matter } from "./matter.js";
import { allBut, isAllBut, type Origin, type Path, taken } from "./origins.js";
import { samePlace } from "./places.js";
import { sparesProduction } from "./production.js";
import { negated } from "./replaced.js";
import { nameOf } from "./reports.js";
import { responses } from "./responses.js";
import { FileTaint, type Taint } from "./taint.js";

const NOTHING: readonly Origin[] = [];
const NO_TAINT: Taint = { origins: () => NOTHING, resolved: () => NOTHING };

/** Errors from elsewhere, and what is told of them. */
export const errorTaint: Answer<Taint> = {
  name: "error taint",
  // Without an error there is nothing to follow.
  of: (file) => (file.get(errorOrigins).size === 0 ? NO_TAINT : new FileTaint(file, insideErrors(file))),
};

const STACK = /^stack/i;

function insideErrors(file: FileView): Matter {
  const origins = file.get(errorOrigins);
  const answers = new Set(file.get(responses).filter((r) => r.by !== "return").map((r) => r.at));
  return {
    isSource: (id) => origins.has(id),
    onlySources: true,
    source(id, path) {
      const kind = origins.get(id);
      // What an answer is given is judged there.
      if (kind === undefined) return answers.has(id) ? NOTHING : null;
      const told = partOf(path);
      if (told === null || (kind === "checked" && !STACK.test(told[0] ?? "")) || (kind === "own" && told[0] !== undefined && !STACK.test(told[0]))) return NOTHING;
      const doubt = kind === "named" && told.length === 0 ? "whether this is an error or a text is for the callers to say" : null;
      return [{ from: { kind: "source", what: "error", path: told }, at: id, steps: [], handed: [], taken: null, safeFor: [], doubt }];
    },
    read(id, found) {
      const under = conditionsAt(file, id);
      if (under.length === 0) return found;
      const spared = sparesProduction(file, under);
      if (spared === true) return NOTHING;
      const set = spared === "flag" ? doubted(found, "whether it is sent in production is a setting") : found;
      return set.flatMap((o) => {
        const says = standingUnder(file, under, isOf(file, o)) ?? (isText(o) && under.some((c) => beginsLikeOurs(file, c, id)) ? "own" : null);
        return says === "public" ? NOTHING : says === "own" ? doubted([o], "whether the text of this error is made for clients is decided where its class is") : [o];
      });
    },
    isFine: (tests, origin) => tests.every((t) => sparesProduction(file, [negated(t)]) === true || standingUnder(file, [negated(t)], origin === null ? () => true : isOf(file, origin)) !== null),
    givesOther: (call) => call.symbols.some((s) => s.rows("effects").length > 0),
    made: (taint, id, value, path) => made(taint, id, value, path),
    hasKeys: false,
    // A part of an error by a method of its own: nobody knows of it that it is its text.
    isOpen: false,
    most: 500,
  };
}

/** `message.startsWith("Request timed out")`: words that somebody here has written. */
function beginsLikeOurs(file: FileView, condition: Condition, read: ValueId): boolean {
  const call = condition.kind === "test" && condition.isTrue ? file.facts.values[condition.test] : undefined;
  const callee = call?.kind === "call" ? file.facts.values[call.callee] : undefined;
  if (call?.kind !== "call" || callee?.kind !== "member" || callee.name !== "startsWith" || call.args[0] === undefined) return false;
  const head = file.get(flow).constant(call.args[0]);
  return typeof head === "string" && /\s/.test(head) && !/E[A-Z]{4,}/.test(head) && samePlace(file, callee.object, read);
}

/** What stands in an error under a path: [] where it is an error; null where it is no text from the inside. */
function partOf(path: Path): Path | null {
  const [step, ...rest] = path;
  if (step === undefined || isAllBut(step)) return [];
  // Which part it is nobody knows: it may be any.
  if (step === "*" || ERROR_PARTS.test(step)) return partOf(rest);
  return TEXT_PARTS.test(step) && rest.every(isAllBut) ? [step] : null;
}

const doubted = (found: readonly Origin[], doubt: string): readonly Origin[] => found.map((o) => ({ ...o, doubt: o.doubt ?? doubt }));

/** Is a value the error, or the one that is in it? */
function isOf(file: FileView, { at }: Origin): IsIt {
  const { sources } = file.get(flow);
  const same = new Set([at, ...sources(at)]);
  const intoParts: Into = (part, source) => (!same.has(source) && part.kind === "member" && ERROR_PARTS.test(part.name ?? "") ? [part.object] : null);
  return (value) => endsOf(file, value, intoParts).some(({ source }) => same.has(source));
}

/** What is made with an error's text holds it. */
function made(taint: FileTaint, id: ValueId, value: Value & { kind: "call" }, path: Path): readonly Origin[] {
  const { file } = taint;
  const [step, ...rest] = path;
  const isAny = step === undefined || step === "*" || isAllBut(step);
  const cls = localClass(file, value.callee);
  const parts = cls === null ? undefined : file.get(instanceParts).get(cls);
  if (parts) {
    const fields = parts.fields.filter((f) => isAny || f.name === step).flatMap((f) => taint.origins(f.value, rest));
    const told = isAny || step === "message" ? parts.toBase.flatMap((v) => taint.origins(v)) : NOTHING;
    return [...taint.given(parts.constructor, id, value.args, fields), ...taint.given(parts.constructor, id, value.args, told).filter(isText)];
  }
  if (step === "cause") return value.args.slice(1).flatMap((a) => taint.origins(a, path));
  if (!isAny && !TEXT_PARTS.test(step)) return NOTHING;
  const given = value.args.flatMap((a) => taint.origins(a, allBut(["cause"])));
  return given.map((o) => (isText(o) ? taken(o, id) : { ...o, doubt: o.doubt ?? `what \`${nameOf(file, value.callee)}\` keeps of the error is in its class` }));
}

/** Is it no error any more? */
export function isText({ from, taken: at }: Origin): boolean {
  return at !== null || from.path.length > 0;
}
