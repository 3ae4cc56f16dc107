import { expect, it } from "vitest";
import { tempTree } from "../tests/temp-tree.js";
import { run } from "./run.js";

const APP = `import express, { Router } from "express";
import { rateLimit } from "express-rate-limit";
const accounts = Router();
accounts.post("/login", rateLimit({ limit: 5 }), (_req, res) => void res.json({}));
accounts.delete("/:id", (_req, res) => void res.json({}));
export const app = express();
app.use("/accounts", accounts);
`;

function problemsOf(policies: unknown, options: { readonly rules?: readonly string[]; readonly alone?: boolean } = {}) {
  const cwd = tempTree({ "package.json": '{ "type": "module", "private": true }', "nobypass.config.json": JSON.stringify({ preset: "strict", policies }), "src/app.ts": APP });
  return run({ cwd, paths: options.alone ? ["src/app.ts"] : [], ...options }).problems.map(({ kind, message, hint, file }) => ({ kind, message, hint, isConfig: file?.endsWith("/nobypass.config.json") }));
}

it("is a problem of the run where a pattern names no entry", () => {
  expect(problemsOf([{ entries: ["POST /accounts/login", "POST /accounts/lgoin"], require: ["rateLimit"] }])).toEqual([
    { kind: "config", message: "policies[0].entries[1]: `POST /accounts/lgoin` names no HTTP entry, so nothing is asked of any", hint: "did you mean `POST /accounts/login`?", isConfig: true },
  ]);
});

it("lists the names there are where none is near", () => {
  const [problem] = problemsOf([{ entries: "PUT /elsewhere/*", require: ["rateLimit"] }]);
  expect(problem?.hint).toBe("Entries are named by method and path (`*` stands for anything): `DELETE /:id`, `DELETE /accounts/:id`, `POST /accounts/login`, `POST /login`.");
});

it.each([
  ["each pattern names one", [{ entries: "DELETE /accounts/*", require: [] }, { entries: "* /accounts/*", require: ["rateLimit"] }], {}],
  ["nothing is asked", [{ entries: "GET /nowhere", require: [] }], {}],
  ["the rule does not run", [{ entries: "GET /nowhere", require: ["authorize"] }], { rules: ["console"] }],
  ["the run has only some of the files", [{ entries: "GET /nowhere", require: ["authorize"] }], { alone: true }],
])("is none where %s", (_, policies, options) => {
  expect(problemsOf(policies, options)).toEqual([]);
});
