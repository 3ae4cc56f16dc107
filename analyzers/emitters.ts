import type { CallValue, ValueId } from "../core/facts.js";
import { ANY, type Token } from "./heap.js";
import { LISTENS } from "./listeners.js";
import type { Running } from "./object-runs.js";

/** Before the name of an event. */
const ON = "@@on ";
const TELLS = new Set(["emit", "emitAsync", "dispatchEvent"]);

/** `emitter.on("saved", fn)` and `emitter.emit("saved")` of what a library made: true where it is one of those. */
export function methodOfEmitter(objects: Running, name: string, self: Token, { args }: CallValue, id: ValueId): void {
  const { heap } = objects;
  const [first, listener] = args;
  if (first === undefined) return;
  if (LISTENS.has(name)) {
    heap.add(id, self);
    const keep = (event: ValueId, kept: ValueId): void => {
      for (const of of eventsOf(objects, event)) heap.flows(kept, heap.field(self, ON + (of ?? ANY)));
    };
    if (listener !== undefined && !objects.registrars.each(id, keep)) keep(first, listener);
    return;
  }
  if (!TELLS.has(name)) return;
  const told = objects.value(first);
  const event = name === "dispatchEvent" ? (told.kind === "call" && told.form === "new" ? told.args[0] : undefined) : first;
  const names = event === undefined ? [null] : eventsOf(objects, event);
  const run = (node: number): void => heap.each(node, (fn) => objects.invoke(fn, name === "dispatchEvent" ? args : args.slice(1), null, self, id, "event"));
  for (const of of names) {
    if (of === null) heap.eachField(self, (field, node) => void (field.startsWith(ON) && run(node)));
    else for (const field of [of, ANY]) run(heap.field(self, ON + field));
  }
}

/** An event's name, or the symbol that stands for it; null where it may be any. */
function eventsOf(objects: Running, event: ValueId): readonly (string | null)[] {
  const names = objects.namesOf(null, event);
  if (!names.includes(null)) return names;
  const symbol = objects.sameAs(event);
  const made = objects.value(symbol);
  const callee = made.kind === "call" ? objects.value(made.callee) : undefined;
  return callee?.kind === "global" && callee.name === "Symbol" ? [`@@symbol ${symbol}`] : [null];
}
