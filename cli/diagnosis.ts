import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { isFile } from "../config/disk.js";
import { CONFIG_FILES, type LoadedConfig, loadConfig } from "../config/load.js";
import { relativePosix, toPosix } from "../config/path.js";
import { checkPipeline, DEFAULT_PIPELINE } from "../config/pipeline.js";
import { ConfigError } from "../config/problem.js";
import { projectRoot } from "../config/root.js";
import { ROLES } from "../config/schema.js";
import type { Role } from "../core/rule.js";
import { type DiscoveredFiles, discoverFiles } from "../engine/files.js";
import { rules } from "../rules/index.js";
import { type Session, sessionFor } from "../rules/session.js";
import { faultHint } from "./failure.js";
import { installedVersion, majorOf } from "./installed.js";
import { version } from "./own-package.js";

/** fail: nothing that `check` says could be trusted · warn: something will not work as one expects · note: worth knowing. */
export type State = "ok" | "note" | "warn" | "fail";

export interface Diagnosis {
  readonly name: string;
  readonly state: State;
  /** What is so. */
  readonly text: string;
  /** What to do about it; empty where there is nothing to do. */
  readonly hint: string;
}

const ok = (name: string, text: string): Diagnosis => ({ name, state: "ok", text, hint: "" });

/** Everything doctor says, in its order. Goes on as far as it can: what comes after a broken config is judged as if there were none. */
export async function diagnose(cwd: string): Promise<readonly Diagnosis[]> {
  const start = toPosix(cwd);
  const { loaded, diagnosis: config } = readConfig(start);
  const { session, diagnosis: rows } = readSession(loaded);
  const root = loaded.dir;
  const files = discoverFiles([], { cwd: root, root, project: loaded.config.project, workspaces: session.project.workspaces });
  return [
    ok("nobypass", version()),
    ok("node", process.versions.node),
    await parser(),
    ok("project", `${root}${session.project.workspaces.length > 0 ? `, ${session.project.workspaces.length} workspace packages` : ""}`),
    config,
    ...rows,
    ...severalConfigs(root),
    tsconfigs(files, root),
    ...filesByRole(files, session),
    ...pipeline(session),
    rulesOf(session),
    ...compilers(root),
    eslint([root, ...session.project.workspaces.map((w) => w.dir)]),
  ];
}

function readConfig(dir: string): { readonly loaded: LoadedConfig; readonly diagnosis: Diagnosis } {
  try {
    const loaded = loadConfig(dir, { ruleNames: rules.map((r) => r.name) });
    const text = loaded.file === undefined ? "none: defaults" : loaded.file;
    return { loaded, diagnosis: loaded.file === undefined ? { name: "config", state: "note", text, hint: "`nobypass init` writes one" } : ok("config", text) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { loaded: { config: {}, file: undefined, dir: projectRoot(dir) }, diagnosis: failedConfig(error) };
  }
}

const failedConfig = (error: ConfigError): Diagnosis => ({
  name: "config",
  state: "fail",
  text: `${error.file}: ${error.problems.map((p) => `${p.path === "" ? "" : `${p.path}: `}${p.message}${p.hint === "" ? "" : ` (${p.hint})`}`).join("; ")}`,
  hint: error.hint,
});

/** A catalog of the user's own that cannot be used shows only here. */
function readSession(loaded: LoadedConfig): { readonly session: Session; readonly diagnosis: readonly Diagnosis[] } {
  try {
    return { session: sessionFor(loaded), diagnosis: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { session: sessionFor({ config: {}, file: undefined, dir: loaded.dir }), diagnosis: [failedConfig(error)] };
  }
}

/** Its binary is an optional dependency, which package managers are known to lose. */
async function parser(): Promise<Diagnosis> {
  try {
    const { parseSync } = await import("oxc-parser");
    const broken = parseSync("probe.ts", "export const n: number = 1;").errors.length > 0;
    if (broken) return { name: "parser", state: "fail", text: "oxc-parser refuses the simplest program", hint: faultHint() };
    return ok("parser", `oxc-parser ${createRequire(import.meta.url)("oxc-parser/package.json").version as string}`);
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
    return { name: "parser", state: "fail", text: `oxc-parser does not load: ${message}`, hint: "its binary for this platform is missing: remove node_modules and the lock file, and install again without --omit=optional" };
  }
}

function severalConfigs(root: string): Diagnosis[] {
  const there = CONFIG_FILES.filter((name) => isFile(`${root}/${name}`));
  if (there.length < 2) return [];
  return [{ name: "config", state: "warn", text: `${there.join(" and ")} are both there, and only ${there[0]} counts`, hint: "remove the others" }];
}

function tsconfigs({ tsconfigs, outsideTsconfig, files, problems }: DiscoveredFiles, root: string): Diagnosis {
  const problem = problems.find((p) => p.kind === "project");
  if (problem) return { name: "tsconfig", state: "fail", text: problem.message, hint: problem.hint };
  if (tsconfigs.length === 0) return { name: "tsconfig", state: "note", text: "none: files are judged by names, without types", hint: "" };
  const shown = tsconfigs.slice(0, 5).map((file) => relativePosix(root, file));
  const text = `${shown.join(", ")}${tsconfigs.length > shown.length ? ` and ${tsconfigs.length - shown.length} more` : ""}`;
  if (outsideTsconfig === 0) return ok("tsconfig", text);
  return { name: "tsconfig", state: "note", text: `${text}; ${outsideTsconfig} of ${files.length} files are in none of them`, hint: "those are judged by names" };
}

function filesByRole({ files, problems }: DiscoveredFiles, { project, roleOf }: Session): Diagnosis[] {
  const counts = new Map<Role, number>();
  for (const file of files) {
    const role = roleOf(relativePosix(project.root, file), textOf(file));
    counts.set(role, (counts.get(role) ?? 0) + 1);
  }
  const text = ROLES.flatMap((role) => (counts.has(role) ? [`${counts.get(role)} ${role}`] : [])).join(", ");
  const problem = problems.find((p) => p.kind === "path");
  if (problem) return [{ name: "files", state: "fail", text: `${problem.message}: ${problem.path}`, hint: problem.hint }];
  if (!counts.has("server")) return [{ name: "files", state: "warn", text: `${text}: no server file, so hardly a rule has anything to judge`, hint: "config `roles` says which files are which: roles: { server: [\"src/**\"] }" }];
  return [ok("files", text)];
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
    // nobypass-disable-next-line swallowed-error -- judged by its path; `check` will say that it cannot be read
  } catch {
    return "";
  }
}

function pipeline({ loaded, project }: Session): Diagnosis[] {
  const { resolves, problems } = checkPipeline(loaded, project);
  if (problems.length > 0) return problems.map((p) => ({ name: "pipeline", state: "fail", text: `${p.path}: ${p.message}`, hint: p.hint }));
  const configured = loaded.config.pipeline;
  const name = typeof configured === "string" ? configured : configured === undefined ? DEFAULT_PIPELINE : `${Object.keys(configured).join(", ")}, each as the config says`;
  if (resolves) return [ok("pipeline", name)];
  return [{ name: "pipeline", state: "note", text: `${name} is not installed: fixes that write its names are not offered`, hint: `npm install ${DEFAULT_PIPELINE}, or name your own under \`pipeline\` in the config` }];
}

function rulesOf(session: Session): Diagnosis {
  const by = (level: string): string[] => rules.filter((r) => session.levelOf(r) === level).map((r) => r.name);
  const groups: [string, string[]][] = [["on", by("error")], ["warn", by("warn")], ["waiting for the pipeline", by("waiting")], ["off", by("off")]];
  const text = groups.filter(([, names]) => names.length > 0).map(([title, names]) => `${title}: ${names.join(", ")}`).join("; ");
  const none = by("error").length + by("warn").length === 0;
  return { name: "rules", state: none ? "warn" : "ok", text, hint: none ? "no rule is on, so `check` judges nothing" : "" };
}

function compilers(root: string): Diagnosis[] {
  const typescript = installedVersion("typescript", root);
  const typed = ["typescript-eslint", "@typescript-eslint/parser"].find((name) => installedVersion(name, root) !== undefined);
  if (typescript === undefined) return [{ name: "typescript", state: "note", text: "not installed in the project", hint: "" }];
  if (majorOf(typescript) < 7 || typed === undefined) return [ok("typescript", typescript)];
  return [
    {
      name: "typescript",
      state: "warn",
      text: `${typescript} beside ${typed} ${installedVersion(typed, root) ?? ""}, which does not run with TypeScript 7`,
      hint: 'install both: "typescript": "npm:@typescript/typescript6@6", "@typescript/native": "npm:typescript@7"; nobypass itself runs with either',
    },
  ];
}

const ESLINT_CONFIGS = ["js", "mjs", "cjs", "ts", "mts", "cts"].map((e) => `eslint.config.${e}`);

function eslint(dirs: readonly string[]): Diagnosis {
  const [root = ""] = dirs;
  const eslintVersion = installedVersion("eslint", root);
  const configs = dirs.flatMap((dir) => ESLINT_CONFIGS.map((name) => `${dir}/${name}`)).filter(isFile);
  const withPlugin = configs.find((file) => /["']nobypass\/eslint["']/.test(textOf(file)));
  const installed = eslintVersion === undefined ? "not installed" : eslintVersion;
  if (withPlugin !== undefined) return ok("eslint", `${installed}, nobypass/eslint in ${relativePosix(root, withPlugin)}`);
  return { name: "eslint", state: "note", text: `${installed}, without nobypass/eslint`, hint: eslintVersion === undefined ? "" : "`nobypass init` prints the lines that add it: findings while typing" };
}
