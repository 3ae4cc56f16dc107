import type { Facts } from "../core/facts.js";
import type { Span } from "../core/finding.js";
import type { Answer, FileView, Home, OtherFiles, Place, Role, Settings, Told } from "../core/rule.js";

/** A surface that reads one file alone. */
export const NO_OTHERS: OtherFiles = { text: () => null, view: () => null, isFree: () => false };

/** One file as rules see it, whoever parsed it. */
export class View implements FileView {
  readonly facts: Facts;
  readonly text: string;
  readonly path: string;
  readonly role: Role;
  readonly isProgram = false;
  readonly settings: Settings;
  readonly others: OtherFiles;
  readonly told: Told | undefined;
  readonly #home: Home;
  readonly #answers = new Map<Answer<unknown>, unknown>();

  constructor(facts: Facts, text: string, path: string, role: Role, settings: Settings, others: OtherFiles = NO_OTHERS, told?: Told) {
    this.facts = facts;
    this.text = text;
    this.path = path;
    this.role = role;
    this.settings = settings;
    this.others = others;
    this.told = told;
    this.#home = { path, prologue: facts.prologue, module: 0, values: { from: 0, to: facts.values.length } };
  }

  /** The same file, with what a compiler said. */
  knowing(told: Told): View {
    return new View(this.facts, this.text, this.path, this.role, this.settings, this.others, told);
  }

  homeOf(): Home {
    return this.#home;
  }

  get<T>(answer: Answer<T>): T {
    return this.answer(answer, this);
  }

  /** The answer as it is for another view of the same facts. */
  answer<T>(answer: Answer<T>, of: FileView): T {
    const known = this.#answers.get(answer);
    if (known !== undefined) return known as T;
    const made = answer.of(of);
    this.#answers.set(answer, made);
    return made;
  }

  span(place: Place): Span {
    if ("start" in place) return place;
    const { values, marks } = this.facts.spans;
    const [table, index] = "value" in place ? [values, place.value] : [marks, place.mark];
    return { start: table[2 * index] as number, end: table[2 * index + 1] as number };
  }
}
