import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { callAt } from "./calls.js";
import { flow } from "./flow.js";
import { EACH } from "./known-methods.js";
import { sitesOf } from "./sites.js";

/**
 * `for (const [key] of Object.entries(COLUMNS))`, and the same of a callback: one of the names that are written in an
 * object, and so a constant. Where a key is made at run time, or something is spread into it, the names are not all known.
 */
export function isWrittenKey(file: FileView, id: ValueId): boolean {
  const { values } = file.facts;
  const value = values[id] as Value;
  if (value.kind !== "member" || value.name !== "0") return false;
  const list = listOf(file, values[value.object] as Value);
  const call = list === null ? undefined : file.get(callAt)(file.get(flow).sameAs(list));
  const of = call?.symbols.some((s) => s.text === "global:Object.entries") === true ? call.args?.[0] : undefined;
  const objects = of === undefined ? [] : file.get(flow).sources(of);
  return objects.length > 0 && objects.every((source) => isWritten(file, source));
}

/** The list of which it is an element, in a loop or in a callback. */
function listOf({ facts }: FileView, value: Value): ValueId | null {
  if (value.kind === "element") return value.of;
  if (value.kind !== "param") return null;
  const sites = sitesOf(facts).ofFunction(value.fn);
  const [site] = sites;
  const callee = site === undefined ? undefined : facts.values[(facts.values[site.call] as Value & { kind: "call" }).callee];
  if (sites.length !== 1 || site === undefined || site.arg !== 0 || site.path.length > 0 || callee?.kind !== "member" || callee.name === null) return null;
  return EACH.get(callee.name) === value.index ? callee.object : null;
}

function isWritten({ facts }: FileView, id: ValueId): boolean {
  const value = facts.values[id] as Value;
  return value.kind === "object" && value.props.every((p) => p.name !== null && p.form !== "spread");
}

const ONE = String.raw`(?:[A-Za-z0-9_:.-]|\\[wd])`;
/** Whatever is none of these: letters, figures, and marks that end no text and begin no comment. */
const ALL_BUT = new RegExp(String.raw`^\[\^${ONE}+\][+*]?$`);

/** `name.replace(/[^a-z0-9_]/gi, "")`: what is left can end no quoted text. */
export function leavesHarmless(file: FileView, { args }: Value & { kind: "call" }): boolean {
  const { constant, sources } = file.get(flow);
  const [what, by] = args;
  const put = by === undefined ? undefined : constant(by);
  if (what === undefined || typeof put !== "string" || !/^[A-Za-z0-9_]*$/.test(put)) return false;
  const patterns = sources(what).map((s) => file.facts.values[s] as Value);
  return patterns.length > 0 && patterns.every((p) => p.kind === "regexp" && p.flags.includes("g") && ALL_BUT.test(p.pattern));
}
