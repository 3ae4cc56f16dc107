import { entriesOf, NEVER_WALKED, realPath, statOf } from "../config/disk.js";
import { isInside, toPosix } from "../config/path.js";
import { IgnoreChain } from "./gitignore.js";

export interface Walked {
  /** Every file that `wanted` takes; absolute, POSIX. */
  readonly files: Set<string>;
  /** tsconfig.json files met on the way. */
  readonly tsconfigs: Set<string>;
  /** Folders that could not be read. */
  readonly unreadable: Set<string>;
}

/**
 * Walks folders. A linked folder is followed if it leads out of all of them (inside, it would show the same files under two names),
 * each target once, so a loop of links ends.
 */
export function walk(dirs: readonly string[], wanted: (name: string, path: string) => boolean): Walked {
  const found: Walked = { files: new Set(), tsconfigs: new Set(), unreadable: new Set() };
  const links: string[] = [];
  const fileLinks: string[] = [];

  const visit = (dir: string, outer: IgnoreChain | undefined): void => {
    let entries;
    try {
      entries = entriesOf(dir, "tree");
      // nobypass-disable-next-line swallowed-error -- reported as unreadable
    } catch {
      found.unreadable.add(dir);
      return;
    }
    const chain = IgnoreChain.enter(dir, outer, { gitignore: entries.some((e) => e.name === ".gitignore"), git: entries.some((e) => e.name === ".git") });
    const base = dir.endsWith("/") ? dir : `${dir}/`;
    // Not among the entries: what is installed in a folder changes nothing in it.
    const own = `${base}node_modules`;
    if (IgnoreChain.takesBack(chain, own) && statOf(own)?.isDirectory()) visit(own, chain);
    for (const entry of entries) {
      const { name } = entry;
      const path = base + name;
      if (entry.isFile()) {
        if (name === "tsconfig.json") found.tsconfigs.add(path);
        if (wanted(name, path) && !IgnoreChain.ignores(chain, path, false)) found.files.add(path);
      } else if (entry.isDirectory()) {
        if (!NEVER_WALKED.has(name) && !IgnoreChain.ignores(chain, path, true)) visit(path, chain);
      } else if (entry.isSymbolicLink() && !NEVER_WALKED.has(name) && !IgnoreChain.ignores(chain, path, false)) {
        const stat = statOf(path);
        if (stat?.isDirectory()) links.push(path);
        else if (stat?.isFile() && wanted(name, path)) fileLinks.push(path);
      }
    }
  };

  const roots: string[] = [];
  // A named folder within another is walked by itself too: it may be ignored there, but it was named.
  for (const dir of [...new Set(dirs)].sort()) {
    roots.push(toPosix(realPath(dir)));
    visit(dir, IgnoreChain.around(dir));
  }
  for (let link = links.sort().shift(); link !== undefined; link = links.shift()) {
    const target = toPosix(realPath(link));
    if (target.includes("/node_modules/") || roots.some((root) => isInside(root, target) || isInside(target, root))) continue;
    roots.push(target);
    visit(link, undefined);
  }
  const real = fileLinks.length > 0 ? new Set([...found.files].map((f) => toPosix(realPath(f)))) : new Set<string>();
  for (const link of fileLinks.sort()) {
    const target = toPosix(realPath(link));
    if (real.has(target) || target.includes("/node_modules/")) continue;
    real.add(target);
    found.files.add(link);
  }
  return found;
}
