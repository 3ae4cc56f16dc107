import { dirname } from "node:path";
import type { SourceCode } from "eslint";
import { View } from "../analyzers/view.js";
import { configFromSettings, loadConfig } from "../config/load.js";
import { absolutePosix, relativePosix } from "../config/path.js";
import { ConfigError } from "../config/problem.js";
import { extract, type Parsed } from "../facts/extract.js";
import { type Suppressions, suppressionsOf } from "../rules/directives.js";
import { rules } from "../rules/index.js";
import { type Session, sessionFor } from "../rules/session.js";

/** One file as all our ESLint rules see it: extracted once, whichever rule comes first. */
export interface LintedFile {
  readonly view: View;
  readonly session: Session;
  readonly suppressions: Suppressions;
}

/** Why no rule can judge: reported once per file. */
export interface Unusable {
  readonly problem: string;
  reported: boolean;
}

/** An editor asks for every file, on every key: the disk is looked at about twice a second. */
const TRUST_MS = 500;

const ruleNames = rules.map((r) => r.name);
const files = new WeakMap<object, LintedFile | Unusable>();

export interface HostContext {
  readonly filename: string;
  readonly cwd: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly sourceCode: SourceCode;
}

export function linted(context: HostContext): LintedFile | Unusable {
  const { ast } = context.sourceCode;
  let file = files.get(ast);
  if (!file) files.set(ast, (file = open(context)));
  return file;
}

function open({ filename, cwd, settings, sourceCode }: HostContext): LintedFile | Unusable {
  // Editors give unsaved buffers names such as `<input>`.
  const path = filename.startsWith("<") ? absolutePosix(cwd, "untitled.ts") : absolutePosix(cwd, filename);
  try {
    const given = settings["nobypass"];
    const loaded = given === undefined ? loadConfig(dirname(path), { ruleNames, trustMs: TRUST_MS }) : configFromSettings(given, cwd, { ruleNames });
    const session = sessionFor(loaded, { trustMs: TRUST_MS });
    const { text } = sourceCode;
    const facts = extract({ program: sourceCode.ast as unknown as Parsed["program"], comments: sourceCode.getAllComments() as unknown as Parsed["comments"], text });
    const relative = relativePosix(session.project.root, path);
    return {
      session,
      view: new View(facts, text, relative, session.roleOf(relative, text), session.settings),
      suppressions: suppressionsOf(facts, text, ruleNames, new Date().toISOString().slice(0, 10)),
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { problem: error.message, reported: false };
  }
}
