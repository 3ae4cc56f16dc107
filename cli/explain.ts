import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Rule } from "../core/rule.js";
import { DIRECTIVE } from "../rules/directives.js";
import { command } from "./command.js";
import { CommandError } from "./failure.js";
import { explainedAsJson, explainedAsText, explainPlace, placeIn } from "./explain-place.js";
import { columns } from "./help.js";
import type { Io } from "./io.js";
import { docsPage } from "./own-package.js";
import { type Paint, paintWith, wantsColours } from "./paint.js";
import { PROMISES } from "./reporters/summary.js";
import { wrap } from "./reporters/width.js";
import { checkRuleName } from "./rule-names.js";

/** Prose is read best at this width, however wide the terminal is. */
const WIDEST = 96;

export default command({
  name: "explain",
  takes: "[rule | file:line]",
  atMost: 1,
  about: ["What a rule finds, why that matters, what it leaves alone, and what its fix does.", "Of a place: what each rule says of it in the whole program, what is called there, who reaches it.", "Without a name, lists all rules by the promise they guard."],
  options: {
    format: { type: "value", oneOf: ["pretty", "json"], help: "of what is said of a place; default pretty" },
    config: { type: "value", value: "FILE", help: "this config instead of the nearest nobypass.config.*" },
  },
  examples: [
    ["nobypass explain", "all rules"],
    ["nobypass explain console", "one of them"],
    ["nobypass explain src/app.ts:12", "why something is found there, or why not"],
  ],
  exits: { 0: "explained", 2: "there is no such rule, file or line" },
  async run({ values, operands: [name] }, io) {
    const { rules } = await import("../rules/index.js");
    const paint = paintWith(wantsColours(values.color, io.stdout, io.env));
    const place = name === undefined || rules.some((r) => r.name === name) ? null : placeIn(name);
    if (place !== null) {
      const explained = await explainPlace(place, io, values.config);
      io.stdout.write(values.format === "json" ? explainedAsJson(explained) : explainedAsText(explained, paint));
      return 0;
    }
    if (values.format === "json") throw new CommandError("--format json is for places", "write one: nobypass explain src/app.ts:12 --format json");
    const width = io.stdout.isTTY === true ? Math.min(io.stdout.columns ?? WIDEST, WIDEST) : WIDEST;
    if (name === DIRECTIVE) io.stdout.write(`${paint(["bold", "cyan"], DIRECTIVE)}\n\n${ABOUT_DIRECTIVES}\n`);
    else io.stdout.write(name === undefined ? listOf(rules, paint, width) : pageOf(find(name, rules, io), paint, width));
    return 0;
  },
});

/** No rule, and reported like one. */
const ABOUT_DIRECTIVES = `A comment that was meant to silence a rule and does not: it names no rule or an unknown one,
gives no reason, or its date has passed. It suppresses nothing and is a finding itself.

  // nobypass-disable-next-line <rule>[, <rule>] -- <reason> [until:YYYY-MM-DD] [owner:@x]`;

function find(name: string, rules: readonly Rule[], io: Io): Rule {
  const found = rules.find((r) => r.name === name);
  if (found !== undefined) return found;
  if (name !== "" && (/[/\\]|\.[cm]?[jt]sx?$/.test(name) || existsSync(resolve(io.cwd, name)))) {
    throw new CommandError(`"${name}" names no line`, `write one: nobypass explain ${name}:12; \`nobypass check ${name}\` judges the whole file`);
  }
  checkRuleName(name, rules.map((r) => r.name));
  throw new CommandError(`there is no rule "${name}"`, "`nobypass explain` lists all rules");
}

function listOf(rules: readonly Rule[], paint: Paint, width: number): string {
  const longest = Math.max(0, ...rules.map((r) => r.name.length));
  const blocks = PROMISES.flatMap((promise) => {
    const own = rules.filter((r) => r.promise === promise);
    if (own.length === 0) return [];
    const indent = " ".repeat(longest + 4);
    const lines = own.map((r) => `  ${paint("cyan", r.name)}${" ".repeat(longest - r.name.length)}  ${wrap(`${r.finds}${note(r)}`, width - indent.length, indent)}`);
    return [[paint("bold", promise), ...lines].join("\n")];
  });
  return `${blocks.join("\n\n")}\n\n${paint("dim", "nobypass explain <rule> says more")}\n`;
}

function note(rule: Rule): string {
  if (rule.preset === "strict") return " (preset strict)";
  return rule.needsPipeline === true ? " (once the pipeline resolves)" : "";
}

function pageOf(rule: Rule, paint: Paint, width: number): string {
  const inner = width - 2;
  const text = (line: string): string => `  ${wrap(line, inner, "  ")}`;
  const sections: (readonly [title: string, lines: readonly string[]])[] = [
    ["Finds", [text(`${capital(rule.finds)}.`)]],
    ["Why", [text(rule.why)]],
    ["Fine", rule.fine.map((line) => `  - ${wrap(line, inner - 2, "    ")}`)],
    ["Fix", [text(fixOf(rule))]],
    [
      "Judged",
      columns([
        ["in", `${rule.roles.join(", ")} files`],
        ["by", DEPTHS[rule.depth]],
        ["preset", PRESETS(rule)],
      ]).map((line) => `  ${line}`),
    ],
    [
      "Silence it",
      [
        `  ${paint("dim", `// nobypass-disable-next-line ${rule.name} -- <reason>`)}`,
        `  ${paint("dim", `rules: { ${key(rule.name)}: "off" }`)}   in the config`,
      ],
    ],
    ["More", [`  ${docsPage(rule.name)}`]],
  ];
  const blocks = sections.filter(([, lines]) => lines.length > 0).map(([title, lines]) => [paint("bold", title), ...lines].join("\n"));
  return `${paint(["bold", "cyan"], rule.name)}  ${paint("dim", rule.promise)}\n\n${blocks.join("\n\n")}\n`;
}

const DEPTHS: Readonly<Record<Rule["depth"], string>> = {
  file: "one file at a time: editor and command line agree",
  program: "the whole program: the command line only, silent in ESLint",
  both: "one file where that decides, else the whole program",
};

const PRESETS = (rule: Rule): string => `${rule.preset === "strict" ? "strict only" : "recommended and strict"}${rule.needsPipeline === true ? "; in recommended once the configured pipeline resolves" : ""}`;

const FIXES: Readonly<Record<Rule["fix"], string>> = {
  safe: "safe: types and behaviour are kept.",
  review: "review: mechanical and type-checked, but it adds a declared outcome; look at it.",
  manual: "manual: a human decides.",
  none: "none.",
};

const fixOf = (rule: Rule): string => `${capital(FIXES[rule.fix])}${rule.fixNote === "" ? "" : ` ${rule.fixNote}`}`;
const capital = (phrase: string): string => phrase.charAt(0).toUpperCase() + phrase.slice(1);
const key = (name: string): string => (/^[a-z]+$/.test(name) ? name : `"${name}"`);
