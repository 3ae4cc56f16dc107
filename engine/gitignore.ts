import { dirname } from "node:path";
import ignore, { type Ignore } from "ignore";
import { exists, readText } from "../config/disk.js";
import { relativePosix, toPosix } from "../config/path.js";

/**
 * What git ignores, as a chain: one link for each folder with a .gitignore, the innermost decides. Machine-wide excludes are not
 * read: two machines would see two projects.
 */
export class IgnoreChain {
  private constructor(
    private readonly dir: string,
    private readonly rules: Ignore,
    private readonly outer: IgnoreChain | undefined,
    private readonly text: string,
  ) {}

  /** Is it ignored by its own name? A folder's contents are not asked about: nothing in an ignored folder can be taken back. */
  static ignores(chain: IgnoreChain | undefined, path: string, isFolder: boolean): boolean {
    for (let link = chain; link; link = link.outer) {
      const { ignored, unignored } = link.rules.test(path.slice(link.dir.length) + (isFolder ? "/" : ""));
      if (ignored || unignored) return ignored;
    }
    return false;
  }

  /**
   * Does a rule that writes its name take a folder back (`!packages/node_modules`)? Then the project's own code lies in it.
   * One that takes back every folder says nothing of this one.
   */
  static takesBack(chain: IgnoreChain | undefined, path: string): boolean {
    const name = path.slice(path.lastIndexOf("/") + 1);
    for (let link = chain; link; link = link.outer) {
      const { ignored, unignored } = link.rules.test(`${path.slice(link.dir.length)}/`);
      if (ignored || unignored) return unignored && link.text.split("\n").some((line) => line.startsWith("!") && line.includes(name));
    }
    return false;
  }

  /** The chain within `dir` (absolute, POSIX), given the one around it and what lies in the folder. */
  static enter(dir: string, outer: IgnoreChain | undefined, has: { readonly gitignore: boolean; readonly git: boolean }): IgnoreChain | undefined {
    if (!has.gitignore && !has.git) return outer;
    const text = [...(has.git ? [`${dir}/.git/info/exclude`] : []), ...(has.gitignore ? [`${dir}/.gitignore`] : [])].map(read).join("\n");
    return text.trim() === "" ? outer : new IgnoreChain(dir.endsWith("/") ? dir : `${dir}/`, ignore({ allowRelativePaths: true }).add(text), outer, text);
  }

  /**
   * The chain around `dir`, from the repository's root down. Undefined where the folder is itself ignored: who names an ignored
   * folder wants to see what is in it.
   */
  static around(dir: string): IgnoreChain | undefined {
    const above: string[] = [];
    for (let at = dir; !exists(`${at}/.git`); ) {
      const parent = toPosix(dirname(at));
      if (parent === at) return undefined; // no repository: a .gitignore above is somebody else's
      above.unshift(parent);
      at = parent;
    }
    let chain: IgnoreChain | undefined;
    for (const [i, folder] of above.entries()) {
      chain = IgnoreChain.enter(folder, chain, { gitignore: exists(`${folder}/.gitignore`), git: i === 0 });
      const next = above[i + 1] ?? dir;
      if (relativePosix(folder, next) !== "" && IgnoreChain.ignores(chain, next, true)) return undefined;
    }
    return chain;
  }
}

function read(file: string): string {
  try {
    return readText(file);
    // nobypass-disable-next-line swallowed-error -- what is not there ignores nothing
  } catch {
    return "";
  }
}
