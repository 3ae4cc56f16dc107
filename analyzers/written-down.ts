import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { context } from "./context.js";
import { occurrences } from "./occurrences.js";

/** Methods of a promise end the chain of a builder. */
const ENDS = new Set(["then", "catch", "finally"]);

/** The whole of a chain that begins with a call. */
export function chainOf(file: FileView, call: ValueId): ValueId {
  const where = file.get(context);
  const { values } = file.facts;
  for (let at = call; ; ) {
    const member = where.parent(at);
    const of = member === null ? undefined : values[member];
    if (member === null || of?.kind !== "member" || of.object !== at || (of.name !== null && ENDS.has(of.name))) return at;
    const next = where.parent(member);
    const called = next === null ? undefined : values[next];
    if (next === null || called?.kind !== "call" || called.callee !== member) return at;
    at = next;
  }
}

/** Methods that give a query's text, and run nothing: of knex, drizzle, kysely, typeorm and mongoose's like. */
const WRITES_DOWN = new Set(["toQuery", "toSQL", "toString", "toNative", "compile", "getQuery", "getSql", "getQueryAndParameters"]);

/** `knex("users").where({ id }).toQuery()`: whoever gets the text may run it. So with a name that nobody uses but for this, or to go on with the chain. */
export function isWrittenDown(file: FileView, whole: ValueId): boolean {
  const { values } = file.facts;
  const isText = (chain: ValueId): boolean => {
    for (let at = values[chain]; at?.kind === "call"; ) {
      const callee: Value | undefined = values[at.callee];
      if (callee?.kind !== "member") return false;
      if (callee.name !== null && WRITES_DOWN.has(callee.name)) return true;
      at = values[callee.object];
    }
    return false;
  };
  if (isText(whole)) return true;
  const made = chosenAs(file, whole);
  if (file.get(context).parent(made) !== null) return false;
  const chains = file.get(occurrences).holders(made).flatMap((h) => file.get(occurrences).reads(h.binding)).map((read) => chainOf(file, read));
  return chains.some(isText) && chains.every((chain) => isText(chain) || isStatement(file, chain));
}

/** `all ? db("orders") : db("orders").limit(5)` */
function chosenAs(file: FileView, id: ValueId): ValueId {
  const where = file.get(context);
  let at = id;
  for (let parent = where.parent(at); parent !== null && /^(?:choice|cast)$/.test((file.facts.values[parent] as Value).kind); parent = where.parent(at)) at = parent;
  return at;
}

/** `query.limit(10);` adds to the query and does not run it. */
const isStatement = (file: FileView, chain: ValueId): boolean => file.facts.values[chain]?.kind === "call" && file.get(context).parent(chain) === null && file.get(context).statement(chain)?.kind === "eval" && file.get(occurrences).holders(chain).length === 0;
