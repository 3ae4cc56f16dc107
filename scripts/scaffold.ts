import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROMISES } from "../cli/reporters/summary.js";
import { parse } from "../engine/parse.js";
import { DIRECTIVE } from "../rules/directives.js";

/** What `new-rule` wrote, or why it wrote nothing. */
export type Scaffold = { readonly wrote: readonly string[] } | { readonly problem: string };

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** A rule that compiles and judges nothing yet, its first fixture, and its line in the list. */
export function scaffold(root: string, name: string, promise = "safety"): Scaffold {
  const problem = nameProblem(root, name) ?? promiseProblem(promise);
  if (problem !== null) return { problem };
  const index = join(root, "rules/index.ts");
  const listed = list(root, readFileSync(index, "utf8"), name, promise);
  if (listed === null) return { problem: "rules/index.ts has no list `rules: readonly Rule[] = […]` to add to" };
  writeFileSync(join(root, `rules/${name}.ts`), ruleText(name, promise));
  mkdirSync(join(root, `fixtures/${name}`));
  writeFileSync(join(root, `fixtures/${name}/example.ts`), exampleText(name));
  writeFileSync(index, listed);
  return { wrote: [`rules/${name}.ts`, `fixtures/${name}/example.ts`, "a line in rules/index.ts"] };
}

function nameProblem(root: string, name: string): string | null {
  if (!NAME.test(name)) return `"${name}" is no name for a rule: lower case, words joined by hyphens, as in missing-timeout`;
  if (name === DIRECTIVE) return `"${name}" is taken: faults of directives are reported under it`;
  if (isReserved(camelCase(name))) return `"${name}" is a word of the language, and rules/index.ts imports a rule by its name: take two words`;
  for (const path of [`rules/${name}.ts`, `fixtures/${name}`]) if (existsSync(join(root, path))) return `${path} exists already`;
  return null;
}

function promiseProblem(promise: string): string | null {
  return (PROMISES as readonly string[]).includes(promise) ? null : `"${promise}" is no promise; these are: ${PROMISES.join(", ")}`;
}

/** Asks the parser: a list of words would be one more thing to keep. */
const isReserved = (identifier: string): boolean => "message" in parse("name.mts", `const ${identifier} = 0;`);

const camelCase = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The list stands in the order of the promises; a new rule is the last of its own. */
function list(root: string, text: string, name: string, promise: string): string | null {
  const array = /(: readonly Rule\[\] = \[)([^\]]*)(\])/.exec(text);
  const lastImport = [...text.matchAll(/^import .*;$/gm)].at(-1);
  if (array === null || lastImport === undefined) return null;
  const names = (array[2] as string).split(",").map((n) => n.trim()).filter((n) => n !== "");
  const order = (p: string): number => (PROMISES as readonly string[]).indexOf(p);
  const before = names.findLastIndex((n) => order(promiseOf(root, text, n)) <= order(promise));
  names.splice(before + 1, 0, camelCase(name));
  const isLong = (array[2] as string).includes("\n");
  const items = isLong ? `\n${names.map((n) => `  ${n},\n`).join("")}` : names.join(", ");
  const end = lastImport.index + lastImport[0].length;
  return `${text.slice(0, end)}\nimport ${camelCase(name)} from "./${name}.js";${text.slice(end, array.index)}${array[1]}${items}${array[3]}${text.slice(array.index + array[0].length)}`;
}

/** Read, not imported: the list may be that of another copy of the repository. */
function promiseOf(root: string, index: string, identifier: string): string {
  const file = new RegExp(`^import ${identifier} from "\\./(.+)\\.js";$`, "m").exec(index)?.[1];
  return file === undefined ? "" : (/^ {2}promise: "(.+)",$/m.exec(readFileSync(join(root, `rules/${file}.ts`), "utf8"))?.[1] ?? "");
}

const ruleText = (name: string, promise: string): string => `import { rule } from "../core/rule.js";
import { calls } from "../analyzers/calls.js";

/** The calls this rule is about, by symbol path: \`global:fetch\`, \`pg:Pool().query\`. Empty: it judges nothing yet. */
const JUDGED: ReadonlySet<string> = new Set<string>();

export default rule({
  name: "${name}",
  promise: "${promise}",
  finds: "FILL IN: a noun phrase that reads well after \\"finds\\"",
  why: "FILL IN: why that breaks the promise, in a sentence or two.",
  fine: [
    // FILL IN: what is deliberately left alone, one line each.
  ],
  depth: "file",
  fix: "none",
  fixNote: "FILL IN: why there is none, or what it does.",
  roles: ["server"],
  preset: "strict",
  // FILL IN: what a file must mention to be worth a look. As it stands every file is looked at, which is right and slow.
  looksFor: { text: /(?:)/ },
  judge(file, report) {
    for (const call of file.get(calls)) {
      // Who it is, not what it is called: an alias has the same symbol, a shadowed name another one.
      const symbol = call.symbols.find((s) => JUDGED.has(s.text));
      if (!symbol) continue;
      const at = { value: call.id };
      // Ask the answers in analyzers/ what is true of this call, then say one of the three; silence is none of them:
      //   report.clear(at)            judged, and proved fine
      //   report.unknown(at, reason)  what decides it is not in this file
      //   report.found(at, message)   no other file and no type can make it fine
      report.unknown(at, \`nothing decides \${symbol.text} yet\`);
    }
  },
});
`;

const exampleText = (name: string): string => `// FILL IN: the shortest naive code of a real backend; its page begins with it. At the end of a line \`want ${name}\` in a comment
// says that it is found there, \`clear ${name}\` that it was judged and is fine. Every other line must stay silent.
export {};
`;
