import { expect, it } from "vitest";
import { libraries } from "../catalog/index.js";
import { ROUTES } from "./entry-hints.js";

it("no rule passes over a file that a framework serves for where it lies", () => {
  const globs = libraries.flatMap((l) => (l.entries ?? []).flatMap(({ register }) => (register.by === "export" ? register.files : []))).filter((glob) => glob !== "**/*" && !/^\*\*\/\*\.\w+$/.test(glob));
  expect(globs.length).toBeGreaterThan(20);
  const passedOver = globs.filter((glob) => glob.includes("/")).filter((glob) => ![glob.replace(/\*\*\//g, "one/"), glob.replace(/\*\*\//g, "")].every((path) => ROUTES.test(path.replace(/\*/g, "name"))));
  expect(passedOver).toEqual([]);
});
