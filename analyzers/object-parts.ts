import type { ClassId, Facts, PropFact, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { once } from "../core/once.js";
import { type Flow, flow } from "./flow.js";
import type { Frame } from "./frames.js";
import type { Instance } from "./instances.js";
import { globalPath } from "./parts.js";

/** What is under a name of an object, and the object in whose making it is written: `{ ...defaults }` holds what `defaults` does. */
export interface Part {
  readonly value: ValueId;
  readonly of: Instance;
}

/** All that may be under a name, and whether one of them surely is. */
interface Held {
  readonly parts: readonly Part[];
  readonly isSure: boolean;
}

/** A literal is read from its end: what stands behind hides what stands before. */
type Layer = Pick<PropFact, "name" | "value" | "form">;

/** What others than an object's own methods write to it. */
interface Written {
  /** By the name of the part: `service.find = …`. */
  readonly byName: ReadonlyMap<string, readonly ValueId[]>;
  /** The literals that may hold any name: `handlers[name] = …`, `Object.assign(handlers, …)`. */
  readonly open: ReadonlySet<ValueId>;
}

type ObjectsOf = (id: ValueId, frame: Frame | null) => readonly Instance[] | null;

/** What objects hold, where that is written in their making alone. */
export class ObjectParts {
  readonly #facts: Facts;
  readonly #flow: Flow;
  readonly #objectsOf: ObjectsOf;
  readonly #written: () => Written;

  constructor(file: FileView, objectsOf: ObjectsOf) {
    this.#facts = file.facts;
    this.#flow = file.get(flow);
    this.#objectsOf = objectsOf;
    this.#written = once(() => this.#allWritten());
  }

  /** What is under a name of it, or under any of a literal's where the key is made at run time (`null`); null where something else may be. */
  of(instance: Instance, name: string | null): readonly Part[] | null {
    const parts = this.#of(instance, name, new Set())?.parts ?? [];
    return parts.length === 0 ? null : parts;
  }

  /** `around` are the objects that this one is spread into. */
  #of(instance: Instance, name: string | null, around: ReadonlySet<string>): Held | null {
    if (around.has(instance.key) || this.#isWritten(instance, name)) return null;
    if (instance.cls === null) return this.#ofLiteral(instance, name, new Set(around).add(instance.key));
    // What is spread out of an object leaves the methods of its class behind.
    const member = name === null || around.size > 0 ? null : this.#flow.member(instance.cls, name);
    return member === null || member.getter !== null || member.values.length === 0 ? null : { parts: member.values.map((value) => ({ value, of: instance })), isSure: true };
  }

  #ofLiteral(instance: Instance, name: string | null, around: ReadonlySet<string>): Held | null {
    const parts: Part[] = [];
    for (const layer of this.#layers(instance.made as ValueId).toReversed()) {
      const held = this.#inLayer(layer, instance, name, around);
      if (held === null) return null;
      parts.push(...held.parts);
      if (held.isSure && name !== null) return { parts, isSure: true };
    }
    return { parts, isSure: false };
  }

  #inLayer(layer: Layer, instance: Instance, name: string | null, around: ReadonlySet<string>): Held | null {
    if (layer.form === "spread") {
      const spread = this.#objectsOf(layer.value, instance.frame)?.map((object) => this.#of(object, name, around)) ?? [null];
      if (!spread.every((held) => held !== null)) return null;
      return { parts: spread.flatMap((held) => held.parts), isSure: spread.every((held) => held.isSure) };
    }
    // A computed name may be this one.
    if (name !== null && layer.name !== name) return layer.name === null ? null : ABSENT;
    return layer.form === "get" || layer.form === "set" ? null : { parts: [{ value: layer.value, of: instance }], isSure: true };
  }

  #layers(made: ValueId): readonly Layer[] {
    const value = this.#value(made);
    if (value.kind === "object") return value.props;
    return value.kind === "call" ? value.args.map((arg) => ({ name: null, value: arg, form: "spread" })) : [];
  }

  #isWritten({ cls, made }: Instance, name: string | null): boolean {
    const { byName, open } = this.#written();
    if (made !== null && open.has(made)) return true;
    const names = name === null && made !== null ? this.#layers(made).flatMap((layer) => layer.name ?? []) : [name];
    return names.some((own) => own !== null && byName.get(own)?.some((object) => this.#mayBe(object, cls, made)) === true);
  }

  #allWritten(): Written {
    const byName = new Map<string, ValueId[]>();
    const open = new Set<ValueId>();
    for (const value of this.#facts.values) {
      const target = value.kind === "assign" && value.target !== null && "member" in value.target ? this.#value(value.target.member) : undefined;
      if (target?.kind === "member" && this.#value(target.object).kind !== "this") {
        if (target.name === null) this.#sourcesInto(open, target.object);
        else listAt(byName, target.name).push(target.object);
      } else if (value.kind === "call" && isAssign(this.#facts, value) && value.args[0] !== undefined && this.#value(value.args[0]).kind !== "object") this.#sourcesInto(open, value.args[0]);
    }
    return { byName, open };
  }

  #sourcesInto(open: Set<ValueId>, id: ValueId): void {
    for (const source of this.#flow.sources(id)) open.add(source);
  }

  /** An object of which nobody knows what it is may be any. */
  #mayBe(object: ValueId, cls: ClassId | null, made: ValueId | null): boolean {
    const known = this.#objectsOf(object, null);
    if (made !== null && known?.every((other) => other.made !== null) === true) return known.some((other) => other.made === made);
    const written = this.#flow.classOf(object);
    if (written !== null) return cls !== null && (this.#flow.classesBelow(written).includes(cls) || this.#flow.classesBelow(cls).includes(written));
    return this.#flow.sources(object).some((source) => source === made || this.#value(source).kind !== "object");
  }

  #value(id: ValueId): Value {
    return this.#facts.values[id] as Value;
  }
}

const ABSENT: Held = { parts: [], isSure: false };

/** `Object.assign({}, a, b)` makes an object of what the others hold, the last first. */
export function isAssign(facts: Facts, { callee }: { readonly callee: ValueId }): boolean {
  const value = facts.values[callee] as Value;
  return value.kind === "member" && value.name === "assign" && globalPath(facts, value) === "Object.assign";
}
