import { symlinkSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { makeFixes, type Wanted } from "../fixes/transaction.js";
import { installPipeline } from "../tests/support/fixture-tree.js";
import { root } from "../tests/support/sources.js";
import { tempTree } from "../tests/temp-tree.js";
import { run } from "./run.js";

/** What the program alone finds, since clients, helpers and handlers are in other files than their uses. */
const files = {
  "package.json": '{ "type": "module", "private": true }',
  "nobypass.config.json": '{ "preset": "strict" }',
  "src/db.ts": 'import { PrismaClient } from "@prisma/client";\n\nexport const prisma = new PrismaClient();\n',
  "src/mail.ts": 'export async function sendMail(to: string): Promise<void> {\n  if (!to.includes("@")) throw new Error(`no address: ${to}`);\n}\n',
  "src/users.ts": `import { prisma } from "./db.js";
import { sendMail } from "./mail.js";

export class Users {
  readonly db = prisma;

  async invite(ids: readonly string[]) {
    const users = await Promise.all(ids.map((id) => this.one(id)));
    for (const user of users) sendMail(String(user));
  }

  one(id: string): Promise<unknown> {
    return this.db.user.findUnique({ where: { id } }).then((user) => user);
  }

  /** Built, and run by whoever asks for it: nobody may make a promise of it. */
  later(id: string) {
    return this.db.user.findUnique({ where: { id } });
  }
}
`,
  "src/routes.ts": `import express, { type RequestHandler } from "express";
import { sendMail } from "./mail.js";
import { Users } from "./users.js";

const app = express();
const users = new Users();
const route = (path: string, handler: RequestHandler): void => void app.post(path, handler);

route("/invite", async (req, res) => {
  await users.invite([]);
  res.json(await users.one(req.path));
});
app.get("/later", async (req, res) => {
  await sendMail(req.path);
  res.json(await users.later(req.path));
});
`,
};

function fixesOf(rules: readonly string[]): Wanted[] {
  const dir = tempTree(files);
  installPipeline(dir);
  return run({ cwd: dir, paths: [], rules }).findings.flatMap(({ file, fix }) => (fix === null ? [] : [{ file, fix }]));
}

describe("fixes of what the program alone finds", () => {
  const read = (path: string): string | null => files[path as keyof typeof files] ?? null;

  it.each([
    ["bypass", "src/users.ts", ['return dispatch("prisma.user.findUnique", () => this.db.user.findUnique({ where: { id } })).then((user) => user);', "    return this.db.user.findUnique({ where: { id } });\n"]],
    ["bare-entry", "src/routes.ts", ['route("/invite", entry("POST /invite", async (req, res) => {', 'app.get("/later", entry("GET /later", async (req, res) => {']],
    ["unbounded-concurrency", "src/users.ts", ["const users = await map(ids, (id) => this.one(id));"]],
    ["floating-promise", "src/users.ts", ['for (const user of users) detach("sendMail", () => sendMail(String(user)));']],
    ["raw-throw", "src/mail.ts", ['throw fail("INTERNAL", {}, { message: `no address: ${to}` });']],
  ])("%s", (rule, path, texts) => {
    const made = makeFixes(fixesOf([rule]), read);
    const text = made.texts.get(path) ?? "";
    for (const part of texts) expect(text).toContain(part);
    expect([...made.texts.keys()]).toEqual([path]);
  });

  it("compile together", () => {
    const made = makeFixes(fixesOf(["bypass", "bare-entry", "unbounded-concurrency", "floating-promise", "raw-throw"]), read);
    expect(made.texts.size).toBe(3);
    const after = tempTree({ ...files, ...Object.fromEntries(made.texts) });
    symlinkSync(join(root, "node_modules"), join(after, "node_modules"));
    const options: ts.CompilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, types: ["node"], typeRoots: [join(root, "node_modules/@types")], strict: true, skipLibCheck: true, noEmit: true };
    const program = ts.createProgram([...Object.keys(files).filter((path) => path.endsWith(".ts")).map((path) => join(after, path)), join(root, "tests/support/ambient.d.ts")], options);
    const wrong = [...program.getSyntacticDiagnostics(), ...program.getSemanticDiagnostics()];
    expect(ts.formatDiagnostics(wrong, { getCanonicalFileName: (f) => f, getCurrentDirectory: () => after, getNewLine: () => "\n" })).toBe("");
  });
});
