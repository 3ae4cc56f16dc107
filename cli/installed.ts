import { readFileSync } from "node:fs";
import { upward } from "../config/root.js";
import { parseJsonc } from "../config/jsonc.js";

/** The version of a package as code in `dir` would import it; undefined if it is not installed. Yarn's PnP has no folders to look into. */
export function installedVersion(name: string, dir: string): string | undefined {
  for (const at of upward(dir)) {
    try {
      const json = parseJsonc(readFileSync(`${at}/node_modules/${name}/package.json`, "utf8"));
      const version = (json as { version?: unknown } | null)?.version;
      return typeof version === "string" ? version : "?";
      // nobypass-disable-next-line swallowed-error -- not in this folder: the next one up is looked into
    } catch {
      continue;
    }
  }
  return undefined;
}

export const majorOf = (version: string): number => Number.parseInt(version, 10);
