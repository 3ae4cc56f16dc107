import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { isBefore, type Moment, moments } from "./callsites.js";
import { type Entry, entries } from "./entries.js";
import { declaredOf } from "./entry-options.js";
import { flow } from "./flow.js";
import { type GuardRegistration, guardRegistrations } from "./guard-registrations.js";
import { type Given, guards, type Kind, NOTHING, together } from "./guards.js";
import { isInside } from "./links.js";
import { Climb, DEEPEST, keysOf, type Mount, mounts } from "./mounts.js";
import { nestGuards, skipsLimit } from "./nest-guards.js";
import { isUnder } from "./route-paths.js";
import { methodAround } from "./this-of.js";
import { under } from "./under.js";

/** What protects an entry. */
export interface Protection {
  /** Its paths as clients write them, mounts included. */
  readonly paths: readonly string[];
  readonly method: string | null;
  /** The name it has in the pipeline. */
  readonly declared: string | null;
  /** All that gives it something: what runs before it, what its options say, what it checks itself. */
  readonly given: Given;
  /** Without what it checks itself. */
  readonly before: Given;
  /** The routes of one router or controller have the same. */
  readonly group: string;
  readonly takesFiles: boolean;
}

export const policies: Answer<(entry: Entry) => Protection> = {
  name: "policies",
  of(file) {
    const finder = new Finder(file);
    const known = new Map<Entry, Protection>();
    return (entry) => {
      let found = known.get(entry);
      if (!found) known.set(entry, (found = finder.of(entry)));
      return found;
    };
  },
};

const HOOKS = ["onRequest", "preParsing", "preValidation", "preHandler"];
const MOST_PATHS = 6;

class Finder {
  readonly #file: FileView;
  #anywhere: Given | undefined;

  constructor(file: FileView) {
    this.#file = file;
  }

  of(entry: Entry): Protection {
    const file = this.#file;
    const [fn] = entry.functions;
    const isMethod = entry.by === "decorator";
    const local = /^[A-Z]+ /.exec(entry.name ?? "")?.[0].trim() ?? null;
    const paths = this.#paths(entry);
    const declared = entry.handler === null ? null : file.get(declaredOf)(entry.handler);
    const onTheWay = isMethod && fn !== undefined ? this.#inNest(entry, paths) : this.#registered(entry);
    const before = together([this.#onRoute(entry), declared?.given ?? NOTHING, onTheWay]);
    const itself = this.#itself(entry);
    const wrapper = entry.handler === null ? NOTHING : this.#wrapper(entry.handler, entry.functions);
    const group = entry.given !== undefined ? `given in ${methodAround(file.facts, file.facts.owner[entry.given.at] as FnId)}` : isMethod ? `class ${fn === undefined ? "" : file.facts.functions[fn]?.cls}` : entry.receiver === null ? `at ${file.span(entry.at).start}` : [...keysOf(file, entry.receiver)].sort().join(" ");
    const takesFiles = isMethod ? fn !== undefined && file.get(nestGuards).takesFiles(fn) : this.#routeArgs(entry).some((arg) => file.get(flow).symbols(arg).some((s) => /^multer:\(\)\.\w+\(\)$/.test(s.text)));
    return { paths, method: local, declared: declared?.name ?? null, given: together([before, wrapper, itself]), before: together([before, wrapper]), group, takesFiles };
  }

  /** What the handler checks, and what is made around it by a wrapper that other handlers have too. */
  #itself({ handler, functions }: Entry): Given {
    const { facts } = this.#file;
    const value = handler === null ? undefined : this.#value(handler);
    const makers = value?.kind === "call" && value.form !== "new" ? this.#file.get(flow).functions(value.callee) : [];
    const isMade = (fn: FnId): boolean => makers.some((maker) => isInside(facts, fn, maker));
    const own = functions.filter((fn) => !isMade(fn));
    return together([this.#file.get(guards).ofFunctions(own.map((fn) => ({ fn, frame: null })), true), ...functions.filter(isMade).map((fn) => this.#file.get(guards).ofWrapper(fn))]);
  }

  /** What stands between the path and the handler. */
  #routeArgs({ call, handler }: Entry): readonly ValueId[] {
    if (call === null) return [];
    const all = (call.args ?? call.value.args).flatMap((arg) => this.#listed(arg));
    const last = handler === null ? -1 : all.indexOf(handler);
    return last === -1 ? all.slice(0, -1) : all.slice(0, last);
  }

  #listed(arg: ValueId, depth = 0): readonly ValueId[] {
    const value = this.#value(arg);
    const list = value.kind === "spread" ? value.of : arg;
    const [source, ...others] = this.#file.get(flow).sources(list);
    const of = source === undefined || others.length > 0 ? undefined : this.#value(source);
    if (of?.kind === "array" && depth < DEEPEST) return of.items.flatMap((i) => (i === null ? [] : this.#listed(i, depth + 1)));
    return [arg];
  }

  #onRoute(entry: Entry): Given {
    const { call } = entry;
    if (call === null) return NOTHING;
    const found = this.#routeArgs(entry).map((arg) => this.#file.get(guards).of(arg));
    // `app.all("/x", …)` of fastify: its hooks are options.
    if (entry.framework === "fastify") {
      for (const options of call.value.args.slice(0, 2)) {
        for (const hook of HOOKS) for (const { value } of under(this.#file, options, [hook])) if (value !== options) found.push(this.#file.get(guards).of(value));
        for (const { value } of under(this.#file, options, ["config", "rateLimit"])) if (value !== options && this.#file.get(flow).constant(value) !== false) found.push(new Map([["rateLimit", true]]));
      }
    }
    return together(found);
  }

  /** `withUser(handler)`, where nobody sees what the wrapper does. */
  #wrapper(handler: ValueId, functions: readonly FnId[]): Given {
    const value = this.#value(handler);
    if (value.kind !== "call" || this.#file.get(flow).functions(value.callee).length > 0) return NOTHING;
    const beside = value.args.filter((arg) => !this.#file.get(flow).functions(arg).some((fn) => functions.includes(fn)));
    // What the handler checks is its own, and none of what goes before it, also where somebody else's function wraps it.
    const isPlain = beside.length < value.args.length && !this.#file.get(flow).symbols(handler).some((node) => node.rows("guards").length > 0);
    if (isPlain) return together([value.callee, ...beside].map((id) => this.#file.get(guards).of(id)));
    return new Map([...this.#file.get(guards).of(handler)].filter(([, is]) => is !== true || value.args.length > 0));
  }

  #inNest(entry: Entry, paths: readonly string[]): Given {
    const [fn] = entry.functions;
    const { nest } = this.#file.get(guardRegistrations);
    const all = [this.#file.get(nestGuards).everywhere, ...nest.map((r) => narrowed(r, isUnder(paths[0] ?? null, r)))];
    if (fn === undefined) return together(all);
    const found = together([...all, this.#file.get(nestGuards).of(fn)]);
    return skipsLimit(this.#file, fn) ? new Map([...found].filter(([kind]) => kind !== "rateLimit")) : found;
  }

  #registered(entry: Entry): Given {
    const { call, receiver } = entry;
    if (call === null || receiver === null) return NOTHING;
    const keys = keysOf(this.#file, receiver);
    const way = this.#onWay(keys, this.#file.get(moments)(call.id), entry.path, entry, new Climb());
    return this.#isLoose(receiver, keys) ? together([way, this.#maybeAbove(receiver)]) : way;
  }

  #onWay(keys: ReadonlySet<string>, moment: Moment, path: string | null, entry: Entry, climb: Climb): Given {
    const file = this.#file;
    const { on } = file.get(guardRegistrations);
    const found: Given[] = [];
    for (const r of new Set([...keys].flatMap((key) => on.get(key) ?? []))) {
      if (r.call === entry.call) continue;
      if (r.verb !== null && r.verb !== "all" && !(entry.name ?? "").startsWith(`${r.verb === "del" ? "DELETE" : r.verb.toUpperCase()} `)) continue;
      const before = r.ordered ? isBefore(file.get(moments)(r.call.id), moment) : true;
      if (before === false) continue;
      found.push(before === null ? doubted(r.given, "who calls these functions decides whether it is registered before") : narrowed(r, isUnder(path, r)));
    }
    // Mounted: what is registered above before the mount runs before it. Each mount has to have it.
    const mounted = this.#mountsOf(keys).filter((m) => m.call !== entry.call);
    const above = climb.above(mounted, (m) => this.#above(m, path, entry, climb), doubted(this.#anything, "its router is mounted in more places than are looked at"));
    const [first, ...others] = above;
    if (first === undefined) return together(found);
    const everywhere = [...first].filter(([kind, is]) => is === true && others.every((o) => o.get(kind) === true));
    const somewhere = above.flatMap((a) => [...a]).filter(([kind]) => !everywhere.some(([k]) => k === kind)).map(([kind, is]): [Kind, true | string] => [kind, is === true ? "not every place where its router is mounted has it" : is]);
    // A session on one way is a session.
    const session = above.some((a) => a.get("session") === true) ? [["session", true] as const] : [];
    return together([...found, new Map([...somewhere, ...everywhere, ...session])]);
  }

  #above(mount: Mount, path: string | null, entry: Entry, climb: Climb): Given {
    const args = mount.call.value.args.slice(0, mount.arg);
    const beside = together(args.map((arg) => this.#file.get(guards).of(arg)));
    const full = path === null || mount.isLost ? null : `${mount.prefix ?? ""}${path}`;
    return together([beside, this.#onWay(mount.on, this.#file.get(moments)(mount.call.id), full, entry, climb)]);
  }

  #mountsOf(keys: ReadonlySet<string>): readonly Mount[] {
    const all = this.#file.get(mounts);
    return [...new Set([...keys].flatMap((key) => all.get(key) ?? []))];
  }

  /** A router of which nobody sees who mounts it. */
  #isLoose(receiver: ValueId, keys: ReadonlySet<string>): boolean {
    if (this.#mountsOf(keys).length > 0) return false;
    const { facts } = this.#file;
    const sources = this.#file.get(flow).sources(receiver);
    if (sources.some((s) => facts.values[s]?.kind === "param")) return true;
    return this.#file.get(flow).symbols(receiver).some((s) => /Router\(\)$|^(?:@koa\/router|koa-router):/.test(s.text));
  }

  #maybeAbove(receiver: ValueId): Given {
    const { start, end } = this.#file.span({ value: receiver });
    const name = this.#file.text.slice(start, Math.min(end, start + 40));
    return doubted(new Map([...this.#anything].filter(([kind]) => kind !== "session" && kind !== "bearer")), `where \`${name}\` is mounted is out of sight`);
  }

  /** What any registration gives that is for all routes. */
  get #anything(): Given {
    return (this.#anywhere ??= together([...this.#file.get(guardRegistrations).on.values()].flat().filter((r) => r.verb === null && r.paths === null).map((r) => r.given)));
  }

  #paths(entry: Entry): readonly string[] {
    const path = entry.path;
    // Which of the routers it is registered on that the function around the call has, nobody says.
    if (path === null || entry.receiver === null || entry.given !== undefined) return path === null ? [] : [path];
    const found: string[] = [];
    const walk = (keys: ReadonlySet<string>, text: string, depth: number): void => {
      const above = depth > DEEPEST || found.length >= MOST_PATHS ? [] : this.#mountsOf(keys).filter((m) => m.call !== entry.call);
      if (above.length === 0) found.push(text);
      for (const m of above) walk(m.on, `${m.prefix ?? ""}${text === "/" && m.prefix !== null ? "" : text}`, depth + 1);
    };
    walk(keysOf(this.#file, entry.receiver), path, 0);
    return [...new Set(found)].slice(0, MOST_PATHS);
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}

const doubted = (given: Given, reason: string): Given => new Map([...given].map(([kind, is]) => [kind, is === true ? reason : is]));

function narrowed({ given }: GuardRegistration, reaches: boolean | null): Given {
  return reaches === true ? given : reaches === false ? NOTHING : doubted(given, "nobody can say here whether its path is among those it is registered for");
}

/** The routes beside each other, by router or controller. */
export const routesBeside: Answer<(protection: Protection) => readonly (readonly [Entry, Protection])[]> = {
  name: "routes beside",
  of(file) {
    const groups = new Map<string, (readonly [Entry, Protection])[]>();
    for (const entry of file.get(entries)) {
      if (entry.kind !== "http") continue;
      const protection = file.get(policies)(entry);
      listAt(groups, protection.group).push([entry, protection]);
    }
    return ({ group }) => groups.get(group) ?? [];
  },
};
