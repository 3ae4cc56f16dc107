import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, it } from "vitest";
import { port } from "../src/index.js";
import { fresh } from "./setting.js";

fresh();

/** Hands back what it was given, and calls back from elsewhere. */
class Driver {
  get(...args: unknown[]): unknown {
    return { given: args.at(-1) };
  }
  readonly on = this.get;
  readonly addListener = this.get;
  readonly unsubscribe = this.get;
}
const given = (value: unknown): unknown => (value as { given: unknown }).given;

describe("a function that is handed to a wrapped client", () => {
  const own = new AsyncLocalStorage<number>();
  const driver = port("db", new Driver());

  it("is called in the context it was handed over in, with its arguments and `this`", () => {
    function legacy(this: unknown, error: unknown, rows: unknown): unknown[] {
      return [own.getStore(), this, error, rows];
    }
    const arrow = (): unknown => own.getStore();
    const [bound, boundArrow] = own.run(1, () => [given(driver.get("sql", legacy)), given(driver.get(arrow))]) as [typeof legacy, typeof arrow];
    expect(own.run(2, () => [bound.call("self", null, "rows"), boundArrow()])).toEqual([[1, "self", null, "rows"], 1]);
    expect(bound.length).toBe(2);
  });

  it("stays what it is if it is a class, or a listener that may be removed again", () => {
    class Entity {
      constructor(readonly id: number) {}
    }
    // As a compiler for old targets writes classes.
    const Old = function (this: { id: number }) {};
    const WithMethods = function (_id: number) {};
    WithMethods.prototype.save = () => {};
    const listener = (): void => {};
    expect([Entity, Old, WithMethods].map((type) => given(driver.get(type)) === type)).toEqual([true, true, true]);
    expect([driver.on("x", listener), driver.addListener("x", listener), driver.unsubscribe("x", listener)].map((r) => given(r) === listener)).toEqual([true, true, true]);
  });
});
