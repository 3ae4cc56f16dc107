import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import type { Catalog } from "../catalog/catalog.js";
import type { AmbientRow } from "../catalog/library.js";
import { type Call, calls } from "./calls.js";
import { type Bootstrap, bootstraps } from "./bootstraps.js";
import { isBefore, isConditional, type Moment, moments } from "./callsites.js";
import { context } from "./context.js";
import type { Entry } from "./entries.js";
import { flow } from "./flow.js";
import { Climb, keysOf, type Mount, mounts, overlaps, prefixOf } from "./mounts.js";
import { sitesOf } from "./sites.js";

export type Gift = AmbientRow["gives"];

/** Does something registered once for everything give this to the entry? `null`: it is registered, but nobody can say whether before. */
export interface Ambient {
  covers(entry: Entry, gives: Gift): boolean | null;
  coversAll(bootstrap: Bootstrap, gives: Gift): boolean;
}

/** What this file registers once for everything, and what the config says another file does. */
export const ambient: Answer<Ambient> = { name: "ambient", of: (file) => new FileAmbient(file) };

interface Registration {
  readonly row: AmbientRow;
  readonly call: Call;
  /** The app, router or scope it is registered on. */
  readonly on: ReadonlySet<string>;
  /** Which argument it is: what stands after it in the same call is under it too. */
  readonly arg: number;
  /** Only paths under this one. */
  readonly prefix: string | null;
}

class FileAmbient implements Ambient {
  readonly #file: FileView;
  readonly #here: readonly Registration[];
  readonly #provided: readonly AmbientRow[];

  constructor(file: FileView) {
    this.#file = file;
    this.#here = file.get(calls).flatMap((call) => this.#registrations(call));
    this.#provided = providedRows(file);
  }

  covers(entry: Entry, gives: Gift): boolean | null {
    const { call, receiver, row } = entry;
    if (this.#provided.some((p) => p.gives === gives && p.framework === entry.framework)) return true;
    if (call !== null) {
      const routeLevel = this.#givenTo(call, gives, entry.handler);
      if (routeLevel || (receiver !== null && this.#isMadeWith(receiver, gives))) return true;
    }
    if (call !== null && receiver !== null && this.#here.some((r) => r.row.gives === gives)) {
      const here = this.#onWay(receiver, this.#file.get(moments)(call.id), call, entry.path, gives, new Climb());
      if (here !== undefined) return here;
      // Loaded by where its file lies: under one of these, and nobody says under which.
      if (this.#isLoaded(receiver) && this.#here.some((r) => r.row.gives === gives && r.row.framework === entry.framework)) return this.#declared(entry.framework, gives) || null;
    }
    const onClasses = call === null && this.#file.isProgram ? this.#onBootstraps(entry.framework, gives) : undefined;
    if (onClasses !== undefined) return onClasses;
    return row.kind !== "serverless" && this.#declared(entry.framework, gives);
  }

  /** `t.procedure.use(pipeline()).input(…)`: whichever way it was made, that was on it. */
  #isMadeWith(value: ValueId, gives: Gift, seen = new Set<ValueId>()): boolean {
    const made = this.#here.filter((r) => r.row.made && r.row.gives === gives);
    const sources = made.length === 0 ? [] : this.#file.get(flow).sources(value);
    return sources.length > 0 && sources.every((source) => {
      if (seen.has(source)) return false;
      seen.add(source);
      const from = this.#file.facts.values[source];
      if (from?.kind !== "call") return false;
      if (made.some((r) => r.call.id === source)) return true;
      const callee = this.#file.facts.values[from.callee];
      return callee?.kind === "member" && this.#isMadeWith(callee.object, gives, seen);
    });
  }

  /** `export default async function (fastify) { fastify.get(…) }`, which no call registers. */
  #isLoaded(receiver: ValueId): boolean {
    const { exported } = sitesOf(this.#file.facts);
    return exported.size > 0 && this.#mountsOf(keysOf(this.#file, receiver)).length === 0 && this.#file.get(flow).sources(receiver).some((s) => {
      const value = this.#file.facts.values[s];
      return value?.kind === "param" && exported.has(value.fn);
    });
  }

  /** Classes are served by the applications that the program makes: by which of several, nobody says. */
  #onBootstraps(framework: string, gives: Gift): boolean | null | undefined {
    const made = this.#file.get(bootstraps).filter((b) => b.framework === framework);
    if (made.length === 0 || !this.#here.some((r) => r.row.gives === gives && r.row.framework === framework)) return undefined;
    const covered = made.filter((b) => this.coversAll(b, gives)).length;
    return covered === made.length ? true : covered === 0 ? undefined : null;
  }

  coversAll({ call, framework }: Bootstrap, gives: Gift): boolean {
    const keys = new Set([`v${call.id}`]);
    const here = this.#here.some((r) => r.row.gives === gives && r.row.framework === framework && overlaps(r.on, keys) && !isConditional(r.call.id, this.#file.get(context)));
    return here || this.#provided.some((row) => row.gives === gives && row.framework === framework) || this.#declared(framework, gives);
  }

  /** Config `ambient` lists it, by the row's name or by the name of what is registered. */
  #declared(framework: string, gives: Gift): boolean {
    const listed = this.#file.settings.ambient[framework];
    return listed !== undefined && rowsOf(this.#file).some((row) => row.framework === framework && row.gives === gives && namesOf(row).some((n) => listed.includes(n)));
  }

  /** undefined: this file registers nothing on the way of this receiver; then the config has the word. */
  #onWay(receiver: ValueId, moment: Moment, call: Call, path: string | null, gives: Gift, climb: Climb): boolean | null | undefined {
    const keys = keysOf(this.#file, receiver);
    const answers: (boolean | null)[] = [];
    for (const r of this.#here) {
      if (r.row.gives !== gives || r.row.made || !overlaps(r.on, keys)) continue;
      if (isConditional(r.call.id, this.#file.get(context)) || !isUnder(path, r.prefix)) answers.push(false);
      else answers.push(r.row.ordered ? isBefore(this.#file.get(moments)(r.call.id), moment) : true);
    }
    if (answers.includes(true)) return true;
    // Mounted: what is registered on the app before the mount runs before the router. Each mount has to have it.
    const mounts = this.#mountsOf(keys).filter((m) => m.call !== call);
    const above = climb.above(mounts, (m) => (this.#here.some((r) => r.call === m.call && r.row.gives === gives && r.arg < m.arg) ? true : this.#above(m, path, gives, climb)), null);
    if (above.length > 0 && above.every((a) => a === true)) return true;
    answers.push(...above.filter((a) => a !== undefined));
    if (answers.length === 0) return undefined;
    return answers.includes(null) && !above.includes(false) ? null : false;
  }

  #above(mount: Mount, path: string | null, gives: Gift, climb: Climb): boolean | null | undefined {
    const callee = this.#file.facts.values[mount.call.target] as Value;
    if (callee.kind !== "member") return undefined;
    const full = mount.prefix === null ? path : path === null ? mount.prefix : mount.prefix + path;
    return this.#onWay(callee.object, this.#file.get(moments)(mount.call.id), mount.call, full, gives, climb);
  }

  /** `app.get("/x", pipeline(), handler)`: on this route alone, before its handler. */
  #givenTo(call: Call, gives: Gift, handler: ValueId | null): boolean {
    const rows = rowsOf(this.#file).filter((row) => row.gives === gives && row.arg);
    const last = handler === null ? -1 : call.value.args.indexOf(handler);
    return call.value.args.slice(0, Math.max(last, 0)).some((arg) => rows.some((row) => this.#isValueOf(row, arg)));
  }

  #registrations(call: Call): Registration[] {
    const callee = this.#file.facts.values[call.target] as Value;
    if (callee.kind !== "member") return [];
    return call.symbols.flatMap((node) =>
      node.rows("ambient").flatMap(({ row }): Registration[] => {
        const args = call.args ?? call.value.args;
        const arg = row.arg ? args.findIndex((a, i) => (row.arg?.index === "any" || row.arg?.index === i) && this.#isValueOf(row, a)) : 0;
        return arg === -1 ? [] : [{ row, call, on: keysOf(this.#file, callee.object), arg, prefix: prefixOf(this.#file, call) }];
      }),
    );
  }

  #isValueOf(row: AmbientRow, arg: ValueId): boolean {
    const { facts, settings, path } = this.#file;
    const value = facts.values[arg] as Value;
    if (value.kind === "array") return value.items.some((i) => i !== null && this.#isValueOf(row, i));
    return this.#file.get(flow).symbols(arg).some((node) => {
      const name = settings.pipelineName(node.text, path);
      return row.arg?.values.some((v) => v === node.text || (row.gives === "pipeline" && name !== null && name === v.slice(v.lastIndexOf(":") + 1))) ?? false;
    });
  }

  #mountsOf(keys: ReadonlySet<string>): readonly Mount[] {
    const all = this.#file.get(mounts);
    return [...keys].flatMap((key) => all.get(key) ?? []);
  }
}

function isUnder(path: string | null, prefix: string | null): boolean {
  return prefix === null || (path !== null && (path === prefix || path.startsWith(`${prefix}/`)));
}

const rows = new WeakMap<Catalog, readonly AmbientRow[]>();

function rowsOf(file: FileView): readonly AmbientRow[] {
  const catalog = file.settings.catalog as Catalog;
  let known = rows.get(catalog);
  if (!known) rows.set(catalog, (known = catalog.libraries.flatMap((l) => l.ambient ?? [])));
  return known;
}

/** What config `ambient` may call it: the row's name, or what is registered (`PipelineInterceptor`). */
function namesOf(row: AmbientRow): readonly string[] {
  return [row.name, ...(row.arg?.values ?? []).map((v) => v.slice(v.lastIndexOf(":") + 1).replace(/\(\)$/, ""))];
}

/** `{ provide: APP_INTERCEPTOR, useClass: PipelineInterceptor }` anywhere in the file. */
function providedRows(file: FileView): readonly AmbientRow[] {
  const { facts } = file;
  const answers = file.get(flow);
  const provided = rowsOf(file).filter((row) => row.provide);
  return facts.values.flatMap((value): AmbientRow[] => {
    if (value.kind !== "object") return [];
    const token = value.props.find((p) => p.name === "provide");
    const given = value.props.find((p) => p.name !== null && /^use(?:Class|Value|Existing|Factory)$/.test(p.name));
    if (!token || !given) return [];
    const names = answers.symbols(token.value).map((n) => n.text);
    return provided.filter((row) => row.provide !== undefined && names.includes(row.provide) && (!row.arg || given.name === "useFactory" || answers.symbols(given.value).some((n) => row.arg?.values.includes(n.text))));
  });
}

