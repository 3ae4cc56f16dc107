import type { ClassId, Facts, Value, ValueId } from "../core/facts.js";
import { listAt } from "../core/lists.js";

interface Write {
  /** `Bird` of `Bird.prototype`. */
  readonly onto: ValueId;
  /** null: all that `given` has. */
  readonly name: string | null;
  readonly given: ValueId;
}

/** What is put on the prototypes of classes after they are made: `Bird.prototype.fly = …`, `Object.assign(Bird.prototype, canFly)`. It hides what the class inherits, and replaces what it has. (Methods of a class are not copied with its prototype: they cannot be enumerated.) */
export class PrototypeWrites {
  readonly #facts: Facts;
  readonly #sources: (value: ValueId) => readonly ValueId[];
  #byClass: ReadonlyMap<ClassId, readonly Write[]> | undefined;

  constructor(facts: Facts, sources: (value: ValueId) => readonly ValueId[]) {
    this.#facts = facts;
    this.#sources = sources;
  }

  /** The last in the order they are written; null: nothing is put there. */
  of(cls: ClassId, name: string): ValueId | null {
    for (const { name: written, given } of (this.#byClass ??= this.#sorted()).get(cls)?.toReversed() ?? []) {
      if (written !== null && written !== name) continue;
      const put = written === null ? this.#partOf(given, name) : given;
      if (put !== null) return put;
    }
    return null;
  }

  #partOf(given: ValueId, name: string): ValueId | null {
    for (const source of this.#sources(given)) {
      const made = this.#value(source);
      const prop = made.kind === "object" ? made.props.findLast((p) => p.name === name && p.form !== "get" && p.form !== "set" && p.form !== "spread") : undefined;
      if (prop !== undefined) return prop.value;
    }
    return null;
  }

  #classOf(value: ValueId): ClassId | null {
    for (const source of this.#sources(value)) {
      const of = this.#value(source);
      if (of.kind === "class") return of.cls;
    }
    return null;
  }

  #sorted(): Map<ClassId, Write[]> {
    const found = new Map<ClassId, Write[]>();
    for (const write of this.#collect()) {
      const cls = this.#classOf(write.onto);
      if (cls !== null) listAt(found, cls).push(write);
    }
    return found;
  }

  #collect(): Write[] {
    const found: Write[] = [];
    const { values } = this.#facts;
    for (const value of values) {
      if (value.kind === "assign" && value.target !== null && "member" in value.target) {
        const target = values[value.target.member];
        const proto = target?.kind === "member" && target.name !== null ? values[target.object] : undefined;
        if (target?.kind === "member" && proto?.kind === "member" && proto.name === "prototype") found.push({ onto: proto.object, name: target.name, given: value.value });
      } else if (value.kind === "call") {
        const callee = values[value.callee];
        const proto = callee?.kind === "member" && callee.name === "assign" && value.args.length > 1 ? values[value.args[0] as ValueId] : undefined;
        if (proto?.kind === "member" && proto.name === "prototype") for (const given of value.args.slice(1)) found.push({ onto: proto.object, name: null, given });
      }
    }
    return found;
  }

  #value(id: ValueId): Value {
    return this.#facts.values[id] as Value;
  }
}
