import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { configs } from "../eslint/index.js";
import { builtPackage, repository } from "./support/built.js";
import { type FixtureTree, fixtureTree, type TreeFile } from "./support/fixture-tree.js";
import { type CodeAction, type Diagnostic as Shown, edited, LanguageServer } from "./support/language-server.js";
import { lint, said, sorted, type Said } from "./support/lint.js";
import { tempTree } from "./temp-tree.js";

/** As far as oxlint's JSON goes: offsets count bytes there, a BOM included, and rules are called `nobypass(console)`. */
interface Diagnostic {
  readonly message: string;
  readonly code?: string;
  readonly filename: string;
  readonly labels: readonly { readonly span: { readonly offset: number; readonly length: number } }[];
}

const BOM = /^\uFEFF/;
const oxlint = join(repository, "node_modules/oxlint/bin/oxlint");
let built: ReturnType<typeof builtPackage>;
let tree: FixtureTree;
beforeAll(async () => {
  built = builtPackage();
  tree = await fixtureTree();
});
afterAll(() => {
  built.remove();
  tree.remove();
});

function configure(dir: string, more: object = {}): void {
  writeFileSync(join(dir, ".oxlintrc.json"), JSON.stringify({ jsPlugins: [built.plugin], categories: { correctness: "off" }, rules: configs.strict.rules, ...more }));
}

function runOxlint(dir: string, ...words: readonly string[]): Diagnostic[] {
  const { stdout, stderr } = spawnSync(process.execPath, [oxlint, "-f", "json", "--no-ignore", ...words], { cwd: dir, encoding: "utf8", maxBuffer: 1 << 28 });
  try {
    return (JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics;
  } catch {
    throw new Error(`oxlint said no JSON: ${stdout.slice(0, 2000)} ${stderr}`);
  }
}

function inWords(text: string, { code, message, labels }: Diagnostic): Said {
  const rule = /^nobypass\((.+)\)$/.exec(code ?? "")?.[1];
  const span = labels[0]?.span;
  if (rule === undefined || span === undefined) throw new Error(`not ours: ${code ?? ""} ${message}`);
  const bytes = Buffer.from(text);
  const before = bytes.subarray(0, span.offset).toString();
  const start = before.replace(BOM, "").length;
  return { rule, start, end: start + bytes.subarray(span.offset, span.offset + span.length).toString().length, message };
}

const known = new Map<string, Said[]>();
/** What ESLint says of a fixture where it parses that file alone, as oxlint does for its plugins: what a fix asks of another file stays open. */
function alone({ absolute, root, text }: TreeFile): Said[] {
  let all = known.get(absolute);
  if (all === undefined) known.set(absolute, (all = said(text, lint(text, { cwd: root, filename: absolute, parsesNoOthers: true }))));
  return all;
}

const withoutFix = ({ fix: _fix, ...rest }: Said): Said => rest;
/** Several rules may end at one place; what counts is the set. */
const set = (all: readonly Said[]): string[] => sorted(all).map((s) => JSON.stringify(withoutFix(s)));

it("oxlint finds in the fixtures what ESLint finds, with the plugin unchanged", () => {
  configure(tree.dir);
  const byFile = new Map<string, Diagnostic[]>();
  for (const diagnostic of runOxlint(tree.dir)) byFile.set(diagnostic.filename, [...(byFile.get(diagnostic.filename) ?? []), diagnostic]);
  let findings = 0;
  for (const file of tree.files) {
    const found = (byFile.get(relative(tree.dir, file.absolute)) ?? []).map((d) => inWords(file.text, d));
    expect(set(found), file.absolute).toEqual(set(alone(file)));
    findings += found.length;
  }
  expect(findings).toBeGreaterThan(300);
});

it("oxlint's server offers in the fixtures the fixes and suggestions that ESLint offers, with the same texts", async () => {
  configure(tree.dir);
  const folder = { uri: pathToFileURL(tree.dir).href, name: "fixtures" };
  const server = new LanguageServer([oxlint, "--lsp"], tree.dir, { "workspace/configuration": ({ items }: { items: readonly unknown[] }) => items.map(() => ({})) });
  try {
    const textDocument = { diagnostic: {}, codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix"] } } } };
    await server.request("initialize", { processId: process.pid, rootUri: folder.uri, workspaceFolders: [folder], capabilities: { workspace: { configuration: true, diagnostics: { refreshSupport: true } }, textDocument } });
    server.notify("initialized", {});
    let offered = 0;
    for (const file of tree.files) {
      const { absolute, text } = file;
      const expected = alone(file).flatMap(({ rule, fix }) => (fix === undefined ? [] : [`${fix.title ?? `Fix nobypass/${rule} problem`}\n${fix.result}`]));
      if (expected.length === 0) continue;
      const uri = pathToFileURL(absolute).href;
      const bare = text.replace(BOM, "");
      server.notify("textDocument/didOpen", { textDocument: { uri, languageId: "typescript", version: 1, text: bare } });
      // A moment after it is initialised it knows of no plugin yet.
      let items: readonly Shown[] = [];
      for (const until = Date.now() + 30_000; items.length === 0 && Date.now() < until; await sleep(items.length === 0 ? 100 : 0)) {
        ({ items } = await server.request<{ items: readonly Shown[] }>("textDocument/diagnostic", { textDocument: { uri } }));
      }
      expect(items.length, absolute).toBeGreaterThan(0);
      const range = { start: { line: 0, character: 0 }, end: { line: bare.split("\n").length, character: 0 } };
      const actions = await server.request<readonly CodeAction[] | null>("textDocument/codeAction", { textDocument: { uri }, range, context: { diagnostics: items, only: ["quickfix"] } });
      const made = (actions ?? []).filter((a) => !a.title.startsWith("Disable ")).map((a) => `${a.title}\n${edited(bare, a.edit?.changes?.[uri] ?? [])}`);
      expect([...new Set(made)].sort(), absolute).toEqual([...new Set(expected)].sort());
      offered += made.length;
      server.notify("textDocument/didClose", { textDocument: { uri } });
    }
    expect(offered).toBeGreaterThan(100);
  } finally {
    await server.stop();
  }
}, 300_000);

it("oxlint judges by `settings.nobypass`, and the folder it runs in is what the globs are relative to", () => {
  const dir = tempTree({ "package.json": "{}", "src/a.ts": "console.log(1);\n", "tools/b.ts": "console.log(2);\n", "types.d.ts": "declare const a: 1;\n" });
  configure(dir, { settings: { nobypass: { preset: "strict", roles: { script: ["tools/**"] } } } });
  expect(runOxlint(dir).map((d) => `${d.filename} ${d.code ?? ""}`)).toEqual(["src/a.ts nobypass(console)"]);
});

it("oxlint shows a config that cannot be used once for each file", () => {
  const dir = tempTree({ "package.json": "{}", "a.ts": "console.log(1);\n", "b.ts": "console.log(2);\n" });
  configure(dir, { settings: { nobypass: { preset: "loose" } } });
  const said = runOxlint(dir);
  expect(said.map((d) => d.filename).sort()).toEqual(["a.ts", "b.ts"]);
  for (const { message } of said) expect(message).toMatch(/^settings\.nobypass: the config cannot be used\n {2}preset: /);
});

const TEXT = '\uFEFFlet face = "😀";\r\nconst a = "😀"; console.log(face, a);\r\ntry { face = f(); } catch (error) { throw new Error("😀"); }\r\n';

it("places and fixes are right behind a BOM, CRLF and characters outside the BMP", () => {
  const dir = tempTree({ "package.json": "{}", "a.ts": TEXT });
  configure(dir, { settings: { nobypass: { preset: "strict" } } });
  const expected = sorted(said(TEXT, lint(TEXT, { cwd: dir, filename: join(dir, "a.ts"), settings: { nobypass: { preset: "strict" } } })));
  expect(expected).toHaveLength(2);
  expect(set(runOxlint(dir).map((d) => inWords(TEXT, d)))).toEqual(set(expected));
  runOxlint(dir, "--fix");
  const fixed = expected.find((s) => s.fix?.tier === "safe")?.fix?.result;
  expect(readFileSync(join(dir, "a.ts"), "utf8")).toBe(`\uFEFF${fixed}`);
});

it("a fix to review is applied by `--fix-suggestions` alone, and with the same text", () => {
  const files = tree.files.flatMap((file) => {
    const [only, ...others] = alone(file);
    return only?.fix?.tier === "review" && others.length === 0 ? [{ ...file, result: only.fix.result }] : [];
  });
  expect(files.length).toBeGreaterThan(5);
  const text = ({ text }: { readonly text: string }): string => text.replace(BOM, "");
  const onDisk = (): string[] => files.map((f) => readFileSync(f.absolute, "utf8").replace(BOM, ""));
  configure(tree.dir);
  const paths = files.map((f) => f.absolute);
  runOxlint(tree.dir, "--fix", ...paths);
  expect(onDisk()).toEqual(files.map(text));
  runOxlint(tree.dir, "--fix-suggestions", ...paths);
  expect(onDisk()).toEqual(files.map((f) => f.result));
  for (const file of files) writeFileSync(file.absolute, file.text);
});

it("comments that suppress are oxlint's to report as unused, ours are honoured", () => {
  const text = [
    "// eslint-disable-next-line nobypass/console -- why",
    "console.log(1);",
    "// oxlint-disable-next-line nobypass/console -- why",
    "console.log(2);",
    "// nobypass-disable-next-line console -- why",
    "console.log(3);",
    "// nobypass-disable-next-line console",
    "console.log(4);",
    "",
  ].join("\n");
  const dir = tempTree({ "package.json": "{}", "a.ts": text });
  configure(dir, { settings: { nobypass: { preset: "strict" } } });
  const found = runOxlint(dir, "--report-unused-disable-directives");
  expect(found.map((d) => `${d.code ?? d.message} ${text.slice(0, d.labels[0]?.span.offset).split("\n").length}`).sort()).toEqual(["nobypass(console) 8", "nobypass(directive) 7"]);
});

it("oxlint runs the plugin under the package's own name", () => {
  const dir = tempTree({ "package.json": "{}", "a.ts": "console.log(1);\n" });
  symlinkSync(join(built.dir, "node_modules"), join(dir, "node_modules"));
  configure(dir, { jsPlugins: ["nobypass/eslint"], settings: { nobypass: { preset: "strict" } } });
  expect(runOxlint(dir, "a.ts").map((d) => d.code)).toEqual(["nobypass(console)"]);
  expect(execFileSync(process.execPath, [oxlint, "--version"], { encoding: "utf8" })).toMatch(/1\.\d+\.\d+/);
});
