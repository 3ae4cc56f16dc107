import type { BindingFact, FnId, FunctionFact, PropFact, TypeExpr, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import type { OptionPlace } from "../catalog/library.js";
import type { Call } from "./calls.js";
import { context } from "./context.js";
import { eachStatement, enclosingClass, flow } from "./flow.js";
import { isModule } from "./links.js";
import { heldBy } from "./held.js";

/** What stands at an option's place of a call. */
export interface OptionAt {
  /** The values that may stand there, as they are written; an array's elements one by one. */
  readonly values: readonly ValueId[];
  /** On every road, on none, or nobody can say (a spread, a parameter, an import; or some roads only). */
  readonly certainty: "present" | "absent" | "unknown";
  /** Some road certainly lacks it: `cond ? { timeout } : {}`. */
  readonly partly?: true;
  /** It depends on a parameter: the callers decide. */
  readonly from?: "param";
}

/** Roads explored for one question; past that nobody can say. */
const MOST_ROADS = 200;
/** Whatever the member is called: `users.*`. */
const EACH = "*";
/** Header names have no case, wherever they stand. */
const HEADER = /^(?:authorization|proxy-authorization|cookie|api-key|x-[\w-]+)$/i;
/** What is called so, and declared as nothing else, is an address in a text, or a callback. */
const NO_OPTIONS = /^(?:url|uri|href|cb|callback)$|(?:Url|URL|Uri|URI|Href|Callback)$/;
/** `undefined` and `null` switch an option off as if it were not there. */
const NOTHING: OptionAt = { values: [], certainty: "absent" };
const UNSEEN: OptionAt = { values: [], certainty: "unknown" };
const CALLERS: OptionAt = { values: [], certainty: "unknown", from: "param" };

/** Looks up an option of a call: through names, factories, spreads, members written later and what other calls made. */
export function optionAt(file: FileView, call: Call, place: OptionPlace): OptionAt {
  const path = place.path === "" ? [] : place.path.split(".");
  const { args, from } = visibleArgs(file, call);
  const arg = place.arg === "last" ? (call.args === null ? undefined : args.at(-1)) : args[place.arg];
  if (arg !== undefined) return new Walk(file, call.id).at(arg, path);
  return call.args !== null ? NOTHING : from ? CALLERS : UNSEEN;
}

/** The option of a value, where no call is at hand: `valueAt(file, options, "retry.limit")`. */
export function valueAt(file: FileView, value: ValueId, path: string): OptionAt {
  return new Walk(file, value).at(value, path === "" ? [] : path.split("."));
}

/** Arguments before the first spread. */
function visibleArgs(file: FileView, call: Call): { args: readonly ValueId[]; from: boolean } {
  if (call.args !== null) return { args: call.args, from: false };
  const spread = call.value.args.findIndex((a) => file.facts.values[a]?.kind === "spread");
  const hidden = spread === -1 ? call.value.args.at(-1) : call.value.args[spread];
  const from = hidden !== undefined && dependsOnParam(file, hidden);
  return { args: call.target === call.value.callee && spread !== -1 ? call.value.args.slice(0, spread) : [], from };
}

/** Is it a parameter, or a part of one? */
export function dependsOnParam(file: FileView, value: ValueId, depth = 0): boolean {
  if (depth > 8) return false;
  const { values } = file.facts;
  return file.get(flow).sources(value).some((source) => {
    const of = values[source] as Value;
    if (of.kind === "param") return true;
    if (of.kind === "global") return of.name === "arguments";
    if (of.kind === "member") return dependsOnParam(file, of.object, depth + 1);
    return (of.kind === "rest" || of.kind === "element" || of.kind === "spread") && dependsOnParam(file, of.of, depth + 1);
  });
}

class Walk {
  readonly #file: FileView;
  readonly #from: ValueId;
  readonly #open = new Set<string>();
  #roads = 0;

  constructor(file: FileView, from: ValueId) {
    this.#file = file;
    this.#from = from;
  }

  at(id: ValueId, path: readonly string[]): OptionAt {
    const key = `${id}.${path.join(".")}`;
    if (this.#open.has(key)) return NOTHING;
    if (this.#roads++ > MOST_ROADS) return UNSEEN;
    this.#open.add(key);
    const found = path.length === 0 ? this.#end(id) : this.#step(id, path);
    this.#open.delete(key);
    return found;
  }

  #end(id: ValueId): OptionAt {
    const answers = this.#file.get(flow);
    const sources = answers.sources(id);
    if (sources.length > 0 && sources.every((s) => isNothing(this.#value(s)))) return NOTHING;
    const array = sources.length === 1 ? this.#value(sources[0] as ValueId) : undefined;
    const param = dependsOnParam(this.#file, id) ? { from: "param" as const } : {};
    if (array?.kind !== "array") return { values: [id], certainty: "present", ...param };
    const values = array.items.flatMap((item) => (item === null ? [] : [item]));
    return { values, certainty: values.length > 0 ? "present" : "absent", ...param };
  }

  #step(id: ValueId, path: readonly string[]): OptionAt {
    const value = this.#value(id);
    if (this.#isText(id, value)) return NOTHING;
    switch (value.kind) {
      case "cast":
      case "await":
      case "spread":
        return this.at(value.of, path);
      case "sequence":
        return this.at(value.items.at(-1) as ValueId, path);
      case "assign":
        return this.at(value.value, path);
      case "choice":
        return either([this.at(value.then, path), this.at(value.otherwise, path)]);
      case "logical":
        if (value.op === "&&") return either([NOTHING, this.at(value.right, path)]);
        return either([this.at(value.left, path), this.at(value.right, path)]);
      case "default":
        return either([this.at(value.of, path), this.at(value.fallback, path)]);
      case "var":
        return this.#variable(value, path);
      case "param":
        return this.#param(value, path);
      case "member":
        return this.#member(id, value, path);
      case "object":
        return this.#object(value.props, path);
      case "array":
        return this.#array(value.items, path);
      case "call":
        return this.#call(id, value, path);
      case "rest":
        return value.without.includes(path[0] as string) ? NOTHING : this.at(value.of, path);
      case "element":
      case "yield":
      case "key":
      case "caught":
        return dependsOnParam(this.#file, id) ? CALLERS : UNSEEN;
      case "global":
        return isNothing(value) ? NOTHING : UNSEEN;
      case "literal":
      case "template":
      case "function":
      case "regexp":
      case "bigint":
        return NOTHING;
      default:
        return UNSEEN;
    }
  }

  #variable(value: Value & { kind: "var" }, path: readonly string[]): OptionAt {
    const binding = this.#file.facts.bindings[value.binding] as BindingFact;
    const held = heldBy(binding, value.version);
    const first = held.length === 0 ? UNSEEN : either(held.map((v) => this.at(v, path)));
    return this.#written(`var ${value.binding}`, path, first);
  }

  #param(value: Value & { kind: "param" }, path: readonly string[]): OptionAt {
    const callers = this.#file.get(flow).callers(value.fn);
    if (callers === null || callers.length === 0 || value.rest) return CALLERS;
    const given = callers.map((site) => {
      const call = this.#value(site) as Value & { kind: "call" };
      if (call.args.slice(0, value.index + 1).some((a) => this.#value(a).kind === "spread")) return UNSEEN;
      const arg = call.args[value.index];
      return arg === undefined ? NOTHING : this.at(arg, path);
    });
    return { ...either(given), from: "param" };
  }

  #member(id: ValueId, value: Value & { kind: "member" }, path: readonly string[]): OptionAt {
    if (value.name === null) return dependsOnParam(this.#file, id) ? CALLERS : UNSEEN;
    const object = this.#value(value.object);
    const cls = object.kind === "this" ? enclosingClass(this.#file.facts, this.#file.facts.owner[id] as FnId) : null;
    if (object.kind !== "this") return this.at(value.object, [value.name, ...path]);
    const sources = this.#file.get(flow).sources(id).filter((s) => s !== id);
    const first = sources.length === 0 ? UNSEEN : either(sources.map((s) => this.at(s, path)));
    return this.#written(`this ${cls}.${value.name}`, path, first);
  }

  /** The last property of a name wins; a spread or computed key after it may still replace it. */
  #object(props: readonly PropFact[], path: readonly string[]): OptionAt {
    const [name, ...rest] = path as [string, ...string[]];
    if (name === EACH) return props.length === 0 ? NOTHING : either(props.map((p) => this.at(p.value, p.form === "spread" ? path : rest)));
    const called = name.endsWith("()");
    const wanted = called ? name.slice(0, -2) : name;
    let later: OptionAt[] = [];
    for (const prop of props.toReversed()) {
      let here: OptionAt;
      if (prop.form === "spread") here = this.at(prop.value, path);
      else if (prop.name === null) here = prop.key !== undefined && this.#isName(prop.key, wanted) ? this.at(prop.value, rest) : this.#isOther(prop.key) ? NOTHING : UNSEEN;
      else if (!sameName(prop.name, wanted)) continue;
      else if (called) here = this.#returned(prop.value, rest);
      else if (prop.form === "get") here = this.#returned(prop.value, rest);
      else if (prop.form === "set") continue;
      else here = this.at(prop.value, rest);
      if (here.certainty === "present") return over(here, later);
      if (here.certainty === "absent" && prop.form !== "spread") return over(here, later);
      if (here.certainty === "unknown") later = [...later, here];
    }
    return over(NOTHING, later);
  }

  /** A text or a number has no options: a variable of the environment, a parameter declared as one, `value.HOST as string`, what its name says. */
  #isText(id: ValueId, value: Value): boolean {
    if (value.kind === "param") {
      const param = this.#file.facts.functions[value.fn]?.params[value.index];
      const type = param?.type;
      if (param !== undefined && type === undefined) return param.binding !== null && NO_OPTIONS.test(this.#file.facts.bindings[param.binding]?.name ?? "");
      return isPlain(type);
    }
    if (value.kind === "cast" && value.how === "as" && isPlain(value.type)) return true;
    if (value.kind === "member" && value.name !== null && NO_OPTIONS.test(value.name) && !this.#isHeld(id)) return true;
    return value.kind === "member" && this.#file.get(flow).symbols(id).some((s) => s.text.startsWith("global:process.env.") || s.text.startsWith("process:env."));
  }

  /** Is it known what a member holds? */
  #isHeld(id: ValueId): boolean {
    return this.#file.get(flow).sources(id).some((s) => s !== id);
  }

  #isName(key: ValueId, name: string): boolean {
    const text = this.#file.get(flow).constant(key);
    return typeof text === "string" && sameName(text, name);
  }

  #isOther(key: ValueId | undefined): boolean {
    return key !== undefined && this.#file.get(flow).constant(key) !== undefined;
  }

  #array(items: readonly (ValueId | null)[], path: readonly string[]): OptionAt {
    const [name, ...rest] = path as [string, ...string[]];
    const filled = items.filter((item) => item !== null);
    if (/^\d+$/.test(name)) {
      const item = items[Number(name)];
      return item === undefined || item === null ? NOTHING : this.at(item, rest);
    }
    // Headers as pairs: `[["authorization", "…"]]`.
    for (const item of filled) {
      const pair = this.#value(item);
      const [key, value] = pair.kind === "array" ? pair.items : [];
      if (key != null && value != null && this.#isName(key, name)) return this.at(value, rest);
    }
    // A list of options (`slaves: [{ password }]`): each counts.
    return filled.length === 0 ? NOTHING : either(filled.map((item) => this.at(item, path)));
  }

  #call(id: ValueId, value: Value & { kind: "call" }, path: readonly string[]): OptionAt {
    const callee = this.#value(value.callee);
    if (callee.kind === "member" && callee.name === "assign" && this.#isGlobal(callee.object, "Object")) return this.#merged(value.args, path);
    const sources = value.form === undefined ? this.#file.get(flow).sources(id).filter((s) => s !== id) : [];
    if (sources.length > 0) return either(sources.map((s) => this.at(s, path)));
    const first = value.args[0];
    if (value.form === "new") return this.#field(value.callee, path) ?? (first === undefined ? NOTHING : this.at(first, path));
    // A call nobody sees into hands on what it is given: `Object.freeze({ … })`, `defineConfig({ … })`. It may add to it.
    const given = value.args.map((arg) => this.at(arg, path)).filter((o) => o.certainty !== "absent");
    if (given.length === 0) return UNSEEN;
    return this.#isGlobal(callee.kind === "member" ? callee.object : value.callee, "Object") ? either(given) : over(either(given), []);
  }

  /** A field of an instance of a class of this file. */
  #field(callee: ValueId, path: readonly string[]): OptionAt | null {
    const cls = this.#file.get(flow).sources(callee).map((s) => this.#value(s)).find((v) => v.kind === "class");
    if (cls?.kind !== "class") return null;
    const field = this.#file.facts.classes[cls.cls]?.members.find((m) => m.kind === "field" && m.name === path[0]);
    return field?.value == null ? UNSEEN : this.at(field.value, path.slice(1));
  }

  #merged(args: readonly ValueId[], path: readonly string[]): OptionAt {
    let later: OptionAt[] = [];
    for (const arg of args.toReversed()) {
      const here = this.at(arg, path);
      if (here.certainty === "present") return over(here, later);
      if (here.certainty === "unknown") later = [...later, here];
    }
    return over(NOTHING, later);
  }

  #returned(factory: ValueId, path: readonly string[]): OptionAt {
    const { facts } = this.#file;
    const results: OptionAt[] = [];
    for (const fn of this.#file.get(flow).functions(factory)) {
      eachStatement((facts.functions[fn] as FunctionFact).body, (s) => {
        if (s.kind === "return") results.push(s.value === null ? NOTHING : this.at(s.value, path));
      });
    }
    return results.length === 0 ? UNSEEN : either(results);
  }

  /** What is written to parts of it after it was made: `options.headers.authorization = …`. */
  #written(root: string, path: readonly string[], first: OptionAt): OptionAt {
    let found = first;
    for (const write of this.#file.get(memberWrites).get(root) ?? []) {
      if (write.path.length > path.length || !write.path.every((name, i) => sameName(name, path[i] as string))) continue;
      const here = this.at(write.value, path.slice(write.path.length));
      const values = [...found.values, ...here.values];
      const certainty = this.#alwaysRuns(write.at) ? here.certainty : found.certainty === here.certainty ? found.certainty : "unknown";
      found = { values, certainty, ...param([found, here]) };
    }
    return found;
  }

  /** Does a statement run whenever the place we ask about does? Only its own function can say. */
  #alwaysRuns(write: ValueId): boolean {
    const where = this.#file.get(context);
    const { owner } = this.#file.facts;
    if (owner[write] !== owner[this.#from] && !isModule(this.#file.facts, owner[write] as FnId)) return false;
    const around = new Set(where.enclosing(this.#from).map((e) => e.statement));
    const inner = where.enclosing(write).slice(1);
    return inner.every((e) => around.has(e.statement) || e.statement.kind === "block" || e.statement.kind === "try");
  }

  #isGlobal(id: ValueId, name: string): boolean {
    const value = this.#value(id);
    return value.kind === "global" && value.name === name;
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}

/** Several roads lead here. */
function either(roads: readonly OptionAt[]): OptionAt {
  if (roads.length === 1) return roads[0] as OptionAt;
  const certainty = roads.every((r) => r.certainty === "present") ? "present" : roads.every((r) => r.certainty === "absent") ? "absent" : "unknown";
  const partly = certainty === "unknown" && roads.some((r) => r.certainty === "absent" || r.partly);
  return { values: [...new Set(roads.flatMap((r) => r.values))], certainty, ...(partly && { partly: true as const }), ...param(roads) };
}

/** What something unknown that comes later may still replace. What is there stays there, whatever its value then is. */
function over(here: OptionAt, later: readonly OptionAt[]): OptionAt {
  if (later.length === 0) return here;
  const values = [...new Set([...later.flatMap((l) => l.values), ...here.values])];
  const partly = here.certainty === "absent" && later.every((l) => l.partly);
  return { values, certainty: here.certainty === "present" ? "present" : "unknown", ...(partly && { partly: true as const }), ...param([here, ...later]) };
}

function param(roads: readonly OptionAt[]): { from?: "param" } {
  return roads.some((r) => r.from === "param") ? { from: "param" } : {};
}

function sameName(a: string, b: string): boolean {
  return a === b || b === EACH || (a.length === b.length && HEADER.test(a) && a.toLowerCase() === b.toLowerCase());
}

function isNothing(value: Value): boolean {
  if (value.kind === "global") return value.name === "undefined";
  return (value.kind === "literal" && value.value === null) || (value.kind === "unary" && value.op === "void");
}

interface MemberWrite {
  readonly path: readonly string[];
  readonly value: ValueId;
  readonly at: ValueId;
}

/** Writes to parts of what a variable (`var 3`) or a field (`this 0.options`) holds. */
const memberWrites: Answer<ReadonlyMap<string, readonly MemberWrite[]>> = {
  name: "member writes",
  of({ facts }) {
    const found = new Map<string, MemberWrite[]>();
    facts.values.forEach((value, id) => {
      if (value.kind !== "assign" || value.target === null || !("member" in value.target)) return;
      const path: string[] = [];
      let at = facts.values[value.target.member] as Value;
      while (at.kind === "member" && at.name !== null) {
        path.unshift(at.name);
        at = facts.values[at.object] as Value;
        while (at.kind === "cast") at = facts.values[at.of] as Value;
      }
      let root: string | null = null;
      if (at.kind === "var") root = `var ${at.binding}`;
      else if (at.kind === "this") {
        // What is written to a field as a whole is one of its sources; outside classes `this` has none.
        const cls = enclosingClass(facts, facts.owner[id] as FnId);
        if (cls === null || path.length > 1) root = `this ${cls}.${path.shift()}`;
      }
      if (root === null) return;
      const list = found.get(root) ?? [];
      list.push({ path, value: value.value, at: id });
      found.set(root, list);
    });
    return found;
  },
};

const isPlain = (type: TypeExpr | undefined): boolean => type?.t === "keyword" && (type.name === "string" || type.name === "number" || type.name === "boolean");
