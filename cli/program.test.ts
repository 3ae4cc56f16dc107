import { expect, it } from "vitest";
import { cli } from "../tests/support/cli.js";
import { tempTree } from "../tests/temp-tree.js";
import { commands } from "./commands.js";
import { version } from "./own-package.js";

it("prints its help and its version", async () => {
  for (const words of [["--help"], ["-h"], ["help"]]) {
    const { exitCode, stdout, stderr } = await cli(words);
    expect([exitCode, stderr]).toEqual([0, ""]);
    for (const { name, summary } of commands) expect(stdout).toMatch(new RegExp(`^  ${name} .*${summary}$`, "m"));
  }
  expect(await cli(["--version"])).toEqual({ exitCode: 0, stdout: `${version()}\n`, stderr: "" });
  expect(version()).toMatch(/^\d+\.\d+\.\d+/);
});

it.each(commands.map((c) => c.name))("%s says how it is used, whatever else is on the line", async (name) => {
  for (const words of [[name, "--help"], [name, "-h", "--nonsense"], ["help", name]]) {
    const { exitCode, stdout } = await cli(words);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Usage\n {2}nobypass /);
    expect(stdout).toMatch(/^Options\n/m);
    expect(stdout).toMatch(/^Examples\n/m);
    expect(stdout).toMatch(/^Exit codes\n/m);
    expect(stdout.split("\n").filter((line) => line.length > 100)).toEqual([]);
  }
});

it.each<[words: string[], says: RegExp]>([
  [["chek"], /no command "chek"\n.*did you mean check\?/],
  [["fix"], /no command "fix"/],
  [["--strict", "check"], /--strict stands where a command is expected/],
  [["check", "--fromat", "json"], /no option --fromat\n.*did you mean --format\?/],
  [["check", "--no-stirct"], /did you mean --no-strict\?/],
  [["check", "-x"], /no option -x/],
  [["check", "--base", "main"], /no option --base/],
  [["check", "--no-files"], /no option --no-files/],
  [["check", "--no-quiet"], /no option --no-quiet/],
  [["check", "--format", "jsn"], /--format cannot be "jsn"\n.*did you mean json\?/],
  [["check", "--format", "junit"], /--format cannot be "junit"/],
  [["check", "--format"], /--format needs a value\n.*one of pretty, json, sarif/],
  [["check", "--format="], /--format needs a value/],
  [["check", "--output", "--quiet"], /--output needs a value/],
  [["check", "--quiet=yes"], /--quiet takes no value/],
  [["check", "--quiet", "--verbose"], /exclude each other/],
  [["check", "--rule", "consle"], /no rule "consle"\n.*did you mean console\?/],
  [["check", "--rule", "console,nobypass/raw-env"], /did you mean raw-env\?/],
  [["check", "--max-unknown", "-1"], /--max-unknown needs a value/],
  [["check", "--max-unknown=-1"], /--max-unknown cannot be "-1"/],
  [["check", ""], /a path is empty/],
  [["explain", "consle"], /did you mean console\?/],
  [["explain", "src/a.ts:3"], /there is no file src\/a.ts/],
  [["explain", "src/a.ts"], /names no line/],
  [["explain", "console", "raw-env"], /at most one argument/],
  [["doctor", "here"], /takes no arguments/],
])("refuses %j with exit 2, nothing on stdout and a hint", async (words, says) => {
  const { exitCode, stdout, stderr } = await cli(words);
  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(says);
  expect(stderr).toMatch(/^nobypass: .*\n {2}\S/);
  expect(stderr).not.toMatch(/^ +at /m);
});

it("does nothing, and says so with exit 2, when no command is given", async () => {
  const { exitCode, stdout, stderr } = await cli([]);
  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("Usage");
});

it("takes a path for a forgotten command", async () => {
  const cwd = tempTree({ "src/a.ts": "" });
  expect((await cli(["src"], { cwd })).stderr).toContain("nobypass check src");
});
