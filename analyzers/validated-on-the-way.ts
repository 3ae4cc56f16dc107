import type { Value, ValueId } from "../core/facts.js";
import { listAt } from "../core/lists.js";
import type { Answer, FileView } from "../core/rule.js";
import { type Call, callsThatMayHave } from "./calls.js";
import { isBefore, type Moment, moments } from "./callsites.js";
import type { Entry } from "./entries.js";
import { pathsOf, routeOf, runsInProduction, scopesOf, VERBS } from "./guard-registrations.js";
import { Climb, keysOf, type Mount, mounts } from "./mounts.js";
import { isUnder, type Reach } from "./route-paths.js";

/** Does middleware accept what the entry reads? */
export type Accepts = (arg: ValueId) => boolean;

interface Registration extends Reach {
  readonly call: Call;
}

/** Middleware of an application or a router, by what it is registered on. */
const registrations: Answer<ReadonlyMap<string, readonly Registration[]>> = {
  name: "middleware of routers",
  of(file) {
    const found = new Map<string, Registration[]>();
    for (const call of callsThatMayHave(file, ["middleware"])) {
      const callee = file.facts.values[call.target] as Value;
      if (callee.kind !== "member" || callee.name === null || (callee.name !== "use" && !VERBS.has(callee.name))) continue;
      if (!call.symbols.some((s) => s.rows("middleware").some(({ row }) => row.role === "before" && row.framework !== "nest")) || runsInProduction(file, call.id) !== true) continue;
      const verb = VERBS.has(callee.name) ? callee.name : null;
      const paths = pathsOf(file, verb === null ? call.value.args[0] : (routeOf(file, call) ?? call.value.args[0]));
      for (const key of scopesOf(file, callee.object)) listAt(found, key).push({ call, paths, verb });
    }
    return found;
  },
};

/** `router.use(validate(Person))` before the route, or where its router is mounted: on every way to the entry. */
export function acceptedOnTheWay(file: FileView, entry: Entry, accepts: Accepts): boolean {
  const { call, receiver } = entry;
  return call !== null && receiver !== null && onWay(file, entry, keysOf(file, receiver), file.get(moments)(call.id), entry.path, accepts, new Climb());
}

function onWay(file: FileView, entry: Entry, keys: ReadonlySet<string>, moment: Moment, path: string | null, accepts: Accepts, climb: Climb): boolean {
  const on = file.get(registrations);
  const own = new Set([...keys].flatMap((key) => on.get(key) ?? []));
  const isOf = ({ verb }: Registration): boolean => verb === null || verb === "all" || (entry.name ?? "").startsWith(`${verb.toUpperCase()} `);
  for (const r of own) if (r.call !== entry.call && isOf(r) && isBefore(file.get(moments)(r.call.id), moment) === true && isUnder(path, r) === true && r.call.value.args.some(accepts)) return true;
  const all = file.get(mounts);
  const mounted = [...new Set([...keys].flatMap((key) => all.get(key) ?? []))].filter((m) => m.call !== entry.call);
  const isAccepted = (m: Mount): boolean => m.call.value.args.slice(0, m.arg).some(accepts) || onWay(file, entry, m.on, file.get(moments)(m.call.id), path === null || m.isLost ? null : `${m.prefix ?? ""}${path}`, accepts, climb);
  const above = climb.above(mounted, isAccepted, false);
  return above.length > 0 && above.every(Boolean);
}
