import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { type Call, calls } from "./calls.js";
import { enclosingClass, flow } from "./flow.js";
import { constantAt } from "./under.js";

/** Mounts on mounts on mounts, or a router that is mounted on itself. */
export const DEEPEST = 8;

/** A router or plugin that a call gives to an app. */
export interface Mount {
  readonly call: Call;
  readonly on: ReadonlySet<string>;
  readonly arg: number;
  readonly prefix: string | null;
}

/** Who is given to whom: `app.use("/users", users)`, `app.use(users.routes())`, `app.register(async (child) => …)`. By what is given. */
export const mounts: Answer<ReadonlyMap<string, readonly Mount[]>> = { name: "mounts", of: collectMounts };

function collectMounts(file: FileView): Map<string, Mount[]> {
  const { facts } = file;
  const found = new Map<string, Mount[]>();
  for (const call of file.get(calls)) {
    const callee = facts.values[call.target] as Value;
    if (callee.kind !== "member" || !file.get(flow).symbols(callee.object).some((n) => isInstance(n.text))) continue;
    const on = keysOf(file, callee.object);
    call.value.args.forEach((arg, i) => {
      for (const key of keysOf(file, arg)) {
        if (!on.has(key)) found.set(key, [...(found.get(key) ?? []), { call, on, arg: i, prefix: prefixOf(file, call) }]);
      }
    });
    if (!call.symbols.some((n) => n.rows("middleware").some(({ row }) => row.role === "plugin"))) continue;
    // A plugin's own scope: its first parameter stands below what it is registered on.
    for (const fn of call.value.args.flatMap((a) => file.get(flow).functions(a))) {
      const scope = facts.functions[fn]?.params[0]?.value;
      if (scope !== undefined) found.set(`v${scope}`, [...(found.get(`v${scope}`) ?? []), { call, on, arg: 0, prefix: registeredUnder(file, call) }]);
    }
  }
  return found;
}

/** What a value is in the end, as names to compare: chains on an app are that app. */
export function keysOf(file: FileView, value: ValueId, depth = 0): ReadonlySet<string> {
  const { facts } = file;
  const answers = file.get(flow);
  const found = new Set<string>();
  if (depth > DEEPEST) return found;
  const sources = answers.sources(value);
  const beyond = sources.filter((s) => facts.values[s]?.kind !== "param");
  for (const id of beyond.length > 0 ? beyond : sources) {
    const of = facts.values[id] as Value;
    const link = of.kind === "call" && of.form === undefined ? (facts.values[of.callee] as Value) : of;
    if (link.kind === "member" && depth < DEEPEST && answers.symbols(link.object).some((n) => isInstance(n.text))) {
      for (const key of keysOf(file, link.object, depth + 1)) found.add(key);
    } else if (of.kind === "var") found.add(`b${of.binding}`);
    else if (of.kind === "member") {
      const object = facts.values[of.object] as Value;
      const owner = object.kind === "this" ? [`this${enclosingClass(facts, facts.owner[of.object] as number)}`] : [...keysOf(file, of.object, depth + 1)];
      for (const key of owner) found.add(`${key}.${of.name}`);
    } else found.add(`v${id}`);
  }
  return found;
}

/** An app, a router: what some call or `new` made. A module is none. */
export const isInstance = (text: string): boolean => text.endsWith("()");

export const overlaps = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...a].some((x) => b.has(x));

/** `app.use("/api", …)` is for the paths under it. */
export function prefixOf(file: FileView, call: Call): string | null {
  const first = call.value.args[0];
  const text = first === undefined ? undefined : file.get(flow).constant(first);
  return typeof text === "string" && !/^[/*]*$/.test(text) ? text.replace(/\/?\*?$/, "") : null;
}

/** `app.register(plugin, { prefix: "/api" })` */
const registeredUnder = (file: FileView, call: Call): string | null => constantAt(file, call.value.args, { arg: 1, path: "prefix" });
