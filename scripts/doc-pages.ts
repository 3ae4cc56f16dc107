import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Guarantee, Rule } from "../core/rule.js";
import { excerpt } from "./excerpt.js";
import { rules } from "../rules/index.js";
import { DEPTHS, GENERATED, presets, rulePage, sections } from "./rule-page.js";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** A generated file that is not as it should be. */
export interface Stale {
  /** Relative to the repository. */
  readonly path: string;
  readonly is: "missing" | "different" | "of no rule";
  /** What belongs there; null: nothing. */
  readonly text: string | null;
}

/** Everything that is generated, compared with what is there. */
export async function staleDocs(): Promise<Stale[]> {
  const pages = new Map<string, string>([["docs/rules/README.md", index()]]);
  for (const rule of rules) pages.set(`docs/rules/${rule.name}.md`, await rulePage(rule));
  pages.set("README.md", readme());
  pages.set("docs/editors.md", editors());
  const stale: Stale[] = [];
  for (const [path, text] of pages) {
    const file = join(root, path);
    if (!existsSync(file)) stale.push({ path, is: "missing", text });
    else if (readFileSync(file, "utf8") !== text) stale.push({ path, is: "different", text });
  }
  const dir = join(root, "docs/rules");
  for (const name of existsSync(dir) ? readdirSync(dir) : []) {
    const path = `docs/rules/${name}`;
    // Only what was generated may be deleted.
    if (!pages.has(path) && readFileSync(join(root, path), "utf8").includes(GENERATED)) stale.push({ path, is: "of no rule", text: null });
  }
  return stale;
}

function index(): string {
  const promises = [...new Set(rules.map((r) => r.promise))];
  const list = (promise: Guarantee): string => rules.filter((r) => r.promise === promise).map((r) => `- [${r.name}](${r.name}.md): ${r.finds}`).join("\n");
  return sections([
    "# The rules",
    `${GENERATED} from rules/. -->`,
    "Each rule guards a promise of a production backend, and is named for the thing it finds. Its page goes from the naive code, over what one would have to write by hand, to the pipeline version.",
    ...promises.flatMap((promise) => [`## ${promise.charAt(0).toUpperCase()}${promise.slice(1)}`, list(promise)]),
  ]);
}

/** README.md with what the demo prints and the table of rules between their markers. */
function readme(): string {
  const text = readFileSync(join(root, "README.md"), "utf8");
  return between(between(text, "excerpt", excerpt(root)), "rules", `${table(rules)}\n`);
}

const DEPTH_WORDS: readonly (readonly [Rule["depth"], string])[] = [
  ["file", "The editor shows all that these find"],
  ["both", "These show in the editor what one file decides, and leave the rest to the whole program"],
  ["program", "These only the whole program can judge: **in an editor they are silent, always**"],
];

/** docs/editors.md with the rules by what an editor sees of them. */
function editors(): string {
  const names = (depth: Rule["depth"]): string => rules.filter((r) => r.depth === depth).map((r) => `[${r.name}](rules/${r.name}.md)`).join(", ");
  const lines = DEPTH_WORDS.flatMap(([depth, words]) => (names(depth) === "" ? [] : [`- ${words}: ${names(depth)}.`]));
  return between(readFileSync(join(root, "docs/editors.md"), "utf8"), "depths", `${lines.join("\n")}\n`);
}

function between(text: string, name: string, content: string): string {
  const open = `<!-- ${name}:start -->`;
  const close = `<!-- ${name}:end -->`;
  const start = text.indexOf(open);
  const end = text.indexOf(close);
  if (start === -1 || end < start) throw new Error(`A page lacks the markers ${open} and ${close}`);
  return `${text.slice(0, start + open.length)}\n${content}${text.slice(end)}`;
}

function table(rules: readonly Rule[]): string {
  const rows = rules.map((r) => [r.promise, `[${r.name}](docs/rules/${r.name}.md)`, r.finds, DEPTHS[r.depth], r.fix, presets(r)]);
  return [["promise", "rule", "finds", "depth", "fix", "preset"], Array.from({ length: 6 }, () => "---"), ...rows].map((row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`).join("\n");
}
