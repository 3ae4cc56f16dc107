import { createHash } from "node:crypto";
import { type Dirent, readdirSync, readFileSync, realpathSync, statSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import { type DiskNotes, inTree, isYoung, type Kind, kindOf, type ListingView, stampOfStat } from "../../config/disk.js";
import { toPosix } from "../../config/path.js";

/** What a run has read, and what it has looked for in vain: as long as all of it is the same, so is its outcome. Plain data. */
export interface Trace {
  /** When the run began, in ms. */
  readonly takenAt: number;
  /** Path, stamp, hash of the bytes. An empty stamp: the file was too young for one. */
  readonly files: readonly (readonly [path: string, stamp: string, hash: string])[];
  readonly folders: readonly FolderTrace[];
  /** What lay at paths that were not read; not that nothing did, which `folders` say of most. */
  readonly kinds: readonly (readonly [path: string, kind: Kind])[];
  readonly realPaths: readonly (readonly [path: string, target: string])[];
  /** The day it was, where that decided something. */
  readonly day: string | null;
}

interface FolderTrace {
  readonly path: string;
  /** Of all its entries. */
  readonly all: string;
  /** Did all of them count, or, of a walk, these? */
  readonly counts: boolean;
  readonly tree?: string;
  /** Names that were looked for and were not there. */
  readonly absent: readonly string[];
}

/** Takes down what a run reads. */
export class Tracer implements DiskNotes {
  readonly #takenAt = Date.now();
  readonly #kinds = new Map<string, Kind>();
  readonly #hashes = new Map<string, string>();
  readonly #listings = new Map<string, { all: string; tree?: string; counts: boolean }>();
  readonly #realPaths = new Map<string, string>();
  #day: string | null = null;
  #isKnowable = true;

  kind(path: string, kind: Kind): void {
    const before = this.#kinds.get(path);
    if (before === undefined) this.#kinds.set(path, kind);
    else if (before !== kind) this.#isKnowable = false;
  }

  bytes(path: string, bytes: Buffer): void {
    this.hash(path, hashOf(bytes));
  }

  /** The same for who has the hash already. */
  hash(path: string, hash: string): void {
    const before = this.#hashes.get(path);
    if (before === undefined) this.#hashes.set(path, hash);
    else if (before !== hash) this.#isKnowable = false;
  }

  listing(dir: string, view: ListingView, entries: readonly Dirent[]): void {
    const all = digest(entries);
    const before = this.#listings.get(dir);
    if (before !== undefined && before.all !== all) this.#isKnowable = false;
    const listing = before ?? { all, counts: false };
    if (view === "all") listing.counts = true;
    else listing.tree ??= digest(entries.filter(inTree));
    this.#listings.set(dir, listing);
  }

  realPath(path: string, target: string): void {
    this.#realPaths.set(path, target);
  }

  day(day: string): void {
    if (this.#day !== null && this.#day !== day) this.#isKnowable = false;
    this.#day = day;
  }

  unknowable(): void {
    this.#isKnowable = false;
  }

  again(kept: object): void {
    const { files, folders, kinds, realPaths, day } = kept as Trace;
    for (const [path, , hash] of files) this.hash(path, hash);
    for (const [path, kind] of kinds) this.kind(path, kind);
    for (const [path, target] of realPaths) this.realPath(path, target);
    if (day !== null) this.day(day);
    for (const { path, all, counts, tree, absent } of folders) {
      for (const name of absent) this.kind(path.endsWith("/") ? path + name : `${path}/${name}`, "none");
      const before = this.#listings.get(path);
      const known = tree ?? before?.tree;
      if (counts || tree !== undefined || before !== undefined) this.#listings.set(path, { all: before?.all ?? all, counts: counts || (before?.counts ?? false), ...(known !== undefined && { tree: known }) });
    }
  }

  /** Not if the run depended on what cannot be looked up again, or its files changed while it ran. Ask after `trace`. */
  get isWhole(): boolean {
    return this.#isKnowable;
  }

  trace(): Trace {
    const absent = new Map<string, Set<string>>();
    const kinds: [string, Kind][] = [];
    const folderNames = new Map<string, ReadonlySet<string> | null>();
    for (const [path, kind] of this.#kinds) {
      if (kind !== "none") {
        if (!this.#hashes.has(path)) kinds.push([path, kind]);
        continue;
      }
      // Nothing can lie below a folder that is not there: its own absence is enough.
      let name = path;
      let dir = toPosix(dirname(path));
      for (let names = namesOf(dir, folderNames); names === null && dir !== name; names = namesOf(dir, folderNames)) {
        name = dir;
        dir = toPosix(dirname(dir));
      }
      const base = name.slice(dir.endsWith("/") ? dir.length : dir.length + 1);
      // A dangling link, or something that may not be looked at: a listing says nothing of what is behind it.
      if (folderNames.get(dir)?.has(base.toLowerCase()) !== false) kinds.push([path, kind]);
      else absent.set(dir, (absent.get(dir) ?? new Set()).add(base));
    }
    const folders: FolderTrace[] = [];
    for (const dir of new Set([...this.#listings.keys(), ...absent.keys()])) {
      const listing = this.#listings.get(dir);
      const all = listing?.all ?? digestAt(dir);
      if (all === null) {
        this.#isKnowable = false;
        continue;
      }
      folders.push({ path: dir, all, counts: listing?.counts ?? false, ...(listing?.tree !== undefined && { tree: listing.tree }), absent: [...(absent.get(dir) ?? [])] });
    }
    const files = [...this.#hashes].map(([path, hash]) => [path, trusted(statAt(path), this.#takenAt), hash] as const);
    return { takenAt: this.#takenAt, files, folders, kinds, realPaths: [...this.#realPaths], day: this.#day };
  }
}

/** Is everything as it was? Then the trace, with new stamps for files that were only touched; else null. */
export function stillHolds(trace: Trace): Trace | null {
  const now = Date.now();
  if (trace.day !== null && trace.day !== new Date(now).toISOString().slice(0, 10)) return null;
  let isNew = false;
  const files: (readonly [string, string, string])[] = [];
  for (const entry of trace.files) {
    const [path, stamp, hash] = entry;
    const stat = statAt(path);
    if (stat === undefined) return null;
    if (stamp !== "" && stampOfStat(stat) === stamp) {
      files.push(entry);
      continue;
    }
    if (hashAt(path) !== hash) return null;
    const taken = trusted(stat, now);
    if (taken !== stamp) isNew = true;
    files.push([path, taken, hash]);
  }
  for (const folder of trace.folders) if (!isAsItWas(folder)) return null;
  for (const [path, kind] of trace.kinds) if (kindOf(statAt(path)) !== kind) return null;
  for (const [path, target] of trace.realPaths) if (realPathAt(path) !== target) return null;
  return isNew ? { ...trace, files } : trace;
}

function isAsItWas({ path, all, counts, tree, absent }: FolderTrace): boolean {
  const entries = entriesAt(path);
  if (entries === null) return false;
  if (digest(entries) === all) return true;
  if (counts || (tree !== undefined && digest(entries.filter(inTree)) !== tree)) return false;
  if (absent.length === 0) return true;
  // Where the file system does not tell `A` from `a`, the one may stand for the other.
  const names = new Set(entries.map((e) => e.name.toLowerCase()));
  return !absent.some((name) => names.has(name.toLowerCase()));
}

export const hashOf = (bytes: Buffer | string): string => createHash("sha1").update(bytes).digest("base64url");

function digest(entries: readonly Dirent[]): string {
  return hashOf(entries.map((e) => `${e.name}/${e.isFile() ? "f" : e.isDirectory() ? "d" : e.isSymbolicLink() ? "l" : "o"}`).sort().join("\n"));
}

/** The stamp, if the same one will mean the same bytes. */
const trusted = (stat: Stats | undefined, at: number): string => (stat === undefined || isYoung(stat, at) ? "" : stampOfStat(stat));

function statAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
    // nobypass-disable-next-line swallowed-error -- what cannot be reached is as good as not there
  } catch {
    return undefined;
  }
}

function entriesAt(dir: string): Dirent[] | null {
  try {
    return readdirSync(dir, { withFileTypes: true });
    // nobypass-disable-next-line swallowed-error -- null says that it cannot be listed
  } catch {
    return null;
  }
}

function digestAt(dir: string): string | null {
  const entries = entriesAt(dir);
  return entries === null ? null : digest(entries);
}

function namesOf(dir: string, known: Map<string, ReadonlySet<string> | null>): ReadonlySet<string> | null {
  let names = known.get(dir);
  if (names === undefined) {
    const entries = entriesAt(dir);
    known.set(dir, (names = entries === null ? null : new Set(entries.map((e) => e.name.toLowerCase()))));
  }
  return names;
}

function hashAt(path: string): string | null {
  try {
    return hashOf(readFileSync(path));
    // nobypass-disable-next-line swallowed-error -- null is the hash of nothing
  } catch {
    return null;
  }
}

function realPathAt(path: string): string | null {
  try {
    return realpathSync(path);
    // nobypass-disable-next-line swallowed-error -- null: the link leads nowhere
  } catch {
    return null;
  }
}
