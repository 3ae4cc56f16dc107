import { createRequire } from "node:module";
import { dirname } from "node:path";
import * as standIn from "./define.js";
import { readText } from "./disk.js";
import { PackageLookup } from "./package-json.js";
import { toPosix } from "./path.js";
import { ImportResolver } from "./resolve.js";

/**
 * Evaluates a JavaScript or TypeScript module, synchronously and afresh: its default export, or `module.exports`; undefined if it
 * exports no default. Also for the user's catalog modules. `files` is what `moduleFiles` says of it.
 * `import … from "nobypass"` gets config/define.ts, so a config can be read where the package is not installed, and reading
 * it never loads the engine. jiti is loaded only here: a project with a JSON config pays nothing for it.
 */
export function readModule(file: string, files: readonly string[] = moduleFiles(file)): unknown {
  const require = createRequire(import.meta.url);
  const { createJiti } = require("jiti") as typeof import("jiti");
  // jiti hands plain CommonJS and JSON to Node's require. What Node remembers of our files is put aside, so that we see
  // what is on disk, and put back, so that we change nothing for whoever loaded it. (A `.cjs` that requires a `.mjs` stays stale.)
  const known = new Map(Object.entries(require.cache));
  for (const own of files) delete require.cache[own];
  try {
    // No file cache: jiti's lies in a folder of predictable name below the temp directory, and holds code that we would run.
    const load = createJiti(import.meta.url, { fsCache: false, moduleCache: false, interopDefault: false, virtualModules: { nobypass: standIn } });
    return defaultOf(load(file));
  } finally {
    for (const path of Object.keys(require.cache)) if (!known.has(path) && !path.includes("node_modules")) delete require.cache[path];
    for (const own of files) if (known.has(own)) require.cache[own] = known.get(own);
  }
}

function defaultOf(loaded: unknown): unknown {
  if (typeof loaded !== "object" || loaded === null) return loaded;
  const isModule = "__esModule" in loaded || Object.prototype.toString.call(loaded) === "[object Module]";
  return isModule ? ("default" in loaded ? loaded.default : undefined) : loaded;
}

const IMPORT = /\bfrom\s*["']([^"'\n]+)["']|\bimport\s*(?:\(\s*)?["']([^"'\n]+)["']|\brequire\s*\(\s*["']([^"'\n]+)["']/g;

/** What a module may ask of the world around it, by the words it cannot do without; a comment may say them too, and then it is taken for one that asks. */
const ASKS = /\b(?:process|globalThis|global|Date|Math|performance|crypto|eval|Function|fetch|Intl|import\.meta|__dirname|__filename|module\.require|createRequire)\b|\bimport\s*\(|\brequire\s*\(\s*[^"'\s]|\brequire\b(?!\s*\()/;

/** Do the files of a module alone decide what it exports? Not if it reads the environment, the clock, or what a package says. */
export function isFixedModule(files: readonly string[]): boolean {
  return files.every((file) => {
    if (file.includes("/node_modules/")) return false;
    let text: string;
    try {
      text = readText(file);
      // nobypass-disable-next-line swallowed-error -- what cannot be read may be anything
    } catch {
      return false;
    }
    if (ASKS.test(text)) return false;
    return [...text.matchAll(IMPORT)].every((m) => /^(?:\.\.?(?:\/|$)|#|nobypass$)/.test(m[1] ?? m[2] ?? m[3] ?? ""));
  });
}

/** The file and what it imports, by the text of its imports; of packages only their first file. Computed names are not seen. */
export function moduleFiles(entry: string): readonly string[] {
  const resolver = new ImportResolver(new PackageLookup());
  const seen = new Set([entry]);
  for (const file of seen) {
    if (file.includes("/node_modules/") || file.endsWith(".json")) continue;
    let text: string;
    try {
      text = readText(file);
      // nobypass-disable-next-line swallowed-error -- evaluation will say that it is missing
    } catch {
      continue;
    }
    for (const match of text.matchAll(IMPORT)) {
      const name = match[1] ?? match[2] ?? match[3] ?? "";
      const found = name === "nobypass" || name.startsWith("node:") ? undefined : resolver.resolve(name, toPosix(dirname(file)))?.file;
      if (found !== undefined) seen.add(found);
    }
  }
  return [...seen];
}
