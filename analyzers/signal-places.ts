import type { OptionPlace } from "../catalog/library.js";
import type { Value } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { Call } from "./calls.js";
import { flow } from "./flow.js";

/** Where a call of a library takes an AbortSignal, and what else is known of it. */
export interface SignalPlaces {
  /** The first is where one would be written. */
  readonly places: readonly OptionPlace[];
  readonly textIs?: "encoding";
  /** A caller that wants its end waits for it. */
  readonly isAwaited: boolean;
  /** The types of Node say `| undefined` of each option, others do not. */
  readonly takesUndefined: boolean;
  /** The options of the client it goes through, by what makes the client. */
  readonly client?: { readonly options: readonly OptionPlace[]; readonly through: readonly OptionPlace[] };
}

const IS_SIGNAL = /(?:^|\.)(?:signal|abortSignal|cancelSignal|cancelToken)$/;
const TIMER = new Set(["global:setTimeout", "timers:setTimeout"]);

export function signalPlaces(file: FileView, call: Call): SignalPlaces | null {
  for (const symbol of call.symbols) {
    const shape = symbol.rows("effects")[0]?.row.shape;
    const isAwaited = shape !== "stream" && shape !== "callback";
    const own = symbol.rows("signalPlaces")[0];
    if (own) return { ...own.row, isAwaited, takesUndefined: own.library.name.startsWith("node:") };
    const bound = symbol.rows("callBounds")[0]?.row;
    const places = bound === undefined ? [] : [...(bound.signal ? [bound.signal] : []), ...bound.options.filter((p) => IS_SIGNAL.test(p.path) && !(p.arg === bound.signal?.arg && p.path === bound.signal.path))];
    if (places.length > 0) {
      const options = bound?.client?.options.filter((p) => IS_SIGNAL.test(p.path)) ?? [];
      return { places, isAwaited, takesUndefined: false, ...(bound?.client && options.length > 0 && { client: { options, through: bound.client.through ?? [] } }) };
    }
    // `promisify(setTimeout)` is the timer of `timers/promises`; the timer itself takes no signal.
    if (TIMER.has(symbol.text) && file.get(flow).sources(call.target).some((s) => (file.facts.values[s] as Value).kind === "call")) {
      return { places: [{ arg: 2, path: "signal" }], isAwaited: true, takesUndefined: true };
    }
  }
  return null;
}
