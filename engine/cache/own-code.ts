import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Whose answers a cache holds: these folders decide what is found. */
const DECIDING = ["core", "config", "catalog", "facts", "analyzers", "fixes", "rules", "engine"];
const PACKAGES = ["oxc-parser", "libpg-query", "ignore", "jiti"];
/** Packages that a run can do without. */
const OPTIONAL = ["ts-morph"];

let known: string | undefined;

/**
 * A text that is another one for every other build of nobypass, parser or Node. The version alone would not do: who works on nobypass,
 * or patches it, has many builds of one version.
 */
export function ownCode(): string {
  if (known !== undefined) return known;
  const here = dirname(fileURLToPath(import.meta.url));
  // As a module of its own it lies in `engine/cache`; joined with others, beside all that they were joined into.
  const isOwnModule = basename(here) === "cache";
  const root = isOwnModule ? join(here, "../..") : here;
  const hash = createHash("sha1").update(`${process.version} ${process.platform} ${process.arch}\n`);
  for (const folder of isOwnModule ? DECIDING : [""]) {
    for (const file of filesBelow(join(root, folder))) hash.update(`${file.slice(root.length)}\n`).update(readFileSync(file));
  }
  const require = createRequire(import.meta.url);
  for (const name of [...PACKAGES, ...OPTIONAL]) {
    const file = whereIs(require, name);
    if (file === null && PACKAGES.includes(name)) throw new Error(`${name} is not installed`);
    const stat = file === null ? null : statSync(file);
    hash.update(`${file ?? name} ${stat?.size ?? 0} ${stat?.mtimeMs ?? 0}\n`);
  }
  return (known = hash.digest("base64url"));
}

function whereIs(require: NodeJS.Require, name: string): string | null {
  try {
    return require.resolve(name);
    // nobypass-disable-next-line swallowed-error -- null says that it is not there
  } catch {
    return null;
  }
}

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((e) => (e.isDirectory() ? filesBelow(join(dir, e.name)) : /(?<!\.d|\.test)\.[jt]s$/.test(e.name) ? [join(dir, e.name)] : []));
}
