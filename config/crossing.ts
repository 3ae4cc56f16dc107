import { posix } from "node:path";
import type { Crossing } from "../core/rule.js";
import { exists } from "./disk.js";
import { relativePosix } from "./path.js";
import { type PackageInfo, splitPackageName } from "./package-json.js";
import type { ModuleInfo, ProjectInfo } from "./project.js";
import { inPackage } from "./resolve.js";

/** Where an import leads; both paths are relative to the project's root. */
interface Landing {
  readonly target: string;
  readonly isThere: boolean;
  /** The package itself says that this name is public. */
  readonly declared?: true;
}

/**
 * Which boundary between modules an import crosses. Null: it stays in its own module, leads to a file of no module, or out of the
 * project. The disk is only asked where a name may lead into another module.
 */
export function crossingOf(project: ProjectInfo, specifier: string, from: string): Crossing | null {
  // Bundlers take queries: `./schema.sql?raw`.
  const name = specifier.replace(/[?].*$/s, "");
  const own = project.moduleOf(from);
  const landing = /^\.\.?(?:\/|$)/.test(name) ? besides(project, name, from, own) : byName(project, name, from);
  if (landing === null) return null;
  const { target, isThere, declared } = landing;
  const module = isThere ? project.moduleOf(target) : project.moduleOf(`${target}/x`);
  if (module === undefined || module === own) return null;
  const isOpen = !module.hasEntry() || project.isCompositionRoot(from);
  const to = isOpen ? "open" : declared === true || module.isEntry(target) ? "entry" : isThere ? "inside" : "lost";
  return { to, module: module.name, dir: module.dir, target };
}

function besides(project: ProjectInfo, name: string, from: string, own: ModuleInfo | undefined): Landing | null {
  const path = posix.join(posix.dirname(from), name).replace(/\/$/, "");
  if (path === ".." || path.startsWith("../")) return null;
  const around = project.moduleOf(`${path}/x`);
  if (around === own && project.moduleOf(path) === own) return null;
  return landingAt(project, project.imports.resolve(name, folder(project, from))?.file, path);
}

function byName(project: ProjectInfo, name: string, from: string): Landing | null {
  if (name === "" || /^[a-z][a-z\d+.-]*:/i.test(name)) return null;
  const dir = folder(project, from);
  const { packageName, subpath } = splitPackageName(name);
  const pkg = project.workspaceNamed(packageName) ?? ownPackage(project, packageName, from);
  const alias = project.imports.aliased(name, dir);
  if (pkg === undefined) return landingAt(project, alias ?? (name.startsWith("#") ? project.imports.resolve(name, dir)?.file : undefined), null);
  const base = relativePosix(project.root, pkg.dir);
  const target = `${base === "" ? "" : `${base}/`}${subpath === "" ? "package.json" : subpath.slice(1)}`;
  if (declares(pkg, subpath)) return { target: relativeFile(project, inPackage(pkg, subpath)?.file) ?? target, isThere: true, declared: true };
  // What `exports` leaves out is closed, whether or not a file is there.
  if (alias === undefined && pkg.exports !== undefined && pkg.exports !== null) return { target, isThere: true };
  return landingAt(project, alias ?? inPackage(pkg, subpath)?.file, target);
}

/** Public by the package's own word: its name alone, its manifest, what `exports` maps, a folder that is a package of its own. */
function declares(pkg: PackageInfo, subpath: string): boolean {
  if (subpath === "" || subpath === "/package.json") return true;
  if (pkg.exports !== undefined && pkg.exports !== null) return inPackage(pkg, subpath) !== undefined;
  return exists(`${pkg.dir}${subpath}/package.json`);
}

function ownPackage(project: ProjectInfo, name: string, from: string): PackageInfo | undefined {
  const pkg = project.packageOf(from);
  return pkg?.name === name ? pkg : undefined;
}

/** A file of the project, or the place where one should be. */
function landingAt(project: ProjectInfo, file: string | undefined, otherwise: string | null): Landing | null {
  const target = relativeFile(project, file);
  if (target !== undefined) return { target, isThere: true };
  return file === undefined && otherwise !== null ? { target: otherwise, isThere: false } : null;
}

function relativeFile(project: ProjectInfo, file: string | undefined): string | undefined {
  const path = file === undefined ? ".." : relativePosix(project.root, file);
  return path.startsWith("..") || /(?:^|\/)node_modules\//.test(path) ? undefined : path;
}

const folder = (project: ProjectInfo, from: string): string => posix.join(project.root, posix.dirname(from));
