import { cpSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { rules } from "../rules/index.js";
import { root } from "../scripts/doc-pages.js";
import { scaffold } from "../scripts/scaffold.js";
import { tempTree } from "./temp-tree.js";

/** What a rule is made of and compiled with, so that the repository itself stays as it is. */
function copyOfTheRepository(): string {
  const copy = tempTree({ "fixtures/.keep": "" });
  for (const name of ["core", "config", "catalog", "facts", "analyzers", "fixes", "rules", "package.json", "tsconfig.json"]) cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  return copy;
}

const read = (copy: string, path: string): string => readFileSync(join(copy, path), "utf8");

function complaints(copy: string, paths: readonly string[]): string[] {
  const { config } = ts.readConfigFile(join(copy, "tsconfig.json"), ts.sys.readFile) as { config: object };
  const { options } = ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, copy);
  const files = paths.map((p) => join(copy, p));
  const program = ts.createProgram(files, options);
  return files.flatMap((f) => program.getSemanticDiagnostics(program.getSourceFile(f))).map((d) => ts.flattenDiagnosticMessageText(d.messageText, "\n"));
}

describe("npm run new-rule", () => {
  it("writes a rule that compiles, its example, and its line at the end of its promise", () => {
    const copy = copyOfTheRepository();
    expect(scaffold(copy, "naked-socket", "bounded time")).toEqual({ wrote: ["rules/naked-socket.ts", "fixtures/naked-socket/example.ts", "a line in rules/index.ts"] });
    expect(read(copy, "rules/naked-socket.ts")).toContain('name: "naked-socket"');
    expect(read(copy, "fixtures/naked-socket/example.ts")).toContain("want naked-socket");
    const listed = /Rule\[\] = \[([^\]]*)\]/.exec(read(copy, "rules/index.ts"))?.[1]?.split(/[\s,]+/).filter(Boolean) ?? [];
    expect(listed).toHaveLength(rules.length + 1);
    expect(listed[rules.findLastIndex((r) => r.promise === "bounded time") + 1]).toBe("nakedSocket");
    expect(complaints(copy, ["rules/index.ts", "rules/naked-socket.ts"])).toEqual([]);
  });

  it.each([
    ["NakedSocket", /no name for a rule/],
    ["naked_socket", /no name for a rule/],
    ["naked-", /no name for a rule/],
    ["../naked", /no name for a rule/],
    ["console", /rules\/console\.ts exists already/],
    ["index", /rules\/index\.ts exists already/],
    ["directive", /is taken/],
    ["switch", /a word of the language/],
  ])("refuses the name %s", (name, message) => {
    const before = read(root, "rules/index.ts");
    expect(scaffold(root, name)).toEqual({ problem: expect.stringMatching(message) as string });
    expect(read(root, "rules/index.ts")).toBe(before);
  });

  it("refuses the name of a folder of fixtures, and a promise that nobody makes", () => {
    expect(scaffold(root, "legacy-shop")).toEqual({ problem: "fixtures/legacy-shop exists already" });
    expect(scaffold(root, "naked-socket", "speed")).toEqual({ problem: expect.stringContaining('"speed" is no promise; these are: one path') as string });
  });
});
