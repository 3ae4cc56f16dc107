import type { ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { importedName, type Written } from "./imported-name.js";

/**
 * A name of the pipeline for use at some value. Null where the pipeline does not resolve or no safe name is left. `subpath`: of
 * the default package, such as an adapter's `express`; `preferred`: what a new import is called.
 */
export function pipelineName(file: FileView, name: string, at: ValueId, { subpath = "", preferred = name } = {}): Written | null {
  const known = file.settings.pipelineImport(name, file.path);
  if (known === null) return null;
  const module = known.module + (subpath === "" || !known.hasAdapters ? "" : `/${subpath}`);
  return importedName(file, { module, name: known.name }, at, [preferred, `pipeline${name[0]?.toUpperCase()}${name.slice(1)}`]);
}
