const SPECIFIER = /\b(from|import|require)\s*(?:\(\s*)?(?:\/\*[^]*?\*\/\s*)?["'`]([^"'`\n]+)["'`]/g;

/** By module name, `node:` left out, whether a text may have what it exports by default, or all of it under one name. */
export type Imported = ReadonlyMap<string, boolean>;

/** Modules as a text names them. A name that is computed has no catalog rows either. */
export function importedModules(text: string): Imported {
  const found = new Map<string, boolean>();
  for (const match of text.matchAll(SPECIFIER)) {
    const name = (match[2] as string).startsWith("node:") ? (match[2] as string).slice(5) : (match[2] as string);
    if (found.get(name) !== true) found.set(name, match[1] !== "from" || !takesNamesOnly(text, match.index));
  }
  return found;
}

/** `import { Pool } from "pg"` */
function takesNamesOnly(text: string, from: number): boolean {
  const open = text.lastIndexOf("{", from);
  const clause = text.slice(open, from);
  return open !== -1 && /\}\s*$/.test(clause) && !/\bdefault\b/.test(clause) && /\b(?:import|export)(?:\s+type)?\s*$/.test(text.slice(Math.max(0, open - 20), open));
}
