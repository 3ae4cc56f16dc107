import type { Position } from "../core/finding.js";
import { Lines } from "../rules/directives.js";

/** Lines and columns in the files of a run. */
export class Places {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #lines = new Map<string, Lines>();

  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts;
  }

  at(path: string, offset: number): Position {
    let lines = this.#lines.get(path);
    if (!lines) this.#lines.set(path, (lines = new Lines(this.#texts.get(path) ?? "")));
    return { line: lines.of(offset), column: lines.columnOf(offset) };
  }
}
