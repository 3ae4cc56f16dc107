import { expect, it } from "vitest";
import { findingAt, reportOf, runResult } from "../../tests/support/cli.js";
import { pretty } from "./pretty.js";

const FILE = "src/orders.ts";
const TEXT = `import { db } from "./db.js";

export async function create(order: Order) {
  const rate = await fetch(RATES);
  console.log("created", order);
}
`;
const fetched = { rule: "missing-timeout", promise: "bounded time", message: "`fetch` has no time bound", symbol: "create" } as const;

it("prints findings on one range as one block, related places, fixes, and what they add up to", () => {
  const result = runResult({
    assumed: ["no config: preset recommended"],
    findings: [
      findingAt(FILE, TEXT, "fetch(RATES)", { ...fetched, rule: "bypass", promise: "one path", message: "`fetch` is reached from POST /orders without the pipeline", related: [{ file: "src/routes.ts", start: { line: 7, column: 3 }, end: { line: 7, column: 9 }, message: "the entry point" }] }),
      findingAt(FILE, TEXT, "fetch(RATES)", { ...fetched, fix: { tier: "review", title: "Send it through dispatch", edits: [] } }),
      findingAt(FILE, TEXT, 'console.log("created", order)', { severity: "warn", symbol: "create" }),
    ],
    unknown: [
      { rule: "raw-throw", file: FILE, start: { line: 4, column: 9 }, reason: "who calls `create` is not known" },
      { rule: "raw-throw", file: FILE, start: { line: 5, column: 9 }, reason: "who calls `create` is not known" },
    ],
    sources: new Map([[FILE, TEXT]]),
    rules: { ran: ["console", "missing-timeout"], waiting: ["bare-entry", "lost-context"] },
    counts: { files: 34, outsideTsconfig: 1, found: 3, clear: 7, unknown: 2, suppressed: 2 },
  });
  expect(pretty(reportOf(result))).toMatchInlineSnapshot(`
    "assumed: no config: preset recommended

    src/orders.ts:4:22  in create
        3 │ export async function create(order: Order) {
      > 4 │   const rate = await fetch(RATES);
          │                      ^^^^^^^^^^^^
        5 │   console.log("created", order);
        6 │ }
      bypass           \`fetch\` is reached from POST /orders without the pipeline
                       src/routes.ts:7:3  the entry point
      missing-timeout  \`fetch\` has no time bound
      fix (review): Send it through dispatch

    src/orders.ts:5:3  in create
        3 │ export async function create(order: Order) {
        4 │   const rate = await fetch(RATES);
      > 5 │   console.log("created", order);
          │   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        6 │ }
      console (warning)  \`console.log\` bypasses the pipeline's log

    one path       1  bypass 1
    bounded time   1  missing-timeout 1
    observability  1  console 1

    waiting for a pipeline that resolves: bare-entry, lost-context (install @nobypass/pipeline, or name your own under \`pipeline\` in the config)

    2 places could not be decided
      2  raw-throw  who calls \`create\` is not known

    3 findings, 1 warning among them, in 1 file (34 files checked, 2 unknown, 2 suppressed, 1 outside every tsconfig) in 1.2s
    Why, and what is fine: nobypass explain bypass
    "
  `);
});

it("says that a run is clean, with its counts", () => {
  expect(pretty(reportOf(runResult()))).toBe("No findings (1 file checked) in 1.2s\n");
});

it("says why a run cannot be trusted, after what is wrong", () => {
  const result = runResult({
    problems: [
      { kind: "parse", file: "src/a.ts", start: { line: 3, column: 4 }, message: "Unexpected token", hint: "The file was not judged." },
      { kind: "parse", file: "src/a.test.ts", start: { line: 1, column: 1 }, message: "Unexpected token", hint: "The file was not judged.", harmless: true },
    ],
  });
  expect(pretty(reportOf(result, { strict: true }))).toMatchInlineSnapshot(`
    "does not parse  src/a.ts:3:4
      Unexpected token
      The file was not judged.

    does not parse  src/a.test.ts:1:1
      Unexpected token
      The file was not judged.

    No findings (1 file checked) in 1.2s
    This run cannot be trusted: a file does not parse, so it was not judged
    "
  `);
});

it("shows stacks and each undecided place only with verbose", () => {
  const result = runResult({
    problems: [{ kind: "crash", message: "rule console crashed: boom", hint: "report it", stack: "Error: boom\n    at judge" }],
    unknown: [{ rule: "raw-throw", file: "src/a.ts", start: { line: 4, column: 9 }, reason: "who calls it is not known" }],
  });
  expect(pretty(reportOf(result))).not.toMatch(/at judge|src\/a\.ts:4:9/);
  const verbose = pretty(reportOf(result, { verbose: true }));
  expect(verbose).toMatch(/at judge/);
  expect(verbose).toMatch(/src\/a\.ts:4:9 {2}raw-throw {2}who calls it/);
});

it("quiet: findings alone, and nothing at all where there are none", () => {
  const findings = [findingAt(FILE, TEXT, "fetch(RATES)", fetched)];
  const result = runResult({ findings, assumed: ["x"], rules: { ran: [], waiting: ["bypass"] } });
  expect(pretty(reportOf(result, { quiet: true }))).toBe(`src/orders.ts:4:22  in create\n  missing-timeout  \`fetch\` has no time bound\n`);
  expect(pretty(reportOf(runResult(), { quiet: true }))).toBe("");
});

it("has escape codes only where colours are on, and says the same with them", () => {
  const result = runResult({ findings: [findingAt(FILE, TEXT, "fetch(RATES)", fetched)], sources: new Map([[FILE, TEXT]]), assumed: ["x"] });
  const plain = pretty(reportOf(result));
  const coloured = pretty(reportOf(result, { colours: true }));
  expect(plain).not.toContain("\x1b");
  expect(coloured).toContain("\x1b[");
  // eslint-disable-next-line no-control-regex
  expect(coloured.replace(/\x1b\[\d+m/g, "")).toBe(plain);
});

it("keeps within the terminal", () => {
  const long = `const x = ${"veryLongName.".repeat(20)}call();\n`;
  const result = runResult({
    findings: [findingAt(FILE, long, "call()", { message: `a message of ${"many words ".repeat(20)}`, fix: { tier: "safe", title: "Do one thing ".repeat(10), edits: [] } })],
    sources: new Map([[FILE, long]]),
    assumed: ["that people write long sentences, ".repeat(5)],
  });
  const lines = pretty(reportOf(result, { width: 60 })).split("\n");
  expect(lines.filter((line) => line.length > 60)).toEqual([]);
  expect(lines.find((line) => line.includes("^^^^^^"))).toBeDefined();
});

it("never shows a secret, in its own frame or in that of a neighbour, wherever else it stands", () => {
  const text = `const client = connect();\nconst key = "sk_live_4242";\nclient.use(key);\n`;
  const secret = findingAt(FILE, text, '"sk_live_4242"', { rule: "hardcoded-secret", promise: "safety", message: "a Stripe key in source" });
  const used = findingAt(FILE, text, "key)", { rule: "hardcoded-secret", promise: "safety", related: [{ file: FILE, start: secret.start, end: secret.end, message: "its value" }] });
  for (const findings of [[secret], [findingAt(FILE, text, "connect()"), secret], [used]]) {
    const shown = pretty(reportOf(runResult({ findings, sources: new Map([[FILE, text]]) })));
    expect(shown).not.toContain("sk_live");
    expect(shown).toContain('"************"');
  }
});

it("lets no control character through, from code, names or messages", () => {
  const text = "x(`\x1b[2J\u202e`)\n";
  const findings = [findingAt("src/\x1b[31m.ts", text, "x(", { message: "bad \x07\nnews", symbol: "a\x1bb" })];
  const shown = pretty(reportOf(runResult({ findings, sources: new Map([["src/\x1b[31m.ts", text]]) })));
  // eslint-disable-next-line no-control-regex
  expect(shown).not.toMatch(/[\x00-\x09\x0b-\x1f\u202e]/);
  expect(shown).toContain("␛[2J�");
  expect(shown).toContain("bad ␇ news");
});

it("shows both ends of a long way, in order", () => {
  const related = Array.from({ length: 11 }, (_, i) => ({ file: `src/f${i}.ts`, start: { line: i + 1, column: 1 }, end: { line: i + 1, column: 2 }, message: `step ${i}`, step: true as const }));
  const text = pretty(reportOf(runResult({ findings: [findingAt(FILE, TEXT, "fetch(RATES)", { related })], sources: new Map([[FILE, TEXT]]) })));
  const shown = text.split("\n").flatMap((line) => /step \d+|… \d+ more steps/.exec(line) ?? []);
  expect(shown).toEqual(["step 0", "step 1", "step 2", "step 3", "… 3 more steps", "step 7", "step 8", "step 9", "step 10"]);
  expect(text).toContain("src/f0.ts:1:1  step 0");
});

it("says how many entries are proved, and why others are not", () => {
  const open = [1, 2, 3].map((line) => ({ file: "src/b.ts", start: { line, column: 1 }, reason: line === 3 ? "`x` is of type any" : "text is run as code", entries: line }));
  const entry = { file: FILE, start: { line: 1, column: 1 }, name: "GET /a", framework: "express", found: 0, unknown: 0, reasons: [] };
  const list = [{ ...entry, proof: "proved" as const }, { ...entry, proof: "unknown" as const }];
  const result = runResult({ entries: { proved: 1, found: 0, unknown: 1, list, open }, unknown: [{ rule: "raw-throw", file: FILE, start: { line: 4, column: 9 }, reason: "no types" }] });
  const text = pretty(reportOf(result));
  expect(text).toContain("2 entries of the program, by 1 rule: 1 proved clear, 1 with something unknown on the way\n");
  expect(text).toContain("4 places could not be decided\n  2  (call)  text is run as code\n  1  (call)  `x` is of type any\n  1  raw-throw  no types\n");
  expect(text).toContain("(1 file checked, 4 unknown)");
  expect(pretty(reportOf(result, { verbose: true }))).toContain("  src/b.ts:3:1  (call)  `x` is of type any (on the way of 3 entries)\n");
});

it("asks whether a file full of reads of the environment is the config module", () => {
  const reads = (file: string, count: number) => Array.from({ length: count }, () => findingAt(file, TEXT, "RATES", { rule: "raw-env", promise: "safety", message: "`process.env` is read", symbol: "" }));
  const hint = (...findings: ReturnType<typeof findingAt>[]): string | undefined => pretty(reportOf(runResult({ findings }))).split("\n").find((line) => line.includes("under config"));
  expect(hint(...reads("src/config/env.ts", 5))).toBe("5 findings of raw-env are in src/config/env.ts: if that is where the environment is read, name it in the config, under config (nobypass init proposes it)");
  expect(hint(...reads("src/env.config.ts", 6), ...reads("src/settings.ts", 5), ...reads("src/main.ts", 9))).toContain("11 findings of raw-env are in src/env.config.ts and 1 file called like it:");
  expect(hint(...reads("src/config/env.ts", 4), ...reads("src/main.ts", 9))).toBeUndefined();
});
