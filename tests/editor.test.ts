import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { configs } from "../eslint/index.js";
import { builtPackage, repository } from "./support/built.js";
import { installPipeline } from "./support/fixture-tree.js";
import { annotated, fixturesDir } from "./support/fixtures.js";
import { type CodeAction, type Diagnostic, edited, LanguageServer, type WorkspaceEdit } from "./support/language-server.js";
import { writeFiles } from "./temp-tree.js";

/** The ESLint server of VS Code, which Neovim, Zed, Helix and others run too. */
const SERVER = join(dirname(createRequire(import.meta.url).resolve("vscode-langservers-extracted/package.json")), "bin/vscode-eslint-language-server");

const CONFIG = `import parser from "@typescript-eslint/parser";
import nobypass from "nobypass/eslint";

export default [{ files: ["**/*.{ts,cjs}"], ...nobypass.configs.strict, languageOptions: { parser } }];
`;

let built: ReturnType<typeof builtPackage>;
beforeAll(() => void (built = builtPackage()));
afterAll(() => built.remove());

/** A project as a user has it, with nothing of this repository but what it installs. */
function project(eslint: string): { readonly dir: string; remove(): void } {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "nobypass-editor-")));
  writeFiles(dir, { "package.json": JSON.stringify({ name: "user", private: true, type: "module" }), "eslint.config.js": CONFIG, "nobypass.config.json": '{ "preset": "strict" }', "src/app.ts": "", "src/app.cjs": "" });
  mkdirSync(join(dir, ".git"));
  mkdirSync(join(dir, "node_modules/@typescript-eslint"), { recursive: true });
  symlinkSync(join(repository, "node_modules", eslint), join(dir, "node_modules/eslint"));
  symlinkSync(join(repository, "node_modules/@typescript-eslint/parser"), join(dir, "node_modules/@typescript-eslint/parser"));
  symlinkSync(join(built.dir, "node_modules/nobypass"), join(dir, "node_modules/nobypass"));
  installPipeline(dir);
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** One open document and what the editor does to it. */
class Editor {
  readonly #server: LanguageServer;
  readonly #dir: string;
  readonly #folder: { readonly uri: string; readonly name: string };
  #uri = "";
  #version = 0;
  text = "";

  constructor(words: readonly string[], dir: string) {
    this.#dir = dir;
    this.#folder = { uri: pathToFileURL(dir).href, name: "user" };
    // What the extension sends for a user who has set nothing.
    const settings = { validate: "on", packageManager: "npm", useESLintClass: true, experimental: {}, codeAction: { disableRuleComment: { enable: true, location: "separateLine" }, showDocumentation: { enable: true } }, codeActionOnSave: { mode: "all" }, format: false, quiet: false, onIgnoredFiles: "off", options: {}, rulesCustomizations: [], run: "onType", problems: { shortenToSingleLine: false }, nodePath: null, workspaceFolder: this.#folder };
    this.#server = new LanguageServer(words, dir, {
      "workspace/configuration": ({ items }: { items: readonly { section?: string }[] }) => items.map(({ section }) => (section?.startsWith("oxc") ? {} : settings)),
      "workspace/workspaceFolders": () => [this.#folder],
      "workspace/applyEdit": ({ edit }: { edit: WorkspaceEdit }) => {
        this.#edit(edit);
        return { applied: true };
      },
    });
  }

  async start(): Promise<void> {
    const textDocument = { diagnostic: {}, codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix"] } } } };
    const workspace = { configuration: true, applyEdit: true, workspaceEdit: { documentChanges: true }, diagnostics: { refreshSupport: true } };
    await this.#server.request("initialize", { processId: process.pid, rootUri: this.#folder.uri, workspaceFolders: [this.#folder], capabilities: { workspace, textDocument } });
    this.#server.notify("initialized", {});
  }

  open(path: string, text: string): void {
    this.#uri = pathToFileURL(join(this.#dir, path)).href;
    this.text = text;
    this.#server.notify("textDocument/didOpen", { textDocument: { uri: this.#uri, languageId: path.endsWith(".ts") ? "typescript" : "javascript", version: (this.#version = 1), text } });
  }

  close(): void {
    this.#server.notify("textDocument/didClose", { textDocument: { uri: this.#uri } });
  }

  #edit({ changes, documentChanges }: WorkspaceEdit): void {
    this.text = edited(this.text, documentChanges?.flatMap((c) => c.edits) ?? changes?.[this.#uri] ?? []);
    this.#server.notify("textDocument/didChange", { textDocument: { uri: this.#uri, version: ++this.#version }, contentChanges: [{ text: this.text }] });
  }

  async diagnostics(): Promise<readonly Diagnostic[]> {
    const { items } = await this.#server.request<{ items: readonly Diagnostic[] }>("textDocument/diagnostic", { textDocument: { uri: this.#uri } });
    return items;
  }

  actions(diagnostic: Diagnostic): Promise<readonly CodeAction[]> {
    return this.#server.request("textDocument/codeAction", { textDocument: { uri: this.#uri }, range: diagnostic.range, context: { diagnostics: [diagnostic], only: ["quickfix"] } });
  }

  /** Chooses an action from the menu. */
  async choose({ command, edit }: CodeAction): Promise<void> {
    if (edit) this.#edit(edit);
    else await this.#server.request("workspace/executeCommand", { command: command?.command, arguments: command?.arguments });
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}

const TIMEOUT = 120_000;

/** A case with the exact text that its fixes give. */
const fixture = (path: string): { readonly text: string; readonly golden: string } => ({
  text: annotated(readFileSync(join(fixturesDir, path), "utf8")).text,
  golden: readFileSync(join(fixturesDir, path.replace(/(\.\w+)$/, ".fixed$1")), "utf8"),
});

/** Goes through the findings of one rule, and through the menu of each, until no more is offered. */
async function fixAll(editor: Editor, found: () => Promise<readonly Diagnostic[]>, isIt: (action: CodeAction) => boolean): Promise<string[]> {
  const titles: string[] = [];
  const most = (await found()).length;
  for (let left = await found(); left.length > 0 && titles.length <= most; left = await found()) {
    let action: CodeAction | undefined;
    for (const diagnostic of left) action ??= (await editor.actions(diagnostic)).find(isIt);
    if (action === undefined) break;
    await editor.choose(action);
    titles.push(action.title);
  }
  return titles;
}

describe.each(["eslint", "eslint9"])("VS Code's ESLint server on a project with %s", (eslint) => {
  let user: ReturnType<typeof project>;
  let editor: Editor;
  beforeAll(async () => {
    user = project(eslint);
    editor = new Editor([SERVER, "--stdio"], user.dir);
    await editor.start();
  }, TIMEOUT);
  afterAll(async () => {
    await editor.stop();
    user.remove();
  }, TIMEOUT);

  it.each([
    ["a safe fix as a quick fix", "swallowed-error/drops-cause.ts", "eslint.applySingleFix", /^Fix this nobypass\/swallowed-error problem$/],
    ["a fix to review, with the import it needs, as a suggestion", "missing-timeout/global-fetch.ts", "eslint.applySuggestion", /^Fetch through the pipeline: `http\.fetch` \(nobypass\/missing-timeout\)$/],
    ["several of them, one after the other", "dropped-signal/in-a-dispatch.ts", "eslint.applySuggestion", /^Hand on `[\w.]+` \(nobypass\/dropped-signal\)$/],
    ["suggestions in CommonJS", "dropped-signal/untyped.cjs", "eslint.applySuggestion", /^Hand on `signal` \(nobypass\/dropped-signal\)$/],
  ])("shows the findings and makes %s, to the golden text", async (_, path, command, title) => {
    const rule = dirname(path);
    const { text, golden } = fixture(path);
    editor.open(`src/app${path.slice(path.lastIndexOf("."))}`, text);
    const ours = async (): Promise<readonly Diagnostic[]> => (await editor.diagnostics()).filter((d) => d.code === `nobypass/${rule}`);
    const found = await ours();
    expect(found.length).toBeGreaterThan(0);
    for (const diagnostic of found) expect(diagnostic).toMatchObject({ source: "eslint", message: expect.stringMatching(/\w/) as string });
    const titles = await fixAll(editor, ours, (action) => action.command?.command === command);
    expect(editor.text).toBe(golden);
    expect(titles.length).toBeGreaterThan(0);
    for (const chosen of titles) expect(chosen).toMatch(title);
    editor.close();
  }, TIMEOUT);

  it("offers what stays in the file, also by what another file says, and nothing that edits other files", async () => {
    writeFiles(user.dir, { "src/config.ts": 'import { config } from "@nobypass/pipeline";\nimport { z } from "zod";\n\nexport const env = config({\n  REGION: z.string(),\n});\n' });
    editor.open("src/app.ts", "export const region = process.env.REGION;\nexport const zone = process.env.ZONE;\n");
    const found = async (): Promise<readonly Diagnostic[]> => (await editor.diagnostics()).filter((d) => d.code === "nobypass/raw-env");
    expect((await found()).map((d) => d.range.start.line)).toEqual([0, 1]);
    const titles = await fixAll(editor, found, (action) => action.command?.command === "eslint.applySuggestion");
    expect(titles).toEqual(["Read it from the config module: `env.REGION` (nobypass/raw-env)"]);
    expect(editor.text).toBe('import { env } from "./config.js";\n\nexport const region = env.REGION;\nexport const zone = process.env.ZONE;\n');
    expect((await found()).map((d) => d.message)).toEqual([expect.stringContaining("ZONE")]);
    editor.close();
  }, TIMEOUT);

  it("shows a finding while it is typed, and takes it back when it is gone", async () => {
    const lines = async (): Promise<string[]> => (await editor.diagnostics()).map((d) => `${d.range.start.line + 1} ${d.code ?? ""}`);
    editor.open("src/app.ts", "export const a = 1;\nconsole.log(a);\n");
    expect(await lines()).toEqual(["2 nobypass/console"]);
    editor.close();
    editor.open("src/app.ts", "export const a = 1;\n");
    expect(await lines()).toEqual([]);
    editor.close();
  }, TIMEOUT);
});

describe("oxlint's server", () => {
  let user: ReturnType<typeof project>;
  let editor: Editor;
  beforeAll(async () => {
    user = project("eslint");
    const rules = Object.fromEntries(Object.entries(configs.strict.rules ?? {}));
    writeFiles(user.dir, { ".oxlintrc.json": JSON.stringify({ jsPlugins: ["nobypass/eslint"], categories: { correctness: "off" }, rules }) });
    editor = new Editor([join(repository, "node_modules/oxlint/bin/oxlint"), "--lsp"], user.dir);
    await editor.start();
  }, TIMEOUT);
  afterAll(async () => {
    await editor.stop();
    user.remove();
  }, TIMEOUT);

  it.each([
    ["safe fixes", "swallowed-error/drops-cause.ts", /^Fix nobypass\/swallowed-error problem$/],
    ["fixes to review", "dropped-signal/in-a-dispatch.ts", /^Hand on `[\w.]+`$/],
  ])("shows the findings and makes %s, to the golden text", async (_, path, title) => {
    const { text, golden } = fixture(path);
    editor.open("src/app.ts", text);
    const ours = async (): Promise<readonly Diagnostic[]> => (await editor.diagnostics()).filter((d) => d.code === `nobypass(${dirname(path)})`);
    // A moment after it is initialised it knows of no plugin yet.
    await expect.poll(async () => (await ours()).length, { timeout: 30_000 }).toBeGreaterThan(0);
    const titles = await fixAll(editor, ours, (action) => title.test(action.title));
    expect(editor.text).toBe(golden);
    expect(titles.length).toBeGreaterThan(0);
    editor.close();
  }, TIMEOUT);
});
