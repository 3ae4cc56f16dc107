import { posix } from "node:path";
import { ProgramView } from "../analyzers/program-view.js";
import type { View } from "../analyzers/view.js";
import { entryTest } from "../config/module-entry.js";
import { relativePosix } from "../config/path.js";
import type { Fix, Judgement, Related, Span } from "../core/finding.js";
import type { Rule, Told } from "../core/rule.js";
import { judge } from "../rules/judge.js";
import type { Session } from "../rules/session.js";
import { type Proof, proofsOf, type Weighed } from "./proofs.js";
import { roadsOf } from "./roads.js";

/** One file as it takes part in a program. */
export interface Unit {
  readonly view: View;
  /** The rules for which its text is worth a look. */
  readonly relevant: Pick<ReadonlySet<Rule>, "has">;
}

/** A rule's judgement of a place of the program, in the words of the file where it stands. */
export interface Placed<U> {
  readonly unit: U;
  readonly judgement: Judgement;
}

/** An entry with its verdict, in the files where everything stands. */
export interface ProvenEntry<U> {
  readonly unit: U;
  readonly start: number;
  readonly name: string | null;
  readonly framework: string;
  readonly proof: Proof;
  readonly found: number;
  readonly reasons: readonly { readonly unit: U; readonly start: number; readonly rule: string | null; readonly reason: string }[];
}

/** All files of a program, which rules judge as one. */
export class Program<U extends Unit> {
  readonly #units: readonly U[];
  #view: ProgramView;
  readonly #own = new Map<string, readonly Judgement[]>();
  readonly #numbers: ReadonlyMap<U, number>;

  constructor(units: readonly U[], session: Session) {
    this.#units = units;
    this.#numbers = new Map(units.map((u, i) => [u, i]));
    const files = units.map(({ view: { path, facts, text } }) => ({ path, facts, text, isPublic: isPublic(session, path) }));
    this.#view = new ProgramView(files, roadsOf(session, files), session.settings);
  }

  judge(rule: Rule): Placed<U>[] {
    // What the catalog names may be imported by one file and called in another; what a compiler tells, no text needs to name.
    if (rule.looksFor.catalog === undefined && this.#view.told === undefined && !this.#units.some((u) => u.relevant.has(rule))) return [];
    const judged = judge(rule, this.#view).map((judgement) => {
      const { file, start, end } = this.#view.locate(judgement);
      const unit = this.#units[file] as U;
      const placed: Judgement = { ...judgement, start, end, related: judgement.related.map((r) => this.#related(r)), fix: judgement.verdict === "found" ? () => this.#elsewhere(judgement, unit) ?? this.#fix(rule, judgement, unit, { start, end }) : null };
      return { unit, judgement: placed };
    });
    return judged.filter(({ unit }) => !unit.view.settings.isAllowed(rule.name, unit.view.path));
  }

  /** A stretch of a unit's text in the text of the whole. */
  wholeOf(unit: U, { start, end }: Span): Span {
    return this.#view.spanIn(this.#numbers.get(unit) ?? 0, { start, end });
  }

  /** What all judgements say of each entry of the program. */
  entries(weighed: readonly Weighed[]): readonly ProvenEntry<U>[] {
    const placed = ({ start, end }: Span): { unit: U; start: number } => {
      const at = this.#view.locate({ start, end });
      return { unit: this.#units[at.file] as U, start: at.start };
    };
    return proofsOf(this.#view, weighed).map(({ at, name, framework, proof, found, reasons }) => ({
      ...placed(at),
      name,
      framework,
      proof,
      found: found.length,
      reasons: reasons.map((r) => ({ ...placed(r), rule: r.rule, reason: r.reason })),
    }));
  }

  learn(told: Told): void {
    this.#view = this.#view.knowing(told);
  }

  /** The whole, for questions that no rule asks. */
  get view(): ProgramView {
    return this.#view;
  }

  #related(related: Related): Related {
    const { file, start, end } = this.#view.locate(related);
    return { file: related.file ?? (this.#units[file] as U).view.path, start, end, message: related.message, ...(related.step && { step: true }) };
  }

  #elsewhere({ elsewhere }: Judgement, unit: U): Fix | null {
    if (elsewhere === undefined) return null;
    const { file, start, end } = this.#view.locate(elsewhere.span);
    const { view } = this.#units[file] as U;
    const fix = elsewhere.fix(view, { start, end });
    return fix === null || view === unit.view ? fix : { ...fix, title: `${fix.title} in \`${view.path}\``, edits: fix.edits.map((edit) => ({ ...edit, file: edit.file ?? view.path })) };
  }

  /** A fix is made of one file's text, of what the program knows; or it is the one that the file alone offers at the place. */
  #fix(rule: Rule, { fixIn }: Judgement, unit: U, { start, end }: Span): Fix | null {
    if (fixIn !== undefined) return fixIn(this.#view.own(this.#numbers.get(unit) ?? 0, unit.view));
    const key = `${rule.name} ${unit.view.path}`;
    let own = this.#own.get(key);
    if (own === undefined) this.#own.set(key, (own = judge(rule, unit.view)));
    return own.find((j) => j.start === start && j.end === end && j.verdict === "found")?.fix?.() ?? null;
  }
}

/** Do others than the program import this file? The entry of a package that is made to be published. */
function isPublic({ project }: Session, path: string): boolean {
  const pkg = project.packageOf(path);
  if (pkg === undefined || pkg.isPrivate || pkg.name === undefined || (pkg.main.length === 0 && (pkg.exports ?? null) === null)) return false;
  const dir = relativePosix(project.root, pkg.dir);
  return entryTest(pkg)(dir === "" ? path : posix.relative(dir, path));
}
