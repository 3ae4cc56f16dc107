import { posix } from "node:path";
import { isFile } from "./disk.js";
import type { ProjectInfo } from "./project.js";
import { readTsconfig, type Tsconfig } from "./tsconfig.js";

/** The first edition whose types let an error be made with `{ cause }`. */
const WITH_CAUSE = 2022;

const known = new WeakMap<ProjectInfo, Map<string, boolean>>();

/**
 * May `new Error(message, { cause })` stand in a file, as far as the types of its language edition go? Decided by `lib` and `target`
 * of the nearest tsconfig and those it refers to; where none says, the compiler's default does. JavaScript is not held to it.
 */
export function errorsTakeCause(project: ProjectInfo, path: string): boolean {
  return !/\.[cm]?tsx?$/.test(path) || inFolder(project, posix.dirname(path));
}

function inFolder(project: ProjectInfo, dir: string): boolean {
  const folders = known.get(project) ?? new Map<string, boolean>();
  known.set(project, folders);
  let answer = folders.get(dir);
  if (answer === undefined) folders.set(dir, (answer = decide(project, dir)));
  return answer;
}

function decide(project: ProjectInfo, dir: string): boolean {
  const file = posix.join(project.root, dir, "tsconfig.json");
  if (!isFile(file)) return dir === "." || inFolder(project, posix.dirname(dir));
  const own = readTsconfig(file);
  const stated = [own, ...(says(own) ? [] : own.references.map((reference) => readTsconfig(reference)))];
  return stated.every(hasCause);
}

const says = ({ lib, target }: Tsconfig): boolean => lib !== undefined || target !== undefined;

function hasCause({ lib, target }: Tsconfig): boolean {
  if (lib !== undefined) return lib.some((name) => /^es\w+(?:\.(?:full|error))?$/i.test(name) && edition(name) >= WITH_CAUSE);
  return target === undefined || edition(target) >= WITH_CAUSE;
}

/** `ES2021` -> 2021; ES3, ES5 and ES6 come before all that are called by a year. */
function edition(name: string): number {
  const [, written = ""] = /^es(next|\d+)/i.exec(name) ?? [];
  return written.toLowerCase() === "next" ? Number.POSITIVE_INFINITY : Number(written);
}
