import { cutOf, type CutCode } from "./outcome.js";
import type { AppFailure } from "./failure.js";
import type { Context } from "./context.js";
import { als, state, wheel } from "./state.js";
import { Timed } from "./wheel.js";

export const LIVE = 0;
/** Its deadline passed or it was cancelled: nothing may start in it any more. */
export const CUT = 1;
/** Its work is done. What it left running keeps its bound. */
export const SETTLED = 2;

/** Something that is released when the scope it belongs to is cut. */
export interface Member {
  owner: Scope | undefined;
  previous: Member | undefined;
  following: Member | undefined;
  release(code: CutCode): void;
}

/** One bound in the tree of bounds. It is also the value of the one AsyncLocalStorage: no map, no copies. */
export class Scope extends Timed implements Member {
  readonly op: string;
  /** On the wheel's clock; what is started inside has at most what is left of it. */
  deadline: number;
  /** When the wheel looks at it; later than linked if it was touched since. */
  due: number;
  status: 0 | 1 | 2;
  code: CutCode;
  owner: Scope | undefined;
  previous: Member | undefined;
  following: Member | undefined;
  members: Member | undefined;
  context: Context | undefined;
  /** Some layer above retries, so nothing below may. */
  retrying: boolean;
  /** A response body is still being read: the bound outlives the call. */
  held: boolean;
  controller: AbortController | undefined;
  onCut: ((failure: AppFailure) => void) | undefined;

  constructor(parent: Scope | undefined, op: string, deadline: number, context: Context | undefined) {
    super();
    this.op = op;
    this.deadline = deadline;
    this.due = deadline;
    this.status = LIVE;
    this.code = "CANCELLED";
    this.owner = this.previous = this.following = this.members = undefined;
    this.context = context;
    this.retrying = parent?.retrying ?? false;
    this.held = false;
    this.controller = this.onCut = undefined;
  }

  /** Made when first asked for: a signal with a listener costs ten dispatches. */
  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.status === CUT) this.controller.abort(cutOf(this.code, this.op));
    }
    return this.controller.signal;
  }

  fire(now: number): void {
    if (this.due > now) wheel.add(this, this.due, now);
    else cut(this, "TIMEOUT");
  }

  release(code: CutCode): void {
    cut(this, code);
  }
}

/** Above every entry: cutting it cuts all that runs. */
export const root: Scope = (state.root ??= new Scope(undefined, "process", Infinity, undefined));

export function join(owner: Scope, member: Member): void {
  const first = owner.members;
  member.owner = owner;
  member.previous = undefined;
  member.following = first;
  if (first) first.previous = member;
  owner.members = member;
}

export function leave(member: Member): void {
  const { owner, previous, following } = member;
  if (!owner) return;
  if (previous) previous.following = following;
  else owner.members = following;
  if (following) following.previous = previous;
  member.owner = member.previous = member.following = undefined;
  if (!owner.members && owner.status === SETTLED) retire(owner);
}

/** Where something new belongs. Work that outlived its entry keeps the correlation, but has no bound to hand on. */
export const parentIn = (current: Scope | undefined): Scope => (current && current.status <= CUT ? current : root);

/** A scope that is bound, by its parent too, and belongs to it. */
export function open(parent: Scope, op: string, deadline: number, now: number, context: Context | undefined): Scope {
  const scope = new Scope(parent, op, Math.min(deadline, parent.deadline), context);
  join(parent, scope);
  if (scope.deadline !== Infinity) wheel.add(scope, scope.deadline, now);
  return scope;
}

/** The work is done. With members left, the bound stays for them, without keeping the process alive. */
export function settle(scope: Scope): void {
  if (scope.status !== LIVE) return;
  scope.status = SETTLED;
  scope.onCut = undefined;
  if (scope.members) wheel.release(scope);
  else retire(scope);
}

function retire(scope: Scope): void {
  wheel.remove(scope);
  leave(scope);
}

/** Ends a scope and all below it: callers are released, signals abort, whether or not the work listens. */
export function cut(scope: Scope, code: CutCode): void {
  if (scope.status === CUT) return;
  scope.status = CUT;
  scope.code = code;
  wheel.remove(scope);
  leave(scope);
  const { onCut, controller } = scope;
  scope.onCut = undefined;
  if (controller || onCut) {
    const failure = cutOf(code, scope.op);
    // Listeners run in the context of what is cut, not in that of the timer or of whoever cancels.
    if (controller) als.run(scope, () => controller.abort(failure));
    onCut?.(failure);
  }
  for (let member = scope.members; member; member = scope.members) {
    leave(member);
    member.release(code);
  }
}
