import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import Ajv from "ajv";
import { expect, it } from "vitest";
import type { RelatedPlace } from "../../core/finding.js";
import type { RunResult } from "../../engine/result.js";
import { findingAt, reportOf, runResult } from "../../tests/support/cli.js";
import type { Report } from "./reporter.js";
import { sarif } from "./sarif.js";

/** The official schema (2.1.0-rtm.5, which became the standard), as Microsoft's SARIF SDK ships it. It is draft-04, which ajv 6 still knows. */
const require = createRequire(import.meta.url);
const ajv = new Ajv({ schemaId: "id", allErrors: true, logger: false });
ajv.addMetaSchema(require("ajv/lib/refs/json-schema-draft-04.json") as object);
const validate = ajv.compile(JSON.parse(readFileSync(require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"), "utf8")) as object);

interface Run {
  readonly properties: { readonly entries: object | null };
  readonly results: readonly {
    readonly ruleId: string;
    readonly ruleIndex: number;
    readonly level: string;
    readonly partialFingerprints: object;
    readonly relatedLocations?: readonly unknown[];
    readonly codeFlows?: readonly {
      readonly threadFlows: readonly { readonly locations: readonly { readonly executionOrder: number; readonly location: { readonly message: { readonly text: string }; readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: { readonly startLine: number } } } }[] }[];
    }[];
    readonly fixes?: readonly unknown[];
    readonly locations: readonly { readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: object } }[];
  }[];
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
  readonly invocations: readonly { readonly executionSuccessful: boolean; readonly exitCode: number; readonly toolExecutionNotifications: readonly unknown[]; readonly toolConfigurationNotifications: readonly unknown[] }[];
}

/** The one run of a report, valid by the schema. */
function runOf(result: RunResult, more: Parameters<typeof reportOf>[1] = {}): Run {
  const document = JSON.parse(sarif(reportOf(result, more))) as { readonly runs: readonly [Run] };
  validate(document);
  expect(validate.errors ?? []).toEqual([]);
  expect(document.runs).toHaveLength(1);
  return document.runs[0];
}

const FILE = "src/app/[id]/route.ts";
const TEXT = "first();\r\nconsole.log(1);\r\n";

it("tells the way to a finding as a code flow, from the entry to the effect", () => {
  const place = (file: string, line: number, message: string, step?: true): RelatedPlace => ({ file, start: { line, column: 1 }, end: { line, column: 9 }, message, ...(step && { step }) });
  const finding = findingAt(FILE, TEXT, "first()", { message: "reached", related: [place("src/app.ts", 3, "the entry point", true), place("src/b.ts", 7, "calls `first`", true), place("src/c.ts", 1, "the client is made here")] });
  const alone = findingAt(FILE, TEXT, "console.log(1)", { related: [place("src/c.ts", 1, "the alias")] });
  const run = runOf(runResult({ findings: [finding, alone], entries: { proved: 3, found: 1, unknown: 2, list: [], open: [] } }), { inRepository: "services/api" });
  const [flow, ...others] = run.results[0]?.codeFlows ?? [];
  expect(others).toEqual([]);
  const [thread] = flow?.threadFlows ?? [];
  expect(thread?.locations.map(({ executionOrder, location: { message, physicalLocation } }) => [executionOrder, message.text, physicalLocation.artifactLocation.uri, physicalLocation.region.startLine])).toEqual([
    [1, "the entry point", "services/api/src/app.ts", 3],
    [2, "calls `first`", "services/api/src/b.ts", 7],
    [3, "reached", "services/api/src/app/%5Bid%5D/route.ts", 1],
  ]);
  expect(run.results[0]?.relatedLocations).toHaveLength(3);
  expect(run.results[1]?.codeFlows).toBeUndefined();
  expect(run.properties.entries).toEqual({ proved: 3, found: 1, unknown: 2, openCalls: 0 });
});

it("is valid SARIF with everything in it", () => {
  const fix = { tier: "review", title: "Use log", edits: [{ start: 10, end: 21, text: "log.info" }, { start: 3, end: 5, text: "x", file: "src/b.ts" }] } as const;
  const run = runOf(
    runResult({
      findings: [
        findingAt(FILE, TEXT, "console.log(1)", { symbol: "C.m", fix, related: [{ file: "src/b.ts", start: { line: 1, column: 2 }, end: { line: 1, column: 5 }, message: "the alias" }] }),
        findingAt(FILE, TEXT, "first()", { rule: "directive", severity: "warn" }),
      ],
      problems: [
        { kind: "parse", file: "src/c.ts", start: { line: 3, column: 4 }, message: "Unexpected token", hint: "" },
        { kind: "config", file: "/project/nobypass.config.ts", message: "bad", hint: "mend it" },
        { kind: "crash", message: "boom", hint: "", stack: "at x", harmless: true },
      ],
      sources: new Map([[FILE, TEXT]]),
      rules: { ran: ["console", "raw-env"], waiting: ["bypass"] },
    }),
    { verbose: true },
  );
  expect(run.tool.driver.rules.map((r) => r.id)).toEqual(["console", "raw-env", "directive"]);
  expect(run.results.map((r) => [r.ruleId, r.ruleIndex, r.level])).toEqual([["console", 0, "error"], ["directive", 2, "warning"]]);
  expect(run.results[0]?.partialFingerprints).toEqual({ "nobypass/v1": "id-10" });
  expect(run.results[0]?.locations[0]?.physicalLocation).toEqual({ artifactLocation: { uri: "src/app/%5Bid%5D/route.ts", uriBaseId: "SRCROOT" }, region: { startLine: 2, startColumn: 1, endLine: 2, endColumn: 15 } });
  expect(run.results[0]?.fixes).toMatchInlineSnapshot(`
    [
      {
        "artifactChanges": [
          {
            "artifactLocation": {
              "uri": "src/app/%5Bid%5D/route.ts",
              "uriBaseId": "SRCROOT",
            },
            "replacements": [
              {
                "deletedRegion": {
                  "endColumn": 12,
                  "endLine": 2,
                  "startColumn": 1,
                  "startLine": 2,
                },
                "insertedContent": {
                  "text": "log.info",
                },
              },
            ],
          },
          {
            "artifactLocation": {
              "uri": "src/b.ts",
              "uriBaseId": "SRCROOT",
            },
            "replacements": [
              {
                "deletedRegion": {
                  "charLength": 2,
                  "charOffset": 3,
                },
                "insertedContent": {
                  "text": "x",
                },
              },
            ],
          },
        ],
        "description": {
          "text": "Use log",
        },
      },
    ]
  `);
  expect(run.invocations).toMatchInlineSnapshot(`
    [
      {
        "executionSuccessful": false,
        "exitCode": 2,
        "exitCodeDescription": "something in the config cannot be used",
        "toolConfigurationNotifications": [
          {
            "level": "error",
            "message": {
              "text": "/project/nobypass.config.ts: bad (mend it)",
            },
            "properties": {
              "kind": "config",
            },
          },
        ],
        "toolExecutionNotifications": [
          {
            "level": "error",
            "locations": [
              {
                "physicalLocation": {
                  "artifactLocation": {
                    "uri": "src/c.ts",
                    "uriBaseId": "SRCROOT",
                  },
                  "region": {
                    "startColumn": 4,
                    "startLine": 3,
                  },
                },
              },
            ],
            "message": {
              "text": "Unexpected token",
            },
            "properties": {
              "kind": "parse",
            },
          },
          {
            "exception": {
              "kind": "crash",
              "message": "at x",
            },
            "level": "note",
            "message": {
              "text": "boom",
            },
            "properties": {
              "kind": "crash",
            },
          },
        ],
      },
    ]
  `);
});

it("is judged by a schema that refuses what is no SARIF", () => {
  expect(validate({ version: "2.1.0", runs: [{}] })).toBe(false);
});

it("is valid when there is nothing to say", () => {
  expect(runOf(runResult()).results).toEqual([]);
  expect(runOf(runResult()).invocations[0]).toMatchObject({ executionSuccessful: true, exitCode: 0 });
});

it("counts paths from the repository's root", () => {
  const uri = (file: string, inRepository: Report["inRepository"]): string | undefined =>
    runOf(runResult({ findings: [findingAt(file, TEXT, "first()")] }), { inRepository }).results[0]?.locations[0]?.physicalLocation.artifactLocation.uri;
  expect(uri("src/a b.ts", "")).toBe("src/a%20b.ts");
  expect(uri("src/a.ts", "services/api")).toBe("services/api/src/a.ts");
  expect(uri("../common/a.ts", "services/api")).toBe("services/common/a.ts");
  expect(uri("../a.ts", "")).toBe("../a.ts");
});

it("puts errors first, keeps within what code scanning accepts, and says what is left out", () => {
  const warning = findingAt(FILE, TEXT, "first()", { severity: "warn" });
  const error = findingAt(FILE, TEXT, "console.log(1)");
  const document = JSON.parse(sarif(reportOf(runResult({ findings: [...Array.from({ length: 25_000 }, () => warning), error] })))) as { readonly runs: readonly [Run] };
  const [run] = document.runs;
  expect(run.results).toHaveLength(25_000);
  expect(run.results[0]?.level).toBe("error");
  expect(JSON.stringify(run.invocations[0]?.toolExecutionNotifications)).toContain("1 more findings are left out");
});
