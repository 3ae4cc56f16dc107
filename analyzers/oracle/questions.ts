import type { Aspect, Catalog, SymbolNode } from "../../catalog/catalog.js";
import type { Value, ValueId } from "../../core/facts.js";
import type { Answer, FileView } from "../../core/rule.js";
import { calls } from "../calls.js";
import { undecided } from "../discarded.js";
import { flow } from "../flow.js";
import { BUILT_IN, LANGUAGE, ownMembers } from "../outside-calls.js";

/** What names leave open: of which type a value is (`member` is read from it), or whether a call gives a promise. */
export interface Open {
  readonly kind: "type" | "promise";
  readonly value: ValueId;
  readonly member?: string;
  /** The module that it came from, as far as names tell. */
  readonly module: string | null;
  /** The program has a method of this name, so that the type may be one of its own. */
  readonly isOwn?: true;
}

/** Names under which loggers and emitters are called: no type makes an effect of them. */
const SAYS_NOTHING = /^(?:log|debug|info|warn|error|trace|fatal|emit|on|once|off)$/;

/** Calls whose receiver nobody knows, where its type may bring a row of the catalog or a method of the program. */
export const openReceivers: Answer<readonly Open[]> = {
  name: "open receivers",
  of(file) {
    const { facts } = file;
    const answers = file.get(flow);
    const own = file.get(ownMembers);
    const effects = namesOf(file.settings.catalog as Catalog, "effects");
    const found = new Map<ValueId, Open>();
    for (const { target, value } of file.get(calls)) {
      if (value.form === "new") continue;
      for (const { object, name } of membersAt(file, target)) {
        if (found.has(object) || SAYS_NOTHING.test(name) || !(effects.has(name) || own.has(name))) continue;
        if (answers.functions(target).length > 0) continue;
        const module = strangerOf(file, answers.symbols(object));
        // A method of lists, texts and maps too: only what a package made is worth the question.
        const isOwn = own.has(name) && !LANGUAGE.has(name);
        if (module === undefined || !(isOwn || (effects.has(name) && (isPackage(module) || !LANGUAGE.has(name))))) continue;
        if (OWN.has((facts.values[object] as Value).kind)) continue;
        if (answers.plainType(object) !== null || answers.sources(object).every((s) => BUILT_IN.has((facts.values[s] as Value).kind))) continue;
        found.set(object, { kind: "type", value: object, member: name, module, ...(isOwn && { isOwn }) });
      }
    }
    return [...found.values()];
  },
};

/** Calls that nobody gets the result of, of what the catalog does not know: of what it knows it says what gives a promise. */
export const openPromises: Answer<readonly Open[]> = {
  name: "open promises",
  of(file) {
    const { facts } = file;
    const answers = file.get(flow);
    return file.get(undecided).flatMap((value) => {
      const call = facts.values[value] as Value;
      if (call.kind !== "call" || call.form !== undefined) return [];
      const module = strangerOf(file, answers.symbols(call.callee));
      const callee = facts.values[call.callee] as Value;
      const name = callee.kind === "member" ? callee.name : null;
      if (module === undefined || (name !== null && SAYS_NOTHING.test(name))) return [];
      const isNobodys = !isPackage(module) && (name === null || LANGUAGE.has(name)) && !(module !== null && callee.kind !== "member");
      return isNobodys ? [] : [{ kind: "promise" as const, value, module }];
    });
  },
};

const OWN: ReadonlySet<Value["kind"]> = new Set(["this", "super"]);

const isPackage = (module: string | null): boolean => module !== null && !module.startsWith(".");

/** The module that symbols begin at; null where there are none; undefined where the catalog, the language or the pipeline says who they are. */
function strangerOf(file: FileView, symbols: readonly SymbolNode[]): string | null | undefined {
  const catalog = file.settings.catalog as Catalog;
  const modules = symbols.map(({ text }) => text.slice(0, text.lastIndexOf(":")));
  if (symbols.some((s, i) => s.leadsSomewhere || modules[i] === "global" || catalog.module(modules[i] as string).leadsSomewhere || isOfPipeline(file, s.text))) return undefined;
  return modules[0] ?? null;
}

/** `http.axios({ … })` and what is read from it. */
function isOfPipeline({ settings, path }: FileView, text: string): boolean {
  for (let at = text; ; at = at.replace(/(?:\(\)|\[\]|[.:][^.:()[\]]*)$/, "")) {
    if (settings.pipelineName(at, path) !== null) return true;
    if (!/[.:)\]]/.test(at.slice(at.lastIndexOf(":") + 1))) return false;
  }
}

/** The member that is called, also where it was taken out of its object before: `const { query } = makeDb()`. */
function membersAt(file: FileView, target: ValueId): readonly { readonly object: ValueId; readonly name: string }[] {
  const { facts } = file;
  const direct = facts.values[target] as Value;
  if (direct.kind === "member") return direct.name === null ? [] : [{ object: direct.object, name: direct.name }];
  if (direct.kind !== "var") return [];
  return file.get(flow).sources(target).flatMap((source) => {
    const value = facts.values[source] as Value;
    return value.kind === "member" && value.name !== null ? [{ object: value.object, name: value.name }] : [];
  });
}

const names = new WeakMap<Catalog, Map<Aspect, ReadonlySet<string>>>();

/** The names of members that rows of an aspect end in. */
function namesOf(catalog: Catalog, aspect: Aspect): ReadonlySet<string> {
  const known = names.get(catalog)?.get(aspect);
  if (known !== undefined) return known;
  const found = new Set(catalog.libraries.flatMap((library) => (library[aspect as "effects"] ?? []).flatMap((row) => row.calls.map((path) => path.split(/[.:]/).at(-1) as string))));
  const all = names.get(catalog) ?? new Map<Aspect, ReadonlySet<string>>();
  names.set(catalog, all.set(aspect, found));
  return found;
}
