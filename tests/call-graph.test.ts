import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { callGraphOf } from "../engine/call-graph.js";
import { cli } from "./support/cli.js";
import { fixturesDir } from "./support/fixtures.js";
import { tempTree } from "./temp-tree.js";

const dir = join(fixturesDir, "call-graph");

/** `// calls: a, b` behind a line names all that its calls run, by their ids within the file; a line without it runs nothing of the program, as far as anybody is sure. */
describe("the call graph of", () => {
  it.each(readdirSync(dir))("%s", (name) => {
    const { root, edges, functions } = callGraphOf(dir, [join(dir, name)]);
    const found: string[] = [];
    const wanted: string[] = [];
    for (const file of new Set(functions.map((f) => f.file))) {
      readFileSync(join(root, file), "utf8").split("\n").forEach((text, i) => {
        const calls = /\/\/ calls: (.*)$/.exec(text)?.[1];
        if (calls !== undefined) wanted.push(`${file}:${i + 1} ${calls.split(", ").sort().join(", ")}`);
        const targets = edges.filter((e) => e.confidence !== "heuristic" && e.site.file === file && e.site.line === i + 1).map((e) => e.to.slice(e.to.indexOf("#") + 1));
        if (targets.length > 0) found.push(`${file}:${i + 1} ${[...new Set(targets)].sort().join(", ")}`);
      });
    }
    expect(found).toEqual(wanted);
  });
});

describe("nobypass facts --call-graph", () => {
  const tree = { "a.ts": `import { b } from "./b.js";\nexport function a(f: () => void) { b(f); outside(f); }\n`, "b.ts": "export function b(f: () => void) { f(); }\n" };

  it("prints functions, edges and what nobody could follow, with their places", async () => {
    const cwd = tempTree(tree);
    const { exitCode, stdout, stderr } = await cli(["facts", "--call-graph"], { cwd });
    expect([exitCode, stderr]).toEqual([0, ""]);
    const document = JSON.parse(stdout) as ReturnType<typeof callGraphOf>;
    expect(document.counts).toEqual({ files: 2, functions: 4, calls: 3, outside: 1, unresolved: 1, edges: 1 });
    expect(document.edges).toEqual([{ from: "a.ts#a", to: "b.ts#b", kind: "direct", confidence: "exact", site: { file: "a.ts", line: 2, column: 36, endLine: 2, endColumn: 40 } }]);
    expect(document.unresolved).toEqual([expect.objectContaining({ from: "b.ts#b", reason: expect.stringMatching(/`f` is what a caller gives/) as unknown })]);
    expect(document.functions.map(({ id, line, column }) => `${id} ${line}:${column}`)).toEqual(["a.ts# 1:1", "a.ts#a 2:8", "b.ts# 1:1", "b.ts#b 1:8"]);
  });

  it("says which file runs the top level of which", async () => {
    const cwd = tempTree({
      "a.ts": `import { b } from "./b.js";\nimport type { T } from "./t.js";\nexport const w = new Worker(new URL("./w.ts", import.meta.url));\nexport const load = (): Promise<unknown> => import("./late.js");\nexport const t: T = b;\n`,
      "b.ts": "export const b = 1;\n",
      "t.ts": "export type T = number;\n",
      "w.ts": "postMessage(1);\n",
      "late.ts": "export const late = 1;\n",
    });
    const { stdout } = await cli(["facts", "--call-graph"], { cwd });
    const { loads } = JSON.parse(stdout) as ReturnType<typeof callGraphOf>;
    expect(loads.map(({ from, to, kind, site }) => `${from} ${kind} ${to} ${site.line}`)).toEqual(["a.ts# import b.ts# 1", "a.ts# worker w.ts# 3", "a.ts# dynamic import late.ts# 4"]);
  });

  it("thinks of nobody who only keeps a function or hands it on as its caller", () => {
    const cwd = tempTree({
      "a.ts": `declare function run(f: () => void): void;
export function a(list: (() => void)[]): void { list.concat(() => {}); Promise.resolve(() => {}); console.log(() => {}); Object.freeze({ f: () => {} }); }
export const p = new Promise((resolve) => { resolve(() => {}); });
class Kept { constructor(readonly f: () => void) {} }
class Deep extends Kept { constructor() { super(() => {}); } }
export const kept = [new Kept(() => {}), new Deep()];
interface Box { set(key: string, f: () => void): void; has(f: () => void): boolean }
export function fill(box: Box): void { box.set("a", () => {}); box.has(() => {}); }
run(() => {});
`,
    });
    expect(callGraphOf(cwd, [cwd]).edges.flatMap((e) => (e.confidence === "heuristic" ? [`${e.from} -> ${e.to}`] : []))).toEqual(["a.ts# -> a.ts#arg0 of run"]);
  });

  it("says in its exit code that a file took no part", async () => {
    const cwd = tempTree({ ...tree, "c.ts": "let = ;" });
    const { exitCode, stdout, stderr } = await cli(["facts", "--call-graph", "."], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/c\.ts:1:/);
    expect((JSON.parse(stdout) as ReturnType<typeof callGraphOf>).counts.files).toBe(2);
  });

  it("leaves the SQL of migrations out", async () => {
    const { exitCode, stdout, stderr } = await cli(["facts", "--call-graph", "."], { cwd: tempTree({ ...tree, "migrations/1.sql": "ALTER TABLE a ADD COLUMN b int;\n" }) });
    expect([exitCode, stderr, (JSON.parse(stdout) as ReturnType<typeof callGraphOf>).counts.files]).toEqual([0, "", 2]);
  });

  it.each<[string[], RegExp]>([
    [["facts"], /does not know which facts\n.*--call-graph/],
    [["facts", "--calls"], /no option --calls/],
    [["facts", "--call-graph", ""], /a path is empty/],
    [["facts", "--call-graph", "nowhere"], /no such file or folder/],
  ])("refuses %j", async (words, says) => {
    const { exitCode, stderr } = await cli(words, { cwd: tempTree(tree) });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(says);
  });
});
