import type { Facts, FnId, Value, ValueId } from "../core/facts.js";
import type { Links, MemberWrite } from "./links.js";

/** Reads of a property behind a line that has written it: `table.run = load; table.run()`. */
export class WrittenBefore {
  readonly #facts: Facts;
  readonly #links: Links;
  readonly #sourcesOf: (value: ValueId) => readonly ValueId[];
  readonly #sure = new Map<FnId, ReadonlySet<ValueId>>();

  constructor(facts: Facts, links: Links, sourcesOf: (value: ValueId) => readonly ValueId[]) {
    this.#facts = facts;
    this.#links = links;
    this.#sourcesOf = sourcesOf;
  }

  /**
   * What may stand there: not what the object was made with. null: nothing is sure. The line always runs, it is of the
   * same function as the read, and the object goes by one name. Only of an object that is written out, without accessors:
   * whoever made it elsewhere may keep something in its way.
   */
  of(object: ValueId, name: string, read: ValueId): readonly ValueId[] | null {
    const { owner, bindings } = this.#facts;
    const holder = this.#value(object);
    const of = holder.kind === "var" ? bindings[holder.binding] : undefined;
    if (holder.kind !== "var" || of === undefined || of.versions.length > 1) return null;
    const all = this.#links.memberWrites(holder.binding).filter((w) => w.name === name);
    const last = all.findLast((w) => w.at < read && owner[w.at] === owner[read] && this.#alwaysRuns(w.at));
    if (last === undefined || !this.#sourcesOf(object).every((s) => isPlain(this.#value(s)))) return null;
    const isMadeHere = of.fn === owner[read];
    const mayFollow = (w: MemberWrite): boolean => owner[w.at] !== owner[read] || (w.at > last.at && !(isMadeHere && w.at > read && this.#alwaysRuns(w.at)));
    return [last, ...all.filter((w) => w !== last && mayFollow(w))].map((w) => w.value);
  }

  /** A statement of its function's body, under no condition and in no loop. */
  #alwaysRuns(value: ValueId): boolean {
    const fn = this.#facts.owner[value] as FnId;
    let known = this.#sure.get(fn);
    if (known === undefined) this.#sure.set(fn, (known = new Set((this.#facts.functions[fn]?.body ?? []).flatMap((s) => (s.kind === "eval" ? [s.value] : [])))));
    return known.has(value);
  }

  #value(id: ValueId): Value {
    return this.#facts.values[id] as Value;
  }
}

const isPlain = (of: Value): boolean => of.kind === "object" && of.props.every((p) => p.form !== "get" && p.form !== "set");
