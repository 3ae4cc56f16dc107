import type { Value, ValueId } from "../core/facts.js";
import type { Node, Token } from "./heap.js";
import type { Running } from "./object-runs.js";

interface Proxied {
  readonly target: ValueId;
  readonly handler: ValueId;
  /** The traps that stand in the source; null where nobody knows them. */
  readonly traps: ReadonlySet<string> | null;
}

/** `new Proxy(target, { get … })`: what is done with it runs a trap, or is done with the target. */
export class Proxies {
  readonly #objects: Running;
  readonly #known = new Map<number, Proxied>();

  constructor(objects: Running) {
    this.#objects = objects;
  }

  make([target, handler]: readonly ValueId[], at: ValueId): void {
    if (target === undefined || handler === undefined) return;
    const of: Value = this.#objects.value(this.#objects.sameAs(handler));
    const names = of.kind === "object" ? of.props.map((p) => p.name) : [null];
    this.#known.set(at, { target, handler, traps: names.includes(null) ? null : new Set(names as string[]) });
    this.#objects.heap.add(at, this.#objects.heap.token("proxy", at));
  }

  get(proxy: Token, name: string | null, to: Node, at: ValueId): void {
    const of = this.#of(proxy);
    if (of === undefined) return;
    const { heap } = this.#objects;
    this.#trap(of, "get", [of.target, heap.node(), heap.node()], to, at, "getter");
    if (of.traps?.has("get") !== true) heap.each(of.target, (target) => this.#objects.get(target, name, to, at));
  }

  set(proxy: Token, value: ValueId, at: ValueId): void {
    const of = this.#of(proxy);
    if (of !== undefined) this.#trap(of, "set", [of.target, this.#objects.heap.node(), value], null, at, "setter");
  }

  call(proxy: Token, args: readonly (ValueId | null)[], to: Node | null, at: ValueId, how: "call" | "make"): void {
    const of = this.#of(proxy);
    if (of === undefined) return;
    const { heap } = this.#objects;
    const trap = how === "call" ? "apply" : "construct";
    const list = heap.token("list", at);
    const given = heap.node();
    heap.add(given, list);
    args.forEach((arg, i) => void (arg !== null && heap.flows(arg, heap.field(list, String(i)))));
    this.#trap(of, trap, how === "call" ? [of.target, heap.node(), given] : [of.target, given], to, at, "call");
    if (of.traps?.has(trap) === true) return;
    if (how === "make") heap.each(of.target, (target) => this.#objects.make(target, args.filter((a) => a !== null), at, null));
    else heap.each(of.target, (target) => this.#objects.invoke(target, args, to, null, at, "call"));
  }

  #trap(of: Proxied, name: string, given: readonly Node[], to: Node | null, at: ValueId, how: "getter" | "setter" | "call"): void {
    const { heap } = this.#objects;
    const trap = heap.node();
    heap.each(of.handler, (handler) => this.#objects.get(handler, name, trap, at));
    heap.each(trap, (fn) => this.#objects.callback(fn, given, to, at, how));
  }

  #of(proxy: Token): Proxied | undefined {
    return this.#known.get(this.#objects.heap.what(proxy).id);
  }
}
