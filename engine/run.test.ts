import { expect, it } from "vitest";
import { tempTree } from "../tests/temp-tree.js";
import { run } from "./run.js";

it("says that a project without modules is judged as one", () => {
  const said = (files: Readonly<Record<string, string>>, rules: readonly string[]): readonly string[] => {
    const cwd = tempTree({ "package.json": "{}", "tsconfig.json": "{}", ...files });
    return run({ cwd, paths: [cwd], rules }).assumed.filter((line) => line.includes("one module"));
  };
  expect(said({ "src/orders/index.ts": "" }, ["foreign-internals"])).toEqual(["the project is one module: config `modules` draws boundaries"]);
  expect(said({ "src/orders/index.ts": "" }, ["console"])).toEqual([]);
  expect(said({ "src/modules/orders/index.ts": "" }, ["foreign-internals"])).toEqual([]);
});
