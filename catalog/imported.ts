const SPECIFIER = /\b(?:from|import|require)\s*\(?\s*(?:\/\*[^]*?\*\/\s*)?["'`]([^"'`\n]+)["'`]/g;

/** Module names as a text writes them, `node:` left out. A name that is computed has no catalog rows either. */
export function importedModules(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [, name = ""] of text.matchAll(SPECIFIER)) found.add(name.startsWith("node:") ? name.slice(5) : name);
  return found;
}
