import type { Aspect, Catalog } from "../catalog/catalog.js";
import { importedModules } from "../catalog/imported.js";
import type { Rule, Settings } from "../core/rule.js";

/**
 * Which rules a file's text is worth looking at for. It is asked before the facts are made, since most files of a
 * backend have nothing for any rule: it may say yes in vain and must never say no to a file with a finding.
 */
export class Relevance {
  readonly #text: string;
  readonly #path: string;
  readonly #settings: Settings;
  readonly #catalog: Catalog;
  #imported: ReadonlySet<string> | undefined;

  constructor(text: string, path: string, settings: Settings) {
    this.#text = text;
    this.#path = path;
    this.#settings = settings;
    this.#catalog = settings.catalog as Catalog;
  }

  has({ looksFor }: Rule): boolean {
    if (looksFor.path?.test(this.#path)) return true;
    if (looksFor.text?.test(this.#text) || looksFor.told?.(this.#text, this.#path, this.#settings)) return true;
    if (!looksFor.catalog) return false;
    return this.#catalog.mentions(this.#text, (this.#imported ??= importedModules(this.#text)), looksFor.catalog as readonly Aspect[]);
  }
}
