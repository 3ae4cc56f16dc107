import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { configFromSettings, loadConfig, type LoadedConfig } from "../../config/load.js";

export const fixturesDir = fileURLToPath(new URL("../../fixtures", import.meta.url));

export type Mark = "want" | "want:p" | "clear" | "unknown";

export interface Expectation {
  readonly mark: Mark;
  readonly rule: string;
  readonly line: number;
  /** Regular expression for the message, or the reason. */
  readonly message?: RegExp;
}

export interface FixtureFile {
  /** Relative to the case's root, POSIX. */
  readonly path: string;
  /** Without the annotations; line numbers are those of the file. */
  readonly text: string;
  readonly expected: readonly Expectation[];
  readonly isGolden: boolean;
  /** What the fix must give, where there is a `.fixed` file beside it. */
  readonly golden?: string;
}

/** What the fixes of a folder must make of its files. */
export interface FixedTree {
  /** By their paths, without BOMs and annotations; no source too, such as `.env.example`. */
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}

export interface FixtureCase {
  readonly rule: string;
  readonly name: string;
  /** What paths and globs are relative to. */
  readonly root: string;
  readonly loaded: LoadedConfig;
  readonly files: readonly FixtureFile[];
}

const SOURCE = /\.(?:[cm]?[jt]sx?|sql)$/;
const ANNOTATION = /(want:p|want|clear|unknown) ([\w-]+)(?: "((?:[^"\\]|\\.)*)")?/g;
const COMMENT = /[ \t]*(?:\/\/|--) ((?:(?:want:p|want|clear|unknown) [\w-]+(?: "(?:[^"\\]|\\.)*")?[,; ]*)+)$/;

/** Folders of `fixtures/` that are programs, or hold some, and not cases of one rule. */
export const PROGRAMS = ["call-graph", "legacy-shop", "shop"];

export function fixtureRules(): string[] {
  return readdirSync(fixturesDir).filter((name) => !PROGRAMS.includes(name) && statSync(join(fixturesDir, name)).isDirectory());
}

export async function casesOf(rule: string): Promise<FixtureCase[]> {
  const dir = join(fixturesDir, rule);
  const cases: FixtureCase[] = [];
  for (const name of readdirSync(dir).sort()) {
    const path = join(dir, name);
    const isFolder = statSync(path).isDirectory();
    if (!isFolder && !SOURCE.test(name)) continue;
    const root = isFolder ? path : dir;
    const configFile = isFolder ? ["nobypass.config.json", "nobypass.config.ts"].find((f) => existsSync(join(path, f))) : undefined;
    const strict = configFile === undefined ? configFromSettings({ preset: "strict" }, root) : loadConfig(root, { configFile });
    const paths = isFolder ? sourcesIn(path) : [path];
    const files = await Promise.all(paths.map((file) => readFixture(file, root)));
    cases.push({ rule, name, root, loaded: strict, files });
  }
  return cases;
}

/** A folder with a `.fixed` file; what has none beside it stays as it is, and one without its original is created. */
export function fixedTreeOf(c: FixtureCase): FixedTree | null {
  const name = /\.fixed(?=\.[cm]?[jt]sx?$|$)/;
  if (basename(c.root) !== c.name) return null;
  const all = new Map(filesIn(c.root).map((file) => [relative(c.root, file).split("\\").join("/"), annotated(readFileSync(file, "utf8").replace(/^\uFEFF/, "")).text]));
  if (![...all.keys()].some((path) => name.test(path))) return null;
  const before = new Map([...all].filter(([path]) => !name.test(path)));
  return { before, after: new Map([...before, ...[...all].filter(([path]) => name.test(path)).map(([path, text]) => [path.replace(name, ""), text] as const)]) };
}

function filesIn(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? filesIn(join(dir, entry.name)) : [join(dir, entry.name)]));
}

function sourcesIn(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? sourcesIn(join(dir, entry.name)) : SOURCE.test(entry.name) ? [join(dir, entry.name)] : []))
    .sort();
}

async function readFixture(file: string, root: string): Promise<FixtureFile> {
  let text = readFileSync(file, "utf8");
  let path = relative(root, file);
  if (path.endsWith(".source.ts")) {
    // A fixture whose text may not stand in the repository (a provider's token): a module that yields it.
    const made = (await import(pathToFileURL(file).href)) as { default: string; file: string };
    text = made.default;
    path = made.file;
  }
  const isGolden = /\.fixed\.(?:[cm]?[jt]sx?|sql)$/.test(path);
  const goldenFile = file.replace(/(\.(?:[cm]?[jt]sx?|sql))$/, ".fixed$1");
  return { path: path.split("\\").join("/"), ...annotated(text), isGolden, ...(!isGolden && existsSync(goldenFile) && { golden: readFileSync(goldenFile, "utf8") }) };
}

export function annotated(text: string): { text: string; expected: Expectation[] } {
  const expected: Expectation[] = [];
  const lines = text.split("\n").map((line, i) => {
    const cr = line.endsWith("\r") ? "\r" : "";
    const bare = cr ? line.slice(0, -1) : line;
    const comment = COMMENT.exec(bare);
    if (!comment) return line;
    for (const [, mark, rule, message] of (comment[1] as string).matchAll(ANNOTATION)) {
      expected.push({ mark: mark as Mark, rule: rule as string, line: i + 1, ...(message !== undefined && { message: new RegExp(message) }) });
    }
    return bare.slice(0, comment.index) + cr;
  });
  return { text: lines.join("\n"), expected };
}
