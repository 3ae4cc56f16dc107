import { posix } from "node:path";
import { relativePosix } from "../config/path.js";
import type { Roads } from "../facts/link.js";
import type { Session } from "../rules/session.js";

/** Where the names of modules lead among the files of a program. */
export function roadsOf({ project, settings }: Session, files: readonly { readonly path: string }[]): Roads {
  const index = new Map(files.map(({ path }, i) => [path, i]));
  const dirOf = (from: number): string => posix.dirname(files[from]?.path ?? "");
  const fileOf = (module: string, from: number): number | null => {
    const dir = dirOf(from);
    const file = project.imports.resolve(module, dir === "." ? project.root : `${project.root}/${dir}`)?.file;
    return (file === undefined ? undefined : index.get(relativePosix(project.root, file))) ?? null;
  };
  const filesLike = (pattern: string, from: number): readonly number[] => {
    if (pattern.startsWith("*/")) return inOneFolder(files, pattern.slice(2));
    const like = shapeOf(posix.join(dirOf(from), pattern));
    return files.flatMap(({ path }, i) => (like.test(path) ? [i] : []));
  };
  // Names of our own modules as the whole program sees them: from its root.
  const canonical = (module: string, from: number): string => (/^\.\.?(?:\/|$)/.test(module) ? `./${posix.join(dirOf(from), module)}` : module);
  return {
    fileOf,
    filesLike,
    nameOf: (file) => posix.basename(files[file]?.path ?? "").replace(/\.[cm]?[jt]sx?$/, ""),
    outside: canonical,
    stays: (module, name, from) => {
      const path = files[from]?.path ?? "";
      const symbol = name === "*" ? `${module}:` : `${module}:${name === "default" ? "" : name}`;
      return settings.pipelineName(symbol, path) === null ? null : canonical(module, from);
    },
  };
}

/** Of a folder whose place nobody knows: the files, where only one folder of the program has a name that ends like that. */
function inOneFolder(files: readonly { readonly path: string }[], pattern: string): readonly number[] {
  const like = new RegExp(`^(.*/)?${shapeOf(pattern).source.slice(1)}`);
  const found = files.flatMap(({ path }, i) => {
    const at = like.exec(path);
    return at === null ? [] : [{ i, root: at[1] ?? "" }];
  });
  return new Set(found.map(({ root }) => root)).size === 1 ? found.map(({ i }) => i) : [];
}

/** A path without its extension, or that of what it is compiled to; a star is a name in a folder. */
function shapeOf(pattern: string): RegExp {
  const bare = pattern.replace(/\.[cm]?[jt]sx?$/, "");
  const text = bare.replace(/[.+^${}()|[\]\\?]/g, "\\$&").replace(/\*+/g, "[^/]+?");
  return new RegExp(`^${text}(?:/index)?\\.[cm]?[jt]sx?$`);
}
