import type { SymbolPath } from "./library.js";

/** Every name under every root; a root that ends in a colon is a module, and the name its export. */
export const under = (roots: readonly SymbolPath[], names: readonly string[]): readonly SymbolPath[] =>
  roots.flatMap((root) => names.map((name) => (root.endsWith(":") ? root + name : `${root}.${name}`)));

/** What calling each of them gives. */
export const calling = (paths: readonly SymbolPath[]): readonly SymbolPath[] => paths.map((path) => `${path}()`);
