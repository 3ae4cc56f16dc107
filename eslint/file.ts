import { basename, dirname } from "node:path";
import type { Rule as EslintRule } from "eslint";
import { View } from "../analyzers/view.js";
import { NEVER_WALKED, today } from "../config/disk.js";
import { configFromSettings, loadConfig } from "../config/load.js";
import { absolutePosix, relativePosix } from "../config/path.js";
import { ConfigError } from "../config/problem.js";
import { isSourceFile } from "../config/source-file.js";
import type { Role, Rule } from "../core/rule.js";
import { extract, type Parsed } from "../facts/extract.js";
import { HAS_DIRECTIVE, type Host, type Suppressions, suppressionsOf } from "../rules/directives.js";
import { rules } from "../rules/index.js";
import { FilesOnDisk } from "../rules/others.js";
import { Relevance } from "../rules/relevance.js";
import { type Session, sessionFor } from "../rules/session.js";
import { Trust } from "./trust.js";

/** One file as all our ESLint rules see it: extracted once, whichever rule comes first. */
export interface LintedFile {
  readonly view: View;
  /** The rules that are on, judge files of this role, and may have something to say. */
  readonly judging: ReadonlySet<Rule>;
  readonly suppressions: Suppressions;
}

/** Why no rule can judge. */
export interface Unusable {
  readonly problem: string;
  /** The first rule that met it reports it: once per file. */
  reportedBy?: string;
}

/** A file that the command line does not judge either, or that no rule can have anything to say about. */
export const NOTHING = "nothing to judge";

type Answer = LintedFile | Unusable | typeof NOTHING;

const trust = new Trust();

const ruleNames = rules.map((r) => r.name);

/** The tree that is being linted, and its answer: hosts run all rules of a file before the next file. */
let open: { readonly ast: object; readonly filename: string; readonly settings: object; readonly answer: Answer } | undefined;

/** ESLint's context and oxlint's. */
export type HostContext = Pick<EslintRule.RuleContext, "filename" | "physicalFilename" | "cwd" | "settings" | "sourceCode" | "languageOptions">;

export function linted(context: HostContext): Answer {
  const { filename, settings } = context;
  const { ast } = context.sourceCode;
  // One tree may be linted again under another config.
  if (open?.ast === ast && open.filename === filename && open.settings === settings) return open.answer;
  const answer = answerFor(context);
  open = { ast, filename, settings, answer };
  return answer;
}

/** At the end of a file: were it kept, the host's collector would carry one tree while the next is made. */
export function close(): void {
  if (open === undefined) return;
  open = undefined;
  trust.done();
}

function answerFor({ filename, physicalFilename, cwd, settings, sourceCode, languageOptions }: HostContext): Answer {
  // Editors give unsaved buffers names such as `<input>`.
  const path = filename.startsWith("<") ? absolutePosix(cwd, "untitled.ts") : absolutePosix(cwd, filename);
  // A code block of a Markdown file has a name of its own below the file's; scripts in `.vue` files have theirs.
  if (physicalFilename !== filename || !isSourceFile(basename(path))) return NOTHING;
  // Installed code and what package managers keep in a repository. ESLint leaves some of it out by itself, oxlint only where `.gitignore` says it.
  if (relativePosix(cwd, path).split("/").some((folder) => NEVER_WALKED.has(folder))) return NOTHING;
  try {
    const given = settings["nobypass"];
    const trustMs = trust.for(path);
    const loaded = given === undefined ? loadConfig(dirname(path), { ruleNames, trustMs }) : configFromSettings(given, cwd, { ruleNames });
    const session = sessionFor(loaded, { trustMs });
    const problems = session.pipelineProblems();
    if (problems.length > 0) throw new ConfigError(loaded.file ?? "settings.nobypass", problems, "Correct it, and lint again.");
    const { text } = sourceCode;
    const relative = relativePosix(session.project.root, path);
    const role = session.roleOf(relative, text);
    const judging = judgingRules(session, relative, role, text);
    if (judging.size === 0 && !(role !== "generated" && HAS_DIRECTIVE.test(text))) return NOTHING;
    // ESLint's types know ESTree alone; what the hosts parse is TS-ESTree, or the part of it that JavaScript needs.
    const facts = extract({ program: sourceCode.ast as unknown as Parsed["program"], comments: sourceCode.getAllComments() as unknown as Parsed["comments"], text });
    return {
      view: new View(facts, text, relative, role, session.settings, othersOf(session, languageOptions)),
      judging,
      suppressions: suppressionsOf(facts, text, ruleNames, today, hostOf(languageOptions)),
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { problem: error.message };
  }
}

function judgingRules(session: Session, path: string, role: Role, text: string): ReadonlySet<Rule> {
  const relevance = new Relevance(text, path, session.settings);
  return new Set(rulesFor(session, role).filter((rule) => relevance.hasAlone(rule) && !session.exemptions.covers(rule.name, path)));
}

const on = new WeakMap<Session, Map<Role, readonly Rule[]>>();

/** The rules that are on and judge files of this role. */
function rulesFor(session: Session, role: Role): readonly Rule[] {
  const byRole = on.get(session) ?? new Map<Role, readonly Rule[]>();
  on.set(session, byRole);
  let known = byRole.get(role);
  if (!known) byRole.set(role, (known = rules.filter((rule) => rule.roles.includes(role) && ["error", "warn"].includes(session.levelOf(rule)))));
  return known;
}

interface HostParser {
  parse?(text: string, options: object): unknown;
  parseForESLint?(text: string, options: object): { readonly ast: unknown };
}

const others = new WeakMap<Session, Map<unknown, FilesOnDisk>>();

/** What a fix asks of other files, by the parser that the host has for this one; oxlint gives plugins none. */
function othersOf(session: Session, { parser, parserOptions }: HostContext["languageOptions"]): FilesOnDisk {
  const known = others.get(session) ?? new Map<unknown, FilesOnDisk>();
  others.set(session, known);
  let files = known.get(parser);
  if (files === undefined) known.set(parser, (files = new FilesOnDisk(session, (path, text) => parsedBy(parser as HostParser | undefined, parserOptions as object | undefined, path, text), { areLeft: true })));
  return files;
}

function parsedBy(parser: HostParser | undefined, given: object | undefined, path: string, text: string): Parsed | null {
  const options = { ecmaVersion: "latest", sourceType: "module", ...given, range: true, loc: true, tokens: true, comment: true, filePath: path, project: null, projectService: false };
  try {
    const program = (parser?.parseForESLint?.(text, options).ast ?? parser?.parse?.(text, options) ?? null) as Parsed["program"] | null;
    return program && { program, comments: ((program as { comments?: unknown }).comments ?? []) as Parsed["comments"], text };
    // nobypass-disable-next-line swallowed-error -- the file's own lint run says why it does not parse; here a fix is missing, no finding
  } catch {
    return null;
  }
}

/** Oxlint calls its parser by its own name. Taken for ESLint, it would at worst call some `oxlint-disable` comments unused. */
function hostOf(languageOptions: HostContext["languageOptions"]): Host {
  const parser = languageOptions.parser as { readonly name?: unknown } | undefined;
  return parser?.name === "oxlint" ? "oxlint" : "eslint";
}
