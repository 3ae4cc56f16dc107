import { dirname } from "node:path";
import { exists } from "./disk.js";
import { PackageLookup } from "./package-json.js";
import { relativePosix, toPosix } from "./path.js";
import { claims, workspaceGlobs } from "./workspaces.js";

/** The folder and those above it, up to the repository's root (inclusive) or the file system's. */
export function* upward(dir: string): Generator<string> {
  for (let at = dir; ; at = toPosix(dirname(at))) {
    yield at;
    if (exists(`${at}/.git`) || toPosix(dirname(at)) === at) return;
  }
}

/**
 * The project's root where no config says it: the nearest package.json, or the workspace root that claims it; else the nearest
 * tsconfig.json; else the repository's root; else the folder itself. Climbing to the workspace root is what makes an editor
 * (which starts at a file) and a command (which starts where it is run) name the same paths, and so the same roles.
 */
export function projectRoot(startDir: string, packages = new PackageLookup()): string {
  const dirs = [...upward(startDir)];
  const own = dirs.findIndex((dir) => packages.exactly(dir));
  const ownDir = dirs[own];
  if (ownDir !== undefined) {
    return dirs.slice(own + 1).findLast((dir) => claims(workspaceGlobs(dir, packages), relativePosix(dir, ownDir))) ?? ownDir;
  }
  return dirs.find((dir) => exists(`${dir}/tsconfig.json`)) ?? dirs.find((dir) => exists(`${dir}/.git`)) ?? startDir;
}
