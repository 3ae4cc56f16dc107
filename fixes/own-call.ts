import type { CallValue, ValueId } from "../core/facts.js";
import type { Own } from "../core/rule.js";
import type { Call } from "../analyzers/calls.js";

/** A call of the judged program as it stands in its own file; who is called stays what the program knows. Null where a part of it is elsewhere. */
export function ownCall(own: Own, { id, target, args, symbols }: Call): Call | null {
  const at = own.value(id);
  const callee = own.value(target);
  const given = args === null ? null : ownValues(own, args);
  return at === null || callee === null || (args !== null && given === null) ? null : { id: at, value: own.file.facts.values[at] as CallValue, target: callee, args: given, symbols };
}

/** Null where one of them is elsewhere. */
export function ownValues(own: Own, ids: readonly ValueId[]): readonly ValueId[] | null {
  const found = ids.map((id) => own.value(id));
  return found.every((id) => id !== null) ? found : null;
}
