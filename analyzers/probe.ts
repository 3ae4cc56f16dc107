import type { FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { type Call, callAt, callsWithin } from "./calls.js";
import type { Caught, Handler } from "./caught.js";
import { eachStatement, flow } from "./flow.js";
import { nameOf } from "./reports.js";
import { occurrences } from "./occurrences.js";

/** A question whose answer is a failure: does it parse, does it exist? */
const PROBES = /^global:(?:JSON\.parse|URL|URLPattern|BigInt|RegExp|decodeURI|decodeURIComponent|atob|Buffer\.from|Date|Intl\.\w+)$|^url:URL$|^(?:mongodb|bson|mongoose):(?:\w+\.)*ObjectI[dD]$|^crypto:(?:create(?:Public|Private|Secret)Key|X509Certificate)$|^(?:fs|fs-extra|fs\/promises|graceful-fs):(?:promises\.)?(?:access|stat|lstat|exists)(?:Sync)?$|^jsonwebtoken:(?:verify|decode)$|^global:require\.resolve$|^global:import\.meta\.resolve$/;
/** Functions that only compute. */
const PURE = /^global:(?:String|Number|Boolean|Symbol|parseInt|parseFloat|isNaN|isFinite|Error|TypeError|RangeError|SyntaxError|Array\.\w+|Object\.\w+|Number\.\w+|Math\.\w+|String\.\w+|JSON\.stringify|Buffer\.(?:byteLength|isBuffer)|Set|Map|Uint8Array|TextDecoder|TextEncoder|URLSearchParams|Promise\.resolve)$|^(?:path|buffer):|^crypto:(?:createHmac|createHash|createVerify|timingSafeEqual|verify)$/;
const OWN_ERROR = /^global:(?:Type|Range|Syntax)?Error$/;
/** Fails on a cycle, or a bigint: a question to the value, as parsing is one to the text. */
const WRITES = "global:JSON.stringify";
const PURE_METHOD = /^(?:at|charAt|charCodeAt|concat|endsWith|entries|every|exec|filter|find|flat|flatMap|get|getAll|has|includes|indexOf|isDirectory|isFile|isSymbolicLink|getTime|join|keys|lastIndexOf|map|match|matchAll|padEnd|padStart|pop|push|reduce|replace|replaceAll|shift|slice|some|sort|split|startsWith|substring|substr|test|then|toISOString|toLocaleLowerCase|toLowerCase|toString|toUpperCase|trim|trimEnd|trimStart|values|format|resolvedOptions)$/;

/** Methods of maps and lists that stores have too. */
const ASKED = /^(?:get|getAll|has|find|keys|values|entries)$/;

/** Is there nothing in the attempt but parsing and existence checks, and something of these? By hand, parsing is what computes and throws an error of its own. */
export function isProbe(file: FileView, site: Caught): boolean {
  const inside = callsWithin(file, site.attempt);
  const kind = probes(file, inside, new Set());
  return kind === "probe" || (kind === "pure" && inside.some((call) => call.symbols.some((node) => node.text === WRITES || (call.value.form === "new" && OWN_ERROR.test(node.text)))));
}

/** Does a call only compute, so that it does not fail? */
export function isPure(file: FileView, call: Call): boolean {
  return kindOf(file, call, new Set()) === "pure";
}

type Kind = "probe" | "pure" | "other";

function probes(file: FileView, inside: readonly Call[], seen: Set<FnId>, isWaitedFor = false): Kind {
  const kinds = inside.map((call) => kindOf(file, call, seen, isWaitedFor));
  return kinds.includes("other") ? "other" : kinds.includes("probe") ? "probe" : "pure";
}

function kindOf(file: FileView, call: Call, seen: Set<FnId>, isWaitedFor = false): Kind {
  if (call.symbols.some((node) => PROBES.test(node.text))) return "probe";
  if (call.symbols.some((node) => PURE.test(node.text))) return "pure";
  const own = call.value.form === undefined ? file.get(flow).functions(call.target) : [];
  if (own.length > 0) {
    const bodies = own.filter((fn) => !seen.has(fn)).map((fn) => file.span({ mark: (file.facts.functions[fn] as FunctionFact).at }));
    for (const fn of own) seen.add(fn);
    return probes(file, bodies.flatMap((body) => callsWithin(file, body)), seen, isWaitedFor || isAwaited(file, call.id));
  }
  const name = nameOf(file, call.target);
  const target = file.facts.values[call.target] as Value;
  if (call.value.form === "new") return /(?:Parser|Decoder)$/.test(name) ? "pure" : "other";
  // The body of a message, parsed: `await request.json()`.
  if (target.kind === "member" && name === "json" && call.value.args.length === 0) return "probe";
  if (/^(?:parse|decode)(?:[A-Z]\w*)?$|^[a-z]\w*(?:Parse|Decode)$/.test(name) && !isAwaited(file, call.id) && !isInjected(file, call)) return "probe";
  // `isUUID(text)` of a package
  if (/^is[A-Z]/.test(name) && !isAwaited(file, call.id) && !isInjected(file, call) && !call.symbols.some((node) => node.rows("effects").length > 0)) return "pure";
  if (target.kind !== "member" || call.symbols.some((node) => node.rows("effects").length > 0)) return "other";
  // `await this.cache.get(key)`: no list or map makes anybody wait.
  if (ASKED.test(name) && (isAwaited(file, call.id) || (isWaitedFor && file.facts.values[target.object]?.kind === "member"))) return "other";
  return PURE_METHOD.test(name) || isPartOfProbe(file, target.object) ? "pure" : "other";
}

/** `url.searchParams` of `const url = new URL(text)`: what is done to it stays here. */
function isPartOfProbe(file: FileView, object: ValueId): boolean {
  return file.get(flow).symbols(object).some((node) => /^(?:global|url):(?:URL|RegExp|Date|Intl\.\w+)\(\)|^crypto:create(?:Hmac|Hash|Verify)\(\)/.test(node.text));
}

function isAwaited(file: FileView, id: ValueId): boolean {
  return file.get(occurrences).users(id).some((user) => file.facts.values[user]?.kind === "await");
}

/** A method of something injected may be a service that does more than parse. */
function isInjected(file: FileView, call: Call): boolean {
  const target = file.facts.values[call.target] as Value;
  return target.kind === "member" && file.facts.values[target.object]?.kind === "member" && call.symbols.length === 0;
}

/** Does the handler say what the answer is then, or make what was missing? An empty one, `return;` and `continue` say nothing. */
export function answers(file: FileView, handler: Handler): boolean {
  let answered = false;
  eachStatement(handler.body, (s) => {
    if (s.kind === "return") answered ||= s.value !== null;
    if (s.kind !== "eval") return;
    const value = file.facts.values[s.value] as Value;
    answered ||= (value.kind === "assign" && value.op === "=") || (value.kind === "call" && (isAnswer(file, value.callee) || hasEffect(file, s.value))) || (value.kind === "await" && file.facts.values[value.of]?.kind === "call");
  });
  return answered;
}

/** `mkdirSync(dir)`, where that did not exist. */
function hasEffect(file: FileView, id: ValueId): boolean {
  const call = file.get(callAt)(id);
  return call !== undefined && call.symbols.some((node) => node.rows("effects").length > 0);
}

/** A call on what the caller gave: `res.status(400).json(…)`, `done(null, false)`. */
function isAnswer(file: FileView, callee: ValueId): boolean {
  const value = file.facts.values[callee] as Value;
  if (value.kind === "member") return isAnswer(file, value.object);
  if (value.kind === "call") return isAnswer(file, value.callee);
  return value.kind === "var" && file.get(flow).sources(callee).some((s) => file.facts.values[s]?.kind === "param");
}
