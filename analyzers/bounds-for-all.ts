import type { CallBoundRow, OptionPlace } from "../catalog/library.js";
import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { type Call, callAt, calls } from "./calls.js";
import { flow } from "./flow.js";
import { interceptedOwner, isBounding } from "./interceptors.js";

/** Whose calls a bound that is set once is for. */
export interface SetOnce {
  /** Every call of the row; a client that nobody can tell counts as all. */
  readonly all: boolean;
  /** What these calls made, and no other client. */
  readonly clients: ReadonlySet<ValueId>;
  /** Calls on these themselves: what hangs on the library's own instance is not handed on to others. */
  readonly owners: readonly string[];
}

/** What is true of all calls of a row, asked once. */
const byRow: Answer<{ readonly assigned: Map<CallBoundRow, SetOnce>; readonly configured: Map<CallBoundRow, boolean>; readonly intercepted: Map<CallBoundRow, SetOnce> }> = {
  name: "bounds for all calls",
  of: () => ({ assigned: new Map(), configured: new Map(), intercepted: new Map() }),
};

function once<T>(known: Map<CallBoundRow, T>, row: CallBoundRow, find: () => T): T {
  let told = known.get(row);
  if (told === undefined) known.set(row, (told = find()));
  return told;
}

/** `axios.defaults.timeout = 5000`, also of one instance. */
export const assigned = (file: FileView, row: CallBoundRow): SetOnce => once(file.get(byRow).assigned, row, () => findAssigned(file, row));

/** `api.interceptors.request.use((config) => { config.timeout = 5000; return config; })` */
export const intercepted = (file: FileView, row: CallBoundRow): SetOnce => once(file.get(byRow).intercepted, row, () => findIntercepted(file, row));

/** `bounds`: does an option of a call bound what it is for? */
export const isConfigured = (file: FileView, row: CallBoundRow, bounds: (call: Call, place: OptionPlace) => boolean): boolean => once(file.get(byRow).configured, row, () => findConfigured(file, row, bounds));

/** Is it for a call that does not go through a client of its own? */
export const isForAll = ({ all, owners }: SetOnce, call: Call): boolean => all || owners.some((owner) => call.symbols.some((s) => s.text.startsWith(owner) && !s.text.slice(owner.length).includes("(")));

const NOTHING: SetOnce = { all: false, clients: new Set(), owners: [] };

function findAssigned(file: FileView, row: CallBoundRow): SetOnce {
  if (!row.assigned?.some((path) => file.text.includes(lastName(path)))) return NOTHING;
  const answers = file.get(flow);
  const clients = new Set<ValueId>();
  for (const value of file.facts.values) {
    if (value.kind !== "assign" || value.target === null || !("member" in value.target)) continue;
    const { member } = value.target;
    const constant = answers.constant(value.value);
    if (constant === 0 || constant === null || !answers.symbols(member).some((s) => row.assigned?.includes(s.text))) continue;
    // Instances are made with the defaults of the library's own.
    const on = below(file, member, 2);
    const made = clientsOf(file, on, row);
    // An instance made here that these calls do not go through is no default of theirs.
    if (made.length === 0 && isMadeHere(file, on)) continue;
    if (made.length === 0) return { ...NOTHING, all: true };
    for (const client of made) clients.add(client);
  }
  return { ...NOTHING, clients };
}

function findIntercepted(file: FileView, row: CallBoundRow): SetOnce {
  if (!file.text.includes("interceptors")) return NOTHING;
  const clients = new Set<ValueId>();
  const owners: string[] = [];
  for (const call of file.get(calls)) {
    const owner = interceptedOwner(call, row);
    if (owner === null || !isBounding(file, call)) continue;
    const made = clientsOf(file, below(file, call.target, 3), row);
    if (made.length === 0 && !owner.endsWith(":")) return { ...NOTHING, all: true };
    if (made.length === 0) owners.push(owner);
    for (const client of made) clients.add(client);
  }
  return { ...NOTHING, clients, owners };
}

/** What stands so many names before a member: `api` of `api.defaults.timeout`. */
function below(file: FileView, id: ValueId, names: number): ValueId {
  let at = id;
  for (let i = 0; i < names; i++) {
    const value = file.facts.values[at] as Value;
    if (value.kind !== "member") return at;
    at = value.object;
  }
  return at;
}

/** The calls that made a client of the row's. */
function clientsOf(file: FileView, id: ValueId, row: CallBoundRow): readonly ValueId[] {
  return [...file.get(flow).sources(id)].filter((s) => file.get(callAt)(s)?.symbols.some((n) => n.rows("clients").some((r) => r.row.client === row.client)));
}

function isMadeHere(file: FileView, id: ValueId): boolean {
  const made = file.get(flow).sources(id);
  return made.length > 0 && made.every((source) => file.get(callAt)(source)?.symbols.some((n) => n.rows("clients").length > 0));
}

function findConfigured(file: FileView, { configured }: CallBoundRow, bounds: (call: Call, place: OptionPlace) => boolean): boolean {
  if (!configured?.calls.some((path) => file.text.includes(lastName(path)))) return false;
  return file.get(calls).some((c) => c.symbols.some((s) => configured.calls.includes(s.text)) && configured.options.some((place) => bounds(c, place)));
}

/** The calls that make clients, by what the rows of their calls say of the client. */
export const creations: Answer<ReadonlyMap<NonNullable<CallBoundRow["client"]>, readonly Call[]>> = {
  name: "clients made",
  of(file) {
    const found = new Map<NonNullable<CallBoundRow["client"]>, Call[]>();
    for (const call of file.get(calls)) {
      const clients = new Set(call.symbols.flatMap((s) => s.rows("clients").flatMap(({ row }) => row.client ?? [])));
      for (const client of clients) listAt(found, client).push(call);
    }
    return found;
  },
};

const lastName = (path: string): string => /[\w$]+$/.exec(path)?.[0] ?? "";
