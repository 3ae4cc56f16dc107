import { dirname } from "node:path";
import { readText } from "./disk.js";
import { nearestName } from "./nearest-name.js";
import type { LoadedConfig } from "./load.js";
import { toPosix } from "./path.js";
import type { ConfigProblem } from "./problem.js";
import type { ProjectInfo } from "./project.js";
import type { ResolvedImport } from "./resolve.js";
import { PIPELINE_NAMES, type PipelineName } from "./schema.js";
import { symbolPath } from "./validate.js";

export const DEFAULT_PIPELINE = "@nobypass/pipeline";

/** One sanctioned name, as the config gives it. */
export interface PipelineSymbol {
  readonly module: string;
  readonly export: string;
  readonly shape: string | undefined;
}

export interface ResolvedSymbol extends PipelineSymbol {
  /** Does the module resolve from the file that asked? */
  readonly resolves: boolean;
  /** The module's source, where it is one of ours: imports of it under any spelling are this name. Absolute, POSIX. */
  readonly file: string | undefined;
}

export interface ResolvedPipeline {
  /** Every name that the config gives resolves from this file: a fix may write them. */
  readonly resolves: boolean;
  readonly names: ReadonlyMap<PipelineName, ResolvedSymbol>;
}

/** What the config calls the pipeline; without `pipeline`, `@nobypass/pipeline`. Resolved or not, these names are the sanctioned ones. */
export function pipelineSymbols(loaded: LoadedConfig): ReadonlyMap<PipelineName, PipelineSymbol> {
  const { pipeline = DEFAULT_PIPELINE } = loaded.config;
  return new Map(
    PIPELINE_NAMES.flatMap((name): [PipelineName, PipelineSymbol][] => {
      if (typeof pipeline === "string") return [[name, { module: pipeline, export: name, shape: undefined }]];
      const target = pipeline[name];
      const at = target === undefined ? undefined : symbolPath(typeof target === "string" ? target : target.use);
      return at ? [[name, { ...at, shape: typeof target === "object" ? target.shape : undefined }]] : [];
    }),
  );
}

const answers = new WeakMap<ProjectInfo, Map<string, ResolvedPipeline>>();

/** The pipeline as a file (absolute) sees it. Remembered for as long as the project's snapshot. */
export function resolvePipeline(loaded: LoadedConfig, project: ProjectInfo, fromFile: string): ResolvedPipeline {
  const dir = toPosix(dirname(fromFile));
  const known = answers.get(project) ?? new Map<string, ResolvedPipeline>();
  answers.set(project, known);
  let answer = known.get(dir);
  if (answer === undefined) {
    const names = new Map<PipelineName, ResolvedSymbol>();
    for (const [name, symbol] of pipelineSymbols(loaded)) {
      const found = resolveModule(symbol.module, dir, loaded, project);
      names.set(name, { ...symbol, resolves: found !== undefined, file: found?.file });
    }
    answer = { resolves: names.size > 0 && [...names.values()].every((n) => n.resolves), names };
    known.set(dir, answer);
  }
  return answer;
}

/**
 * The pipeline as the whole project sees it. `resolves`: somewhere in it the pipeline is there, which is what the preset
 * `recommended` asks. A name that the config gives is a problem only if it resolves from nowhere: in a workspace with strict installs
 * only the packages that use it can see it. `alsoFrom` are folders (absolute) of packages the project does not declare.
 */
export function checkPipeline(loaded: LoadedConfig, project: ProjectInfo, alsoFrom: readonly string[] = []): { readonly resolves: boolean; readonly problems: readonly ConfigProblem[] } {
  const dirs = [...new Set([loaded.dir, ...project.workspaces.map((pkg) => pkg.dir), ...alsoFrom])];
  const resolves = dirs.some((dir) => resolvePipeline(loaded, project, `${dir}/x`).resolves);
  const { pipeline } = loaded.config;
  if (pipeline === undefined) return { resolves, problems: [] }; // that the default is not installed is no error
  const problems: ConfigProblem[] = [];
  for (const [name, symbol] of pipelineSymbols(loaded)) {
    const path = typeof pipeline === "string" ? "pipeline" : typeof pipeline[name] === "object" ? `pipeline.${name}.use` : `pipeline.${name}`;
    const found = dirs.map((dir) => resolveModule(symbol.module, dir, loaded, project)).find((f) => f !== undefined);
    if (found === undefined) problems.push({ path, message: `\`${symbol.module}\` does not resolve`, hint: howToName(symbol.module, loaded) });
    else if (typeof pipeline !== "string") problems.push(...missingExport(path, symbol, found));
    if (typeof pipeline === "string") break; // one module: one problem, not one for each name
  }
  return { resolves, problems };
}

/** Relative modules count from the config file, all others from the file that would import them. */
function resolveModule(module: string, dir: string, loaded: LoadedConfig, project: ProjectInfo): ResolvedImport | undefined {
  return project.imports.installed(module, /^\.\.?(?:\/|$)/.test(module) ? loaded.dir : dir);
}

/**
 * A module of ours in which the name does not occur at all does not export it. More cannot be said without parsing; the
 * program checks the symbol itself.
 */
function missingExport(path: string, symbol: PipelineSymbol, found: ResolvedImport): ConfigProblem[] {
  if (found.file === undefined || found.file.includes("/node_modules/")) return [];
  const text = readText(found.file);
  const name = symbol.export.split(".")[0] ?? symbol.export;
  if (/\bexport\s*\*|\bmodule\.exports\b/.test(text) || new RegExp(`(?<![\\w$])${name.replaceAll("$", "\\$")}(?![\\w$])`).test(text)) return [];
  const others = [...text.matchAll(/\bexport\s+(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\s*\*?|const|let|var|class|type|interface|enum|namespace)\s+([\w$]+)/g)].map((m) => m[1] ?? "");
  const meant = nearestName(name, others);
  return [{ path, message: `\`${symbol.module}\` has no export \`${name}\``, hint: meant ? `did you mean \`${symbol.module}:${meant}\`?` : others.length > 0 ? `it exports ${others.slice(0, 8).join(", ")}` : "" }];
}

function howToName(module: string, loaded: LoadedConfig): string {
  if (module.startsWith(".")) return `relative paths start at ${loaded.dir}`;
  if (module.startsWith("#")) return 'add it to "imports" of package.json, or to `paths` of tsconfig.json';
  return module === DEFAULT_PIPELINE ? `install it: npm install ${DEFAULT_PIPELINE}` : 'install the package, or write a path ("./src/…") or an alias ("#…")';
}
