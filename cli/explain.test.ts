import { expect, it } from "vitest";
import { rules } from "../rules/index.js";
import { DIRECTIVE } from "../rules/directives.js";
import { cli } from "../tests/support/cli.js";

it("lists every rule under its promise", async () => {
  const { exitCode, stdout } = await cli(["explain"]);
  expect(exitCode).toBe(0);
  for (const rule of rules) {
    const after = stdout.indexOf(`\n  ${rule.name} `);
    expect(after).toBeGreaterThan(stdout.indexOf(rule.promise));
  }
});

it.each(rules.map((r) => [r.name, r] as const))("says everything about %s within 96 columns", async (name, rule) => {
  const { exitCode, stdout } = await cli(["explain", name]);
  expect(exitCode).toBe(0);
  const words = stdout.replace(/\s+/g, " ");
  for (const text of [rule.promise, rule.why, rule.fixNote, rule.fix === "none" ? "None." : rule.fix, `docs/rules/${name}.md`, ...rule.fine]) expect(words.toLowerCase()).toContain(text.toLowerCase());
  expect(stdout.split("\n").filter((line) => line.length > 96)).toEqual([]);
});

it("knows the findings that are no rule's", async () => {
  const { exitCode, stdout } = await cli(["explain", DIRECTIVE]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain("nobypass-disable-next-line");
});

it("sends whoever gives a place to check", async () => {
  expect((await cli(["explain", "src/a.ts:12:5"])).stderr).toContain("`nobypass check src/a.ts`");
});
