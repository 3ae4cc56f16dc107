import type { ExportFact, FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView, Place } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import type { Catalog } from "../catalog/catalog.js";
import type { EntryKind, EntryRegistration, EntryRow, OptionPlace } from "../catalog/library.js";
import { type Call, calls, callsThatMayHave } from "./calls.js";
import { moments } from "./callsites.js";
import { routesAnyOf } from "./computed-members.js";
import { decoratedEntries } from "./decorated-entries.js";
import { entered, type Handed } from "./entered.js";
import { entryRows, entryRowsOf, isBy, type RowBy } from "./entry-rows.js";
import { directedEntries, exportedEntries } from "./exported-entries.js";
import { objectEntries } from "./exported-objects.js";
import { flow } from "./flow.js";
import { textGiven } from "./inlets.js";
import { isModule } from "./links.js";
import { passesOn } from "./passes-on.js";
import { type Registered, registeredBy } from "./registrars.js";
import { rootName } from "./root-name.js";
import { isKnownRouter } from "./given-routers.js";
import { mayBe } from "./sites.js";
import { constantAt, type Under, under } from "./under.js";

/** A function that a framework calls when something comes in: a request, a message, a tick of a clock. */
export interface Entry {
  readonly row: EntryRow;
  readonly framework: string;
  readonly kind: EntryKind;
  /** `GET /users/:id`, a queue, an event, a pattern of a clock; null where nobody says. */
  readonly name: string | null;
  /** How it gets to its framework: handed to a call, as a method of a decorated class, as an export. */
  readonly by: EntryRow["register"]["by"];
  /** The handler as it is handed over: the argument, the property, the method, the export. */
  readonly at: Place;
  /** The value there; null for a method and for a re-export. */
  readonly handler: ValueId | null;
  /** What it is, and whether `entry` wraps it. */
  readonly handed: Handed;
  /** The functions of this file that serve it in the end. */
  readonly functions: readonly FnId[];
  /** The registering call. */
  readonly call: Call | null;
  /** What it is registered on: the app, the router. */
  readonly receiver: ValueId | null;
  /** The path it is registered under, where it is constant text. */
  readonly path: string | null;
  /** Why it may be no entry at all; null where it is one. */
  readonly doubt: string | null;
  /** Given by a caller of the project's own function that registers: `at` is there, `handler` and `call` in that function. */
  readonly given?: Registered;
}

/** An entry before what its row and its handler say is written out. */
export type Found = Omit<Entry, "framework" | "kind" | "functions">;

/** All entry points that one file shows. */
export const entries: Answer<readonly Entry[]> = { name: "entries", of: (file) => new Finder(file).all() };

/** The entries that a function serves. */
export const entriesOf: Answer<(fn: FnId) => readonly Entry[]> = {
  name: "entries of a function",
  of(file) {
    const found = new Map<FnId, Entry[]>();
    for (const entry of file.get(entries)) for (const fn of entry.functions) listAt(found, fn).push(entry);
    return (fn) => found.get(fn) ?? [];
  },
};

const VERBS = new Set(["get", "post", "put", "patch", "delete", "del", "options", "head", "all", "query", "mutation", "subscription"]);

const whole = (value: ValueId): Under => ({ value, steps: "" });

class Finder {
  readonly #file: FileView;
  readonly #found = new Map<string, Entry>();

  constructor(file: FileView) {
    this.#file = file;
  }

  all(): readonly Entry[] {
    const { facts } = this.#file;
    const timers: [Call, RowBy<"call">][] = [];
    const mayRegister = new Set(callsThatMayHave(this.#file, ["entries"]));
    for (const call of this.#file.get(calls)) {
      const rows = mayRegister.has(call) ? entryRowsOf(call, routesAnyOf(this.#file, call)).filter((row) => isBy(row, "call")) : [];
      if (rows.length > 0) {
        const later = rows.filter((row) => row.register.atStartup);
        for (const row of later) timers.push([call, row]);
        if (later.length === 0) this.#registered(call, rows, null);
      } else if (call.value.callee === call.target) this.#shaped(call);
    }
    // `export const save = client.action(handler)`: the call has taken its handler already.
    const taken = new Set([...this.#found.values()].map((entry) => entry.call?.id ?? null));
    const isAgain = (e: ExportFact): boolean => e.from !== undefined && e.value !== undefined;
    for (const e of facts.exports) if (!isAgain(e)) this.#exported(e, taken);
    // A barrel that hands on what is an entry where it stands.
    const own = new Set([...taken, ...[...this.#found.values()].map(({ handler }) => handler)]);
    for (const e of facts.exports) if (isAgain(e)) this.#exported(e, own);
    directedEntries(this.#file).forEach((found) => this.#add(found));
    for (const cls of facts.classes) decoratedEntries(this.#file, cls).forEach((found) => this.#add(found));
    for (const [call, row] of timers) this.#timer(call, row);
    return [...this.#found.values()];
  }

  #exported(e: ExportFact, taken: ReadonlySet<ValueId | null>): void {
    for (const found of [...exportedEntries(this.#file, e), ...objectEntries(this.#file, e)]) if (found.handler === null || !taken.has(found.handler)) this.#add(found);
  }

  /** The handlers of one registering call. A row that cannot see its argument gives way to one that sees a function. */
  #registered(call: Call, rows: readonly RowBy<"call">[], doubt: string | null): void {
    const args = argsOf(call);
    if (args === null) return;
    const fitting = rows.filter(({ register }) => args.length >= (register.minArgs ?? 0) && this.#isWhen(args, register.when));
    const places = fitting.flatMap((row) => this.#handlers(args, row.register.handler).map((at) => ({ row, ...at, handed: this.#file.get(entered)(at.value) })));
    const seen = places.filter(({ handed }) => handed.ways.some((w) => w.kind !== "unknown"));
    const paths = new Set(seen.map(({ row }) => typeof row.register.handler));
    for (const { row, value, steps, handed } of places) {
      if (handed.ways.length === 0) continue;
      const unseen = handed.ways.every((w) => w.kind === "unknown");
      if (unseen && seen.length > 0 && !(typeof row.register.handler === "object" && paths.has("object") && paths.size === 1)) continue;
      if (row.kind === "http" && passesOn(this.#file.facts, handed.functions, calledAs(this.#file, call) === "all")) continue;
      const path = constantAt(this.#file, args, row.register.named) ?? this.#routePath(call);
      const callee = this.#file.facts.values[call.target] as Value;
      const receiver = callee.kind === "member" ? callee.object : null;
      const common = { row, by: "call", handler: value, call, receiver, doubt } as const;
      const registered = this.#registeredBy(row, args, value);
      for (const given of registered ?? []) {
        const text = this.#textAt(args, row.register.named, given);
        const known = doubt === null || (receiver !== null && isKnownRouter(this.#file, receiver, given.env, row));
        this.#add({ ...common, doubt: known ? null : doubt, name: this.#nameGiven(row, call, args, text, given), at: { value: given.at }, handed: given.handed, path: text, given });
      }
      if (registered === null) this.#add({ ...common, name: this.#name(row, call, args, path) ?? (steps === "" ? null : steps), at: { value }, handed, path });
    }
  }

  /** Who gives the handler, where the function around the call registers it for its callers. */
  #registeredBy(row: RowBy<"call">, args: readonly ValueId[], handler: ValueId): readonly Registered[] | null {
    const path = this.#placeOf(args, row.register.named);
    return path === null ? null : registeredBy(this.#file, handler, path);
  }

  #placeOf(args: readonly ValueId[], place: OptionPlace | undefined): ValueId | null {
    const arg = place && (place.arg === "last" ? args.at(-1) : args[place.arg]);
    if (!place || arg === undefined) return null;
    return place.path === "" ? arg : (under(this.#file, arg, place.path.split("."))[0]?.value ?? null);
  }

  #textAt(args: readonly ValueId[], place: OptionPlace | undefined, { env }: Registered): string | null {
    const at = this.#placeOf(args, place);
    return at === null ? null : textGiven(this.#file, at, env);
  }

  #nameGiven(row: RowBy<"call">, call: Call, args: readonly ValueId[], path: string | null, given: Registered): string | null {
    const callee = this.#file.facts.values[call.target] as Value;
    const key = callee.kind === "member" && callee.name === null && callee.key !== undefined ? textGiven(this.#file, callee.key, given.env) : calledAs(this.#file, call);
    const method = typeof row.register.method === "string" ? row.register.method : this.#textAt(args, row.register.method, given);
    return row.kind === "http" && path !== null ? this.#shown(path, method, key) : path;
  }

  #handlers(args: readonly ValueId[], place: RowBy<"call">["register"]["handler"]): readonly Under[] {
    if (place === "all") return args.filter((a) => this.#kind(a) !== "spread").map(whole);
    const index = typeof place === "object" ? place.arg : place;
    const arg = index === "last" ? args.at(-1) : args[index];
    // What a spread brings moves the places after it.
    if (arg === undefined || (index !== "last" && args.slice(0, index).some((a) => this.#kind(a) === "spread"))) return [];
    if (typeof place === "object") return under(this.#file, arg, place.path.split("."));
    return [whole(this.#lastOf(arg))];
  }

  /** `[requireUser, handler]`: the last of a list is the handler. */
  #lastOf(arg: ValueId): ValueId {
    const { facts } = this.#file;
    const value = facts.values[arg] as Value;
    const sources = this.#file.get(flow).sources(value.kind === "spread" ? value.of : arg);
    const list = sources.length === 1 ? facts.values[sources[0] as ValueId] : undefined;
    const last = list?.kind === "array" ? list.items.at(-1) : undefined;
    return last ?? (value.kind === "spread" ? value.of : arg);
  }

  #isWhen(args: readonly ValueId[], when: (EntryRegistration & { readonly by: "call" })["when"]): boolean {
    if (when?.path !== undefined) return mayBe(this.#file.facts, args, when);
    const arg = when && args[when.arg];
    return !when || (arg !== undefined && when.values.includes(String(this.#file.get(flow).constant(arg))) !== (when.not === true));
  }

  /** `app.get("/users", …)` where `app` comes from elsewhere: names tell what it may be. */
  #shaped(call: Call): void {
    const callee = this.#file.facts.values[call.target] as Value;
    // `router[verb](path, handler)`: one of the verbs, if it is a route at all.
    const end = callee.kind !== "member" ? null : (callee.name ?? (callee.key === undefined ? null : "get"));
    if (callee.kind !== "member" || end === null) return;
    const shapes = entryRows(this.#file.settings.catalog as Catalog).shaped.get(end);
    if (!shapes || call.symbols.some((n) => n.leadsSomewhere)) return;
    const root = rootName(this.#file.facts, callee.object);
    if (root === null) return;
    for (const shape of shapes) {
      if (!shape.root.test(root)) continue;
      const first = call.value.args[0];
      if (callee.name === null && shape.row.kind !== "http") continue;
      if (shape.row.kind === "http" && (first === undefined || !(this.#isPathLike(first) || this.#isGivenPath(call, first)))) continue;
      this.#registered(call, [shape.row], `where \`${root}\` comes from decides whether it takes handlers`);
    }
  }

  /** A path that callers give together with the handler. */
  #isGivenPath(call: Call, path: ValueId): boolean {
    const handler = call.value.args.at(-1);
    const registered = handler === undefined || handler === path ? null : registeredBy(this.#file, handler, path);
    return registered !== null && registered.some(({ env }) => /^[/*]/.test(textGiven(this.#file, path, env) ?? ""));
  }

  #isPathLike(id: ValueId): boolean {
    const value = this.#file.facts.values[id] as Value;
    if (value.kind === "regexp") return true;
    const text = value.kind === "template" ? value.chunks[0] : this.#file.get(flow).constant(id);
    return typeof text === "string" && /^[/*]/.test(text);
  }

  /** A repeating timer is a job of its own where it is set at start-up; set while serving, it is work of that entry. */
  #timer(call: Call, row: RowBy<"call">): void {
    const { facts } = this.#file;
    const served = new Set([...this.#found.values()].flatMap((e) => e.functions));
    for (let fn: FnId | null = facts.owner[call.id] as FnId; fn !== null; fn = facts.functions[fn]?.parent ?? null) if (served.has(fn)) return;
    const started = isModule(facts, this.#file.get(moments)(call.id).root);
    const name = facts.functions[facts.owner[call.id] as FnId]?.name;
    this.#registered(call, [row], started ? null : `who calls \`${name ?? "the function around it"}\` decides whether it is set at start-up`);
  }

  #name(row: RowBy<"call">, call: Call, args: readonly ValueId[], path: string | null): string | null {
    const method = typeof row.register.method === "string" ? row.register.method : constantAt(this.#file, args, row.register.method);
    const verb = calledAs(this.#file, call);
    const shown = path ?? this.#firstPath(args, row.register.named);
    return row.kind !== "http" || shown === null ? shown : this.#shown(shown, method, verb);
  }

  #shown(path: string, method: string | null, calledAs: string | null): string {
    const verb = method ?? calledAs;
    return verb !== null && (method !== null || VERBS.has(verb.toLowerCase())) ? `${verb === "del" ? "DELETE" : verb.toUpperCase()} ${path}` : path;
  }

  /** `["/", "/home"]`, `/^\\/v\\d+/`, `/${name}`: good enough to name the route by. */
  #firstPath(args: readonly ValueId[], place: { readonly arg: number | "last"; readonly path: string } | undefined): string | null {
    const arg = place && place.path === "" && place.arg !== "last" ? args[place.arg] : undefined;
    const [source] = arg === undefined ? [] : this.#file.get(flow).sources(arg);
    const value = source === undefined ? undefined : this.#file.facts.values[source];
    if (value?.kind === "array" && value.items[0] != null) return constantAt(this.#file, [value.items[0]], { arg: 0, path: "" });
    if (value?.kind === "template") return value.chunks.join("…");
    return value?.kind === "regexp" ? `/${value.pattern}/` : null;
  }

  /** `router.route("/:id").get(…).put(…)`: the path stands further up the chain. */
  #routePath(call: Call): string | null {
    const { values } = this.#file.facts;
    let at: Value | undefined = values[call.target];
    while (at?.kind === "member") {
      const before: Value | undefined = values[at.object];
      if (before?.kind !== "call") return null;
      at = values[before.callee];
      if (at?.kind === "member" && at.name === "route") return constantAt(this.#file, before.args, { arg: 0, path: "" });
    }
    return null;
  }

  #add(entry: Found): void {
    const { start, end } = this.#file.span(entry.at);
    const key = `${start}:${end}`;
    const before = this.#found.get(key);
    if (before && before.doubt === null) return;
    this.#found.set(key, { ...entry, framework: entry.row.framework, kind: entry.row.kind, functions: entry.handed.functions });
  }

  #kind(id: ValueId): Value["kind"] {
    return (this.#file.facts.values[id] as Value).kind;
  }
}

/** The arguments as they stand, a spread among them; null where `apply` hides them. */
function argsOf(call: Call): readonly ValueId[] | null {
  return call.value.callee === call.target ? call.value.args : call.args;
}

function calledAs(file: FileView, call: Call): string | null {
  const callee = file.facts.values[call.target] as Value;
  return callee.kind === "member" ? callee.name : null;
}
