import { isFile } from "../config/disk.js";
import { CONFIG_FILES } from "../config/load.js";
import { relativePosix, toPosix } from "../config/path.js";
import { projectRoot } from "../config/root.js";
import { PRESETS, type Preset } from "../config/schema.js";
import { DEFAULT_PIPELINE } from "../config/pipeline.js";
import { validateConfig } from "../config/validate.js";
import { writeAtomically } from "./atomic-write.js";
import { command } from "./command.js";
import { type Answers, CONFIG_FORMATS, type ConfigFormat, configOf, configText } from "./config-text.js";
import { type Detected, detect } from "./detect.js";
import { CommandError } from "./failure.js";
import { type Paint, paintWith, wantsColours } from "./paint.js";
import { type Ask, withQuestions } from "./questions.js";

export default command({
  name: "init",
  takes: "",
  atMost: 0,
  about: ["Writes a nobypass.config.* that fits this project: what its modules are, and which files read", "the environment. Asks on a terminal; elsewhere, and with --yes, takes what it found."],
  options: {
    format: { type: "value", oneOf: CONFIG_FORMATS, help: "of the file; default ts, or mjs in a project without TypeScript" },
    yes: { type: "flag", short: "y", help: "ask nothing" },
    force: { type: "flag", help: "write over a config that is there" },
  },
  examples: [
    ["nobypass init", "answer two or three questions"],
    ["nobypass init --yes --format json", "no questions, as JSON"],
  ],
  exits: { 0: "written", 2: "nothing was written" },
  async run({ values }, io) {
    const root = projectRoot(toPosix(io.cwd));
    const found = detect(root);
    const format = (values.format ?? (found.usesTypeScript ? "ts" : "mjs")) as ConfigFormat; // the parser let no other value through
    const name = `nobypass.config.${format}`;
    refuseIfThere(root, name, values.force);
    const answers = values.yes || io.stdin.isTTY !== true ? byDefault(found) : await withQuestions(io, (ask) => answersOf(ask, found));
    const { problems } = validateConfig(configOf(answers));
    if (problems[0] !== undefined) throw new CommandError(`${problems[0].path}: ${problems[0].message}`, `${problems[0].hint}; nothing was written`);
    const text = configText(answers, format);
    writeAtomically(`${root}/${name}`, text);
    io.stdout.write(outcome(relativePosix(toPosix(io.cwd), `${root}/${name}`), text, found, paintWith(wantsColours(values.color, io.stdout, io.env))));
    return 0;
  },
});

/** A config under another name may win over ours, or lose to it without a word; only the user can tell which is meant. */
function refuseIfThere(root: string, name: string, force: boolean): void {
  const there = CONFIG_FILES.filter((n) => isFile(`${root}/${n}`));
  const other = there.find((n) => n !== name);
  if (other !== undefined) throw new CommandError(`${root}/${other} is there already`, `remove it first, or write over it: nobypass init --force --format ${formatFor(other)}`);
  if (there.length > 0 && !force) throw new CommandError(`${root}/${name} is there already`, "--force writes over it");
}

function formatFor(file: string): string {
  const extension = file.slice(file.lastIndexOf(".") + 1);
  return (CONFIG_FORMATS as readonly string[]).includes(extension) ? extension : "ts";
}

const byDefault = (found: Detected): Answers => ({
  preset: "recommended",
  modules: found.modules,
  config: found.configModules,
  // Only a name that resolves: one that does not would make every run exit 2.
  pipeline: found.hasPipeline ? DEFAULT_PIPELINE : undefined,
});

async function answersOf(ask: Ask, found: Detected): Promise<Answers> {
  const preset = await ask("Preset (recommended, strict)?", "recommended", PRESETS);
  const modules = await ask("Folders that are modules (globs, or none)?", found.modules.join(" ") || "none");
  const config = await ask("Files that may read process.env (globs, or none)?", found.configModules.join(" ") || "none");
  return { ...byDefault(found), preset: preset as Preset, modules: globs(modules), config: globs(config) };
}

const globs = (answer: string): string[] => (answer === "none" ? [] : answer.split(/[\s,]+/).filter(Boolean));

function outcome(path: string, text: string, found: Detected, paint: Paint): string {
  const indented = (lines: string): string => lines.trimEnd().replace(/^(?=.)/gm, "  ");
  const install = found.isInstalled ? "" : `  npm install --save-dev nobypass\n`;
  const eslint = found.hasEslint ? `\nIn eslint.config.*, for findings while typing:\n${indented(ESLINT_LINES)}\n` : "";
  return `${paint("green", "Wrote")} ${paint("bold", path)}\n\n${indented(text)}\n\nNext:\n${install}  npx nobypass check\n${eslint}`;
}

const ESLINT_LINES = `import nobypass from "nobypass/eslint";

export default [
  // … what you have
  nobypass.configs.recommended,
];
`;
