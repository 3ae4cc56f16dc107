import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as tsParser from "@typescript-eslint/parser";
import * as espree from "espree";
import { parse } from "../../engine/parse.js";
import { extract, type Parsed } from "../../facts/extract.js";
import { builtPackage, repository } from "./built.js";

export interface Text {
  readonly path: string;
  /** Without a BOM. */
  readonly text: string;
}

/** The facts as the CLI has them; null where its parser refuses the text. */
export function factsByOxc({ path, text }: Text): string | null {
  const parsed = parse(path, text);
  return "message" in parsed ? null : JSON.stringify(extract(parsed));
}

/** As ESLint has them with typescript-eslint's parser. */
export function factsByTypescript({ path, text }: Text): string | null {
  return unlessRefused(() => {
    const { ast } = tsParser.parseForESLint(text, { filePath: path, range: true, loc: true, comment: true, tokens: true, sourceType: "module", ecmaFeatures: { jsx: !/\.[cm]?ts$/.test(path) } });
    return { program: ast as unknown as Parsed["program"], comments: (ast.comments ?? []) as unknown as Parsed["comments"], text };
  });
}

/** As ESLint has them with its own parser; null for TypeScript. */
export function factsByEspree({ path, text }: Text): string | null {
  if (!/\.[cm]?jsx?$/.test(path)) return null;
  return unlessRefused(() => {
    const isModule = /^(?:import|export)\b/m.test(text);
    const options = { range: true, loc: true, comment: true, tokens: true, ecmaVersion: "latest", ecmaFeatures: { jsx: true } } as const;
    const program = espree.parse(text, { ...options, sourceType: isModule ? "module" : "commonjs" }) as unknown as Parsed["program"] & { comments: Parsed["comments"] };
    return { program, comments: program.comments, text };
  });
}

/** Parsers disagree in what they refuse; what any of them takes must give the same facts. */
function unlessRefused(parsed: () => Parsed): string | null {
  let tree: Parsed;
  try {
    tree = parsed();
  } catch {
    return null;
  }
  return JSON.stringify(extract(tree));
}

const PLUGIN = `
import { createHash } from "node:crypto";
import { extract } from "EXTRACT";
const rule = {
  create: (context) => ({
    Program(program) {
      const { sourceCode } = context;
      const facts = JSON.stringify(extract({ program, comments: sourceCode.getAllComments(), text: sourceCode.text }));
      context.report({ loc: { start: { line: 1, column: 0 }, end: { line: 1, column: 0 } }, message: createHash("sha256").update(facts).digest("hex") });
    },
  }),
};
export default { meta: { name: "facts" }, rules: { hash: rule } };
`;

export const hashOf = (facts: string): string => createHash("sha256").update(facts).digest("hex");

/** The hashes of the facts as oxlint has them, one a text; null where it refuses it. */
export function hashesByOxlint(texts: readonly Text[]): (string | null)[] {
  const built = builtPackage();
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "nobypass-oxlint-facts-")));
  try {
    writeFileSync(join(dir, "plugin.mjs"), PLUGIN.replace("EXTRACT", pathToFileURL(join(built.plugin, "../../facts/extract.js")).href));
    writeFileSync(join(dir, ".oxlintrc.json"), JSON.stringify({ jsPlugins: ["./plugin.mjs"], categories: { correctness: "off" }, rules: { "facts/hash": "error" } }));
    const names = texts.map(({ path }, i) => `${String(i)}${/\.[cm]?[jt]sx?$/.exec(path)?.[0] ?? ".ts"}`);
    texts.forEach(({ text }, i) => writeFileSync(join(dir, names[i] as string), text));
    const { stdout, stderr } = spawnSync(process.execPath, [join(repository, "node_modules/oxlint/bin/oxlint"), "-f", "json", "--no-ignore"], { cwd: dir, encoding: "utf8", maxBuffer: 1 << 28 });
    if (!stdout.startsWith("{")) throw new Error(`oxlint said no JSON: ${stdout.slice(0, 500)} ${stderr}`);
    const { diagnostics } = JSON.parse(stdout) as { readonly diagnostics: readonly { readonly code?: string; readonly message: string; readonly filename: string }[] };
    const found = new Map(diagnostics.filter((d) => d.code === "facts(hash)").map((d) => [d.filename, d.message]));
    return names.map((name) => found.get(name) ?? null);
  } finally {
    rmSync(dir, { recursive: true, force: true });
    built.remove();
  }
}

export interface Compared {
  /** How many texts each parser took. */
  readonly taken: Readonly<Record<"oxc" | "typescript" | "espree", number>>;
  readonly differences: readonly string[];
}

export function compareParsers(texts: readonly Text[]): Compared {
  const taken = { oxc: 0, typescript: 0, espree: 0 };
  const differences: string[] = [];
  for (const text of texts) {
    const oxc = factsByOxc(text);
    if (oxc === null) continue;
    taken.oxc++;
    for (const [name, facts] of [["typescript", factsByTypescript(text)], ["espree", factsByEspree(text)]] as const) {
      if (facts === null) continue;
      taken[name]++;
      if (facts !== oxc) differences.push(`${text.path} by ${name}: ${firstDifference(oxc, facts)}`);
    }
  }
  return { taken, differences };
}

function firstDifference(a: string, b: string): string {
  let i = 0;
  while (a[i] === b[i]) i++;
  return `${a.slice(Math.max(0, i - 120), i + 60)} <> ${b.slice(Math.max(0, i - 20), i + 60)}`;
}

const SOURCE = /\.(?:[cm]?js|jsx|[cm]?ts|tsx)$/;
const DECLARATION = /\.d\.[cm]?ts$/;
/** Bundles: what is in them has been seen in smaller files. */
const LARGEST = 300_000;

/** The sources below a folder in a fixed order; of the same path on every machine with the same packages. */
export function sourcesBelow(folder: string, skip: (name: string) => boolean = () => false): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (skip(entry.name)) return [];
      if (entry.isDirectory()) return sourcesBelow(path, skip);
      return entry.isFile() && SOURCE.test(entry.name) && !DECLARATION.test(entry.name) ? [path] : [];
    });
}

/** `count` of them, evenly spread. */
export function spread<T>(list: readonly T[], count: number): T[] {
  return list.length <= count ? [...list] : Array.from({ length: count }, (_, i) => list[Math.floor((i * list.length) / count)] as T);
}

export function readTexts(paths: readonly string[]): Text[] {
  return paths.map((path) => ({ path, text: readFileSync(path, "utf8").replace(/^\uFEFF/, "") })).filter(({ text }) => text.length <= LARGEST);
}
