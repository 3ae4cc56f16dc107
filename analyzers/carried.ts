import type { Catalog } from "../catalog/catalog.js";
import type { Value, ValueId } from "../core/facts.js";
import { listAt } from "../core/lists.js";
import type { Answer, FileView } from "../core/rule.js";
import { flow } from "./flow.js";

/** What is kept between requests is no part of one. */
const KEPT = "session";
/** What is written in so many places says nothing of one read. */
const MOST = 12;
/** A `Request` of the web is made by this code as well, and carries nothing. */
const WEB = "global:";
const NOTHING: readonly ValueId[] = [];

/**
 * What one function puts on a request, its answer or their context, and another finds there under the same name:
 * `req.page = …` in a middleware. The framework hands it on, and no call says so. Who runs before whom is not asked.
 */
export const carried: Answer<(read: ValueId) => readonly ValueId[]> = {
  name: "carried by requests",
  of(file) {
    const { facts } = file;
    const given = givenBy(file.settings.catalog as Catalog);
    // `req.page` and `res.locals.page` are two places.
    const placeOf = (id: ValueId): { readonly key: string; readonly of: ValueId } | null => {
      const value = facts.values[id] as Value;
      if (value.kind !== "member" || value.name === null) return null;
      const bag = facts.values[value.object] as Value;
      const isInBag = bag.kind === "member" && bag.name !== null && (facts.values[bag.object] as Value).kind === "var";
      if (isInBag && bag.name === KEPT) return null;
      return { key: isInBag ? `${bag.name}.${value.name}` : value.name, of: isInBag ? bag.object : value.object };
    };
    const givenAs = (id: ValueId): readonly string[] => ((facts.values[id] as Value).kind === "var" ? file.get(flow).symbols(id).flatMap((s) => (given.has(s.text) ? [s.text] : [])) : []);
    const put = new Map<string, { readonly value: ValueId; readonly binding: number; readonly on: readonly string[] }[]>();
    for (const value of facts.values) {
      const place = value.kind === "assign" && value.op === "=" && value.target !== null && "member" in value.target ? placeOf(value.target.member) : null;
      const on = place === null ? [] : givenAs(place.of);
      if (place !== null && on.length > 0) listAt(put, place.key).push({ value: (value as Value & { kind: "assign" }).value, binding: bindingOf(file, place.of), on });
    }
    if (put.size === 0) return () => NOTHING;
    return (read) => {
      const place = placeOf(read);
      const found = place === null ? undefined : put.get(place.key);
      if (place === null || found === undefined || found.length > MOST) return NOTHING;
      const on = givenAs(place.of);
      // What the same function writes and reads is followed by the name that holds the request.
      const own = bindingOf(file, place.of);
      return found.flatMap(({ value, binding, on: by }) => (binding === own || !by.some((text) => on.includes(text)) ? [] : [value]));
    };
  },
};

function bindingOf(file: FileView, id: ValueId): number {
  const value = file.facts.values[id] as Value;
  return value.kind === "var" ? value.binding : -1;
}

const known = new WeakMap<Catalog, ReadonlySet<string>>();

/** What frameworks give to those who serve a request, and not to those who set up the application. */
function givenBy(catalog: Catalog): ReadonlySet<string> {
  let found = known.get(catalog);
  if (found === undefined) {
    const rows = catalog.libraries.flatMap((l) => [...(l.entries ?? []), ...(l.middleware ?? []).filter(({ role }) => role !== "plugin")]);
    known.set(catalog, (found = new Set(rows.flatMap(({ params }) => (params ?? []).flatMap((path) => (path === null || path.startsWith(WEB) ? [] : [catalog.path(path).text]))))));
  }
  return found;
}
