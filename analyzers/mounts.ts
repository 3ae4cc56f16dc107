import type { MemberValue, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { type Call, calls } from "./calls.js";
import { enclosingClass, flow } from "./flow.js";
import { constantAt } from "./under.js";

/** Mounts on mounts on mounts, or a router that is mounted on itself. */
export const DEEPEST = 8;

/** Further ways up tell nothing new; a base class that makes the routers of all its children has millions. */
const MOST_WAYS = 100;

/** The ways from a route up through what its router is mounted on, one for each. */
export class Climb {
  readonly #way = new Set<Mount>();
  #ways = 0;

  /** What is said above a mount: nothing where the way has been there, and `tooMany` where nobody looks any more. */
  above<T>(mounts: readonly Mount[], look: (mount: Mount) => T, tooMany: T): readonly T[] {
    return mounts.flatMap((mount) => {
      if (this.#way.has(mount) || this.#way.size > DEEPEST) return [];
      if (++this.#ways > MOST_WAYS) return this.#ways === MOST_WAYS + 1 ? [tooMany] : [];
      this.#way.add(mount);
      const said = look(mount);
      this.#way.delete(mount);
      return [said];
    });
  }
}

/** A router or plugin that a call gives to an app. */
export interface Mount {
  readonly call: Call;
  readonly on: ReadonlySet<string>;
  readonly arg: number;
  readonly prefix: string | null;
  /** There is a prefix, and nobody can say which. */
  readonly isLost?: true;
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
    call.value.args.forEach((_, i) => {
      for (const { keys, ...under } of placesOf(file, call, i)) {
        for (const key of keys) if (!on.has(key)) listAt(found, key).push({ call, on, arg: i, ...under });
      }
    });
    if (!call.symbols.some((n) => n.rows("middleware").some(({ row }) => row.role === "plugin"))) continue;
    // A plugin's own scope: its first parameter stands below what it is registered on.
    for (const fn of call.value.args.flatMap((a) => file.get(flow).functions(a))) {
      const scope = facts.functions[fn]?.params[0]?.value;
      if (scope !== undefined) listAt(found, `v${scope}`).push({ call, on, arg: 0, prefix: registeredUnder(file, call) });
    }
  }
  return found;
}

interface Placed extends Pick<Mount, "prefix" | "isLost"> {
  readonly keys: ReadonlySet<string>;
}

/** What is given in a place and its prefix: by the rows of the table where both are of one, `routes.forEach(({ path, router }) => app.use(path, router))`. */
function placesOf(file: FileView, call: Call, index: number): readonly Placed[] {
  const { args } = call.value;
  const [first, arg] = [args[0], args[index] as ValueId];
  const [path, router] = [first === undefined ? null : memberAt(file, first), memberAt(file, arg)];
  const rows = index > 0 && path !== null && router !== null ? rowsOf(file, path, router) : [];
  if (rows.length > 1) return rows.map((row) => ({ keys: keysOf(file, row.router), ...textOf(file.get(flow).constant(row.path)) }));
  const isLost = index > 0 && first !== undefined && isPath(file, first);
  return [{ keys: keysOf(file, arg), prefix: prefixOf(file, call), ...(isLost && { isLost }) }];
}

const textOf = (constant: unknown): Pick<Mount, "prefix" | "isLost"> => (typeof constant === "string" ? { prefix: bare(constant) } : { prefix: null, isLost: true });

function memberAt(file: FileView, id: ValueId): MemberValue | null {
  const value = file.facts.values[file.get(flow).sameAs(id)] as Value;
  return value.kind === "member" && value.name !== null ? value : null;
}

function rowsOf(file: FileView, path: MemberValue, router: MemberValue): readonly { readonly path: ValueId; readonly router: ValueId }[] {
  const answers = file.get(flow);
  if (answers.sameAs(path.object) !== answers.sameAs(router.object) && !isSameVar(file, path.object, router.object)) return [];
  return answers.sources(path.object).flatMap((source) => {
    const row = file.facts.values[source] as Value;
    const part = (name: string | null): ValueId | undefined => (row.kind === "object" ? row.props.findLast((p) => p.name === name)?.value : undefined);
    const [a, b] = [part(path.name), part(router.name)];
    return a === undefined || b === undefined ? [] : [{ path: a, router: b }];
  });
}

function isSameVar(file: FileView, a: ValueId, b: ValueId): boolean {
  const [one, other] = [file.facts.values[a] as Value, file.facts.values[b] as Value];
  return one.kind === "var" && other.kind === "var" && one.binding === other.binding;
}

/** A path that nobody can read here: put together, or named as one. */
function isPath(file: FileView, id: ValueId): boolean {
  const answers = file.get(flow);
  if (answers.constant(id) !== undefined || answers.functions(id).length > 0) return false;
  const value = file.facts.values[id] as Value;
  if (value.kind === "template" || value.kind === "binary") return true;
  const name = value.kind === "member" ? (value.name ?? "") : value.kind === "var" ? (file.facts.bindings[value.binding]?.name ?? "") : "";
  return /(?:^|[a-z_])(?:path|prefix|base|url|root)$/i.test(name);
}

/** What can be so many things is none that anybody mounts. */
const MOST_KEYS = 40;

/** What a value is in the end, as names to compare: chains on an app are that app. */
export function keysOf(file: FileView, value: ValueId): ReadonlySet<string> {
  return file.get(keys)(value, 0);
}

const keys: Answer<(value: ValueId, depth: number) => ReadonlySet<string>> = {
  name: "keys",
  of(file) {
    const known = new Map<number, ReadonlySet<string>>();
    const at = (value: ValueId, depth: number): ReadonlySet<string> => {
      if (depth > DEEPEST) return NO_KEYS;
      const key = value * (DEEPEST + 1) + depth;
      let found = known.get(key);
      if (!found) known.set(key, (found = findKeys(file, value, depth, at)));
      return found;
    };
    return at;
  },
};

const NO_KEYS: ReadonlySet<string> = new Set();

function findKeys(file: FileView, value: ValueId, depth: number, next: (value: ValueId, depth: number) => ReadonlySet<string>): ReadonlySet<string> {
  const { facts } = file;
  const answers = file.get(flow);
  const found = new Set<string>();
  const sources = answers.sources(value);
  const beyond = sources.filter((s) => facts.values[s]?.kind !== "param");
  for (const id of beyond.length > 0 ? beyond : sources) {
    if (found.size > MOST_KEYS) break;
    const of = facts.values[id] as Value;
    const link = of.kind === "call" && of.form === undefined ? (facts.values[of.callee] as Value) : of;
    if (link.kind === "member" && depth < DEEPEST && answers.symbols(link.object).some((n) => isInstance(n.text))) {
      for (const key of next(link.object, depth + 1)) found.add(key);
    } else if (of.kind === "var") found.add(`b${of.binding}`);
    else if (of.kind === "member") {
      const object = facts.values[of.object] as Value;
      const owner = object.kind === "this" ? [`this${enclosingClass(facts, facts.owner[of.object] as number)}`] : [...next(of.object, depth + 1)];
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
  return typeof text === "string" ? bare(text) : null;
}

const bare = (text: string): string | null => (/^[/*]*$/.test(text) ? null : text.replace(/\/?\*?$/, ""));

/** `app.register(plugin, { prefix: "/api" })` */
const registeredUnder = (file: FileView, call: Call): string | null => constantAt(file, call.value.args, { arg: 1, path: "prefix" });
