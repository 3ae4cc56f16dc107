import type { AsyncResource } from "node:async_hooks";
import { performance as platform } from "node:perf_hooks";
import { setTimeout as ofTheModule } from "node:timers";

export const SLOT_MS = 5;
const SLOTS = 512;
const MASK = SLOTS - 1;
const NOT_LINKED = -1;

/** Something with a moment. Linking and unlinking allocate nothing: the links are fields of the thing itself. */
export abstract class Timed {
  tick: number;
  holds: boolean;
  before: Timed | undefined;
  after: Timed | undefined;

  constructor() {
    this.tick = NOT_LINKED;
    this.holds = true;
    this.before = undefined;
    this.after = undefined;
  }

  /** Its moment has come, and it is no longer in the wheel. Runs in the root context, never in a request's. */
  abstract fire(now: number): void;
}

/** Where the wheel gets its time from. A driven clock is moved by hand: no timer of the platform is armed. */
export interface Clock {
  now(): number;
  readonly driven: boolean;
}

const platformSetTimeout = ofTheModule;

/**
 * Monotonic: a wall clock that jumps moves no bound. The global `performance` is a getter, dear where it is read twice a call, and is
 * needed only where fake timers have replaced it together with `setTimeout`: with one of the two faked, a bound would be armed for ever.
 */
export const platformClock: Clock = { now: () => (setTimeout === platformSetTimeout ? platform.now() : performance.now()), driven: false };

/** All bounds of the process behind one timer. A bound is met late by up to one slot, never early. */
export class Wheel {
  readonly slots: (Timed | undefined)[];
  #cursor: number;
  #count: number;
  #held: number;
  #armed: number;
  #timer: NodeJS.Timeout | undefined;
  readonly #tickNow: () => void;
  clock: Clock;

  constructor(clock: Clock, private readonly root: AsyncResource) {
    this.slots = new Array<Timed | undefined>(SLOTS).fill(undefined);
    this.clock = clock;
    this.#cursor = 0;
    this.#count = 0;
    this.#held = 0;
    this.#armed = Infinity;
    this.#timer = undefined;
    this.#tickNow = () => {
      this.#timer = undefined;
      this.#armed = Infinity;
      this.advance(this.clock.now());
    };
  }

  add(item: Timed, due: number, now: number): void {
    const nowTick = Math.floor(now / SLOT_MS);
    // Everything in the wheel is due after the cursor, also if the clock has gone back.
    if (this.#count++ === 0 || nowTick < this.#cursor) this.#cursor = nowTick;
    const tick = Math.max(Math.ceil(due / SLOT_MS), nowTick + 1);
    const slot = tick & MASK;
    const head = this.slots[slot];
    item.tick = tick;
    item.before = undefined;
    item.after = head;
    if (head) head.before = item;
    this.slots[slot] = item;
    // One that is farther away than a turn is looked at once a turn.
    const wake = nowTick + ((tick - nowTick - 1) & MASK) + 1;
    if (wake < this.#armed) this.#arm(wake, now);
    if (item.holds && this.#held++ === 0) this.#timer?.ref();
  }

  remove(item: Timed): void {
    const { tick, before, after } = item;
    if (tick === NOT_LINKED) return;
    if (before) before.after = after;
    else this.slots[tick & MASK] = after;
    if (after) after.before = before;
    item.tick = NOT_LINKED;
    item.before = undefined;
    item.after = undefined;
    this.#count--;
    // An idle timer stays armed, but keeps no process alive.
    if (item.holds && --this.#held === 0) this.#timer?.unref();
  }

  /** Stops an item from keeping the process alive; it still fires. */
  release(item: Timed): void {
    if (!item.holds) return;
    item.holds = false;
    if (item.tick !== NOT_LINKED && --this.#held === 0) this.#timer?.unref();
  }

  /** Fires all that is due. After a blocked event loop many slots are due at once. */
  advance(now: number): void {
    const nowTick = Math.floor(now / SLOT_MS);
    const last = Math.min(nowTick, this.#cursor + SLOTS);
    for (let t = this.#cursor + 1; t <= last; t++) {
      let item = this.slots[t & MASK];
      while (item) {
        const next: Timed | undefined = item.after;
        if (item.tick <= nowTick) {
          this.remove(item);
          item.fire(now);
          // What fired may have unlinked or moved its neighbour: then start again.
          item = next && next.tick !== NOT_LINKED && (next.tick & MASK) === (t & MASK) ? next : this.slots[t & MASK];
        } else item = next;
      }
    }
    if (nowTick > this.#cursor) this.#cursor = nowTick;
    if (this.#count > 0) this.#arm(this.#nextWake(), now);
  }

  get size(): number {
    return this.#count;
  }

  /** The earliest occupied slot. Bounds farther than one turn wake the wheel once a turn, which is cheaper than sorting them. */
  #nextWake(): number {
    for (let t = this.#cursor + 1; t <= this.#cursor + SLOTS; t++) if (this.slots[t & MASK]) return t;
    return this.#cursor + SLOTS;
  }

  /** In the root's context: a timer armed inside a request would carry that request's context to everybody else. */
  #arm(tick: number, now: number): void {
    if (tick === this.#armed) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#armed = tick;
    if (this.clock.driven) return;
    this.#timer = this.root.runInAsyncScope(setTimeout, undefined, this.#tickNow, Math.max(1, Math.ceil(tick * SLOT_MS - now))) as unknown as NodeJS.Timeout;
    if (this.#held === 0) this.#timer.unref();
  }

  /** Another clock. Bounds keep their moments, so the new one should go on from where the old one stood. */
  use(clock: Clock): void {
    clearTimeout(this.#timer);
    this.clock = clock;
    this.#tickNow();
  }
}
