import type { Value, ValueId } from "../core/facts.js";
import type { Call } from "./calls.js";
import type { Cleared } from "./cleared.js";
import type { Origin, Path } from "./origins.js";
import type { Test } from "./replaced.js";
import type { FileTaint } from "./taint.js";

/** What is followed: where it comes in, and what lets nothing of it through. How it gets from place to place is the same for all. */
export interface Matter {
  /** Does something come in at a value, under whatever path? */
  isSource(id: ValueId): boolean;
  /** Does nobody ask what parameters bring, but where it came in? */
  readonly onlySources: boolean;
  /** What comes in at a value, under a path; null where it only goes through. */
  source(id: ValueId, path: Path): readonly Origin[] | null;
  /** What comes in as the part of this name, whatever its value; null where the value says it. */
  readonly named?: (name: string, value: ValueId, path: Path) => readonly Origin[] | null;
  /** Does nothing get through a call, whoever declares it? */
  readonly hides?: (value: Value & { kind: "call" }) => boolean;
  /** What the conditions leave under which a value is read. */
  read(id: ValueId, origins: readonly Origin[]): readonly Origin[];
  /** Does it do no harm, whichever of these tests has failed? null: any of it. Without it, what is written later says nothing of what was there. */
  readonly isFine?: (tests: readonly Test[], origin: Origin | null) => boolean;
  /** What is left of what a name held before it was written again wherever one of these tests came out so. */
  readonly kept?: (tests: readonly Test[], binding: number, origins: readonly Origin[]) => readonly Origin[];
  /** What the elements are proved to be that a filter leaves. */
  readonly left?: (filter: ValueId) => Cleared | null;
  /** What other functions put where this is read, which no call says. */
  readonly carried?: (read: ValueId) => readonly ValueId[];
  /** Does a call give something of its own, whatever it is given? */
  givesOther(call: Call): boolean;
  /** What an instance holds that no class of this file says; without it, what its constructor may make of what it is given. */
  readonly made?: (taint: FileTaint, id: ValueId, value: Value & { kind: "call" }, path: Path) => readonly Origin[];
  /** Are the names of its parts part of it? */
  readonly hasKeys: boolean;
  /** Is another part of it another thing, so that whoever asks for one does not mean the whole? */
  readonly hasOwnParts?: true;
  /** May a method that nobody knows hand on what it is called on? */
  readonly isOpen: boolean;
  /** Sources that are told apart at one place. */
  readonly most: number;
}
