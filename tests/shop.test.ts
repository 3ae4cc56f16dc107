import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../engine/run.js";
import type { RunResult } from "../engine/result.js";
import { rules } from "../rules/index.js";
import { fixturesDir } from "./support/fixtures.js";
import { filesIn, textOf } from "./support/sources.js";

const shop = join(fixturesDir, "shop");
const names = rules.map((r) => r.name);
const check = (dir: string): RunResult => run({ cwd: dir, paths: [dir], rules: names });

/** The legacy shop moved onto the pipeline by hand. */
describe("the shop on the pipeline", () => {
  const result = check(shop);

  it("has nothing left to find", () => {
    expect(result.findings.map((f) => `${f.file}:${f.start.line} ${f.rule}`)).toEqual([]);
    expect(result.problems).toEqual([]);
    expect(result.counts.files).toBeGreaterThan(45);
  });

  it("leaves nothing open", () => {
    // A script is judged by itself: what its calls give, a compiler says, with the shop's packages installed.
    expect(result.unknown.map((u) => `${u.file} ${u.rule}`)).toEqual([]);
  });

  it("needs no exception for that", () => {
    expect(filesIn("fixtures/shop").filter((path) => /\.[cm]?ts$/.test(path) && /nobypass-disable|eslint-disable|@ts-ignore|@ts-expect-error/.test(textOf(path)))).toEqual([]);
  });
});

const BARE = ['entry("GET /payments/currencies", async (_req, res) => {\n  res.json(await supported());\n})', "async (_req, res) => {\n  res.json(await supported());\n}"] as const;
/** Without it no router is under the pipeline. */
const FOR_ALL = ["src/app.ts", "  app.use(pipeline());\n", ""] as const;

/** What the check is silent about for a reason, it speaks of when the reason is taken away. */
describe("a sin planted in the shop", () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "nobypass-shop-"));
    for (const name of ["src", "package.json", "tsconfig.json", "nobypass.config.json"]) cpSync(join(shop, name), join(dir, name), { recursive: true });
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it.each([
    ["bare-entry", "src/modules/payments/routes.ts", ...BARE],
    ["console", "src/jobs/mails.ts", 'log.info("mail for an order sent", { orderId })', 'console.log("mail for an order sent", orderId)'],
    ["foreign-internals", "src/modules/payments/refunds.ts", 'import { grossOf } from "../catalog"', 'import { grossOf } from "../catalog/contract"'],
    ["hardcoded-secret", "src/lib/auth.ts", 'jwt.sign({ id, role }, env.TOKEN_KEY.reveal()', 'jwt.sign({ id, role }, "shop-jwt-2019"'],
    ["missing-timeout", "src/modules/payments/fx.ts", "await http.fetch(", "await fetch("],
    ["missing-timeout", "src/jobs/daily-report.ts", "(), connectionTimeoutMillis: 5_000, statement_timeout: 20_000 })", "() })"],
    ["raw-env", "src/modules/accounts/service.ts", "env.FRONTEND_URL", "process.env.FRONTEND_URL"],
    ["raw-throw", "src/modules/payments/psp.ts", 'throw fail("CARD_DECLINED")', 'throw "card declined"'],
    ["unbounded-query", "src/modules/orders/repo.ts", "WHERE customer_id = $1 ORDER BY id DESC LIMIT $2", "WHERE customer_id = $1 ORDER BY id DESC"],
    ["swallowed-error", "src/modules/catalog/importer.ts", 'if (!isMissing(err)) throw err;\n    log.warn("there is no folder for imports", { dir: env.IMPORT_DIR });', ""],
  ])("is found: %s in %s", (rule, file, from, to) => {
    const found = planted([[file, from, to], ...(rule === "bare-entry" ? [FOR_ALL] : [])]);
    // What goes around the pipeline is more than one rule's sin.
    expect(found.filter((f) => f !== `${file} bypass`)).toEqual([`${file} ${rule}`]);
  });

  it("is none where the pipeline is registered for all routes before them, in another file", () => {
    expect(planted([["src/modules/payments/routes.ts", ...BARE]])).toEqual([]);
  });

  function planted(changes: readonly (readonly [file: string, from: string, to: string])[]): string[] {
    const before = changes.map(([file]) => readFileSync(join(dir, file), "utf8"));
    changes.forEach(([file, from, to], i) => {
      expect(before[i]).toContain(from);
      writeFileSync(join(dir, file), (before[i] as string).replace(from, () => to));
    });
    const found = check(dir).findings.map((f) => `${f.file} ${f.rule}`);
    changes.forEach(([file], i) => writeFileSync(join(dir, file), before[i] as string));
    return found;
  }
});
