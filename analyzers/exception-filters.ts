import type { ClassId, FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { endsOf, intoLists } from "./ends.js";
import type { Entry } from "./entries.js";
import { answered, mayBeAnswered } from "./answered-classes.js";
import { localClass } from "./error-classes.js";
import { flow } from "./flow.js";
import { callsOf } from "./invocations.js";
import { occurrences } from "./occurrences.js";
import type { Thrown } from "./thrown.js";

/**
 * Does a filter of Nest, or an error handler, answer for an error by its class, where the entry throws it? A text: another file may hold one that does.
 * A filter for everything is no answer to one class, only to those that it asks for: what it makes of the rest, Nest makes without it.
 */
export const filtered: Answer<(entry: Entry, thrown: Thrown) => boolean | string> = {
  name: "filtered",
  of(file) {
    let filters: Filters | undefined;
    return (entry, thrown) => {
      if (thrown.is !== "raw") return false;
      if (thrown.cls === null) return file.get(answered).with(entry, givenTo(file, thrown.made));
      if (entry.framework !== "nest") return byHandler(file, entry, thrown.cls);
      // What a clock or a queue starts gets no filter.
      return entry.by === "decorator" && (filters ??= new Filters(file)).answers(entry.functions[0], thrown.cls);
    };
  },
};

/** `err.status = 404` of a name that holds it, `Object.assign(new Error(text), { status: 404 })`. */
function givenTo(file: FileView, error: ValueId): readonly string[] {
  const at = file.get(occurrences);
  const made = at.users(error).flatMap((user) => {
    const value = file.facts.values[user] as Value;
    if (value.kind === "cast") return [...givenTo(file, user)];
    if (value.kind !== "call" || value.args[0] !== error || !file.get(flow).symbols(value.callee).some((s) => s.text === "global:Object.assign")) return [];
    const given = value.args.slice(1).flatMap((arg) => file.facts.values[arg] as Value);
    return [...givenTo(file, user), ...given.flatMap((g) => (g.kind === "object" ? g.props.flatMap((p) => p.name ?? []) : []))];
  });
  return [...made, ...at.holders(error).flatMap(({ binding }) => file.get(flow).memberWrites(binding).map((w) => w.name))];
}

function byHandler(file: FileView, entry: Entry, thrown: ClassId): boolean | string {
  const lineage = lineageOf(file, thrown);
  if (file.get(answered).by(entry, lineage)) return true;
  if (file.isProgram || !mayBeAnswered(entry) || !lineage.some((cls) => file.get(exportedClasses).has(cls))) return false;
  return `an error handler of another file may answer for \`${file.facts.classes[thrown]?.name ?? "its class"}\``;
}

const REGISTERS = /^@nestjs\/core:NestFactory\.\w+\(\)(?:\.connectMicroservice\(\))?\.useGlobalFilters$/;
const DECLARES = "@nestjs/common:UseFilters";
const CATCH = "@nestjs/common:Catch";
const PROVIDED = "@nestjs/core:APP_FILTER";
const MOST_BASES = 8;

/** Does the project tell errors of this class from a crash, because an error handler of it asks for them? */
export const isAsked = (file: FileView, thrown: Thrown): boolean => thrown.is === "raw" && thrown.cls !== null && file.get(answered).somewhere(lineageOf(file, thrown.cls));

/**
 * Is it a failure of the contract for the project, because a filter or an error handler answers for its class? `elsewhere`: a
 * file that is not seen may hold one. Which entries it is thrown from is not asked: whoever throws it means that answer.
 */
export function isAnsweredFor(file: FileView, cls: ClassId): boolean | "elsewhere" {
  const lineage = lineageOf(file, cls);
  if (file.get(answered).somewhere(lineage) || file.get(filterClasses).some((classes) => lineage.some((c) => classes.has(c)))) return true;
  return !file.isProgram && lineage.some((c) => file.get(exportedClasses).has(c)) ? "elsewhere" : false;
}

const filterClasses: Answer<readonly ReadonlySet<ClassId>[]> = { name: "classes of filters", of: (file) => [...new Filters(file).classes.values()] };

/** A class, and those it extends. */
function lineageOf(file: FileView, cls: ClassId): readonly ClassId[] {
  const found = [cls];
  for (let base = baseOf(file, cls); base !== null && found.length < MOST_BASES; base = baseOf(file, base)) found.push(base);
  return found;
}

function baseOf(file: FileView, cls: ClassId): ClassId | null {
  const base = file.facts.classes[cls]?.extends ?? null;
  return base === null ? null : localClass(file, base);
}

/** What another file may ask for. */
const exportedClasses: Answer<ReadonlySet<ClassId>> = {
  name: "exported classes",
  of({ facts }) {
    const given = facts.exports.flatMap((e) => [...(e.value === undefined ? [] : [e.value]), ...(e.binding === undefined ? [] : (facts.bindings[e.binding]?.versions ?? []).flatMap((v) => v.value ?? []))]);
    return new Set(given.flatMap((id) => {
      const value = facts.values[id];
      return value?.kind === "class" ? [value.cls] : [];
    }));
  },
};

class Filters {
  readonly #file: FileView;
  /** By filter, the classes it answers for. */
  readonly classes: ReadonlyMap<ClassId, ReadonlySet<ClassId>>;
  readonly #everywhere: readonly ClassId[];
  constructor(file: FileView) {
    this.#file = file;
    this.classes = this.#filters();
    this.#everywhere = this.classes.size === 0 ? [] : [...this.#global(), ...this.#provided()];
  }

  answers(fn: FnId | undefined, thrown: ClassId): boolean | string {
    const lineage = lineageOf(this.#file, thrown);
    const registered = [...this.#everywhere, ...(fn === undefined ? [] : this.#ofMethod(fn))];
    if (registered.some((filter) => lineage.some((cls) => this.classes.get(filter)?.has(cls)))) return true;
    return !this.#file.isProgram && lineage.some((cls) => this.#file.get(exportedClasses).has(cls)) ? `an exception filter of another file may answer for \`${this.#file.facts.classes[thrown]?.name ?? "its class"}\`` : false;
  }

  #filters(): ReadonlyMap<ClassId, ReadonlySet<ClassId>> {
    const { facts } = this.#file;
    const found = new Map<ClassId, Set<ClassId>>();
    facts.classes.forEach(({ decorators }, cls) => {
      for (const decorator of decorators) {
        const value = this.#value(decorator);
        if (value.kind === "call" && this.#isNamed(value.callee, CATCH)) found.set(cls, new Set(value.args.flatMap((a) => endsOf(this.#file, a, intoLists)).flatMap(({ source }) => localClass(this.#file, source) ?? [])));
      }
    });
    if (found.size === 0) return found;
    // `if (exception instanceof Declined) …` in what is for everything.
    for (const [id, value] of facts.values.entries()) {
      if (value.kind !== "binary" || value.op !== "instanceof") continue;
      const asked = localClass(this.#file, value.right);
      if (asked !== null) found.get(this.#classAround(facts.owner[id] ?? null) ?? -1)?.add(asked);
    }
    return found;
  }

  #classAround(at: FnId | null): ClassId | null {
    const { functions } = this.#file.facts;
    for (let fn = at; fn !== null; fn = functions[fn]?.parent ?? null) {
      const cls = functions[fn]?.cls ?? null;
      if (cls !== null) return cls;
    }
    return null;
  }

  #global(): readonly ClassId[] {
    return this.#file.facts.values.flatMap((value) => {
      const callee = value.kind === "call" ? this.#value(value.callee) : undefined;
      if (value.kind !== "call" || callee?.kind !== "member" || callee.name !== "useGlobalFilters") return [];
      // Where the application comes from, nobody asks: the name is Nest's alone.
      const symbols = this.#file.get(flow).symbols(value.callee);
      return symbols.some((s) => s.leadsSomewhere && !REGISTERS.test(s.text)) ? [] : value.args.flatMap((a) => this.#filtersIn(a));
    });
  }

  #provided(): readonly ClassId[] {
    return this.#file.facts.values.flatMap((value) => {
      if (value.kind !== "object" || value.props.length < 2) return [];
      const token = value.props.find((p) => p.name === "provide");
      if (token === undefined || !this.#isNamed(token.value, PROVIDED)) return [];
      return value.props.flatMap(({ name, value: given }) => {
        if (name === "useFactory") return this.#file.get(flow).functions(given).flatMap((fn) => [...this.#file.get(flow).returns(fn)]).flatMap((v) => this.#filtersIn(v));
        return name === "useClass" || name === "useExisting" || name === "useValue" ? this.#filtersIn(given) : [];
      });
    });
  }

  #ofMethod(fn: FnId): readonly ClassId[] {
    const { facts } = this.#file;
    const cls = facts.classes[facts.functions[fn]?.cls ?? -1];
    if (cls === undefined || this.classes.size === 0) return [];
    return [...cls.decorators, ...cls.members.filter((m) => m.fn === fn).flatMap((m) => m.decorators)].flatMap((d) => this.#declared(d, 0));
  }

  #declared(decorator: ValueId, depth: number): readonly ClassId[] {
    const value = this.#value(decorator);
    if (value.kind !== "call") return [];
    if (this.#isNamed(value.callee, DECLARES)) return value.args.flatMap((a) => this.#filtersIn(a));
    // A decorator made of others: `applyDecorators(UseFilters(…), …)`.
    const made = depth > 3 ? [] : this.#file.get(flow).functions(value.callee);
    return made.flatMap((fn) => this.#file.get(callsOf)(fn).flatMap((call) => this.#declared(call.id, depth + 1)));
  }

  /** `DomainFilter`, `new DomainFilter()`, `app.get(DomainFilter)`. */
  #filtersIn(id: ValueId): readonly ClassId[] {
    return endsOf(this.#file, id, (value, source) => (value.kind === "await" ? [value.of] : intoLists(value, source))).flatMap(({ source }) => {
      const value = this.#value(source);
      if (value.kind === "class") return [value.cls];
      if (value.kind !== "call") return [];
      const made = localClass(this.#file, value.form === "new" ? value.callee : (value.args[0] ?? value.callee));
      return made === null ? [] : [made];
    });
  }

  #isNamed(id: ValueId, symbol: string): boolean {
    return this.#file.get(flow).symbols(id).some((s) => s.text === symbol);
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}
