import type { CallBoundRow, OptionPlace } from "../catalog/library.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { type Call, calls } from "./calls.js";
import { flow } from "./flow.js";
import { isBoundingInterceptor } from "./interceptors.js";

/** What is true of all calls of a row, asked once. */
const byRow: Answer<{ readonly assigned: Map<CallBoundRow, boolean>; readonly configured: Map<CallBoundRow, boolean> }> = { name: "bounds for all calls", of: () => ({ assigned: new Map(), configured: new Map() }) };

function once(known: Map<CallBoundRow, boolean>, row: CallBoundRow, find: () => boolean): boolean {
  let told = known.get(row);
  if (told === undefined) known.set(row, (told = find()));
  return told;
}

export const isAssigned = (file: FileView, row: CallBoundRow): boolean => once(file.get(byRow).assigned, row, () => findAssigned(file, row));

/** `bounds`: does an option of a call bound what it is for? */
export const isConfigured = (file: FileView, row: CallBoundRow, bounds: (call: Call, place: OptionPlace) => boolean): boolean => once(file.get(byRow).configured, row, () => findConfigured(file, row, bounds));

/** `axios.defaults.timeout = 5000` bounds every call of this file's program. */
function findAssigned(file: FileView, row: CallBoundRow): boolean {
  if (!row.assigned?.some((path) => file.text.includes(lastName(path)))) return false;
  const answers = file.get(flow);
  return file.facts.values.some((value) => {
    if (value.kind !== "assign" || value.target === null || !("member" in value.target)) return false;
    const constant = answers.constant(value.value);
    return constant !== 0 && constant !== null && answers.symbols(value.target.member).some((s) => row.assigned?.includes(s.text));
  });
}

function findConfigured(file: FileView, row: CallBoundRow, bounds: (call: Call, place: OptionPlace) => boolean): boolean {
  const { configured } = row;
  if (configured?.calls.some((path) => file.text.includes(lastName(path))) && file.get(calls).some((c) => c.symbols.some((s) => configured.calls.includes(s.text)) && configured.options.some((place) => bounds(c, place)))) return true;
  return file.text.includes("interceptors") && file.get(calls).some((c) => isBoundingInterceptor(file, c, row));
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
