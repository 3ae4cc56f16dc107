import { listAt } from "../core/lists.js";
import { globTest, type PathTest } from "../config/glob.js";
import type { Catalog, SymbolNode } from "../catalog/catalog.js";
import type { EntryRow, SymbolPath } from "../catalog/library.js";
import type { Call } from "./calls.js";

type Register<By extends EntryRow["register"]["by"]> = Extract<EntryRow["register"], { by: By }>;
export type RowBy<By extends EntryRow["register"]["by"]> = EntryRow & { readonly register: Register<By> };

/** The entry rows of a catalog by what one looks them up with, where that is no call. */
export interface EntryRows {
  readonly exported: readonly { readonly row: RowBy<"export">; readonly fits: PathTest }[];
  /** By the instance that a declared type stands for: `aws-lambda:SQSEvent()`. */
  readonly typed: ReadonlyMap<SymbolPath, RowBy<"export">>;
  /** Modules whose types mark a handler. */
  readonly typing: ReadonlySet<string>;
  /** Methods of an object that a file exports by default. */
  readonly served: readonly { readonly row: RowBy<"object">; readonly types: ReadonlySet<SymbolPath>; readonly param: RegExp }[];
  /** By the decorator of a method. */
  readonly decorated: ReadonlyMap<SymbolPath, readonly RowBy<"decorator">[]>;
  /** Methods that serve by their name, in a class with one of the row's decorators. */
  readonly methods: readonly RowBy<"decorator">[];
  /** Told by names alone, by the method that ends the chain. */
  readonly shaped: ReadonlyMap<string, readonly { readonly row: RowBy<"call">; readonly root: RegExp }[]>;
}

const known = new WeakMap<Catalog, EntryRows>();

export function entryRows(catalog: Catalog): EntryRows {
  let rows = known.get(catalog);
  if (!rows) known.set(catalog, (rows = collect(catalog)));
  return rows;
}

function collect(catalog: Catalog): EntryRows {
  const exported: { row: RowBy<"export">; fits: PathTest }[] = [];
  const typed = new Map<SymbolPath, RowBy<"export">>();
  const served: { row: RowBy<"object">; types: Set<SymbolPath>; param: RegExp }[] = [];
  const decorated = new Map<SymbolPath, RowBy<"decorator">[]>();
  const methods: RowBy<"decorator">[] = [];
  const shaped = new Map<string, { row: RowBy<"call">; root: RegExp }[]>();
  for (const row of catalog.libraries.flatMap((l) => l.entries ?? [])) {
    if (isBy(row, "export")) {
      exported.push({ row, fits: globTest(row.register.files) });
      for (const type of row.register.types ?? []) typed.set(catalog.path(type).instance().text, row);
    } else if (isBy(row, "object")) {
      served.push({ row, types: new Set(row.register.types.map((type) => catalog.path(type).instance().text)), param: new RegExp(row.register.param.name) });
    } else if (isBy(row, "decorator")) {
      for (const method of row.register.method) listAt(decorated, method).push(row);
      if (row.register.methodNames) methods.push(row);
    } else if (isBy(row, "call") && row.register.shape) {
      const root = new RegExp(row.register.shape.root);
      for (const end of row.register.shape.ends) listAt(shaped, end).push({ row, root });
    }
  }
  return { exported, typed, typing: new Set([...typed.keys()].map((type) => type.slice(0, type.lastIndexOf(":")))), served, decorated, methods, shaped };
}

export function isBy<By extends EntryRow["register"]["by"]>(row: EntryRow, by: By): row is RowBy<By> {
  return row.register.by === by;
}

const NONE: readonly EntryRow[] = [];

/** The entry rows of a call, and of what else it may be. */
export function entryRowsOf(call: Call, also: readonly SymbolNode[] = []): readonly EntryRow[] {
  const nodes = [...call.symbols, ...also];
  if (!nodes.some((node) => node.isKnown)) return NONE;
  return [...new Set(nodes.flatMap((node) => node.rows("entries").map((r) => r.row)))];
}
