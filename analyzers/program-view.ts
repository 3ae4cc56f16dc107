import type { Facts } from "../core/facts.js";
import type { Span } from "../core/finding.js";
import type { Answer, FileView, Home, Own, Place, Role, Settings, Told } from "../core/rule.js";
import { join, type Joined } from "../facts/join.js";
import type { Roads } from "../facts/link.js";
import { NO_OTHERS, View } from "./view.js";

export interface ProgramFile {
  /** Relative to the project's root. */
  readonly path: string;
  readonly facts: Facts;
  readonly text: string;
  readonly isPublic?: boolean;
}

/** A place of the program, in the file where it stands. */
export interface Located extends Span {
  readonly file: number;
}

/** A whole program, looked at as one file: what is true within a file and what is true across files are one answer. */
export class ProgramView implements FileView {
  readonly facts: Facts;
  readonly text: string;
  /** Names of its own modules are seen from the root. */
  readonly path = "";
  readonly role: Role = "server";
  readonly isProgram = true;
  readonly settings: Settings;
  /** Fixes are made of one file's own view. */
  readonly others = NO_OTHERS;
  readonly told: Told | undefined;
  readonly #files: readonly ProgramFile[];
  readonly #joined: Joined;
  readonly #view: View;
  readonly #starts: Joined["starts"];
  readonly #homes: readonly Home[];

  constructor(files: readonly ProgramFile[], roads: Roads, settings: Settings);
  constructor(files: readonly ProgramFile[], joined: Joined, settings: Settings, told: Told);
  constructor(files: readonly ProgramFile[], by: Roads | Joined, settings: Settings, told?: Told) {
    this.#files = files;
    this.#joined = "facts" in by ? by : join(files, by);
    this.told = told;
    const { facts, text, starts } = this.#joined;
    this.facts = facts;
    this.text = text;
    this.settings = settings;
    this.#starts = starts;
    this.#homes = files.map(({ path, facts: own }, i) => {
      const from = starts[i]?.values ?? 0;
      return { path, prologue: own.prologue, module: starts[i]?.functions ?? 0, values: { from, to: from + own.values.length } };
    });
    this.#view = new View(facts, text, "", "server", settings, NO_OTHERS, told);
  }

  /** The same program, with what a compiler said. */
  knowing(told: Told): ProgramView {
    return new ProgramView(this.#files, this.#joined, this.settings, told);
  }

  get<T>(answer: Answer<T>): T {
    return this.#view.answer(answer, this);
  }

  span(place: Place): Span {
    return this.#view.span(place);
  }

  homeOf(place: Place): Home {
    return this.#homes[this.#fileAt(this.span(place).start)] as Home;
  }

  /** Where a span of the joined text stands in its own file. */
  locate({ start, end }: Span): Located {
    const file = this.#fileAt(start);
    const from = this.#starts[file]?.text ?? 0;
    return { file, start: start - from, end: end - from };
  }

  /** Where a span of one file stands in the joined text. */
  spanIn(file: number, { start, end }: Span): Span {
    const from = this.#starts[file]?.text ?? 0;
    return { start: start + from, end: end + from };
  }

  /** One of its files, by itself: what of the program stands in it, under the numbers it has there. */
  own(index: number, file: FileView): Own {
    const { values, functions } = this.#starts[index] as Joined["starts"][number];
    const within = (from: number, many: number) => (id: number) => (id >= from && id < from + many ? id - from : null);
    return { file, value: within(values, file.facts.values.length), fn: within(functions, file.facts.functions.length) };
  }

  #fileAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as { text: number }).text <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
