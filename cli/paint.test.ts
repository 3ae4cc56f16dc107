import { expect, it } from "vitest";
import { paintWith, wantsColours } from "./paint.js";

const terminal = { write: () => true, isTTY: true };
const pipe = { write: () => true };

it("asks the flag, then FORCE_COLOR, then NO_COLOR, then the stream", () => {
  expect(wantsColours(undefined, terminal, {})).toBe(true);
  expect(wantsColours(undefined, pipe, {})).toBe(false);
  expect(wantsColours(undefined, terminal, { TERM: "dumb" })).toBe(false);
  expect(wantsColours(undefined, terminal, { NO_COLOR: "1" })).toBe(false);
  expect(wantsColours(undefined, terminal, { NO_COLOR: "" })).toBe(true);
  expect(wantsColours(undefined, pipe, { FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(true);
  expect(wantsColours(undefined, pipe, { FORCE_COLOR: "" })).toBe(true);
  expect(wantsColours(undefined, terminal, { FORCE_COLOR: "0" })).toBe(false);
  expect(wantsColours(true, pipe, { NO_COLOR: "1" })).toBe(true);
  expect(wantsColours(false, terminal, { FORCE_COLOR: "1" })).toBe(false);
});

it("paints by our decision, not by Node's", () => {
  expect(paintWith(true)(["bold", "red"], "x")).toBe("\x1b[1m\x1b[31mx\x1b[39m\x1b[22m");
  expect(paintWith(true)("red", "")).toBe("");
  expect(paintWith(false)("red", "x")).toBe("x");
});
