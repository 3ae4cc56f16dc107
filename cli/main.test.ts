import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { tempTree } from "../tests/temp-tree.js";

const MAIN = join(import.meta.dirname, "main.ts");
const TSX = import.meta.resolve("tsx");

/** The real program in a process of its own; `closeEarly` closes our end of its stdout at the first byte, as `head` does. */
function spawned(words: readonly string[], cwd: string, closeEarly = false): Promise<{ readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", TSX, MAIN, ...words], { cwd, env: { ...process.env, CI: "", FORCE_COLOR: undefined } });
    const said = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => {
      said.stdout += chunk.toString();
      if (closeEarly) child.stdout.destroy();
    });
    child.stderr.on("data", (chunk: Buffer) => void (said.stderr += chunk.toString()));
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, ...said }));
  });
}

/** A report of several megabytes: more than any pipe holds. */
const many = { "src/a.ts": "console.log(1);\n".repeat(20_000) };

it("gives all of a large report to a slow reader, and the exit code", async () => {
  const { exitCode, stdout, stderr } = await spawned(["check", "--format", "json"], tempTree(many));
  expect([exitCode, stderr]).toEqual([1, ""]);
  expect((JSON.parse(stdout) as { readonly findings: readonly unknown[] }).findings).toHaveLength(20_000);
});

it("takes a reader that leaves early for no failure", async () => {
  const { exitCode, stderr } = await spawned(["check", "--format", "json"], tempTree(many), true);
  expect([exitCode, stderr]).toEqual([1, ""]);
});

it("can be executed, and says wrong usage with exit 2", async () => {
  expect(readFileSync(MAIN, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect(await spawned(["nope"], tempTree({}))).toMatchObject({ exitCode: 2, stdout: "", stderr: expect.stringContaining('no command "nope"') as string });
});
