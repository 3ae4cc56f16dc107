import { dirname } from "node:path";
import type { ProgramView } from "../analyzers/program-view.js";
import type { Oracle, OracleAnswer, OracleFor, Question } from "../analyzers/oracle/oracle.js";
import { type Open, openPromises, openReceivers } from "../analyzers/oracle/questions.js";
import { toldOf } from "../analyzers/oracle/told.js";
import { tsMorphOracle } from "../analyzers/oracle/ts-morph.js";
import type { View } from "../analyzers/view.js";
import type { Catalog } from "../catalog/catalog.js";
import { modulePattern } from "../catalog/symbol-path.js";
import { entriesOf, exists, isFile, NEVER_WALKED, readText } from "../config/disk.js";
import { toPosix } from "../config/path.js";
import { readTsconfig, tsconfigFolders, tsconfigNames, type Tsconfig } from "../config/tsconfig.js";
import type { Told } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import type { Session } from "../rules/session.js";

export type Asks = Open["kind"];
type Viewed = View | ProgramView;

/** Why something was not asked, or nobody answered. */
type Loss = "installed" | "outside" | "typescript" | "compiler";
const LOSSES: Readonly<Record<Loss, string>> = {
  installed: "their packages are not installed",
  outside: "their files are in no tsconfig",
  typescript: "the project's TypeScript is 7 or later, which cannot be asked yet",
  compiler: "ts-morph is not installed",
};

/** What others see of a source of the project, by its absolute path; null where it is none. */
export type Surfaces = (path: string) => string | null;

/** Gives answers that were kept, or has the compiler asked. */
export interface AnswersSource {
  of<T>(scope: string, questions: object, surfaces: Surfaces, ask: () => T): T;
}

export interface AskingOptions {
  readonly kept?: AnswersSource | undefined;
  readonly oracleFor?: OracleFor;
}

/** Collects what names leave open in a run, has a compiler answer it at once, and says what could not be asked. */
export class Asking {
  readonly #root: string;
  readonly #imports: Session["project"]["imports"];
  readonly #catalog: Catalog;
  readonly #tsconfigs: readonly { readonly config: Tsconfig; readonly names: (file: string) => boolean }[];
  readonly #lost = new Map<string, number>();
  readonly #oracleFor: OracleFor;
  readonly #kept: AnswersSource | undefined;
  readonly #packages: Packages;

  constructor({ project, settings }: Session, tsconfigs: readonly string[], { kept, oracleFor = tsMorphOracle }: AskingOptions = {}) {
    this.#root = project.root;
    this.#imports = project.imports;
    this.#catalog = settings.catalog as Catalog;
    this.#tsconfigs = tsconfigs.map((file) => readTsconfig(file, (name) => project.workspaceNamed(name)?.dir)).map((config) => ({ config, names: tsconfigNames(config) }));
    this.#oracleFor = oracleFor;
    this.#kept = kept;
    this.#packages = new Packages(this.#catalog);
  }

  /** What stayed open for a reason that somebody can mend, as sentences. */
  get lost(): readonly string[] {
    return [...this.#lost].map(([why, places]) => `${places} ${places === 1 ? "place was" : "places were"} left to names: ${why}`);
  }

  ask(asked: readonly { readonly view: Viewed; readonly kinds: readonly Asks[] }[], surfaces: Surfaces): readonly { readonly view: Viewed; readonly told: Told }[] {
    const byTsconfig = new Map<Tsconfig, { readonly question: Question; answer: OracleAnswer | null }[]>();
    const views = asked.map(({ view, kinds }) => {
      const open = kinds.flatMap((kind) => view.get(kind === "type" ? openReceivers : openPromises));
      const slots = open.map((of) => {
        const question = questionOf(view, of);
        const tsconfig = this.#ownerOf(of, question);
        const slot = { question, answer: null };
        if (tsconfig !== null) listAt(byTsconfig, tsconfig).push(slot);
        return slot;
      });
      return { view, open, slots };
    });
    for (const [tsconfig, slots] of byTsconfig) {
      const answers = this.#answers(tsconfig, slots.map((s) => s.question), surfaces);
      slots.forEach((slot, i) => (slot.answer = answers[i] ?? null));
    }
    return views.flatMap(({ view, open, slots }) => {
      const told = toldOf(view, open, slots.map((s) => s.answer));
      return told === null ? [] : [{ view, told }];
    });
  }

  /** The tsconfig that has to answer; null where nobody can, or no answer would help. */
  #ownerOf({ kind, module, isOwn }: Open, { path }: Question): Tsconfig | null {
    const file = `${this.#root}/${path}`;
    const dir = toPosix(dirname(file));
    const name = module === null || this.#isOwn(module, dir) ? null : packageOf(module);
    if (kind === "type" && isOwn !== true && name !== null && !this.#packages.mayHandOut(name, dir)) return null;
    if (name === null ? !this.#packages.areInstalled(dir) : this.#packages.dirOf(name, dir) === null) return this.#lose("installed");
    const owner = this.#tsconfigs.filter(({ names }) => names(file)).sort((a, b) => dirname(b.config.file).length - dirname(a.config.file).length)[0];
    if (owner === undefined) return this.#lose("outside");
    return this.#packages.majorOf("typescript", dir) >= 7 ? this.#lose("typescript") : owner.config;
  }

  /** A file of the project, or another name for something. */
  #isOwn(module: string, dir: string): boolean {
    return /^[.#/]/.test(module) || this.#imports.resolve(module, dir)?.file !== undefined;
  }

  #lose(loss: Loss | Error, places = 1): null {
    const why = !(loss instanceof Error) ? LOSSES[loss] : loss.message === LOSSES.compiler ? loss.message : `the compiler failed (${loss.message.split("\n")[0] ?? ""})`;
    this.#lost.set(why, (this.#lost.get(why) ?? 0) + places);
    return null;
  }

  #answers(tsconfig: Tsconfig, questions: readonly Question[], surfaces: Surfaces): readonly (OracleAnswer | null)[] {
    const ask = (): readonly (OracleAnswer | null)[] => {
      const oracle: Oracle | null = this.#oracleFor({ tsconfig: tsconfig.file, ambient: ambientOf(tsconfig), root: this.#root });
      if (oracle === null) throw new Error(LOSSES.compiler);
      return oracle.ask(questions);
    };
    // Of a file that is asked about everything counts: what is within its functions too.
    const asked = new Set(questions.map((q) => `${this.#root}/${q.path}`));
    try {
      return this.#kept === undefined ? ask() : this.#kept.of(tsconfig.file, questions, (path) => (asked.has(path) ? null : surfaces(path)), ask);
    } catch (error) {
      this.#lose(error as Error, questions.length);
      return [];
    }
  }
}

function questionOf(view: Viewed, { kind, value, member }: Open): Question {
  const span = view.span({ value });
  const { start, end } = "locate" in view ? view.locate(span) : span;
  return { kind, path: view.homeOf({ value }).path, start, end, ...(member !== undefined && { member }) };
}

const packageOf = (module: string): string => module.split("/", module.startsWith("@") ? 2 : 1).join("/");

/** The `.d.ts` files that a tsconfig names: what they declare, all its files see. */
function ambientOf(config: Tsconfig): string[] {
  const names = tsconfigNames(config);
  const found = new Set<string>();
  const visit = (dir: string): void => {
    for (const entry of entriesOf(dir)) {
      const path = `${dir}/${entry.name}`;
      if (entry.isDirectory() && !NEVER_WALKED.has(entry.name)) visit(path);
      else if (entry.isFile() && /\.d\.[cm]?ts$/.test(entry.name) && names(path)) found.add(path);
    }
  };
  for (const dir of tsconfigFolders(config)) if (exists(dir) && !dir.includes("/node_modules/")) visit(dir);
  return [...found].sort();
}

/** What is installed, and what of it may hand out something that the catalog knows. */
class Packages {
  readonly #known: (name: string) => boolean;
  readonly #dirs = new Map<string, string | null>();
  readonly #handsOut = new Map<string, boolean>();

  constructor({ libraries }: Catalog) {
    const names = libraries.flatMap((l) => (l.effects === undefined ? [] : l.packages.map(packageOf)));
    const exact = new Set(names);
    const patterns = names.filter((n) => n.includes("*")).map(modulePattern);
    this.#known = (name) => exact.has(name) || patterns.some((p) => p.test(name));
  }

  areInstalled(dir: string): boolean {
    for (let at = dir; ; at = toPosix(dirname(at))) {
      if (exists(`${at}/node_modules`)) return true;
      if (toPosix(dirname(at)) === at) return false;
    }
  }

  /** Where a package lies that is imported from a folder. */
  dirOf(name: string, dir: string): string | null {
    const key = `${name} ${dir}`;
    const known = this.#dirs.get(key);
    if (known !== undefined) return known;
    const here = `${dir}/node_modules/${name}`;
    const parent = toPosix(dirname(dir));
    const found = isFile(`${here}/package.json`) ? here : parent === dir ? null : this.dirOf(name, parent);
    this.#dirs.set(key, found);
    return found;
  }

  majorOf(name: string, dir: string): number {
    const at = this.dirOf(name, dir);
    return at === null ? 0 : Number.parseInt(String(manifestAt(at)["version"]), 10);
  }

  /** Only from what it depends on itself can a package have the client of another. */
  mayHandOut(name: string, dir: string): boolean {
    const at = this.dirOf(name, dir);
    if (at === null) return true;
    const known = this.#handsOut.get(at);
    if (known !== undefined) return known;
    this.#handsOut.set(at, false);
    const { dependencies, peerDependencies } = manifestAt(at);
    const names = [dependencies, peerDependencies].flatMap((of) => (typeof of === "object" && of !== null ? Object.keys(of) : []));
    const hands = names.some((of) => this.#known(of) || this.#known(of.replace(/^@types\/(?:(.+?)__)?/, (_, scope?: string) => (scope === undefined ? "" : `@${scope}/`))) || (this.dirOf(of, at) !== null && this.mayHandOut(of, at)));
    this.#handsOut.set(at, hands);
    return hands;
  }
}

function manifestAt(dir: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(readText(`${dir}/package.json`)) as Record<string, unknown>;
    // nobypass-disable-next-line swallowed-error -- says nothing, as one that is empty
  } catch {
    return {};
  }
}
