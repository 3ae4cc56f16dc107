import type { Facts } from "../core/facts.js";

/**
 * What a compiler can tell of a file from outside: its text without the bodies of functions whose result is declared. Others may give
 * by inference whatever their bodies come to.
 */
export function surfaceOf({ functions, spans }: Facts, text: string): string {
  const bodies = functions
    .flatMap(({ returnType, bodyAt }) => (returnType === undefined || bodyAt === null ? [] : [[spans.marks[2 * bodyAt] as number, spans.marks[2 * bodyAt + 1] as number] as const]))
    .sort((a, b) => a[0] - b[0]);
  let surface = "";
  let at = 0;
  for (const [start, end] of bodies) {
    if (start < at) continue; // within another
    surface += `${text.slice(at, start)}{}`;
    at = end;
  }
  return surface + text.slice(at);
}
