import { readdirSync, readFileSync } from "node:fs";
import { looksLikeConfigModule } from "../config/config-modules.js";
import type { LoadedConfig } from "../config/load.js";
import { relativePosix } from "../config/path.js";
import { checkPipeline } from "../config/pipeline.js";
import { findProject } from "../config/project.js";
import { roleOf } from "../config/roles.js";
import { discoverFiles } from "../engine/files.js";
import { installedVersion } from "./installed.js";

/** What the sources of a project say by themselves; the user corrects it in the file. */
export interface Detected {
  readonly usesTypeScript: boolean;
  /** Globs of folders that look like modules; empty where workspaces are the modules, or nothing looks like one. */
  readonly modules: readonly string[];
  /** Files that hand the whole environment to something that checks it, or that read it and are called what people call such a file. */
  readonly configModules: readonly string[];
  /** Is `@nobypass/pipeline` installed? */
  readonly hasPipeline: boolean;
  readonly hasEslint: boolean;
  readonly isInstalled: boolean;
}

export function detect(root: string): Detected {
  const loaded: LoadedConfig = { config: {}, file: undefined, dir: root };
  const project = findProject(loaded);
  const { files, tsconfigs } = discoverFiles([], { cwd: root, root, workspaces: project.workspaces });
  const paths = files.map((file) => relativePosix(root, file)).filter((path) => !path.startsWith("../"));
  return {
    usesTypeScript: tsconfigs.length > 0 || paths.some((p) => /\.[cm]?tsx?$/.test(p)) || installedVersion("typescript", root) !== undefined,
    modules: project.moduleRule === "workspaces" ? [] : moduleGlobs(paths),
    configModules: paths.filter((path) => {
      const text = read(`${root}/${path}`);
      return (handsOverEnv(text) || (looksLikeConfigModule(path) && readsEnv(text))) && roleOf(path, text, project, {}) === "server";
    }),
    hasPipeline: checkPipeline(loaded, project).resolves,
    hasEslint: installedVersion("eslint", root) !== undefined || readdirSync(root).some((name) => name.startsWith("eslint.config.")),
    isInstalled: installedVersion("nobypass", root) !== undefined,
  };
}

/** Names that people give to the folder that holds their modules; one folder alone is no division. */
const MODULE_FOLDER = /^((?:src\/|app\/|src\/app\/)?(?:modules|features|domains|contexts|bounded-contexts))\/([^/]+)\/./;

function moduleGlobs(paths: readonly string[]): string[] {
  const inside = new Map<string, Set<string>>();
  for (const path of paths) {
    const [, folder, module] = MODULE_FOLDER.exec(path) ?? [];
    if (folder === undefined || module === undefined) continue;
    inside.set(folder, (inside.get(folder) ?? new Set()).add(module));
  }
  return [...inside].filter(([, modules]) => modules.size > 1).map(([folder]) => `${folder}/*`).sort();
}

/**
 * `process.env` as a whole, given to a function that by its name checks it, or as an option that such functions have. By the text,
 * since this is a proposal: a comment may fool it, and a checker of an unusual name is missed.
 */
const CHECKED_ENV =
  /(?:\b(?:parse|safeParse|parseAsync|validate\w*|assert|check|cast|decode\w*|cleanEnv|createEnv|loadEnv|envsafe|config)\s*\((?:[^()]|\([^()]*\))*?|\b(?:runtimeEnv|data|env)\s*:\s*)\bprocess\.env\b(?!\s*(?:\.|\[|\?\.))/;

const handsOverEnv = (text: string): boolean => text.includes("process.env") && CHECKED_ENV.test(text) && !/\b(?:spawn|fork|exec|execFile)(?:Sync)?\s*\(/.test(text);

/** Some of its variables, each by name: one or two alone are read anywhere. */
const readsEnv = (text: string): boolean => new Set(text.match(/\bprocess\.env(?:\.|\?\.|\[["'])(?!NODE_ENV\b)\w+/g)).size > 2;

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
    // nobypass-disable-next-line swallowed-error -- `check` will say that it cannot be read
  } catch {
    return "";
  }
}
