import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { json } from "../cli/reporters/json.js";
import { pretty } from "../cli/reporters/pretty.js";
import { reportOf } from "../tests/support/cli.js";
import { tempTree, writeFiles } from "../tests/temp-tree.js";
import { cachedRun } from "./cached-run.js";
import type { RunResult } from "./result.js";
import { run } from "./run.js";

afterEach(() => vi.useRealTimers());

/** All that a user can see of a run, but how long it took. */
function seen(result: RunResult): unknown {
  const timeless: RunResult = { ...result, durationMs: 0 };
  const report = reportOf(timeless, { verbose: true });
  return { ...timeless, sources: [...timeless.sources], json: json(report), pretty: pretty(report) };
}

const HTTP = 'export const get = (url: string) => fetch(url);\n';
const CONFIG = JSON.stringify({ preset: "strict", catalog: ["./rows/*.mjs"] });
const ROWS = 'export default { name: "acme", packages: ["acme"], docs: "https://acme.test", effects: [{ calls: ["acme:send"], effect: "network" }] };\n';

/** Each file with all it may hold; null: it is not there. The first is what a project begins with. */
const SLOTS: Readonly<Record<string, readonly (string | null)[]>> = {
  "package.json": ['{"name":"shop","type":"module","imports":{"#lib/*":"./src/lib/*.ts"}}', '{"name":"shop","exports":{".":"./src/service.ts"}}', '{"name":"shop","imports":{"#lib/*":"./src/other/*.ts"}}', "{", null],
  "package-lock.json": ["{}", '{"lockfileVersion":3}', null],
  "tsconfig.json": ['{"compilerOptions":{"paths":{"@lib/*":["./src/lib/*"]}}}', '{"compilerOptions":{"paths":{"@lib/*":["./src/other/*"]}},"include":["src/lib"]}', "{", null],
  "src/tsconfig.json": [null, '{"extends":"../tsconfig.json"}', '{"extends":"../missing.json"}'],
  "nobypass.config.json": [CONFIG, '{"preset":"strict","rules":{"console":"off"},"modules":["src/*"]}', '{"exemptions":[{"rule":"console","files":["src/**"],"reason":"old","owner":"@x","until":"2031-01-01"}]}', '{"preset":"nonsense"}', null],
  "nobypass.config.mjs": [null, 'import { level } from "./level.mjs";\nexport default { preset: "strict", rules: { console: level } };\n', "export default { preset: process.env.NONE ?? 'strict' };\n"],
  "level.mjs": ['export const level = "warn";\n', 'export const level = "error";\n'],
  "rows/acme.mjs": [ROWS, ROWS.replace("network", "database"), null],
  ".gitignore": ["node_modules\n", "src/other\n", null],
  "node_modules/acme/package.json": ['{"name":"acme","types":"index.d.ts"}', '{"name":"acme","exports":{"./deep":"./deep.js"}}', null],
  "node_modules/acme/index.d.ts": ["export declare function send(text: string): Promise<void>;\n", "export declare function send(text: string): void;\n", null],
  "src/http.ts": [HTTP, "export const get = (url: string) => fetch(url, { signal: AbortSignal.timeout(1000) });\n", "export async function get(url: string) {\n  return (await fetch(url)).json();\n}\n", `// moved\n\n${HTTP}`, 'export { get } from "./lib/client.js";\n', null],
  "src/lib/client.ts": ['export const get = async (url: string) => fetch(url);\nexport const key = process.env.KEY;\n', "export const get = 1;\n", "export const get = (;\n", null],
  "src/lib/client/index.ts": [null, "export const get = (url: string) => fetch(url);\n"],
  "src/other/client.ts": [null, 'export const get = (url: string) => fetch(url, { signal: AbortSignal.timeout(5) });\nconsole.log("other");\n'],
  "src/service.ts": [
    'import { get } from "./http.js";\nimport { get as far } from "@lib/client";\nimport { send } from "acme";\nexport const load = (id: string) => get(`https://x.test/${id}`);\nexport const all = (ids: string[]) => Promise.all(ids.map(load));\nexport async function tell(id: string) { send(id); await far(id); }\n',
    'import { get } from "#lib/client";\nexport const load = async (id: string) => { try { return await get(id); } catch { return null; } };\nexport const all = (ids: string[]) => Promise.all(ids.map(load));\nexport const tell = async (id: string) => void id;\n',
    null,
  ],
  "src/routes.ts": [
    'import express from "express";\nimport { all, load, tell } from "./service.js";\nconst app = express();\napp.get("/:id", async (req, res) => { console.log(req.body); await tell(req.params.id); res.json(await load(req.params.id)); });\napp.post("/", async (req, res) => { res.json(await all(req.body.ids)); });\n',
    'import express from "express";\nimport * as service from "./service.js";\nconst app = express();\n// nobypass-disable-next-line console -- kept for now until:2031-01-01\napp.get("/:id", async (req, res) => { console.log(1); res.json(await service.load(req.params.id)); });\n',
    "// nobypass-disable-next-line nothing\nexport {};\n",
    null,
  ],
  "tests/service.test.ts": ['import { load } from "../src/service.js";\nawait load(String(process.env.ID));\n', 'console.log("test");\n', null],
  "README.md": ["one\n", null],
};

const START = Object.fromEntries(Object.entries(SLOTS).flatMap(([path, [first]]) => (typeof first === "string" ? [[path, first]] : [])));

type Edit = { readonly path: string; readonly text: string | null };
const edits: readonly Edit[] = Object.entries(SLOTS).flatMap(([path, texts]) => texts.map((text) => ({ path, text })));

function make({ path, text }: Edit, root: string): void {
  if (text === null) rmSync(join(root, path), { force: true });
  else {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => void setTimeout(done, ms));

async function expectEqualRuns(sequence: readonly Edit[], { trustsStamps }: { readonly trustsStamps: boolean }): Promise<void> {
  const root = tempTree(START);
  // Files of this moment have no stamps that count. Seen from an hour later they have.
  if (trustsStamps) vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
  const options = { cwd: root, paths: [], parseAll: true } as const;
  for (const edit of [null, ...sequence]) {
    if (edit !== null) make(edit, root);
    const cold = seen(run(options));
    expect(seen(await cachedRun(options))).toEqual(cold);
    // And once more, with nothing changed: now there is something to recall.
    expect(seen(await cachedRun(options))).toEqual(cold);
    if (trustsStamps) await pause(12);
  }
  vi.useRealTimers();
}

describe("a warm run equals a cold one", () => {
  it.each([false, true])("after any edits (files with stamps that count: %s)", async (trustsStamps) => {
    const sequences = fc.array(fc.constantFrom(...edits), { minLength: 1, maxLength: 6 });
    await fc.assert(fc.asyncProperty(sequences, (sequence) => expectEqualRuns(sequence, { trustsStamps })), { numRuns: 8 });
  });

  it("after each edit alone", async () => {
    const root = tempTree(START);
    const options = { cwd: root, paths: [], parseAll: true } as const;
    const start = seen(await cachedRun(options));
    for (const edit of edits) {
      make(edit, root);
      expect(seen(await cachedRun(options)), `${edit.path}: ${edit.text}`).toEqual(seen(run(options)));
      make({ path: edit.path, text: START[edit.path] ?? null }, root);
      expect(seen(await cachedRun(options)), `${edit.path} as before`).toEqual(start);
    }
  });
});

/** Is the outcome taken from the cache? Then no rule runs: nothing would be seen of a project that is gone but for its stamps. */
async function isRecalled(root: string, more: Partial<Parameters<typeof cachedRun>[0]> = {}): Promise<boolean> {
  let judged = false;
  await cachedRun({ cwd: root, paths: [], ...more, onProgress: () => (judged = true) });
  return !judged;
}

describe("an outcome is recalled", () => {
  const files = { "package.json": "{}", "src/a.ts": 'console.log("a");\n', "src/b/c.ts": "export {};\n" };

  it("if nothing changed, also by who touches a file or writes the same again, beside the sources, or in another order", async () => {
    const root = tempTree(files);
    expect(await isRecalled(root)).toBe(false);
    expect(await isRecalled(root)).toBe(true);
    utimesSync(join(root, "src/a.ts"), 1, 1);
    expect(await isRecalled(root)).toBe(true);
    rmSync(join(root, "src/a.ts"));
    writeFiles(root, { "src/a.ts": files["src/a.ts"], "notes.md": "", "src/table.csv": "" });
    expect(await isRecalled(root)).toBe(true);
  });

  it("only if the same was asked for", async () => {
    const root = tempTree(files);
    await isRecalled(root);
    expect(await isRecalled(root, { rules: ["console"] })).toBe(false);
    expect(await isRecalled(root, { paths: ["src"] })).toBe(false);
    expect(await isRecalled(root, { parseAll: true })).toBe(false);
    expect(await isRecalled(join(root, "src"))).toBe(false);
    expect(await isRecalled(root)).toBe(true);
  });

  it.each([
    ["a source", "src/a.ts", "console.log(1);\n"],
    ["a source of the same length and time", "src/a.ts", 'console.log("b");\n'],
    ["a new source", "src/b/d.ts", ""],
    ["a config that was not there", "nobypass.config.json", "{}"],
    ["a tsconfig that was not there", "src/b/tsconfig.json", "{}"],
    ["a package.json that was not there", "src/package.json", "{}"],
    ["a .gitignore that was not there", "src/.gitignore", "b"],
  ])("but not after %s", async (_, path, text) => {
    const root = tempTree(files);
    if (existsSync(join(root, path))) utimesSync(join(root, path), 1, 1);
    await isRecalled(root);
    writeFiles(root, { [path]: text });
    utimesSync(join(root, path), 1, 1);
    expect(await isRecalled(root)).toBe(false);
    expect(await isRecalled(root)).toBe(true);
  });

  it("for a day, where something has an end", async () => {
    const config = '{"exemptions":[{"rule":"console","files":["src/**"],"reason":"old","owner":"@x","until":"2031-01-01"}]}';
    const root = tempTree({ ...files, "nobypass.config.json": config });
    const findings = async (): Promise<number> => (await cachedRun({ cwd: root, paths: [] })).findings.length;
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2030-12-31T12:00:00Z") });
    expect(await findings()).toBe(0);
    expect(await isRecalled(root)).toBe(true);
    vi.setSystemTime(new Date("2031-01-02T12:00:00Z"));
    expect(await findings()).toBe(1);
  });

  it("not at all where a config asks what nobody can look up", async () => {
    const root = tempTree({ ...files, "nobypass.config.mjs": "export default { preset: process.env.PRESET };\n" });
    await isRecalled(root);
    expect(await isRecalled(root)).toBe(false);
  });
});

describe("a cache that is not as it was written", () => {
  const files = { "package.json": "{}", "src/a.ts": 'console.log("a");\n' };
  const folder = (root: string): string => join(root, ".nobypass/cache");
  const spoil = (root: string, change: (bytes: Buffer) => Buffer): void => {
    const names = readdirSync(folder(root));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) writeFileSync(join(folder(root), name), change(readFileSync(join(folder(root), name))));
  };

  it.each([
    ["empty", () => Buffer.alloc(0)],
    ["cut off", (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
    ["damaged", (bytes: Buffer) => Buffer.from(bytes.map((b, i) => (i === bytes.length - 20 ? b ^ 1 : b)))],
    ["something else", () => Buffer.from('{"hello":1}\n[]')],
  ])("is built anew: %s", async (_, change) => {
    const root = tempTree(files);
    const options = { cwd: root, paths: [] };
    const cold = seen(await cachedRun(options));
    spoil(root, change);
    expect(await isRecalled(root)).toBe(false);
    spoil(root, change);
    // The facts alone are spoilt: the outcome would be recalled, so the file changes too.
    writeFiles(root, { "src/b.ts": "" });
    expect(seen(await cachedRun(options))).toEqual(seen(run(options)));
    rmSync(join(root, "src/b.ts"));
    expect(seen(await cachedRun(options))).toEqual(cold);
    expect(await isRecalled(root)).toBe(true);
  });

  it("is of no use in another place", async () => {
    const root = tempTree(files);
    await isRecalled(root);
    const other = tempTree({ ...files, "src/a.ts": "export {};\n" });
    mkdirSync(folder(other), { recursive: true });
    for (const name of readdirSync(folder(root))) writeFileSync(join(folder(other), name), readFileSync(join(folder(root), name)));
    expect(seen(await cachedRun({ cwd: other, paths: [] }))).toEqual(seen(run({ cwd: other, paths: [] })));
  });

  it("lies where git does not see it, and a run that can keep nothing is a run", async () => {
    const root = tempTree(files);
    await isRecalled(root);
    expect(readFileSync(join(root, ".nobypass/.gitignore"), "utf8")).toBe("*\n");
    const installed = tempTree({ ...files, "node_modules/x/package.json": "{}" });
    await isRecalled(installed);
    expect(existsSync(join(installed, "node_modules/.cache/nobypass"))).toBe(true);
    expect(existsSync(join(installed, ".nobypass"))).toBe(false);
    const closed = tempTree({ ...files, ".nobypass": "a file, so that no folder can be made here" });
    const notes: string[] = [];
    const result = await cachedRun({ cwd: closed, paths: [] }, { onNote: (note) => notes.push(note) });
    expect(result.findings).toHaveLength(1);
    expect(notes).toEqual([expect.stringMatching(/^nothing can be kept in .*\.nobypass\/cache: /)]);
  });
});

it("writers at the same time leave a whole cache behind", async () => {
  const root = tempTree({ ...START, "nobypass.config.mjs": "export default {};\n" });
  const script = `const { cachedRun } = await import(${JSON.stringify(new URL("./cached-run.ts", import.meta.url).href)}); const { findings } = await cachedRun({ cwd: ${JSON.stringify(root)}, paths: [] }); process.stdout.write(JSON.stringify(findings));`;
  const outcomes = await Promise.all(Array.from({ length: 3 }, () => promisify(execFile)(process.execPath, ["--import", import.meta.resolve("tsx"), "--input-type=module", "-e", script])));
  const alone = JSON.stringify(run({ cwd: root, paths: [] }).findings);
  expect(outcomes.map((o) => o.stdout)).toEqual([alone, alone, alone]);
  expect(JSON.stringify((await cachedRun({ cwd: root, paths: [] })).findings)).toBe(alone);
  const names = readdirSync(join(root, "node_modules/.cache/nobypass"));
  expect(names.filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

it("the order in which a folder lists its files does not matter", async () => {
  const root = tempTree({ ...START, "src/more.ts": "console.log(2);\n", "src/b/c.ts": "export const x = fetch('https://x.test');\n" });
  const before = seen(run({ cwd: root, paths: [] }));
  const again = tempTree({});
  for (const path of Object.keys(START).reverse()) writeFiles(again, { [path]: START[path] ?? "" });
  writeFiles(again, { "src/b/c.ts": "export const x = fetch('https://x.test');\n", "src/more.ts": "console.log(2);\n" });
  expect(JSON.stringify(seen(run({ cwd: again, paths: [] }))).replaceAll(again, "")).toBe(JSON.stringify(before).replaceAll(root, ""));
  const [first, ...others] = ["src/routes.ts", "src/more.ts", "src/http.ts"];
  expect(run({ cwd: root, paths: [...others, first as string] }).findings).toEqual(run({ cwd: root, paths: [first as string, ...others] }).findings);
});
