import type { FnId, FunctionFact } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { Call } from "./calls.js";
import { carried } from "./carried.js";
import { bothOf, type Cleared, clearedAt, provedBy, provedByFailing } from "./cleared.js";
import { isQuery } from "./effects.js";
import { flow } from "./flow.js";
import type { Matter } from "./matter.js";
import { isAllBut, NAMES, type Origin, without } from "./origins.js";
import { outside } from "./outside.js";

const READS: ReadonlySet<string> = new Set(["var", "global", "member"]);

/** Requests, messages and events: what nobody here has written. */
export function outsideData(file: FileView): Matter {
  return {
    isSource: (id) => file.get(outside)(id) !== null,
    onlySources: false,
    source(id, path) {
      const what = file.get(outside)(id);
      return what === null ? null : [{ from: { kind: "source", what, path: isAllBut(path.at(-1)) ? path.slice(0, -1) : path.map((step) => (step === NAMES ? "*" : step)) }, at: id, steps: [], handed: [], taken: null, safeFor: [], doubt: null }];
    },
    // What is proved where it is read takes its danger away.
    read: (id, origins) => (READS.has(file.facts.values[id]?.kind ?? "") ? clearedAt(file, id).reduce<readonly Origin[]>(without, origins) : origins),
    kept(tests, binding, origins) {
      const proved = provedByFailing(file, tests, binding);
      return proved === null ? origins : without(origins, proved);
    },
    // What was written over on all ways is gone; that some test failed proves nothing of what came in.
    isFine: () => false,
    left(filter) {
      const each = file.get(flow).functions(filter).map((fn) => filteredBy(file, fn));
      return each.length === 0 ? null : each.reduce((one, other) => bothOf(one, other));
    },
    carried: (read) => file.get(carried)(read),
    // What a file, a query or a request gives is other data.
    givesOther: (call) => call.value.form === "tag" || call.symbols.some((s) => s.rows("effects").length > 0) || isOfAQuery(file, call),
    hasKeys: true,
    isOpen: true,
    most: 12,
  };
}

/** `ids.filter((id) => /^\d+$/.test(id))`: each that is left passed the test. */
function filteredBy(file: FileView, fn: FnId): Cleared | null {
  const param = (file.facts.functions[fn] as FunctionFact).params[0];
  const results = param === undefined ? [] : file.get(flow).returns(fn).map((result) => provedBy(file, result, param.value));
  return results.length === 0 ? null : results.reduce((one, other) => bothOf(one, other));
}

/** `knex("users").where({ name }).first()`: what the query finds, whatever it was asked with. */
function isOfAQuery(file: FileView, { target }: Call): boolean {
  const callee = file.facts.values[target];
  return callee?.kind === "member" && isQuery(file, callee.object, null);
}
