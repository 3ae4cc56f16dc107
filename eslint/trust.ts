/** An editor asks for every file, on every key: the disk is looked at about twice a second. */
const TRUST_MS = 500;

/**
 * For how long what is known of a project is taken as it is. A host that lints file after file, each for the first time, is in one
 * run: what was read since its first file holds up to its last, as on the command line. A file that comes again, or a pause, begins another.
 */
export class Trust {
  readonly #seen = new Set<string>();
  #began = 0;
  #last = 0;

  for(path: string, now = Date.now()): number {
    if (this.#seen.has(path) || now - this.#last > TRUST_MS || now < this.#last) {
      this.#seen.clear();
      this.#began = now;
    }
    this.#seen.add(path);
    this.#last = now;
    return Math.max(TRUST_MS, now - this.#began + 1);
  }

  /** A file is done: however long it took, the next one belongs to the same run. */
  done(now = Date.now()): void {
    this.#last = now;
  }
}
