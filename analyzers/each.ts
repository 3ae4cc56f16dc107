import type { Value, ValueId } from "../core/facts.js";
import type { Answer } from "../core/rule.js";
import type { Call } from "./calls.js";
import { flow } from "./flow.js";
import { sanctioned } from "./sanctioned.js";

/** A call that runs a function for each element of a list. */
export interface Each {
  readonly list: ValueId;
  /** The function, and which of its parameters gets the element; the one after it gets the index or the key. */
  readonly callback: ValueId;
  readonly param: number;
}

/** Methods of whatever list they belong to, and the parameter that gets the element. */
const METHODS: ReadonlyMap<string, number> = new Map([
  ...["map", "forEach", "filter", "some", "every", "find", "findIndex", "findLast", "findLastIndex", "flatMap", "each", "mapSeries"].map((name) => [name, 0] as const),
  ["reduce", 1],
  ["reduceRight", 1],
]);

export const eachOf: Answer<(call: Call) => Each | null> = {
  name: "each",
  of(file) {
    const { values } = file.facts;
    return (call) => {
      const { args } = call.value;
      if (args.length === 0 || call.value.form !== undefined) return null;
      const at = (list: number, arg: number, param: number): Each | null => {
        const [of, callback] = [args[list], args[arg]];
        return of === undefined || callback === undefined ? null : { list: of, callback, param };
      };
      if (file.get(sanctioned)(call.target) === "map") return at(0, 1, 0);
      for (const { row } of call.symbols.flatMap((symbol) => symbol.rows("callbacks"))) {
        if (row.each) return at(row.each.list, row.arg === "last" ? args.length - 1 : row.arg, row.each.param);
      }
      const callee = values[call.target] as Value;
      const param = callee.kind === "member" && callee.name !== null ? METHODS.get(callee.name) : undefined;
      const callback = args[0] as ValueId;
      // `collection.find(filter)`: a query, whatever holds its conditions.
      if (param !== undefined && (file.get(flow).functions(call.target).length > 0 || call.symbols.some((symbol) => symbol.rows("effects").length > 0))) return null;
      return param === undefined || callee.kind !== "member" || !mayBeFunction(values[callback] as Value) ? null : { list: callee.object, callback, param };
    };
  },
};

/** `where.find({ id })` of a database takes no function. */
function mayBeFunction({ kind }: Value): boolean {
  return kind === "function" || kind === "var" || kind === "global" || kind === "member" || kind === "param" || kind === "call" || kind === "cast";
}
