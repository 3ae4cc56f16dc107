import { type Dirent, existsSync, readdirSync, readFileSync, realpathSync, statSync, type Stats } from "node:fs";
import { isSql } from "./migration-files.js";
import { isSourceFile } from "./source-file.js";

/**
 * Everything that decides what a run finds is read here, so that whoever keeps a run's outcome knows what it was made of:
 * also what was looked for and is not there.
 */
export interface DiskNotes {
  /** It was asked what lies at a path. */
  kind(path: string, kind: Kind): void;
  /** A file was read. */
  bytes(path: string, bytes: Buffer): void;
  /** A folder was listed; `view` says which of its entries count. */
  listing(dir: string, view: ListingView, entries: readonly Dirent[]): void;
  realPath(path: string, target: string): void;
  /** The outcome depends on the day. */
  day(day: string): void;
  /** It depends on what nobody can look up again: on code that may ask anything. */
  unknowable(): void;
  /** It depends on all that something depended on which was kept; in the words of whoever took it down. */
  again(kept: object): void;
}

export type Kind = "file" | "folder" | "other" | "none";
/** `all`: any entry. `tree`: what a walk in search of sources looks at. */
export type ListingView = "all" | "tree";

let notes: DiskNotes | undefined;

/** Runs `work`, which is synchronous, and tells `to` of all that it reads. */
export function noting<T>(to: DiskNotes, work: () => T): T {
  const outer = notes;
  notes = to;
  try {
    return work();
  } finally {
    notes = outer;
  }
}

/** The same within a work that is noted already: both are told. */
export function alsoNoting<T>(to: DiskNotes, work: () => T): T {
  const outer = notes;
  if (outer === undefined) return noting(to, work);
  const both = (tell: (one: DiskNotes) => void): void => [outer, to].forEach(tell);
  return noting(
    {
      kind: (path, kind) => both((n) => n.kind(path, kind)),
      bytes: (path, bytes) => both((n) => n.bytes(path, bytes)),
      listing: (dir, view, entries) => both((n) => n.listing(dir, view, entries)),
      realPath: (path, target) => both((n) => n.realPath(path, target)),
      day: (day) => both((n) => n.day(day)),
      unknowable: () => both((n) => n.unknowable()),
      again: (kept) => both((n) => n.again(kept)),
    },
    work,
  );
}

export const noteAgain = (kept: object): void => notes?.again(kept);

/**
 * What lies at a path; undefined if nothing does, or nothing that can be reached: below a file, in a loop of links, behind a folder
 * without permission. (`throwIfNoEntry: false` alone still throws for those.)
 */
export function statOf(path: string): Stats | undefined {
  let stat: Stats | undefined;
  try {
    stat = statSync(path, { throwIfNoEntry: false });
  } catch {
    stat = undefined; // see above
  }
  notes?.kind(path, kindOf(stat));
  return stat;
}

export const kindOf = (stat: Stats | undefined): Kind => (stat === undefined ? "none" : stat.isFile() ? "file" : stat.isDirectory() ? "folder" : "other");

export const isFile = (path: string): boolean => statOf(path)?.isFile() ?? false;

/** Size and times of a file: as long as they stay, so do its bytes, unless it was young when they were taken. */
export function stampOf(file: string): string {
  const stat = statOf(file);
  return stat ? stampOfStat(stat) : "none";
}

export const stampOfStat = ({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string => `${dev}:${ino}:${size}:${mtimeMs}:${ctimeMs}`;

/** The coarsest clocks of file systems tick every two seconds, and two changes within a tick look like one. */
const TICK_MS = 2000;

/** Changed so shortly before `time`, by the file system's word, that it may change again without its stamp showing it. */
export const isYoung = (stat: Stats | undefined, time: number): boolean => stat !== undefined && Math.max(stat.mtimeMs, stat.ctimeMs) > time - TICK_MS;

/** Is there anything? Cheaper than `statOf` where nothing is asked further. */
export function exists(path: string): boolean {
  if (notes !== undefined) return statOf(path) !== undefined;
  return existsSync(path);
}

/** @throws where it cannot be read */
export function readBytes(path: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    statOf(path);
    throw error;
  }
  notes?.bytes(path, bytes);
  return bytes;
}

/** @throws where it cannot be read */
export const readText = (path: string): string => readBytes(path).toString("utf8");

/** @throws where it cannot be listed */
export function entriesOf(dir: string, view: ListingView = "all"): Dirent[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(dir, { withFileTypes: true });
  } catch (error) {
    statOf(dir);
    throw error;
  }
  notes?.listing(dir, view, entries);
  return view === "all" ? entries : entries.filter(inTree);
}

/** @throws where nothing is there */
export function realPath(path: string): string {
  const target = realpathSync(path);
  notes?.realPath(path, target);
  return target;
}

/** Today's date. Ask only where it decides something: an outcome that depends on it lasts for a day. */
export function today(): string {
  const day = new Date().toISOString().slice(0, 10);
  notes?.day(day);
  return day;
}

/** Notes files that were read at another time, and taken as they were then. */
export function noteFiles(paths: Iterable<string>): void {
  if (notes === undefined) return;
  for (const path of paths) {
    try {
      readBytes(path);
      // nobypass-disable-next-line swallowed-error -- that it is not there has been noted
    } catch {
      continue;
    }
  }
}

export const noteUnknowable = (): void => notes?.unknowable();

/** Never walked into, whatever a .gitignore says: installed code, git's own, Yarn's bundled releases and caches, our own cache. */
export const NEVER_WALKED: ReadonlySet<string> = new Set(["node_modules", ".git", ".yarn", "bower_components", "jspm_packages", ".hg", ".svn", ".nobypass"]);

/** Entries that decide what a walk finds. `.git` is a mark of its own: where it lies, a repository begins. */
export function inTree(entry: Dirent): boolean {
  const { name } = entry;
  if (name === ".git") return true;
  if (NEVER_WALKED.has(name)) return false;
  return !entry.isFile() || isSourceFile(name) || isSql(name) || name === "tsconfig.json" || name === ".gitignore";
}
