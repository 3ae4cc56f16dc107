import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { filesIn, root } from "./support/sources.js";

const goldens = filesIn("fixtures").filter((path) => /\.fixed\.[cm]?[jt]sx?$/.test(path));

/** What a fix writes must compile as it stands, in the strictest project it may be written into. */
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ["lib.es2023.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  types: ["node"],
  typeRoots: [join(root, "node_modules/@types")],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  allowJs: true,
  skipLibCheck: true,
  noEmit: true,
};

it("golden files compile, as ES modules", () => {
  const program = ts.createProgram([...goldens.map((path) => join(root, path)), join(root, "tests/support/ambient.d.ts")], options);
  const host: ts.FormatDiagnosticsHost = { getCanonicalFileName: (f) => f, getCurrentDirectory: () => root, getNewLine: () => "\n" };
  const wrong = [...program.getOptionsDiagnostics(), ...program.getSyntacticDiagnostics(), ...program.getSemanticDiagnostics()];
  expect(ts.formatDiagnostics(wrong, host)).toBe("");
  expect(goldens.length).toBeGreaterThan(5);
});
