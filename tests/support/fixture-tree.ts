import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { casesOf, fixtureRules, fixturesDir } from "./fixtures.js";

export interface TreeFile {
  /** The rule that it is a fixture of. */
  readonly rule: string;
  /** The case's root: its config lies here, and `path` is relative to it. Absolute. */
  readonly root: string;
  readonly path: string;
  readonly absolute: string;
  /** As on disk, with a BOM if it has one. */
  readonly text: string;
}

export interface FixtureTree {
  readonly dir: string;
  /** Without `.sql`, which the command line alone judges. */
  readonly files: readonly TreeFile[];
  remove(): void;
}

/**
 * Every fixture without its annotations, on disk, with preset `strict` and a pipeline that is installed: what real hosts
 * (ESLint, oxlint, the command line) see there is what the fixture runner judges in memory.
 */
export async function fixtureTree(): Promise<FixtureTree> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "nobypass-fixtures-")));
  mkdirSync(join(dir, ".git"));
  installPipeline(dir);
  const files: TreeFile[] = [];
  for (const rule of fixtureRules()) {
    cpSync(join(fixturesDir, rule), join(dir, rule), { recursive: true, filter: (path) => !path.endsWith(".source.ts") });
    writeConfig(join(dir, rule));
    for (const c of await casesOf(rule)) {
      const root = join(dir, rule, c.root === join(fixturesDir, rule) ? "" : basename(c.root));
      writeConfig(root);
      for (const { path, text } of c.files) {
        const absolute = join(root, path);
        mkdirSync(dirname(absolute), { recursive: true });
        writeFileSync(absolute, text);
        if (!path.endsWith(".sql")) files.push({ rule, root, path, absolute, text });
      }
    }
  }
  return { dir, files, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** What the tool needs of an installed package: a package.json that resolves. */
export function installPipeline(dir: string): void {
  const at = join(dir, "node_modules/@nobypass/pipeline");
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, "package.json"), JSON.stringify({ name: "@nobypass/pipeline", version: "0.0.0", type: "module", exports: { ".": "./index.js" } }));
  writeFileSync(join(at, "index.js"), "");
}

/** A case's own config stays; preset strict is what the fixture runner judges by. */
function writeConfig(root: string): void {
  const file = join(root, "nobypass.config.json");
  const own = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as object) : {};
  if (existsSync(join(root, "nobypass.config.ts"))) throw new Error(`${root}: this helper only knows JSON configs`);
  writeFileSync(file, JSON.stringify({ preset: "strict", ...own }));
}
