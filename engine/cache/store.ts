import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import { absolutePosix, toPosix } from "../../config/path.js";

/** How many outcomes are kept: of runs that differ in folder, paths or flags. */
const MOST_RUNS = 12;

/** Where a project keeps its cache: with those of other tools, or in a folder that git ignores. */
export function cacheFolder(cwd: string): string {
  let own: string | undefined;
  for (let dir = absolutePosix(".", cwd); ; dir = toPosix(dirname(dir))) {
    if (isFolder(`${dir}/node_modules`)) return `${dir}/node_modules/.cache/nobypass`;
    if (own === undefined && isThere(`${dir}/package.json`)) own = dir;
    if (isThere(`${dir}/.git`) || toPosix(dirname(dir)) === dir) return `${own ?? absolutePosix(".", cwd)}/.nobypass/cache`;
  }
}

/** A folder of files that are whole or not there: written aside and moved into place, and refused where a byte is not as it was written. */
export class Store {
  readonly #dir: string;
  readonly #complain: (problem: string) => void;
  #isReady = false;
  #isBroken = false;

  /** `complain` is told once why nothing can be kept. */
  constructor(dir: string, complain: (problem: string) => void) {
    this.#dir = dir;
    this.#complain = complain;
  }

  get dir(): string {
    return this.#dir;
  }

  /** What was written under a name; null where there is nothing, or not all of it, or of another format. */
  read(name: string): Buffer | null {
    let bytes: Buffer;
    try {
      bytes = readFileSync(join(this.#dir, name));
      // nobypass-disable-next-line swallowed-error -- nothing has been kept
    } catch {
      return null;
    }
    const end = bytes.indexOf(10);
    if (end < 0) return null;
    const content = bytes.subarray(end + 1);
    return bytes.toString("latin1", 0, end) === headOf(content) ? content : null;
  }

  /** The same, of JSON; its checksum says that we wrote it. */
  readJson<T>(name: string): T | null {
    const bytes = this.read(name);
    if (bytes === null) return null;
    try {
      return JSON.parse(bytes.toString("utf8")) as T;
      // nobypass-disable-next-line swallowed-error -- as good as nothing kept
    } catch {
      return null;
    }
  }

  write(name: string, content: Buffer): void {
    if (this.#isBroken) return;
    const temporary = join(this.#dir, `.${name}.${process.pid}.${Math.random().toString(36).slice(2)}.tmp`);
    try {
      this.#prepare();
      writeFileSync(temporary, Buffer.concat([Buffer.from(`${headOf(content)}\n`, "latin1"), content]));
      renameSync(temporary, join(this.#dir, name));
    } catch (error) {
      this.#isBroken = true;
      this.#complain(`nothing can be kept in ${this.#dir}: ${(error as Error).message}`);
      this.#remove(temporary);
    }
  }

  /** Takes away the oldest of too many runs, and what writers left behind who were killed. */
  tidy(): void {
    if (!this.#isReady || this.#isBroken) return;
    const aged = (names: readonly string[]): { name: string; age: number }[] => names.flatMap((name) => {
      const stat = statSync(join(this.#dir, name), { throwIfNoEntry: false });
      return stat === undefined ? [] : [{ name, age: Date.now() - stat.mtimeMs }];
    }).sort((a, b) => a.age - b.age);
    const names = readdirSync(this.#dir);
    const runs = aged(names.filter((name) => name.startsWith("run-"))).slice(MOST_RUNS);
    const left = aged(names.filter((name) => name.endsWith(".tmp"))).filter(({ age }) => age > 3_600_000);
    for (const { name } of [...runs, ...left]) this.#remove(join(this.#dir, name));
  }

  #remove(path: string): void {
    try {
      rmSync(path, { force: true });
      // nobypass-disable-next-line swallowed-error -- what cannot be taken away does no harm
    } catch {
      return;
    }
  }

  #prepare(): void {
    if (this.#isReady) return;
    mkdirSync(this.#dir, { recursive: true });
    const own = dirname(this.#dir);
    if (own.endsWith("/.nobypass") && !isThere(join(own, ".gitignore"))) writeFileSync(join(own, ".gitignore"), "*\n");
    this.#isReady = true;
  }
}

const headOf = (content: Buffer): string => `nobypass ${content.length} ${crc32(content).toString(16)}`;

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;
const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
