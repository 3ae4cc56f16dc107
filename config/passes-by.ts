import { posix } from "node:path";
import { isBuiltin } from "node:module";
import type { LoadedConfig } from "./load.js";
import { type PackageInfo, splitPackageName } from "./package-json.js";
import { toPosix } from "./path.js";
import { DEFAULT_PIPELINE, pipelineSymbols } from "./pipeline.js";
import type { ProjectInfo } from "./project.js";

/**
 * Is a module a package that cannot lead anything through the pipeline? What a package runs it runs by what it depends on: of one
 * that does not know the pipeline's package no function is a dispatch, and none knows a file of the project. One that is not
 * installed says nothing of itself; a scope may be the team's own.
 */
export function passesBy(loaded: LoadedConfig, project: ProjectInfo, module: string, from: string): boolean {
  if (isBuiltin(module)) return true;
  if (/^(?:[./#~]|@\/)/.test(module)) return false;
  const dir = posix.dirname(posix.join(toPosix(project.root), from));
  const { packageName } = splitPackageName(module);
  const own = project.packageOf(from);
  if (own?.name === packageName || project.workspaceNamed(packageName) !== undefined || project.imports.aliased(module, dir) !== undefined) return false;
  const pipelines = pipelinePackages(loaded);
  if (pipelines.has(packageName)) return false;
  const installed = folderOf(project, packageName, dir);
  if (installed !== undefined) return ![...pipelines].some((name) => installed.dependencies.has(name));
  return !packageName.startsWith("@") && own?.dependencies.has(packageName) === true;
}

/** The packages that the pipeline's names come from, and the one that is a pipeline whatever the config calls one. */
function pipelinePackages(loaded: LoadedConfig): ReadonlySet<string> {
  const modules = [DEFAULT_PIPELINE, ...[...pipelineSymbols(loaded).values()].map((symbol) => symbol.module)];
  return new Set(modules.flatMap((module) => (/^[.#]/.test(module) ? [] : [splitPackageName(module).packageName])));
}

function folderOf(project: ProjectInfo, packageName: string, dir: string): PackageInfo | undefined {
  for (let at = dir; ; at = posix.dirname(at)) {
    const found = project.packages.exactly(`${at}/node_modules/${packageName}`);
    if (found !== undefined || posix.dirname(at) === at) return found;
  }
}
