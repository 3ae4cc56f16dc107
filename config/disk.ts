import { statSync, type Stats } from "node:fs";

/**
 * What lies at a path; undefined if nothing does, or nothing that can be reached: below a file, in a loop of links, behind a folder
 * without permission. (`throwIfNoEntry: false` alone still throws for those.)
 */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // see above
  }
}

export const isFile = (path: string): boolean => statOf(path)?.isFile() ?? false;
