/**
 * Globs over POSIX paths: `*` and `?` stay within a segment, `**` spans segments, `{a,b}` (may nest), `[a-z]`, `[!a]`, `\` escapes.
 * Dot files match like any other: a linter that skips `.server/` by default is blind without saying so.
 * Left out on purpose: extglobs `@(a|b)`, number ranges `{1..3}`. An unclosed bracket is itself.
 */
export type PathTest = (path: string) => boolean;

const compiled = new Map<string, RegExp>();
const MAX_COMPILED = 2000; // an editor lives for days; patterns come from configs, so this is never reached by honest use

/** One pattern, without its `!`. A pattern that names a folder also matches everything in it. */
export function globRegExp(pattern: string): RegExp {
  let re = compiled.get(pattern);
  if (re === undefined) {
    if (compiled.size >= MAX_COMPILED) compiled.clear();
    re = new RegExp(`^(?:${globSource(pattern)})$`, "s");
    compiled.set(pattern, re);
  }
  return re;
}

/**
 * A list of patterns. A later one overrules an earlier one, `!` takes out; a list that begins with `!` begins with everything.
 * Built once and called for each file, so it keeps nothing but regular expressions.
 */
export function globTest(patterns: readonly string[]): PathTest {
  const steps = patterns.map((p) => ({ take: !p.startsWith("!"), re: globRegExp(p.startsWith("!") ? p.slice(1) : p) }));
  const first = steps[0];
  if (first === undefined) return () => false;
  if (steps.length === 1 && first.take) return (path) => first.re.test(path);
  return (path) => {
    let matched = !first.take;
    for (const { take, re } of steps) if (take !== matched && re.test(path)) matched = take;
    return matched;
  };
}

const MAGIC = /[*?[\]{}]/;
/** Has it wildcards? */
export const isGlob = (pattern: string): boolean => MAGIC.test(pattern);

/** The folder above the first wildcard: where a walk has to begin. */
export function globBase(pattern: string): string {
  const segments = pattern.split("/");
  const wild = segments.findIndex((s) => isGlob(s));
  return (wild < 0 ? segments : segments.slice(0, wild)).join("/") || (pattern.startsWith("/") ? "/" : ".");
}

/** Source of a regular expression for the whole path, without anchors. */
export function globSource(pattern: string): string {
  const path = pattern.replace(/^(?:\.\/)+/, "").replace(/\/+$/, "");
  if (path === "" || path === ".") return ".*";
  const source = translate(path, 0, false).source;
  return isGlob(path) ? source : `${source}(?:/.*)?`;
}

function translate(glob: string, from: number, inBraces: boolean): { source: string; end: number } {
  let source = "";
  let at = from;
  while (at < glob.length) {
    const char = glob[at] ?? "";
    if (char === "*") {
      const run = /^\*+/.exec(glob.slice(at))?.[0].length ?? 1;
      const alone = isEdge(glob[at - 1], inBraces) && isEdge(glob[at + run], inBraces);
      if (run === 1 || !alone) { source += "[^/]*"; at += run; continue; }
      at += run;
      if (glob[at] === "/") {
        source += "(?:[^/]+/)*";
        at++;
      } else if (source.endsWith("/")) source = `${source.slice(0, -1)}(?:/.*)?`; // `a/**`: a and what is in it
      else source += ".*";
    } else if (char === "?") { source += "[^/]"; at++; }
    else if (char === "[") {
      const set = /^\[([!^]?)(\]?[^\]/]*)\]/.exec(glob.slice(at));
      if (set?.[2]) {
        source += `(?!/)[${set[1] ? "^" : ""}${set[2].replace(/[\\[\]^]/g, "\\$&")}]`;
        at += set[0].length;
      } else { source += "\\["; at++; }
    } else if (char === "{") {
      const choices = braces(glob, at);
      if (choices === undefined) { source += "\\{"; at++; }
      else { source += choices.source; at = choices.end; }
    } else if (inBraces && (char === "," || char === "}")) break;
    else if (char === "\\" && at + 1 < glob.length) { source += literal(glob[at + 1] ?? ""); at += 2; }
    else { source += literal(char); at++; }
  }
  return { source, end: at };
}

/** `{a,b}` at `open`; undefined if it is never closed. */
function braces(glob: string, open: number): { source: string; end: number } | undefined {
  const choices: string[] = [];
  let at = open;
  do {
    const part = translate(glob, at + 1, true);
    choices.push(part.source);
    at = part.end;
    if (at >= glob.length) return undefined;
  } while (glob[at] === ",");
  return { source: `(?:${choices.join("|")})`, end: at + 1 };
}

const isEdge = (char: string | undefined, inBraces: boolean): boolean =>
  char === undefined || char === "/" || (inBraces && (char === "," || char === "{" || char === "}"));
const literal = (char: string): string => char.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
