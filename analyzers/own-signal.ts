import type { FileView } from "../core/rule.js";
import type { SignalHolder } from "./abort-signals.js";
import { type Call, callAt } from "./calls.js";
import { flow } from "./flow.js";
import { occurrences } from "./occurrences.js";
import { signalPlaces } from "./signal-places.js";
import { standsIn } from "./text-order.js";

/**
 * Has what a call starts the signal without being given it? `traced("load", () => load(id, { signal }))`: the work is
 * the callback, which hands it on. `const ping = withTimeout(500)`, beside another of the same maker: each step has its
 * own, and the other's is no parent of it.
 */
export function hasItsOwn(file: FileView, call: Call, holder: SignalHolder): boolean {
  // A library's call needs it for what it does itself.
  if (signalPlaces(file, call) !== null) return false;
  return readsInside(file, call, holder) || isBeside(file, call, holder);
}

/** Did the same function make what the holder's name was given? */
function isBeside(file: FileView, call: Call, { binding, value }: SignalHolder): boolean {
  const answers = file.get(flow);
  const held = file.facts.bindings[binding]?.versions.find((v) => v.value !== undefined)?.value ?? value;
  const maker = file.get(callAt)(answers.sameAs(held));
  const made = answers.functions(call.target);
  return maker !== undefined && maker.id !== call.id && answers.functions(maker.target).some((fn) => made.includes(fn));
}

function readsInside(file: FileView, call: Call, holder: SignalHolder): boolean {
  const given = call.value.args.filter((arg) => file.facts.values[arg]?.kind === "function");
  return given.length > 0 && file.get(occurrences).reads(holder.binding).some((read) => given.some((fn) => standsIn(file, read, fn)));
}
