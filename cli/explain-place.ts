import { readFileSync } from "node:fs";
import { statOf } from "../config/disk.js";
import { absolutePosix, relativePosix } from "../config/path.js";
import type { Looked } from "../engine/result.js";
import { Lines } from "../rules/directives.js";
import { CommandError } from "./failure.js";
import type { Io } from "./io.js";
import type { Paint } from "./paint.js";
import { oneLine, printable } from "./reporters/width.js";

/** `src/a.ts:12` or `src/a.ts:12:5`. */
const PLACE = /^(?<file>.+?):(?<line>\d+)(?::\d+)?$/s;

export const placeIn = (text: string): { readonly file: string; readonly line: number } | null => {
  const { file, line } = PLACE.exec(text)?.groups ?? {};
  return file === undefined || line === undefined ? null : { file, line: Number(line) };
};

export interface Explained {
  readonly file: string;
  readonly line: number;
  readonly root: string;
  /** Null where no rule of the run reads the file. */
  readonly looked: Looked | null;
  readonly waiting: readonly string[];
}

/** Judges the whole program as `check` does, and keeps what was said of one line. */
export async function explainPlace({ file, line }: { readonly file: string; readonly line: number }, io: Io, configPath: string | undefined): Promise<Explained> {
  const absolute = absolutePosix(io.cwd, file);
  if (statOf(absolute)?.isFile() !== true) throw new CommandError(`there is no file ${file}`, `it was looked for at ${absolute}; write the path as seen from where you are: nobypass explain src/app.ts:12`);
  const last = new Lines(readFileSync(absolute, "utf8")).of(Infinity);
  if (line < 1 || line > last) throw new CommandError(`${file} has no line ${line}`, `it has ${last} ${last === 1 ? "line" : "lines"}; lines count from 1`);
  const { run } = await import("../engine/run.js");
  let looked: Looked | null = null;
  const result = run({ cwd: io.cwd, paths: [file], ...(configPath === undefined ? {} : { configPath }), onLooked: (look) => void (looked = look(absolute, line)) });
  const trouble = result.problems.find((p) => p.kind === "config" || p.kind === "files" || (p.file !== undefined && absolutePosix(result.root, p.file) === absolute));
  if (trouble !== undefined) throw new CommandError(trouble.message, trouble.hint);
  return { file: relativePosix(result.root, absolute), line, root: result.root, looked, waiting: result.rules.waiting };
}

export function explainedAsJson({ file, line, root, looked, waiting }: Explained): string {
  return `${JSON.stringify({ version: 1, root, file, line, ...(looked === null ? { role: null, verdicts: [], calls: [], entries: [], silent: [], unread: [] } : looked), waiting }, null, 2)}\n`;
}

export function explainedAsText({ file, line, looked, waiting }: Explained, paint: Paint): string {
  const title = paint(["bold", "cyan"], `${printable(file)}:${line}`);
  if (looked === null) return `${title}\n\nNo rule reads this file: it is outside the project, excluded, generated, or holds nothing that any rule looks for.\n`;
  const { role, isBlank, verdicts, calls, entries, silent, unread } = looked;
  const verdict = verdicts.flatMap((v) => [
    `  ${paint(v.verdict === "found" ? "red" : v.verdict === "clear" ? "green" : "yellow", v.isSuppressed ? "suppressed" : v.verdict)}  ${v.rule}  ${v.verdict === "clear" ? "judged, and fine" : oneLine(v.message)}`,
    ...v.related.map((r) => `    ${paint("cyan", `${printable(r.file)}:${r.start.line}:${r.start.column}`)}  ${paint("dim", oneLine(r.message))}`),
  ]);
  const said = (c: (typeof calls)[number]): string => {
    if (c.sanctioned !== null) return `the pipeline's \`${c.sanctioned}\``;
    if (c.rows.length === 0) return "no row of the catalog";
    return [...new Set(c.rows.map((r) => `${r.library}: ${r.symbol}`))].map((of) => `${of} (${c.rows.filter((r) => `${r.library}: ${r.symbol}` === of).map((r) => r.kind).join(", ")})`).join("; ");
  };
  const blocks: (readonly [string, readonly string[]])[] = [
    ["Verdicts", verdict.length > 0 ? verdict : [`  ${isBlank ? "The line holds nothing to judge." : "No rule has anything to say of this line: it is none of their business, which is not the same as clear."}`]],
    ["Calls", calls.map((c) => `  ${paint("cyan", `${c.start.line}:${c.start.column}`)}  ${oneLine(c.text)}  ${paint("dim", said(c))}`)],
    ["Reached by", entries.length > 0 ? [...entries.slice(0, MOST_ENTRIES).map((e) => `  ${oneLine(e)}`), ...(entries.length > MOST_ENTRIES ? [`  and ${entries.length - MOST_ENTRIES} other entries`] : [])] : role === "server" && !isBlank ? ["  no entry, as far as is known"] : []],
    ["Silent here", silent.length > 0 ? [`  ${silent.join(", ")}`] : []],
    ["Nothing for them in the file", unread.length > 0 ? [`  ${unread.join(", ")}`] : []],
    ["Waiting for a pipeline that resolves", waiting.length > 0 ? [`  ${waiting.join(", ")}`] : []],
  ];
  const note = role === "server" ? "" : `  ${paint("dim", `a ${role} file: rules for server files leave it alone`)}`;
  return `${title}${note}\n\n${blocks.filter(([, lines]) => lines.length > 0).map(([name, lines]) => [paint("bold", name), ...lines].join("\n")).join("\n\n")}\n`;
}

const MOST_ENTRIES = 10;
