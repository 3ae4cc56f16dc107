import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { type Call, calls } from "./calls.js";
import { localClass } from "./error-classes.js";
import { enclosingClass, flow } from "./flow.js";

/** Methods that keep a function for an event. */
export const LISTENS: ReadonlySet<string> = new Set(["on", "once", "addListener", "prependListener", "prependOnceListener", "addEventListener"]);

/** The functions that `emitter.emit("event")` runs, as far as this file gives them to the same emitter. */
export const listeners: Answer<(emit: Call) => readonly ValueId[]> = {
  name: "listeners",
  of(file) {
    const kept = new Map<string, ValueId[]>();
    let isRead = false;
    const read = (): void => {
      isRead = true;
      for (const call of file.get(calls)) {
        const callee = file.facts.values[call.target] as Value;
        const listener = call.args?.[1];
        if (listener === undefined || callee.kind !== "member" || callee.name === null || !LISTENS.has(callee.name)) continue;
        for (const key of keysOf(file, callee.object, call, "kept")) {
          listAt(kept, key).push(listener);
        }
      }
    };
    return (emit) => {
      const callee = file.facts.values[emit.target] as Value;
      if (callee.kind !== "member" || callee.name !== "emit") return [];
      if (!isRead) read();
      return kept.size === 0 ? [] : [...new Set(keysOf(file, callee.object, emit, "asked").flatMap((key) => kept.get(key) ?? []))];
    };
  },
};

/** The calls of `emit` that run a function. */
export const emits: Answer<(listener: FnId) => readonly ValueId[]> = {
  name: "emits",
  of(file) {
    const found = new Map<FnId, ValueId[]>();
    for (const call of file.get(calls)) {
      const callee = file.facts.values[call.target];
      if (callee?.kind !== "member" || callee.name !== "emit" || (call.args?.length ?? 0) < 2) continue;
      for (const fn of file.get(listeners)(call).flatMap((listener) => file.get(flow).functions(listener))) {
        listAt(found, fn).push(call.id);
      }
    }
    return (fn) => found.get(fn) ?? [];
  },
};

/** The emitter and the event, where both can be told. What a method does with `this` concerns all instances, one instance itself alone. */
function keysOf(file: FileView, emitter: ValueId, { args }: Call, as: "kept" | "asked"): readonly string[] {
  const { facts } = file;
  const event = args?.[0] === undefined ? undefined : file.get(flow).constant(args[0]);
  if (typeof event !== "string") return [];
  return file.get(flow).sources(emitter).flatMap((source): readonly string[] => {
    const value = facts.values[source] as Value;
    if (value.kind === "this") {
      const around = enclosingClass(facts, facts.owner[source] as FnId);
      return as === "kept" ? [`this ${around} ${event}`] : [`this ${around} ${event}`, `of ${around} ${event}`];
    }
    if (value.kind === "var") return [`var ${value.binding} ${event}`];
    if (value.kind !== "call") return [];
    const cls = value.form === "new" ? localClass(file, value.callee) : null;
    return [`call ${source} ${event}`, ...(cls === null ? [] : [`${as === "kept" ? "of" : "this"} ${cls} ${event}`])];
  });
}
