import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { flow } from "./flow.js";
import { nameOf } from "./reports.js";

/** Functions whose result shows nothing of what they get. */
const HIDES = /mask|redact|hash|digest|obfuscat|anonymi[sz]e|scrub|sanitiz|hide|censor|(?<!de)crypt|fingerprint|truncate|last4|lastFour|omit|without|strip|safe/i;
/** Give the names of what is in it, and none of it. */
const NAMES_ONLY = new Set(["keys", "getOwnPropertyNames", "ownKeys"]);
/** A piece of it, or a flag about it. */
const CUTS = /^(?:Boolean|slice|substring|substr|at|charAt|split|match|matchAll|includes|startsWith|has|padStart|repeat|compare|compareSync|verify|isValid\w*|secret)$/;
/** One of the things that are kept there, by a name that only runs tell. */
const LOOKS_UP = /^get(?:All|SetCookie)?$/;
const REPLACES = /^replace(?:All)?$/;

/** What stands in the place of something that is not shown: "********", "[redacted]". */
const MASK = /^(?:[*•]{3,}|[x.]{4,}|[[(<*]*(?:redacted|hidden|masked|censored|filtered|removed|secret)[\])>*]+)$/i;

/** Functions that write a mask, themselves or in one inside of them: what they mask it by, only they know. */
const masking: Answer<ReadonlySet<FnId>> = {
  name: "masking functions",
  of({ facts }) {
    const found = new Set<FnId>();
    facts.values.forEach((value, id) => {
      if (value.kind !== "literal" || typeof value.value !== "string" || !MASK.test(value.value)) return;
      for (let fn = facts.owner[id] ?? null; fn !== null && !found.has(fn) && facts.functions[fn]?.parent != null; fn = facts.functions[fn]?.parent ?? null) found.add(fn);
    });
    return found;
  },
};

/** Does a call show nothing of what it is given or called on? */
export function showsNothing(file: FileView, value: Value & { kind: "call" }): boolean {
  return hides(file, value) || file.get(flow).functions(value.callee).some((fn) => file.get(masking).has(fn)) || (LOOKS_UP.test(nameOf(file, value.callee)) && !isPassed(file, value));
}

/** Does it give nothing of a secret: hashed, masked, cut, counted, compared? */
export function hides(file: FileView, value: Value & { kind: "call" }): boolean {
  const name = nameOf(file, value.callee);
  if (NAMES_ONLY.has(name) || HIDES.test(name) || (CUTS.test(name) && !isPassed(file, value)) || (REPLACES.test(name) && isReplacedWhole(file, value.args[0]))) return true;
  // A replacer chooses what is shown.
  return name === "stringify" && value.args.length > 1 && file.facts.values[value.args[1] as ValueId]?.kind !== "literal";
}

/** `_.get(body, "password")`: a function that hands on what it is given. */
function isPassed(file: FileView, { callee }: Value & { kind: "call" }): boolean {
  return file.get(flow).symbols(callee).some((s) => s.rows("passes").length > 0);
}

/** `password.replace(/./g, "*")`: each character, or what nobody knows. */
function isReplacedWhole(file: FileView, pattern: ValueId | undefined): boolean {
  const known = pattern === undefined ? undefined : file.facts.values[file.get(flow).sources(pattern)[0] ?? pattern];
  if (known?.kind === "literal") return false;
  return known?.kind !== "regexp" || /^\^?(?:\.|\\[wWsSdD]|\[[^\]]+\])[+*]?|\.[+*]/.test(known.pattern);
}
