import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Queue } from "bullmq";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { EntryPlan } from "../src/entry-plan.js";
import type { RateLimitStore } from "../src/index.js";
import * as root from "../src/index.js";
import { opOf } from "../src/op.js";
import { reset } from "../src/testing.js";
import { startRedis } from "./servers/redis.js";
import { compile, folderFor, nameOf, pageOf, plan, printed, type Page } from "./snippets.js";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const textOf = (path: string): string => readFileSync(join(repository, path), "utf8");
const README = "pipeline/README.md";
const INDEX = "docs/pipeline/README.md";
const promises = readdirSync(join(repository, "docs/pipeline")).filter((name) => name !== "README.md").map((name) => `docs/pipeline/${name}`);
const pages = [README, INDEX, ...promises].map((path) => pageOf(path, textOf(path)));
const shared = pages[1]?.blocks.find((block) => nameOf(block) === "listen.ts");
if (shared === undefined) throw new Error(`${INDEX} has no listen.ts`);

const ORDER = ["The naive snippet", "The rule that is missing", "The hand-written version", "The naive snippet again", "The pipeline version", "Checklist"];
/** They wait more than they work. */
const AT_ONCE = 4;

describe("the snippets of the documentation", () => {
  const written = plan(pages, shared);
  let folder: string;
  let problems: readonly string[];
  const outputs = new Map<string, string>();
  beforeAll(async () => {
    folder = folderFor(written);
    problems = compile(folder, written);
    const left = [...written.runs];
    const next = async (): Promise<void> => {
      for (let run = left.shift(); run !== undefined; run = left.shift()) outputs.set(run.title, await printed(folder, run));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("compile against the built package", () => {
    expect(problems).toEqual([]);
    expect(written.files.size).toBeGreaterThan(40); // not silent for a wrong reason
  });

  it.each(written.runs.map((run) => [run.title, run.expected] as const))("print what stands at %s", (title, expected) => {
    // Two servers write their log lines as they come.
    const inOrder = (text = ""): string[] => (expected.includes('{"level":') ? text.split("\n").sort() : text.split("\n"));
    expect(inOrder(outputs.get(title))).toEqual(inOrder(expected));
  });

  it("hold what they say of a store that processes share", async () => {
    const file = [...written.files].find(([, block]) => nameOf(block) === "shared-rate-limits.ts")?.[0] as string;
    const { SharedRateLimits } = (await import(join(folder, "out", file.replace(/\.ts$/, ".js")))) as { SharedRateLimits: new (redis: object) => RateLimitStore };
    const redis = await startRedis();
    const queue = new Queue("docs", { connection: { host: "127.0.0.1", port: redis.port } });
    try {
      const client = (await queue.client) as unknown as { eval(script: string, count: number, ...rest: string[]): Promise<unknown> };
      const store = new SharedRateLimits({ eval: (script: string, keys: string[], args: string[]) => client.eval(script, keys.length, ...keys, ...args) });
      const takes = await Promise.all(Array.from({ length: 5 }, () => store.take("ada", { limit: 3, per: 600_000 })));
      expect(takes.map((wait) => wait > 0)).toEqual([false, false, false, true, true]);
      expect(takes[4]).toBeGreaterThan(190_000);
      expect(takes[4]).toBeLessThanOrEqual(200_000);
      expect(await store.take("bob", { limit: 3, per: 600_000 })).toBe(0);
      expect(await store.take("eve", { limit: 1, per: 200 })).toBe(0);
      await vi.waitUntil(async () => (await store.take("eve", { limit: 1, per: 200 })) === 0, { timeout: 10_000 });
    } finally {
      await queue.close();
      await redis.stop();
    }
  }, 300_000);

  it("are all of a kind that is compiled, or of a language that is not", () => {
    const kinds = new Set(["ts", "ts run", "ts serve", "text", "text logs", "sh"]);
    expect(pages.flatMap((p) => p.blocks).filter((b) => !kinds.has([b.language, ...b.words].join(" "))).map((b) => `${b.page}:${b.line}`)).toEqual([]);
  });
});

describe.each(pages.filter((page) => promises.includes(page.path)).map((page) => [page.path, page] as const))("%s", (path, page: Page) => {
  const codeUnder = (section: string): string[] => page.blocks.filter((b) => b.section === section && b.language === "ts").map((b) => b.text);
  const markdown = textOf(path);

  it("goes from the naive snippet to the checklist", () => {
    expect(page.sections).toEqual(ORDER);
    expect(codeUnder("The naive snippet again")).toEqual(codeUnder("The naive snippet").slice(0, 1));
    expect(page.blocks.some((b) => b.words.includes("run")), "has something to run").toBe(true);
    for (const section of ["The naive snippet", "The hand-written version", "The pipeline version"]) expect(page.blocks.some((b) => b.section === section && b.language === "text"), section).toBe(true);
  });

  it("names for each line of its checklist a test that is there", () => {
    const lines = markdown.slice(markdown.indexOf("## Checklist")).split("\n").filter((line) => line.startsWith("- "));
    expect(lines.length).toBeGreaterThanOrEqual(4);
    const wrong = lines.filter((line) => {
      const held = /\(\[[\w.-]+\]\(([^)]+)\): \*(.+)\*\)$/.exec(line);
      const file = held?.[1] && resolve(repository, dirname(path), held[1]);
      return !file || !existsSync(file) || !testsIn(file).includes(held[2] as string);
    });
    expect(wrong).toEqual([]);
  });

  it("is in the index", () => {
    expect(textOf(INDEX)).toContain(`](${path.slice("docs/pipeline/".length)})`);
  });
});

describe("the tables of the README", () => {
  const markdown = textOf(README);
  const rowsUnder = (heading: string): string[][] => {
    const from = new RegExp(`^#{2,3} ${heading}(?=: |$)`, "m").exec(markdown);
    if (from === null) throw new Error(`no heading ${heading}`);
    return (markdown.slice(from.index + 4).split(/\n#/)[0] as string).split("\n").filter((line) => line.startsWith("| `")).map((line) => line.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, "").trim()));
  };
  const keyOf = (row: readonly string[]): string => /^`([^`(<]+)/.exec(row[0] ?? "")?.[1] ?? "";

  it.each([
    ["Outgoing calls", ["PolicyBase", "Policy"]],
    ["Entries", ["EntryPolicy"]],
    ["Settings", ["Settings"]],
  ])("%s has every key, and no other", (heading, types) => {
    const known = new Set(types.flatMap((type) => keysOf(type)));
    expect(rowsUnder(heading).map(keyOf).sort()).toEqual([...known].sort());
  });

  it("say the defaults that there are", () => {
    reset();
    const { fallback, ...called } = opOf("docs.any").rules;
    const { idle } = new EntryPlan("docs.any", {}, true).rules;
    const compared = (heading: string, known: object): [key: string, said: string | undefined, is: string][] => {
      const rows = new Map(rowsUnder(heading).map((row) => [keyOf(row), row[1]?.split(" ")[0]]));
      return Object.entries(known).filter(([key, value]) => typeof value === "number" && rows.has(key)).map(([key, value]) => [key, rows.get(key), shown(value)]);
    };
    const all = [...compared("Outgoing calls", { ...called, timeout: fallback }), ...compared("Entries", { ...new EntryPlan("docs.any").rules, idle })];
    expect(all.length).toBeGreaterThanOrEqual(9);
    expect(all.filter(([, said, is]) => said !== is)).toEqual([]);
  });

  it("API has every exported value", () => {
    const named = rowsUnder("API").map(keyOf).filter((name) => !name.startsWith("@"));
    const missing = Object.keys(root).filter((name) => !named.some((n) => n === name || n.startsWith(`${name}.`)));
    expect(missing).toEqual([]);
    expect(named.filter((n) => !(n.split(".")[0] as string in root))).toEqual([]);
  });

  it("name every subpath, and none that is not there", () => {
    const { exports } = JSON.parse(textOf("pipeline/package.json")) as { exports: object };
    const own = Object.keys(exports).filter((path) => path !== "." && path !== "./package.json").map((path) => `@nobypass/pipeline/${path.slice(2)}`);
    expect([...new Set(markdown.match(/@nobypass\/pipeline\/[a-z]+/g))].sort()).toEqual(own.sort());
  });
});

const shown = (value: unknown): string => (value === Infinity ? "none" : `\`${String(value).replace(/\B(?=(\d{3})+$)/g, "_")}\``);

/** The keys that a type of `settings.ts` declares. */
function keysOf(type: string): string[] {
  const keys = new Set<string>();
  const collect = (node: ts.Node): void => {
    if (ts.isTypeLiteralNode(node) || ts.isInterfaceDeclaration(node)) for (const member of node.members) if (member.name !== undefined) keys.add(member.name.getText());
    if (ts.isIntersectionTypeNode(node) || ts.isUnionTypeNode(node)) node.types.forEach(collect);
    if (ts.isParenthesizedTypeNode(node)) collect(node.type);
  };
  const source = ts.createSourceFile("settings.ts", textOf("pipeline/src/settings.ts"), ts.ScriptTarget.ES2023, true);
  for (const statement of source.statements) {
    if (ts.isInterfaceDeclaration(statement) && statement.name.text === type) collect(statement);
    if (ts.isTypeAliasDeclaration(statement) && statement.name.text === type) collect(statement.type);
  }
  return [...keys];
}

/** The tests of a file, each with what it is told under: "describe › it". */
function testsIn(file: string): string[] {
  const found: string[] = [];
  const rootName = (node: ts.Expression): string => (ts.isIdentifier(node) ? node.text : ts.isPropertyAccessExpression(node) || ts.isCallExpression(node) ? rootName(node.expression) : "");
  const visit = (node: ts.Node, under: string): void => {
    let inside = under;
    const title = ts.isCallExpression(node) ? node.arguments[0] : undefined;
    if (ts.isCallExpression(node) && title !== undefined && ts.isStringLiteralLike(title)) {
      const name = rootName(node.expression);
      const full = under === "" ? title.text : `${under} › ${title.text}`;
      if (name === "it" || name === "test") found.push(full);
      if (name === "describe") inside = full;
    }
    ts.forEachChild(node, (child) => visit(child, inside));
  };
  visit(ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2023), "");
  return found;
}
