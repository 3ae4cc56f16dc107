import { describe, expect, it } from "vitest";
import type { Fix } from "../core/finding.js";
import { makeFixes } from "../fixes/transaction.js";
import { installPipeline } from "../tests/support/fixture-tree.js";
import { tempTree } from "../tests/temp-tree.js";
import { run } from "./run.js";

it("says that a project without modules is judged as one", () => {
  const said = (files: Readonly<Record<string, string>>, rules: readonly string[]): readonly string[] => {
    const cwd = tempTree({ "package.json": "{}", "tsconfig.json": "{}", ...files });
    return run({ cwd, paths: [cwd], rules }).assumed.filter((line) => line.includes("one module"));
  };
  expect(said({ "src/orders/index.ts": "" }, ["foreign-internals"])).toEqual(["the project is one module: config `modules` draws boundaries"]);
  expect(said({ "src/orders/index.ts": "" }, ["console"])).toEqual([]);
  expect(said({ "src/modules/orders/index.ts": "" }, ["foreign-internals"])).toEqual([]);
});

it("judges the program by a rule that no file of it is worth a look for alone", () => {
  const cwd = tempTree({
    "package.json": "{}",
    "src/server.ts": 'import express from "express";\n\nexport const app = express();\napp.listen(3000);\n',
    "src/routes.ts": 'import { app } from "./server.js";\n\napp.get("/health", (req, res) => res.end());\n',
    "src/client.ts": 'import { PrismaClient } from "@prisma/client";\n\nexport const db = new PrismaClient();\n',
    "src/users.ts": 'import { app } from "./server.js";\nimport { db } from "./client.js";\n\napp.get("/users", async (req, res) => res.json(await db.user.findMany({ take: 5 })));\n',
  });
  const found = (rule: string): readonly string[] => run({ cwd, paths: [], rules: [rule] }).findings.map((f) => `${f.file}:${f.start.line}`);
  expect(found("bypass")).toEqual(["src/users.ts:4"]);
  expect(found("bare-entry")).toEqual(["src/routes.ts:3", "src/users.ts:4"]);
});

describe("fixes over several files", () => {
  const files = {
    "package.json": '{ "type": "module", "private": true }',
    "nobypass.config.json": '{ "preset": "strict" }',
    "src/crm.ts": 'import axios from "axios";\n\nexport const crm = axios.create({ baseURL: "https://crm.example.com" });\n',
    "src/contacts.ts": 'import { crm } from "./crm.js";\n\nexport const contact = (id: string) => crm.get(`/contacts/${id}`);\nexport const region = process.env.REGION;\n',
    "src/config.ts": 'import { config } from "@nobypass/pipeline";\nimport { z } from "zod";\n\nexport const env = config({\n  PORT: z.string(),\n});\n',
  };
  const fixOf = (dir: string, rule: string) => run({ cwd: dir, paths: [], rules: [rule] }).findings[0];

  it("wrap a client where it is made, whichever file its calls are in", () => {
    const dir = tempTree(files);
    installPipeline(dir);
    const found = fixOf(dir, "missing-timeout");
    expect([found?.file, found?.fix?.title]).toEqual(["src/contacts.ts", "Wrap the instance: `http.axios(…)` in `src/crm.ts`"]);
    const made = makeFixes([{ file: found?.file ?? "", fix: found?.fix as Fix }], (path) => files[path as keyof typeof files] ?? null);
    expect([...made.texts]).toEqual([["src/crm.ts", 'import axios from "axios";\nimport { http } from "@nobypass/pipeline";\n\nexport const crm = http.axios(axios.create({ baseURL: "https://crm.example.com" }));\n']]);
  });

  it("have the texts of all files in the result, so that a report can say where they are", () => {
    const dir = tempTree(files);
    const result = run({ cwd: dir, paths: [], rules: ["raw-env"] });
    expect(result.findings[0]?.fix?.edits.map((e) => e.file ?? "").sort()).toEqual(["", "", "src/config.ts"]);
    expect(result.sources.get("src/config.ts")).toBe(files["src/config.ts"]);
  });

  it("are none where another file cannot be read", () => {
    const dir = tempTree({ ...files, "src/config.ts": "export const env = config({" });
    expect(fixOf(dir, "raw-env")?.fix).toBeNull();
  });
});
