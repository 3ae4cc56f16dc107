import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { casesOf, fixedTreeOf, fixtureRules } from "./support/fixtures.js";
import { filesIn, root } from "./support/sources.js";

const all = filesIn("fixtures").filter((path) => /\.fixed\.[cm]?[jt]sx?$/.test(path));

/** A folder is fixed as a whole: its files compile together, each as its golden file says, in the package that the folder is. */
const trees = await Promise.all(fixtureRules().map(casesOf)).then((lists) => lists.flat().flatMap((c) => { const tree = fixedTreeOf(c); return tree === null ? [] : [{ root: c.root, tree }]; }));
const goldens = all.filter((path) => !trees.some(({ root: dir }) => join(root, path).startsWith(`${dir}/`)));

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
  // Nest decorates parameters, which only these decorators can.
  experimentalDecorators: true,
  allowJs: true,
  skipLibCheck: true,
  noEmit: true,
};

/** `await` at the top, and `import.meta`: what the code says by itself, whatever a fix wrote. */
const ONLY_MODULES = new Set([1309, 1470]);

/** What the nearest package.json says of the fixtures: theirs is this repository's, so another one is put between. */
function diagnostics(paths: readonly string[], type: "module" | "commonjs"): string {
  const between = join(root, "fixtures/package.json");
  const plain = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...plain,
    fileExists: (file) => file === between || plain.fileExists(file),
    readFile: (file) => (file === between ? JSON.stringify({ type }) : plain.readFile(file)),
  };
  const program = ts.createProgram([...paths.map((path) => join(root, path)), join(root, "tests/support/ambient.d.ts")], options, host);
  const kinds = new Set(paths.filter((path) => /\.[jt]sx?$/.test(path)).map((path) => program.getSourceFile(join(root, path))?.impliedNodeFormat));
  expect([...kinds]).toEqual([type === "module" ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS]);
  const wrong = [...program.getOptionsDiagnostics(), ...program.getSyntacticDiagnostics(), ...program.getSemanticDiagnostics()].filter((d) => type === "module" || !ONLY_MODULES.has(d.code));
  return ts.formatDiagnostics(wrong, { getCanonicalFileName: (f) => f, getCurrentDirectory: () => root, getNewLine: () => "\n" });
}

it("folders compile once they are fixed", () => {
  const texts = new Map<string, string>(trees.flatMap(({ root: dir, tree }) => [...tree.after].map(([path, text]) => [`${dir}/${path}`, text] as const)));
  const plain = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...plain,
    fileExists: (file) => texts.has(file) || plain.fileExists(file),
    readFile: (file) => texts.get(file) ?? plain.readFile(file),
    getSourceFile: (file, version, ...more) => (texts.has(file) ? ts.createSourceFile(file, texts.get(file) as string, version, true) : plain.getSourceFile(file, version, ...more)),
  };
  const paths = [...texts.keys()].filter((path) => /\.[cm]?[jt]sx?$/.test(path));
  const program = ts.createProgram([...paths, join(root, "tests/support/ambient.d.ts")], options, host);
  const wrong = [...program.getOptionsDiagnostics(), ...program.getSyntacticDiagnostics(), ...program.getSemanticDiagnostics()];
  expect(ts.formatDiagnostics(wrong, { getCanonicalFileName: (f) => f, getCurrentDirectory: () => root, getNewLine: () => "\n" })).toBe("");
  const formats = new Set(paths.map((path) => program.getSourceFile(path)?.impliedNodeFormat));
  expect([...formats].sort()).toEqual([ts.ModuleKind.CommonJS, ts.ModuleKind.ESNext]);
});

it("golden files compile, as ES modules", () => {
  expect(diagnostics(goldens, "module")).toBe("");
  expect(goldens.length).toBeGreaterThan(5);
});

it("golden files compile, as CommonJS", () => {
  const others = goldens.filter((path) => !/\.m[jt]s$/.test(path));
  expect(diagnostics(others, "commonjs")).toBe("");
  expect(others.some((path) => path.endsWith(".cjs"))).toBe(true);
});
