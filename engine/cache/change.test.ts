import { EventEmitter } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { tempTree, writeFiles } from "../../tests/temp-tree.js";
import { Cache } from "../cached-run.js";
import { changeOf, type WatchFolder } from "./change.js";

const files = { "package.json": "{}", "src/a.ts": 'export const a = "a";\n' };
const never = new AbortController().signal;
/** A system that tells nothing. */
const silent: WatchFolder = () => Object.assign(new EventEmitter(), { close: () => undefined });
const refusing: WatchFolder = () => {
  throw new Error("ENOSPC: no space left for watchers");
};

it("sees what changed between the run and the first look", async () => {
  const root = tempTree(files);
  const { trace } = await new Cache(root).run({ cwd: root, paths: [] });
  writeFiles(root, { "src/a.ts": 'export const a = "b";\n' });
  expect(await changeOf(trace, never, silent)).toBe(true);
});

it("looks by itself where the system will not watch", async () => {
  const root = tempTree(files);
  const { trace } = await new Cache(root).run({ cwd: root, paths: [] });
  const change = changeOf(trace, never, refusing);
  writeFiles(root, { "src/b.ts": "" });
  expect(await change).toBe(true);
});

it("waits for nothing that does not matter, and ends when it is told to", async () => {
  const root = tempTree(files);
  const { trace } = await new Cache(root).run({ cwd: root, paths: [] });
  const ending = new AbortController();
  const change = changeOf(trace, ending.signal);
  writeFiles(root, { "README.md": "", "src/a.ts": files["src/a.ts"] });
  rmSync(join(root, "README.md"));
  setTimeout(() => ending.abort(), 300);
  expect(await change).toBe(false);
});
