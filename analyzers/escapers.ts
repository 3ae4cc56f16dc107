import type { FnId, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { flow } from "./flow.js";
import { type Origin, without } from "./origins.js";

const ENTITY = /^&(?:lt|#0*60|#x0*3c);$/i;
const LESS = 60;

/**
 * Functions that go over a text and put an entity where a `<` stands, by hand: a `switch` over its characters, a table.
 * What they do with the rest is not read: whoever knows both of these escapes.
 */
const escapers: Answer<ReadonlySet<FnId>> = {
  name: "functions that escape markup",
  of(file) {
    const found = new Set<FnId>();
    if (!file.text.includes("&lt;") && !/&#(?:60|x3c);/i.test(file.text)) return found;
    const { owner, values } = file.facts;
    const [put, met, tables] = [new Set<FnId>(), new Set<FnId>(), new Set<ValueId>()];
    values.forEach((value, id) => {
      const fn = owner[id] as FnId;
      if (value.kind === "literal" && typeof value.value === "string" && ENTITY.test(value.value)) put.add(fn);
      else if (value.kind === "literal" && (value.value === "<" || value.value === LESS)) met.add(fn);
      else if (value.kind === "object" && value.props.some((p) => (p.name === "<" || p.name === `${LESS}`) && isEntity(file, p.value))) tables.add(id);
    });
    for (const fn of put) if (met.has(fn)) found.add(fn);
    if (tables.size > 0) values.forEach((value, id) => void (value.kind === "member" && value.key !== undefined && file.get(flow).sources(value.object).some((s) => tables.has(s)) && found.add(owner[id] as FnId)));
    found.delete(0);
    return found;
  },
};

function isEntity(file: FileView, id: ValueId): boolean {
  const text = file.get(flow).constant(id);
  return typeof text === "string" && ENTITY.test(text);
}

/** What a function gives back, if it takes the markup out of it. */
export function escaped(file: FileView, fn: FnId, origins: readonly Origin[]): readonly Origin[] {
  return origins.length > 0 && file.get(escapers).has(fn) ? without(origins, { for: ["html"], doubt: null }) : origins;
}
