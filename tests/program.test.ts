import { describe, expect, it } from "vitest";
import { View } from "../analyzers/view.js";
import { findProject } from "../config/project.js";
import { roleOf } from "../config/roles.js";
import type { Judgement } from "../core/finding.js";
import type { Rule } from "../core/rule.js";
import { parse } from "../engine/parse.js";
import { Program } from "../engine/program.js";
import { extract } from "../facts/extract.js";
import { rules } from "../rules/index.js";
import { sessionFor } from "../rules/session.js";
import { casesOf, type FixtureCase, type FixtureFile } from "./support/fixtures.js";
import { judgeText, lineAt } from "./support/judge-file.js";

/**
 * Every case as a program of its own: what one file finds is found, what only the program can know (`want:p`) as well,
 * and what is `clear` is not.
 */
for (const rule of rules.filter((r) => r.depth !== "file" && r.roles.includes("server"))) {
  describe(`${rule.name} in a program`, async () => {
    const cases = (await casesOf(rule.name)).filter((c) => c.files.some((f) => !f.isGolden));
    it.each(cases.map((c) => [c.name, c] as const))("%s", (_, c) => {
      const files = c.files.filter((f) => !f.isGolden);
      const found = judgeTogether(rule, c, files);
      const wrong = files.flatMap((file) => differences(file, found.get(file.path) ?? [], rule.depth === "program").map((d) => `${file.path}:${d}`));
      expect(wrong).toEqual([]);
    });
  });
}

function judgeTogether(rule: Rule, c: FixtureCase, files: readonly FixtureFile[]): Map<string, readonly Judgement[]> {
  const found = new Map<string, readonly Judgement[]>();
  const project = findProject(c.loaded);
  const session = sessionFor(c.loaded, { pipelineResolves: true });
  const isServer = (f: FixtureFile): boolean => roleOf(f.path, f.text.slice(0, 2048), project, c.loaded.config) === "server";
  const units = files.filter(isServer).map((f) => {
    const text = f.text.replace(/^\uFEFF/, "");
    const parsed = parse(f.path, text);
    if ("message" in parsed) throw new Error(`${f.path} does not parse: ${parsed.message}`);
    return { view: new View(extract(parsed), text, f.path, "server", session.settings), relevant: new Set([rule]) };
  });
  for (const { unit, judgement } of new Program(units, session).judge(rule)) found.set(unit.view.path, [...(found.get(unit.view.path) ?? []), judgement]);
  // A test, a script: judged by itself in a program too.
  for (const f of files) if (!isServer(f)) found.set(f.path, judgeText(rule, c, f.path, f.text.replace(/^\uFEFF/, "")));
  return found;
}

function differences(file: FixtureFile, judgements: readonly Judgement[], isProgramOnly: boolean): string[] {
  const text = file.text.replace(/^\uFEFF/, "");
  const wrong: string[] = [];
  const left = judgements.map((j) => ({ verdict: j.verdict, message: j.message, line: lineAt(text, j.start) }));
  // What one file leaves open may stay so, or be decided: found then needs a `want:p`.
  for (const want of file.expected.filter((e) => e.mark !== "unknown")) {
    const verdict = want.mark === "clear" ? "clear" : "found";
    const hit = left.findIndex((j) => j.line === want.line && j.verdict === verdict && (want.message?.test(j.message) ?? true));
    const here = left.filter((j) => j.line === want.line);
    if (verdict === "found") {
      if (hit === -1) wrong.push(`${want.line} ${want.mark} is missing${here.length > 0 ? `, but: ${here.map((j) => `${j.verdict} ${j.message}`).join("; ")}` : ""}`);
      else left.splice(hit, 1);
    } else if (isProgramOnly && hit === -1) wrong.push(`${want.line} is not judged clear${here.length > 0 ? `, but: ${here.map((j) => `${j.verdict} ${j.message}`).join("; ")}` : ""}`);
    else if (here.some((j) => j.verdict === "unknown")) wrong.push(`${want.line} is unknown: ${here.map((j) => j.message).join("; ")}`);
  }
  for (const extra of left) if (extra.verdict === "found") wrong.push(`${extra.line} found without want: ${extra.message}`);
  return wrong;
}
