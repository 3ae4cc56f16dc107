import { execFileSync } from "node:child_process";
import { expect, test, vi } from "vitest";
import { flagFor, keepCompiled, optimiseLater } from "./tiering.js";

test("this Node knows the flag that is set for it", () => {
  const flag = flagFor(process.versions.node);
  const known = execFileSync(process.execPath, ["--v8-options"], { encoding: "utf8" });
  expect(flag === undefined || known.includes(`  ${flag.split("=")[0]} `)).toBe(true);
});

test("a Node that was not measured keeps its defaults", () => {
  expect(flagFor("99.1.0")).toBeUndefined();
  expect(flagFor("")).toBeUndefined();
  expect(() => optimiseLater("99.1.0")).not.toThrow();
});

test("what is compiled is kept by a Node that can", () => {
  const enableCompileCache = vi.fn();
  keepCompiled({ enableCompileCache });
  expect(enableCompileCache).toHaveBeenCalledOnce();
  expect(() => keepCompiled({})).not.toThrow();
});
