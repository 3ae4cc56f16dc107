import type { ClassId, FnId, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { type Call } from "./calls.js";
import { callsTo, constructions } from "./callsites.js";
import { enclosingClass, flow } from "./flow.js";
import { methodAround } from "./this-of.js";

/** A call of a method, and the constructions that its object certainly comes from. */
export interface Served {
  readonly site: Call;
  readonly by: readonly Call[];
}

/** Methods that call each other on one object. */
const DEEPEST = 4;

/**
 * Who has a class do a call on an object of its own, and how each of these objects was made: by this constructor, or as part of a
 * subclass. What may be any object of the class is left out.
 */
export function servedBy(file: FileView, inner: ValueId, constructor: FnId): readonly Served[] {
  const { facts } = file;
  const makings = file.get(constructions)(constructor);
  const base = facts.functions[constructor]?.cls ?? null;
  const found: Served[] = [];
  const asked = new Set<FnId>();
  const walk = (method: FnId, depth: number): void => {
    if (depth > DEEPEST || asked.has(method)) return;
    asked.add(method);
    for (const site of file.get(callsTo)(method)) {
      const callee = facts.values[site.target];
      if (callee?.kind !== "member") continue;
      const object = facts.values[callee.object];
      if (object?.kind === "this" || object?.kind === "super") {
        const around = facts.owner[site.id] as FnId;
        const cls = enclosingClass(facts, around);
        if (cls === base) walk(methodAround(facts, around), depth + 1);
        else if (cls !== null) add(site, makings.filter((m) => classMade(file, m) === cls));
      } else {
        const sources = file.get(flow).sources(callee.object);
        const by = sources.map((source) => makings.filter((m) => m.id === source || classMade(file, m) === classOf(file, source)));
        add(site, by.every((ones) => ones.length > 0) ? by.flat() : []);
      }
    }
  };
  const add = (site: Call, by: readonly Call[]): void => {
    if (by.length > 0) found.push({ site, by });
  };
  walk(methodAround(facts, facts.owner[inner] as FnId), 0);
  return found;
}

/** The class whose objects a construction is of: `super(…)` stands in its constructor. */
function classMade(file: FileView, making: Call): ClassId | null {
  return file.facts.values[making.target]?.kind === "super" ? enclosingClass(file.facts, file.facts.owner[making.id] as FnId) : null;
}

function classOf(file: FileView, source: ValueId): ClassId | undefined {
  const value = file.facts.values[source];
  if (value?.kind !== "call" || value.form !== "new") return undefined;
  return file.get(flow).sources(value.callee).map((s) => file.facts.values[s]).find((v) => v?.kind === "class")?.cls;
}
