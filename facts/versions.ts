import type { BindingId } from "../core/facts.js";

/** A binding's versions while they are being made. */
export interface DraftVersion {
  by: "init" | "write" | "join" | "empty";
  value?: number;
  of?: number[];
}

/** Which version of each reassigned local the next read sees; null when no execution gets here. */
type Seen = Map<BindingId, number> | null;

/** Most functions reassign nothing, have no loops and no labels: these stand for none of them and are never written to. */
const NOTHING: Map<BindingId, number> = new Map();
const NO_JUMPS: readonly Jump[] = [];
const NO_LABELS: readonly string[] = [];
const copyOf = (seen: Map<BindingId, number>): Map<BindingId, number> => (seen.size === 0 ? NOTHING : new Map(seen));

interface Jump {
  readonly labels: readonly string[];
  readonly breaks: Seen[];
  readonly continues: Seen[] | null;
  /** Where a loop is left because its condition says so. */
  readonly exits: Seen[];
}

/**
 * Single assignment over structured control flow: walks along with the statements and joins versions where paths meet.
 * Only locals that are written more than once, by their own function alone, are tracked; every other binding has one
 * version, or is `shared` and has none that a read could name.
 */
export class Versions {
  #seen: Seen = NOTHING;
  #jumps: readonly Jump[] = NO_JUMPS;
  #labels: readonly string[] = NO_LABELS;
  readonly #versionsOf: (binding: BindingId) => DraftVersion[];

  constructor(versionsOf: (binding: BindingId) => DraftVersion[]) {
    this.#versionsOf = versionsOf;
  }

  /** The version a read sees; undefined if no tracked write came before. */
  read(binding: BindingId): number | undefined {
    return this.#seen?.get(binding);
  }

  write(binding: BindingId, version: number): void {
    if (this.#seen === NOTHING) this.#seen = new Map();
    this.#seen?.set(binding, version);
  }

  /** After `return`, `throw`, `break`, `continue`: what follows is not reached. */
  stop(): void {
    this.#seen = null;
  }

  fork(): Seen {
    return this.#seen === null ? null : copyOf(this.#seen);
  }

  goTo(seen: Seen): void {
    this.#seen = seen;
  }

  /** As `goTo`, for a road that several start from. */
  restore(seen: Seen): void {
    this.#seen = seen === null ? null : copyOf(seen);
  }

  /** Paths meet: a binding with different versions on them gets a join. */
  join(paths: readonly Seen[]): void {
    if (this.#seen === NOTHING && paths.every((p) => p === NOTHING)) return;
    const live = paths.filter((p) => p !== null);
    if (live.length < 2) {
      this.#seen = live[0] ?? null;
      return;
    }
    const [first, ...others] = live as [Map<BindingId, number>, ...Map<BindingId, number>[]];
    const met = copyOf(first);
    for (const [binding, version] of first) {
      const versions = new Set([version]);
      for (const other of others) {
        const there = other.get(binding);
        // A binding that one path has not reached is out of scope after the join.
        if (there !== undefined) versions.add(there);
      }
      if (versions.size > 1) met.set(binding, this.#joinOf(binding, [...versions]));
    }
    this.#seen = met;
  }

  /**
   * Before a loop: what its body writes may already have been written when the header is read again. The body says
   * where it is left (`leave`) and where `continue` goes on (`resume`).
   */
  loop(labels: readonly string[], writtenIn: (binding: BindingId) => boolean, body: () => void): void {
    const headers: [BindingId, DraftVersion][] = [];
    if (this.#seen !== null) {
      for (const [binding, version] of this.#seen) {
        if (!writtenIn(binding)) continue;
        const header = this.#joinOf(binding, [version]);
        this.#seen.set(binding, header);
        headers.push([binding, this.#versionsOf(binding)[header] as DraftVersion]);
      }
    }
    const jump: Jump = { labels, breaks: [], continues: [], exits: [] };
    const outer = this.#jumps;
    this.#jumps = [...outer, jump];
    body();
    this.#jumps = outer;
    for (const [binding, draft] of headers) {
      const version = this.#seen?.get(binding);
      if (version !== undefined && !draft.of?.includes(version)) draft.of?.push(version);
    }
    this.join([...jump.exits, ...jump.breaks]);
  }

  /** Here the innermost loop ends, if its condition says so. */
  leave(): void {
    this.#jumps.at(-1)?.exits.push(this.fork());
  }

  /** Here `continue` of the innermost loop goes on. */
  resume(): void {
    const continues = this.#jumps.at(-1)?.continues;
    if (continues && continues.length > 0) this.join([this.fork(), ...continues.splice(0)]);
  }

  /** A labelled block or a switch: `break` leaves it. */
  breakable(labels: readonly string[], body: () => void): void {
    const jump: Jump = { labels, breaks: [], continues: null, exits: [] };
    const outer = this.#jumps;
    this.#jumps = [...outer, jump];
    body();
    this.#jumps = outer;
    if (jump.breaks.length > 0) this.join([this.fork(), ...jump.breaks]);
  }

  jump(kind: "break" | "continue", label: string | undefined): void {
    for (let i = this.#jumps.length - 1; i >= 0; i--) {
      const target = this.#jumps[i] as Jump;
      if (label !== undefined ? !target.labels.includes(label) : kind === "continue" ? target.continues === null : target.labels.includes(BLOCK)) continue;
      (kind === "break" ? target.breaks : target.continues)?.push(this.fork());
      break;
    }
    this.stop();
  }

  /**
   * A handler may be entered from anywhere in its try: it sees the versions before it and every one made inside.
   * `count` is the number of versions each binding had when the try began.
   */
  anywhereSince(before: Seen, count: (binding: BindingId) => number): Seen {
    if (before === null) return null;
    const seen = copyOf(before);
    for (const [binding, version] of before) {
      const made = this.#versionsOf(binding).length;
      const from = count(binding);
      if (made > from) seen.set(binding, this.#joinOf(binding, [version, ...range(from, made)]));
    }
    return seen;
  }

  /** Jumps made from now on pass through a `finally`: the function that is returned gives them what it writes. */
  throughFinally(): (writtenIn: (binding: BindingId) => boolean) => void {
    const before = this.#jumps.map((jump) => [jump.breaks.length, jump.continues?.length ?? 0] as const);
    return (writtenIn) => {
      this.#jumps.forEach((jump, i) => {
        const [breaks, continues] = before[i] as readonly [number, number];
        for (const path of [...jump.breaks.slice(breaks), ...(jump.continues?.slice(continues) ?? [])]) {
          for (const [binding, version] of this.#seen ?? []) if (writtenIn(binding) && path?.has(binding)) path.set(binding, version);
        }
      });
    };
  }

  /** How many versions each tracked binding has now. */
  counts(): (binding: BindingId) => number {
    if (this.#seen === null || this.#seen.size === 0) return () => 0;
    const counts = new Map<BindingId, number>();
    for (const binding of this.#seen?.keys() ?? []) counts.set(binding, this.#versionsOf(binding).length);
    return (binding) => counts.get(binding) ?? 0;
  }

  get tracksNothing(): boolean {
    return this.#seen !== null && this.#seen.size === 0;
  }

  pushLabel(label: string): void {
    this.#labels = [...this.#labels, label];
  }

  /** The labels that stand directly before a statement. */
  takeLabels(): readonly string[] {
    const labels = this.#labels;
    this.#labels = NO_LABELS;
    return labels;
  }

  #joinOf(binding: BindingId, of: number[]): number {
    const versions = this.#versionsOf(binding);
    versions.push({ by: "join", of });
    return versions.length - 1;
  }
}

/** Marks the jump target of a labelled block, which a `break` without a label does not leave. */
export const BLOCK = "{}";

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
