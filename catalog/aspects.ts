import type { Library, SymbolPath } from "./library.js";
import { credentialName } from "./secrets/names.js";

/** The kinds of rows that name calls, and how each kind's row lists them. */
export interface RowsOf {
  effects: NonNullable<Library["effects"]>[number];
  callBounds: NonNullable<Library["callBounds"]>[number];
  signalPlaces: NonNullable<Library["signalPlaces"]>[number];
  abortSignals: NonNullable<Library["abortSignals"]>[number];
  clientBounds: NonNullable<Library["clientBounds"]>[number];
  entries: NonNullable<Library["entries"]>[number];
  middleware: NonNullable<Library["middleware"]>[number];
  guards: NonNullable<Library["guards"]>[number];
  wraps: NonNullable<Library["wraps"]>[number];
  sources: NonNullable<Library["sources"]>[number];
  validators: NonNullable<Library["validators"]>[number];
  sinks: NonNullable<Library["sinks"]>[number];
  loggers: NonNullable<Library["loggers"]>[number];
  telemetry: NonNullable<Library["telemetry"]>[number];
  errors: NonNullable<Library["errors"]>[number];
  ambient: NonNullable<Library["ambient"]>[number];
  callbacks: NonNullable<Library["callbacks"]>[number];
  passes: NonNullable<Library["passes"]>[number];
  credentials: NonNullable<Library["credentials"]>[number];
  blocking: NonNullable<Library["blocking"]>[number];
  /** Effects that block: on the disk and on other processes, not those of a database in this one. */
  blockingEffects: NonNullable<Library["effects"]>[number];
  promises: NonNullable<Library["promises"]>[number];
  results: NonNullable<Library["results"]>[number];
  errorDetails: NonNullable<Library["errorDetails"]>[number];
  /** Calls that take a credential under no name of one: only who is called tells. */
  namelessCredentials: NonNullable<Library["credentials"]>[number];
  /** Queries that may return a list. */
  lists: NonNullable<Library["effects"]>[number];
  /** The clients that callBounds rows speak of, found by what makes them. */
  clients: NonNullable<Library["callBounds"]>[number];
}

export type Aspect = keyof RowsOf;

export interface Row<A extends Aspect> {
  readonly library: Library;
  readonly row: RowsOf[A];
}

export const CALLS: { readonly [A in Aspect]: (row: RowsOf[A]) => readonly SymbolPath[] } = {
  effects: (row) => row.calls,
  callBounds: (row) => row.calls,
  signalPlaces: (row) => row.calls,
  abortSignals: (row) => row.values,
  clientBounds: (row) => row.makes,
  entries: (row) => (row.register.by === "call" ? row.register.calls : row.register.by === "decorator" ? row.register.bootstrap : (row.register.types ?? [])),
  middleware: (row) => row.calls,
  guards: (row) => row.values,
  wraps: (row) => row.calls,
  sources: (row) => ("calls" in row.from ? row.from.calls : "decorators" in row.from ? row.from.decorators : "values" in row.from ? row.from.values : "methods" in row.from ? row.from.methods : []),
  validators: (row) => row.calls,
  sinks: (row) => row.calls,
  loggers: (row) => row.loggers,
  telemetry: (row) => row.calls,
  errors: (row) => row.classes,
  ambient: (row) => row.calls,
  callbacks: (row) => row.calls,
  passes: (row) => row.calls,
  credentials: (row) => row.calls,
  blocking: (row) => row.calls,
  blockingEffects: (row) => (row.sync && row.effect !== "database" && row.effect !== "cache" ? row.calls : []),
  promises: (row) => row.calls,
  results: (row) => row.calls,
  errorDetails: (row) => row.calls,
  namelessCredentials: (row) => (row.places.every(({ path }) => credentialName(path.split(".").at(-1) ?? "") !== null) ? [] : row.calls),
  lists: (row) => (row.list === undefined ? [] : row.calls),
  clients: (row) => row.client?.made ?? [],
};

/** Where the rows of an aspect stand in a library, if not under its own name. */
export const STANDS_IN: { readonly [A in Aspect]?: keyof Library } = { blockingEffects: "effects", clients: "callBounds", lists: "effects", namelessCredentials: "credentials" };
