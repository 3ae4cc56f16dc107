import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { tempTree, writeFiles } from "../tests/temp-tree.js";

const MAIN = join(import.meta.dirname, "main.ts");
const TSX = import.meta.resolve("tsx");

interface Watching {
  /** The report that is the next to be complete: the names of rules and files found. */
  next(): Promise<readonly string[]>;
  /** Ctrl-C; gives the exit code. */
  end(): Promise<number | null>;
}

/** The real program, watching. */
function watching(cwd: string): Watching {
  const child = spawn(process.execPath, ["--import", TSX, MAIN, "check", "--watch", "--format", "json"], { cwd, env: { ...process.env, CI: "", FORCE_COLOR: undefined } });
  onTestFinished(() => void child.kill("SIGKILL"));
  let reports = "";
  let complete = 0;
  let asked = 0;
  let look = (): void => undefined;
  child.stdout.on("data", (chunk: Buffer) => void (reports += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => {
    complete += chunk.toString().split("watching for changes").length - 1;
    look();
  });
  const exit = new Promise<number | null>((done) => void child.on("close", done));
  return {
    async next() {
      asked++;
      if (complete < asked) await new Promise<void>((done, fail) => {
        look = () => void (complete >= asked && done());
        exit.then(() => fail(new Error("it ended")), fail);
      });
      const texts = reports.split(/(?<=^\}\n)/m).filter((text) => text.trim() !== "");
      const { findings } = JSON.parse(texts.at(-1) ?? "") as { readonly findings: readonly { readonly rule: string; readonly file: string }[] };
      return findings.map(({ rule, file }) => `${rule} ${file}`);
    },
    end() {
      child.kill("SIGINT");
      return exit;
    },
  };
}

it("judges again when a source, a config or what was not there changes, and ends with the last exit code", async () => {
  const root = tempTree({ "package.json": "{}", "src/a.ts": "export {};\n" });
  const { next, end } = watching(root);
  expect(await next()).toEqual([]);
  writeFiles(root, { "src/a.ts": "console.log(1);\n" });
  expect(await next()).toEqual(["console src/a.ts"]);
  writeFiles(root, { "nobypass.config.json": '{"rules":{"console":"off"}}' });
  expect(await next()).toEqual([]);
  writeFiles(root, { "src/deep/b.ts": "export const key = process.env.KEY;\n" });
  expect(await next()).toEqual(["raw-env src/deep/b.ts"]);
  rmSync(join(root, "nobypass.config.json"));
  expect(await next()).toEqual(["console src/a.ts", "raw-env src/deep/b.ts"]);
  rmSync(join(root, "src/deep"), { recursive: true });
  expect(await next()).toEqual(["console src/a.ts"]);
  expect(await end()).toBe(1);
});

it("goes on where a config or a file is broken for a while", async () => {
  const root = tempTree({ "package.json": "{}", "src/a.ts": "console.log(1);\n", "nobypass.config.json": "{" });
  const { next, end } = watching(root);
  expect(await next()).toEqual([]);
  writeFiles(root, { "nobypass.config.json": "{}" });
  expect(await next()).toEqual(["console src/a.ts"]);
  writeFiles(root, { "src/a.ts": "console.log(" });
  expect(await next()).toEqual([]);
  expect(await end()).toBe(0);
});
