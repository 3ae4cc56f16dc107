import type { FileView, OtherFiles } from "../core/rule.js";
import { View } from "../analyzers/view.js";
import { readText, statOf } from "../config/disk.js";
import { extract, type Parsed } from "../facts/extract.js";
import type { Session } from "./session.js";

/** A file's tree by the parser of the surface; null where it does not parse, or the surface has none. */
export type Parse = (path: string, text: string) => Parsed | null;

/** The files of a project beside the judged one, each read and parsed once, and only when a fix asks. */
export class FilesOnDisk implements OtherFiles {
  readonly #session: Session;
  readonly #parse: Parse;
  readonly #texts = new Map<string, string | null>();
  readonly #views = new Map<string, FileView | null>();

  readonly areLeft?: true;

  constructor(session: Session, parse: Parse, more: Pick<OtherFiles, "areLeft"> = {}) {
    if (more.areLeft) this.areLeft = true;
    this.#session = session;
    this.#parse = parse;
  }

  text(path: string): string | null {
    let text = this.#texts.get(path);
    if (text === undefined) this.#texts.set(path, (text = this.#read(path)));
    return text;
  }

  view(path: string): FileView | null {
    let view = this.#views.get(path);
    if (view === undefined) this.#views.set(path, (view = this.#viewOf(path)));
    return view;
  }

  isFree(path: string): boolean {
    return statOf(this.#absolute(path)) === undefined;
  }

  #absolute(path: string): string {
    return `${this.#session.project.root}/${path}`;
  }

  #read(path: string): string | null {
    if (statOf(this.#absolute(path))?.isFile() !== true) return null;
    return readText(this.#absolute(path)).replace(/^\uFEFF/, "");
  }

  #viewOf(path: string): FileView | null {
    const text = this.text(path);
    const parsed = text === null ? null : this.#parse(path, text);
    return text === null || parsed === null ? null : new View(extract(parsed), text, path, this.#session.roleOf(path, text), this.#session.settings, this);
  }
}
