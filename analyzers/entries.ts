import type { ClassFact, ExportFact, FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView, Place } from "../core/rule.js";
import type { Catalog } from "../catalog/catalog.js";
import type { EntryKind, EntryRow } from "../catalog/library.js";
import { type Call, calls } from "./calls.js";
import { moments } from "./callsites.js";
import { context } from "./context.js";
import { entered, type Handed } from "./entered.js";
import { entryRows, isBy, type RowBy } from "./entry-rows.js";
import { flow } from "./flow.js";

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
}

/** A call that starts serving what classes elsewhere declare: `NestFactory.create(AppModule)`. */
export interface Bootstrap {
  readonly call: Call;
  readonly rows: readonly EntryRow[];
  readonly framework: string;
}

/** All entry points that one file shows. */
export const entries: Answer<readonly Entry[]> = { name: "entries", of: (file) => new Finder(file).all() };

export const bootstraps: Answer<readonly Bootstrap[]> = {
  name: "bootstraps",
  of(file) {
    const found: Bootstrap[] = [];
    for (const call of file.get(calls)) {
      const rows = entryRowsOf(call).filter((row) => row.register.by === "decorator");
      if (rows[0] && (!rows.some((row) => row.kind === "http") || mayServe(file, call))) found.push({ call, rows, framework: rows[0].framework });
    }
    return found;
  },
};

/** What an application that only lends its services is used for. */
const LENDS = new Set(["get", "resolve", "select", "close", "useLogger", "enableShutdownHooks", "flushLogs"]);

/** `const app = await NestFactory.create(SeedModule); await app.get(Seeds).run(); await app.close();` serves nobody. */
function mayServe(file: FileView, call: Call): boolean {
  const { facts } = file;
  const where = file.get(context);
  const binding = facts.bindings.findIndex((b) => b.versions.some((v) => v.value !== undefined && (v.value === call.id || awaits(facts.values[v.value], call.id))));
  if (binding === -1 || facts.exports.some((e) => e.binding === binding)) return true;
  const uses = facts.values.flatMap((v, id) => (isVar(v, binding) ? [id] : []));
  return uses.length === 0 || uses.some((use) => {
    const parent = where.parent(use);
    const link = parent === null ? undefined : facts.values[parent];
    return link?.kind !== "member" || link.object !== use || link.name === null || !LENDS.has(link.name);
  });
}

const awaits = (value: Value | undefined, call: ValueId): boolean => value?.kind === "await" && value.of === call;

const VERBS = new Set(["get", "post", "put", "patch", "delete", "del", "options", "head", "all", "query", "mutation", "subscription"]);
const ANSWERS = new Set(["send", "json", "jsonp", "end", "write", "render", "redirect", "sendFile", "sendStatus", "download", "pipe", "body"]);
const CJS_DEFAULT = "=";
const NONE: readonly EntryRow[] = [];

/** A value at a path, and the names that its stars stood for: `Query.users`. */
interface Under {
  readonly value: ValueId;
  readonly steps: string;
}

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
    for (const call of this.#file.get(calls)) {
      const rows = entryRowsOf(call).filter((row) => isBy(row, "call"));
      if (rows.length > 0) {
        const later = rows.filter((row) => row.register.atStartup);
        for (const row of later) timers.push([call, row]);
        if (later.length === 0) this.#registered(call, rows, null);
      } else if (call.value.callee === call.target) this.#shaped(call);
    }
    facts.exports.forEach((e) => this.#exported(e));
    if (facts.classes.some((c) => c.members.some((m) => m.decorators.length > 0) || c.decorators.length > 0)) facts.classes.forEach((c) => this.#decorated(c));
    for (const [call, row] of timers) this.#timer(call, row);
    return [...this.#found.values()];
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
      if (row.kind === "http" && this.#passesOn(handed, calledAs(this.#file, call) === "all")) continue;
      const path = this.#constantAt(args, row.register.named) ?? this.#routePath(call);
      const callee = this.#file.facts.values[call.target] as Value;
      this.#add({
        row,
        name: this.#name(row, call, args, path) ?? (steps === "" ? null : steps),
        by: "call",
        at: { value },
        handler: value,
        handed,
        call,
        receiver: callee.kind === "member" ? callee.object : null,
        path,
        doubt,
      });
    }
  }

  /**
   * Middleware, though it stands on a route: it ends by handing on to what follows. Under `all` it may answer some itself.
   * Where middleware runs around what follows (koa, hono), the last one may leave the answer to one before it.
   */
  #passesOn(handed: Handed, anywhere: boolean): boolean {
    const { facts } = this.#file;
    return handed.functions.some((id) => {
      const fn = facts.functions[id];
      const next = fn?.params.at(-1)?.binding ?? null;
      if (!fn || fn.params.length < (anywhere ? 2 : 3) || next === null) return false;
      const hands = (value: ValueId | null): boolean => {
        const v = value === null ? undefined : facts.values[value];
        if (v?.kind === "await") return hands(v.of);
        return v?.kind === "call" && v.args.length === 0 && isVar(facts.values[v.callee], next);
      };
      const last = fn.body.at(-1);
      if (!anywhere && fn.body.some((s) => s.kind === "eval" && this.#answers(s.value, fn.params.map((p) => p.binding)))) return false;
      return anywhere ? facts.values.some((_, v) => hands(v)) : (last?.kind === "eval" || last?.kind === "return") && hands(last.value);
    });
  }

  /** `res.status(200).json(…)`, `ctx.body = …` */
  #answers(id: ValueId, params: readonly (number | null)[]): boolean {
    const { facts } = this.#file;
    const value = facts.values[id] as Value;
    if (value.kind === "await" || (value.kind === "unary" && value.op === "void")) return this.#answers(value.of, params);
    const target = value.kind === "call" ? value.callee : value.kind === "assign" && value.target && "member" in value.target ? value.target.member : null;
    const chain = target === null ? undefined : facts.values[target];
    if (chain?.kind !== "member" || chain.name === null || !ANSWERS.has(chain.name)) return false;
    let at: Value | undefined = facts.values[chain.object];
    while (at?.kind === "member" || at?.kind === "call") at = facts.values[at.kind === "call" ? at.callee : at.object];
    return at?.kind === "var" && params.includes(at.binding);
  }

  #handlers(args: readonly ValueId[], place: RowBy<"call">["register"]["handler"]): readonly Under[] {
    if (place === "all") return args.filter((a) => this.#kind(a) !== "spread").map(whole);
    const index = typeof place === "object" ? place.arg : place;
    const arg = index === "last" ? args.at(-1) : args[index];
    // What a spread brings moves the places after it.
    if (arg === undefined || (index !== "last" && args.slice(0, index).some((a) => this.#kind(a) === "spread"))) return [];
    if (typeof place === "object") return this.#under(arg, place.path.split("."), 0);
    return [whole(index === "last" ? this.#lastOf(arg) : arg)];
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

  /** What stands at a path of a value; where it leads out of the file, the value that does. */
  #under(value: ValueId, path: readonly string[], depth: number, steps = ""): readonly Under[] {
    const [step, ...rest] = path;
    if (step === undefined || depth > 12) return [{ value, steps }];
    return this.#file.get(flow).sources(value).flatMap((source): readonly Under[] => {
      const of = this.#file.facts.values[source] as Value;
      if (of.kind === "array") return of.items.flatMap((item) => (item === null ? [] : this.#under(item, path, depth + 1, steps)));
      if (of.kind === "object") {
        return of.props.flatMap((prop) => {
          if (prop.form === "spread") return this.#under(prop.value, path, depth + 1, steps);
          const isIt = step === "*" ? prop.name !== null && !prop.name.startsWith("__") : prop.name === step;
          if (!isIt || prop.form === "get" || prop.form === "set") return [];
          return this.#under(prop.value, rest, depth + 1, step !== "*" ? steps : steps === "" ? (prop.name ?? "") : `${steps}.${prop.name}`);
        });
      }
      const leadsOut = of.kind === "var" || of.kind === "param" || of.kind === "member" || (of.kind === "call" && of.form === undefined);
      return leadsOut ? [{ value: source, steps }] : [];
    });
  }

  #isWhen(args: readonly ValueId[], when: { readonly arg: number; readonly values: readonly string[] } | undefined): boolean {
    const arg = when && args[when.arg];
    return !when || (arg !== undefined && when.values.includes(String(this.#file.get(flow).constant(arg))));
  }

  /** `app.get("/users", …)` where `app` comes from elsewhere: names tell what it may be. */
  #shaped(call: Call): void {
    const callee = this.#file.facts.values[call.target] as Value;
    if (callee.kind !== "member" || callee.name === null) return;
    const shapes = entryRows(this.#file.settings.catalog as Catalog).shaped.get(callee.name);
    if (!shapes || call.symbols.some((n) => n.leadsSomewhere)) return;
    const root = rootOf(this.#file, callee.object);
    if (root === null) return;
    for (const shape of shapes) {
      if (!shape.root.test(root)) continue;
      const first = call.value.args[0];
      if (shape.row.kind === "http" && (first === undefined || !this.#isPathLike(first))) continue;
      this.#registered(call, [shape.row], `where \`${root}\` comes from decides whether it takes handlers`);
    }
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
    const started = this.#file.get(moments)(call.id).root === 0;
    const name = facts.functions[facts.owner[call.id] as FnId]?.name;
    this.#registered(call, [row], started ? null : `who calls \`${name ?? "the function around it"}\` decides whether it is set at start-up`);
  }

  #exported(e: ExportFact): void {
    if (e.typeOnly) return;
    const { facts } = this.#file;
    const held = e.value ?? (e.binding === undefined ? undefined : facts.bindings[e.binding]?.versions[0]?.value);
    const table = e.name === CJS_DEFAULT && held !== undefined ? (facts.values[held] as Value) : undefined;
    if (table?.kind === "object") {
      for (const prop of table.props) if (prop.name !== null) this.#export(prop.name, prop.value, { value: prop.value }, undefined);
      return;
    }
    this.#export(e.name === CJS_DEFAULT ? "default" : e.name, held, this.#placeOf(e, held), e);
  }

  #export(name: string, value: ValueId | undefined, at: Place, e: ExportFact | undefined): void {
    const { facts, path, settings } = this.#file;
    const { exported, typed, typing } = entryRows(settings.catalog as Catalog);
    const named = exported.filter(({ row: r, fits }) => isNamed(r, name, facts) && fits(path));
    if (name === "*" || (named.length === 0 && !facts.imports.some((i) => typing.has(i.module)))) return;
    const binding = e?.binding === undefined ? undefined : facts.bindings[e.binding];
    const declared = this.#file.get(flow).typeSymbol(binding?.type);
    const handed: Handed = value === undefined ? { ways: [{ kind: "unknown", reason: `\`${name}\` comes from ${e?.from ?? this.#importOf(e)}` }], functions: [] } : this.#file.get(entered)(value);
    const marked = (declared && typed.get(declared.text)) ?? this.#typedByEvent(handed);
    const row = marked ?? named.find(({ row: r }) => r.register.names.includes("*") || !this.#isForeign(handed))?.row;
    if (!row || handed.ways.length === 0) return;
    // `export const handler = middy(fn)`: handed over there.
    const made = value === undefined ? undefined : facts.values[value];
    if (made?.kind === "call" && this.#file.get(flow).symbols(made.callee).some((n) => n.rows("entries").length > 0)) return;
    if (row.register.directive !== undefined && handed.ways.every((w) => w.kind === "unknown") && value === undefined) return;
    this.#add({ row, name: name === "default" ? null : name, by: "export", at, handler: value ?? null, handed, call: null, receiver: null, path: null, doubt: null });
  }

  /** `async (event: SQSEvent) => …`: the platform calls only what returns a promise or takes a callback; the rest are helpers. */
  #typedByEvent(handed: Handed): RowBy<"export"> | undefined {
    const { typed } = entryRows(this.#file.settings.catalog as Catalog);
    for (const id of handed.functions) {
      const fn = this.#file.facts.functions[id];
      const event = this.#file.get(flow).typeSymbol(fn?.params[0]?.type);
      const row = event === null ? undefined : typed.get(event.text);
      const promises = fn?.returnType?.t === "name" && fn.returnType.name === "Promise";
      if (row && (fn?.async || promises || (fn?.params.length ?? 0) >= 3)) return row;
    }
    return undefined;
  }

  /** Its first parameter is declared as a thing of another library: an export of this name, but no handler of the platform. */
  #isForeign(handed: Handed): boolean {
    const { typed } = entryRows(this.#file.settings.catalog as Catalog);
    return handed.functions.some((id) => {
      const type = this.#file.get(flow).typeSymbol(this.#file.facts.functions[id]?.params[0]?.type);
      return type !== null && type.leadsSomewhere && !typed.has(type.text) && /^express:|^fastify:|^koa:|^hono:|^http:/.test(type.text);
    });
  }

  #importOf(e: ExportFact | undefined): string {
    const from = e?.binding === undefined ? undefined : this.#file.facts.bindings[e.binding]?.from;
    return (from && this.#file.facts.imports[from.import]?.module) ?? "another file";
  }

  /** A declared export is judged at the function, a listed one where it is listed. */
  #placeOf(e: ExportFact, held: ValueId | undefined): Place {
    if (held === undefined) return { mark: e.at };
    const whole = this.#file.span({ mark: e.at });
    const span = this.#file.span({ value: held });
    return whole.start <= span.start && span.end <= whole.end ? { value: held } : { mark: e.at };
  }

  #decorated(cls: ClassFact): void {
    const { decorated, methods } = entryRows(this.#file.settings.catalog as Catalog);
    const onClass = cls.decorators.flatMap((d) => this.#decorator(d));
    const isOf = (row: RowBy<"decorator">): boolean => !row.register.cls || onClass.some((d) => row.register.cls?.includes(d.text));
    for (const member of cls.members) {
      if (member.fn === null) continue;
      const found = member.decorators.flatMap((d) => this.#decorator(d)).flatMap((d) => (decorated.get(d.text) ?? []).filter(isOf).map((row) => ({ row, ...d })));
      const byName = methods.filter((row) => member.name !== null && row.register.methodNames?.includes(member.name) && isOf(row)).map((row) => ({ row, text: "", arg: null }));
      for (const { row, text, arg } of [...found, ...byName]) {
        const prefix = onClass.find((d) => row.register.cls?.includes(d.text))?.arg ?? null;
        const path = row.kind === "http" ? joined(prefix, arg) : arg;
        const verb = text.slice(text.lastIndexOf(":") + 1).toUpperCase();
        const name = row.kind === "http" ? `${verb} ${path}` : (path ?? member.name);
        const handed: Handed = { ways: [{ kind: "bare", fn: member.fn }], functions: [member.fn] };
        this.#add({ row, name, by: "decorator", at: { mark: member.at }, handler: null, handed, call: null, receiver: null, path, doubt: null });
      }
    }
  }

  /** Who a decorator is, and the text it is given. */
  #decorator(id: ValueId): { text: string; arg: string | null }[] {
    const value = this.#file.facts.values[id] as Value;
    const called = value.kind === "call" ? value : null;
    const first = called?.args[0];
    const given = first === undefined ? [] : this.#under(first, this.#kind(first) === "object" ? ["path"] : [], 0);
    const arg = given[0] === undefined ? null : this.#file.get(flow).constant(given[0].value);
    return this.#file.get(flow).symbols(called ? called.callee : id).map((node) => ({ text: node.text, arg: typeof arg === "string" ? arg : null }));
  }

  #name(row: RowBy<"call">, call: Call, args: readonly ValueId[], path: string | null): string | null {
    const method = typeof row.register.method === "string" ? row.register.method : this.#constantAt(args, row.register.method);
    const verb = method ?? calledAs(this.#file, call);
    const shown = path ?? this.#firstPath(args, row.register.named);
    if (row.kind !== "http" || shown === null) return shown;
    return verb !== null && (method !== null || VERBS.has(verb)) ? `${verb === "del" ? "DELETE" : verb.toUpperCase()} ${shown}` : shown;
  }

  /** `["/", "/home"]`, `/^\\/v\\d+/`, `/${name}`: good enough to name the route by. */
  #firstPath(args: readonly ValueId[], place: { readonly arg: number | "last"; readonly path: string } | undefined): string | null {
    const arg = place && place.path === "" && place.arg !== "last" ? args[place.arg] : undefined;
    const [source] = arg === undefined ? [] : this.#file.get(flow).sources(arg);
    const value = source === undefined ? undefined : this.#file.facts.values[source];
    if (value?.kind === "array" && value.items[0] != null) return this.#constantAt([value.items[0]], { arg: 0, path: "" });
    if (value?.kind === "template") return value.chunks.join("…");
    return value?.kind === "regexp" ? `/${value.pattern}/` : null;
  }

  #constantAt(args: readonly ValueId[], place: { readonly arg: number | "last"; readonly path: string } | undefined): string | null {
    const arg = place && (place.arg === "last" ? args.at(-1) : args[place.arg]);
    if (!place || arg === undefined) return null;
    const [at] = this.#under(arg, place.path === "" ? [] : place.path.split("."), 0);
    const text = at === undefined ? undefined : this.#file.get(flow).constant(at.value);
    return typeof text === "string" ? text : null;
  }

  /** `router.route("/:id").get(…).put(…)`: the path stands further up the chain. */
  #routePath(call: Call): string | null {
    const { values } = this.#file.facts;
    let at: Value | undefined = values[call.target];
    while (at?.kind === "member") {
      const before: Value | undefined = values[at.object];
      if (before?.kind !== "call") return null;
      at = values[before.callee];
      if (at?.kind === "member" && at.name === "route") return this.#constantAt(before.args, { arg: 0, path: "" });
    }
    return null;
  }

  #add(entry: Omit<Entry, "framework" | "kind" | "functions">): void {
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

function entryRowsOf(call: Call): readonly EntryRow[] {
  if (!call.symbols.some((node) => node.isKnown)) return NONE;
  return [...new Set(call.symbols.flatMap((node) => node.rows("entries").map((r) => r.row)))];
}

/** The arguments as they stand, a spread among them; null where `apply` hides them. */
function argsOf(call: Call): readonly ValueId[] | null {
  return call.value.callee === call.target ? call.value.args : call.args;
}

function calledAs(file: FileView, call: Call): string | null {
  const callee = file.facts.values[call.target] as Value;
  return callee.kind === "member" ? callee.name : null;
}

function isNamed(row: RowBy<"export">, name: string, facts: FileView["facts"]): boolean {
  const { names, directive, notBeside } = row.register;
  if (!names.includes(name) && !names.includes("*")) return false;
  if (directive !== undefined && !facts.prologue.includes(directive)) return false;
  return !notBeside || !facts.exports.some((e) => notBeside.includes(e.name));
}

function isVar(value: Value | undefined, binding: number): boolean {
  return value?.kind === "var" && value.binding === binding;
}

/** The name at the head of a chain: `app` of `app.route("/x").get` and of `this.app.get`. */
function rootOf(file: FileView, id: ValueId): string | null {
  const value = file.facts.values[id] as Value;
  if (value.kind === "member") return rootOf(file, value.object) === "this" ? value.name : rootOf(file, value.object);
  if (value.kind === "call") return rootOf(file, value.callee);
  if (value.kind === "cast" || value.kind === "await") return rootOf(file, value.of);
  if (value.kind === "this") return "this";
  return value.kind === "var" ? (file.facts.bindings[value.binding]?.name ?? null) : null;
}

/** `users` and `:id` -> `/users/:id`. */
function joined(prefix: string | null, path: string | null): string {
  return `/${[prefix, path].flatMap((p) => (p ?? "").split("/")).filter((p) => p !== "").join("/")}`;
}

