/** Where something is registered: under some paths, for one method at exactly these, or everywhere. */
export interface Reach {
  readonly paths: readonly string[] | "lost" | null;
  readonly verb: string | null;
}

/** Does a registration reach a path? null: nobody can say. */
export function isUnder(path: string | null, { paths, verb }: Reach): boolean | null {
  if (paths === null) return true;
  if (paths === "lost") return null;
  if (paths.some((p) => /^[/*]*$/.test(p) && verb === null)) return true;
  if (path === null) return null;
  return paths.some((p) => matches(stepsOf(p), stepsOf(path), verb !== null));
}

const stepsOf = (path: string): readonly string[] => path.toLowerCase().split("/").filter((s) => s !== "");

const isOpen = (step: string): boolean => step === "*" || step === "(.*)" || step.startsWith("*") || step.startsWith("{*");

function matches(pattern: readonly string[], path: readonly string[], isWhole: boolean): boolean {
  for (const [i, step] of pattern.entries()) {
    if (isOpen(step) && i === pattern.length - 1) return true;
    const other = path[i];
    if (other === undefined) return false;
    if (step !== other && !step.startsWith(":") && !isOpen(step) && !isOpen(other)) return false;
  }
  return !isWhole || pattern.length === path.length;
}

/** The words of a path's steps: `/auth/resetPassword` -> `auth`, `reset password`. */
export const wordsOf = (path: string): readonly string[] =>
  path.split("/").filter((s) => s !== "" && !s.startsWith(":") && !s.startsWith("*")).map((s) => s.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/[-_.]+/g, " ").toLowerCase());
