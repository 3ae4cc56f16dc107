import type { Catalog, Mentioned } from "../catalog/catalog.js";
import { type Imported, importedModules } from "../catalog/imported.js";
import { type Word, wordOf, Words } from "../catalog/words.js";
import type { Glance, Role, Rule, Settings } from "../core/rule.js";

/**
 * Which rules a file's text is worth looking at for. It is asked before the facts are made, since most files of a
 * backend have nothing for any rule: it may say yes in vain and must never say no to a file with a finding.
 */
export class Relevance implements Glance {
  readonly text: string;
  readonly path: string;
  readonly settings: Settings;
  #words: Words | undefined;
  #imported: Imported | undefined;
  readonly #fitted = new Map<RegExp, boolean>();
  readonly #mentioned = new Map<string, boolean>();

  constructor(text: string, path: string, settings: Settings) {
    this.text = text;
    this.path = path;
    this.settings = settings;
  }

  has({ looksFor }: Rule): boolean {
    if (looksFor.path?.test(this.path)) return true;
    if (looksFor.text && (!looksFor.words || this.writes(looksFor.words)) && this.fits(looksFor.text)) return true;
    if (looksFor.told?.(this)) return true;
    return looksFor.catalog !== undefined && this.mentions(looksFor.catalog);
  }

  /** Is there a finding to be had without other files? */
  hasAlone(rule: Rule): boolean {
    return this.has(rule) && rule.looksFor.alone?.(this) !== false;
  }

  /** What its words were found in is larger than most texts. */
  forget(): void {
    this.#words = undefined;
    this.#imported = undefined;
  }

  writes(names: readonly string[]): boolean {
    const words = (this.#words ??= new Words(this.text));
    return names.some((name) => words.has(asked(name)));
  }

  fits(pattern: RegExp): boolean {
    let known = this.#fitted.get(pattern);
    if (known === undefined) this.#fitted.set(pattern, (known = pattern.test(this.text)));
    return known;
  }

  mentions(aspects: readonly string[]): boolean {
    return aspects.some((aspect) => {
      let known = this.#mentioned.get(aspect);
      if (known === undefined) {
        known = (this.settings.catalog as Catalog).mentions((this.#words ??= new Words(this.text)), (this.#imported ??= importedModules(this.text)), aspect as Mentioned);
        this.#mentioned.set(aspect, known);
      }
      return known;
    });
  }
}

/** The rules that judge files of this role and may have something to say here: found out rule by rule, when somebody asks. */
export class Relevant {
  readonly #role: Role;
  readonly #relevance: Relevance;
  readonly #known = new Map<Rule, boolean>();

  constructor(text: string, path: string, role: Role, settings: Settings) {
    this.#role = role;
    this.#relevance = new Relevance(text, path, settings);
  }

  has(rule: Rule): boolean {
    let known = this.#known.get(rule);
    if (known === undefined) this.#known.set(rule, (known = rule.roles.includes(this.#role) && this.#relevance.has(rule)));
    return known;
  }

  forget(): void {
    this.#relevance.forget();
  }
}

const words = new Map<string, Word>();

function asked(name: string): Word {
  let word = words.get(name);
  if (!word) words.set(name, (word = wordOf(name)));
  return word;
}
