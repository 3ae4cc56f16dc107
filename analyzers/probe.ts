import type { ClassId, FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { SymbolNode } from "../catalog/catalog.js";
import type { FileView } from "../core/rule.js";
import { type Call, callAt, callsWithin } from "./calls.js";
import type { Caught, Handler } from "./caught.js";
import { baseOf, builtInOptions, constructorOf, localClass } from "./error-classes.js";
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

/**
 * Is there nothing in the attempt but parsing and existence checks, and something of these? By hand, parsing is what computes
 * and throws an error of its own. `elsewhere`: a class of another file is made there, which may do no more than check.
 */
export function isProbe(file: FileView, site: Caught): "yes" | "no" | "elsewhere" {
  const kinds = new Kinds(file);
  const kind = kinds.ofAll(callsWithin(file, site.attempt), false);
  if (kind === "elsewhere") return kind;
  // `check(text).catch(…)` waits, as no check by hand does.
  return kind === "probe" || (kind === "pure" && kinds.mayThrow && site.chain === null) ? "yes" : "no";
}

/** Does a call only compute, so that it does not fail? */
export function isPure(file: FileView, call: Call): boolean {
  return new Kinds(file).of(call, false) === "pure";
}

type Kind = "probe" | "pure" | "elsewhere" | "other";

/** Refuses what it is given, or gives it back in another form. */
const CHECKS = /^(?:ensure|assert|validate)(?:Valid)?[A-Z]\w*$/;
const CONVERTS = /^(?:from[A-Z]\w*|to[A-Z]\w*|equals)$/;

class Kinds {
  /** Something there throws an error of its own, or writes a text that may not be written. */
  mayThrow = false;
  readonly #file: FileView;
  readonly #seen = new Set<FnId>();

  constructor(file: FileView) {
    this.#file = file;
  }

  ofAll(inside: readonly Call[], isWaitedFor: boolean): Kind {
    const kinds = inside.map((call) => this.of(call, isWaitedFor));
    return (["other", "elsewhere", "probe"] as const).find((kind) => kinds.includes(kind)) ?? "pure";
  }

  of(call: Call, isWaitedFor: boolean): Kind {
    const file = this.#file;
    if (call.symbols.some((node) => PROBES.test(node.text))) return "probe";
    if (call.symbols.some((node) => PURE.test(node.text))) {
      this.mayThrow ||= call.symbols.some((node) => node.text === WRITES || (call.value.form === "new" && OWN_ERROR.test(node.text)));
      return "pure";
    }
    if (call.value.form === "new") return this.#made(call, isWaitedFor);
    const own = call.value.form === undefined ? file.get(flow).functions(call.target) : [];
    if (own.length > 0) {
      const before = this.mayThrow;
      const kind = this.#bodies(own, isWaitedFor || isAwaited(file, call.id));
      // `safely(resolve)`: what somebody hands in is no check that is written here; nor does anybody wait for one.
      if (isAwaited(file, call.id) || file.facts.values[file.get(flow).sameAs(call.target)]?.kind === "param") this.mayThrow = before;
      return kind;
    }
    const name = nameOf(file, call.target);
    const target = file.facts.values[call.target] as Value;
    // The body of a message, parsed: `await request.json()`.
    if (target.kind === "member" && name === "json" && call.value.args.length === 0) return "probe";
    const isEffect = call.symbols.some((node) => node.rows("effects").length > 0);
    const isPlain = !isAwaited(file, call.id) && !isInjected(file, call);
    if (isPlain && (/^(?:parse|decode)(?:[A-Z]\w*)?$|^[a-z]\w*(?:Parse|Decode)$/.test(name) || (CHECKS.test(name) && !isEffect))) return "probe";
    // `isUUID(text)` of a package
    if (/^is[A-Z]/.test(name) && isPlain && !isEffect) return "pure";
    // What another file of the project has may do no more than check: the program sees.
    if (isPlain && !file.isProgram && (call.symbols.some(isOfProject) || isLoaded(file, call.target) || isLoaded(file, call.id))) return "elsewhere";
    if (target.kind !== "member" || isEffect) return "other";
    // `Signature.fromCompact(bytes)` fails on what is none, as parsing does.
    if (CONVERTS.test(name) && isPlain) return name.startsWith("from") ? "probe" : "pure";
    // `await this.cache.get(key)`: no list or map makes anybody wait.
    if (ASKED.test(name) && (isAwaited(file, call.id) || (isWaitedFor && file.facts.values[target.object]?.kind === "member"))) return "other";
    return PURE_METHOD.test(name) || isPartOfProbe(file, target.object) ? "pure" : "other";
  }

  #bodies(fns: readonly FnId[], isWaitedFor: boolean): Kind {
    const { functions } = this.#file.facts;
    const spans = fns.filter((fn) => !this.#seen.has(fn)).map((fn) => this.#file.span({ mark: (functions[fn] as FunctionFact).at }));
    for (const fn of fns) this.#seen.add(fn);
    return this.ofAll(spans.flatMap((span) => callsWithin(this.#file, span)), isWaitedFor);
  }

  /** `new Address(text)` does what its constructor does; an error of one's own is thrown. */
  #made(call: Call, isWaitedFor: boolean): Kind {
    const file = this.#file;
    const cls = localClass(file, call.target);
    if (cls === null) {
      if (/(?:Parser|Decoder)$/.test(nameOf(file, call.target))) return "pure";
      return !file.isProgram && isOfAnotherFile(file, call.target) ? "elsewhere" : "other";
    }
    if (isError(file, cls)) {
      this.mayThrow = true;
      return "pure";
    }
    const made = constructorOf(file, cls) === null ? null : file.facts.classes[cls]?.members.find((m) => m.kind === "constructor" && m.fn !== null)?.fn;
    return made == null || file.facts.classes[cls]?.extends != null ? "other" : this.#bodies([made], isWaitedFor);
  }
}

function isError(file: FileView, cls: ClassId): boolean {
  const base = baseOf(file, cls);
  return base !== null && builtInOptions(file, base) !== null;
}

function isOfAnotherFile(file: FileView, callee: ValueId): boolean {
  const value = file.facts.values[callee] as Value;
  return value.kind === "var" && file.facts.bindings[value.binding]?.kind === "import";
}

/** A function named by its place: `./checks.js`, `@/lib/checks`. */
const isOfProject = (node: SymbolNode): boolean => /^(?:\.{1,2}\/|[@~#]\/|#)[^:]+:\w*$/.test(node.text);

/** `require(name)`: what the name is, the program may know. */
function isLoaded(file: FileView, id: ValueId): boolean {
  const call = file.get(callAt)(id);
  const [name] = call?.value.args ?? [];
  return name !== undefined && file.facts.values[name]?.kind !== "literal" && (call?.symbols.some((node) => node.text === "global:require") ?? false);
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
