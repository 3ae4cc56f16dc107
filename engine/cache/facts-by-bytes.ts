import type { Facts } from "../../core/facts.js";
import type { ParseFailure } from "../result.js";
import type { Store } from "./store.js";
import { hashOf } from "./trace.js";

/** What became of a text: its facts, or why it does not parse. */
type Extracted = Facts | ParseFailure;

interface Entry {
  /** As it stands in the file; undefined where it was made in this run. */
  readonly text?: string;
  value?: Extracted;
  /** For how many runs nobody has asked for it. */
  unused: number;
  wasAsked: boolean;
  readonly isOnlyForNow?: boolean;
}

/** A text that may hold a number too large to be one: JSON knows no infinity. */
const MAY_BE_INFINITE = /[\d._]e\+?\d[\d_]{2}|[\da-f_]{250}/i;

/** A change of one file writes a part of the facts anew, not all of them. */
const SHARDS = 32;
/** Who switches between two branches, or checks a part of the project, finds the rest again. */
const MOST_UNUSED = 6;

/**
 * Facts by the bytes they were made of and the language: no path and no time is part of the key, so a file that was moved, or a branch
 * that was switched back to, is not parsed again.
 */
export class FactsByBytes {
  readonly #store: Store;
  readonly #maker: string;
  readonly #keepsValues: boolean;
  readonly #shards: (Map<string, Entry> | undefined)[] = [];
  readonly #changed = new Set<number>();

  /** `maker`: whose facts they are; those of any other are not taken. `keepsValues`: for who runs again and again. */
  constructor(store: Store, maker: string, { keepsValues = false } = {}) {
    this.#store = store;
    this.#maker = maker;
    this.#keepsValues = keepsValues;
  }

  of(path: string, text: string, extract: () => Extracted): Extracted {
    const hash = hashOf(text);
    const key = `${hash}${/\.[^./]*$/.exec(path)?.[0].toLowerCase() ?? ""}`;
    const index = hash.charCodeAt(0) % SHARDS;
    const shard = this.#shard(index);
    const known = shard.get(key);
    const entry = known ?? { unused: 0, wasAsked: true, ...(MAY_BE_INFINITE.test(text) && { isOnlyForNow: true }) };
    entry.wasAsked = true;
    const value = entry.value ?? parsed(entry.text) ?? extract();
    if (known === undefined) {
      shard.set(key, entry);
      this.#changed.add(index);
    }
    if (this.#keepsValues || entry.text === undefined) entry.value = value;
    return value;
  }

  /** After a run: what is new is written, what nobody asks for any more goes. */
  save(): void {
    this.#shards.forEach((shard, index) => {
      if (shard === undefined) return;
      for (const [key, entry] of shard) {
        entry.unused = entry.wasAsked ? 0 : entry.unused + 1;
        entry.wasAsked = false;
        if (entry.unused > MOST_UNUSED) shard.delete(key);
      }
      if (this.#changed.has(index)) this.#write(index, shard);
      if (!this.#keepsValues) this.#shards[index] = undefined;
    });
    this.#changed.clear();
  }

  #shard(index: number): Map<string, Entry> {
    return (this.#shards[index] ??= this.#read(index));
  }

  /** One line says whose they are, then a line with the key and a line with the facts of each. */
  #read(index: number): Map<string, Entry> {
    const entries = new Map<string, Entry>();
    const lines = this.#store.read(nameOf(index))?.toString("utf8").split("\n") ?? [];
    if (lines[0] !== this.#maker) return entries;
    for (let i = 1; i + 1 < lines.length; i += 2) {
      const [key = "", unused] = (lines[i] as string).split(" ");
      entries.set(key, { text: lines[i + 1] as string, unused: Number(unused), wasAsked: false });
    }
    return entries;
  }

  #write(index: number, shard: ReadonlyMap<string, Entry>): void {
    const lines = [...shard].filter(([, entry]) => !entry.isOnlyForNow).map(([key, { text, value, unused }]) => `${key} ${unused}\n${text ?? JSON.stringify(value)}`);
    this.#store.write(nameOf(index), Buffer.from([this.#maker, ...lines].join("\n")));
  }
}

function parsed(text: string | undefined): Extracted | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Extracted; // its checksum says that we wrote it
    // nobypass-disable-next-line swallowed-error -- made anew
  } catch {
    return undefined;
  }
}

const nameOf = (index: number): string => `facts-${index.toString().padStart(2, "0")}`;
