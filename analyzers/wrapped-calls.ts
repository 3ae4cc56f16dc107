import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Answer } from "../core/rule.js";
import { callAt } from "./calls.js";
import { closures } from "./closures.js";
import { flow } from "./flow.js";
import { isInside } from "./links.js";
import type { Origin } from "./origins.js";

/** What is wrapped where a function comes out of a maker: `promisify(load)` runs `load` and nothing else, however many are made so. */
export interface Wrapped {
  readonly maker: FnId;
  /** The parameter of the maker. */
  readonly index: number;
  readonly fn: FnId;
}

export interface WrappedCalls {
  /** What a call in a maker's function gives to `fn`, where it is the maker's parameter that is called: only what this one was made around comes on. */
  marked(origin: Origin, site: ValueId, fn: FnId): Origin;
  /** May a call of what a maker has made be one of what it made around this function? */
  mayRun(site: ValueId, made: FnId, wrapped: Wrapped): boolean;
}

export const wrappedCalls: Answer<WrappedCalls> = {
  name: "wrapped calls",
  of(file) {
    const { facts } = file;
    const answers = file.get(flow);
    return {
      marked(origin, site, fn) {
        const { from } = origin;
        const target = from.kind === "param" ? file.get(callAt)(site)?.target : undefined;
        const called = target === undefined ? undefined : (facts.values[answers.sameAs(target)] as Value);
        if (from.kind !== "param" || called?.kind !== "param" || called.rest || called.fn === from.fn || !isInside(facts, from.fn, called.fn)) return origin;
        return { ...origin, from: { ...from, wrapped: { maker: called.fn, index: called.index, fn } } };
      },
      mayRun(site, made, { maker, index, fn }) {
        const target = file.get(callAt)(site)?.target;
        const met = target === undefined ? [] : file.get(closures).of(target, null).closures.filter((c) => c.fn === made);
        return met.length === 0 || met.some(({ frame }) => {
          for (let at = frame; at; at = at.around) {
            const given = at.fn === maker ? at.given.get(`${index}`) : undefined;
            if (given !== undefined) return given.some((c) => c.fn === fn);
          }
          return true;
        });
      },
    };
  },
};
