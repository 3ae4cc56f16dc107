import { expect, it } from "vitest";
import { tempTree } from "../tests/temp-tree.js";
import { crossingOf } from "./crossing.js";
import { findProject, type ProjectInfo } from "./project.js";
import type { NobypassConfig } from "./schema.js";

const projectOf = (files: Readonly<Record<string, string>>, config: NobypassConfig = {}): ProjectInfo => findProject({ config, file: undefined, dir: tempTree(files) });
const asked = (project: ProjectInfo, from: string, names: readonly string[]) => Object.fromEntries(names.map((name) => [name, crossingOf(project, name, from)?.to ?? null]));

it("tells a module's entry from its inside, in folders", () => {
  const project = projectOf({
    "package.json": '{ "name": "shop", "imports": { "#orders/*": "./src/modules/orders/*.ts" } }',
    "tsconfig.json": '{ "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["src/*"] } } }',
    "src/modules/orders/index.ts": "",
    "src/modules/orders/db/rows.ts": "",
    "src/modules/orders/prices.json": "",
    "src/modules/bare/thing.ts": "",
    "src/modules/billing/index.ts": "",
    "src/modules/billing/own.ts": "",
    "src/lib/x.ts": "",
  });
  expect(
    asked(project, "src/modules/billing/charge.ts", [
      "./own", "../billing/own.js", "../../lib/x", "express", "node:fs", "../orders", "../orders/", "../orders/index.js", "@/modules/orders", "src/modules/orders",
      "../orders/db/rows", "../orders/db/rows.js", "../orders/prices.json", "../orders/prices.json?raw", "@/modules/orders/db/rows", "src/modules/orders/db/rows", "#orders/db/rows",
      "../bare/thing", "../orders/db/gone.js", "../../../../elsewhere/x",
    ]),
  ).toEqual({
    "./own": null, "../billing/own.js": null, "../../lib/x": null, express: null, "node:fs": null,
    "../orders": "entry", "../orders/": "entry", "../orders/index.js": "entry", "@/modules/orders": "entry", "src/modules/orders": "entry",
    "../orders/db/rows": "inside", "../orders/db/rows.js": "inside", "../orders/prices.json": "inside", "../orders/prices.json?raw": "inside",
    "@/modules/orders/db/rows": "inside", "src/modules/orders/db/rows": "inside", "#orders/db/rows": "inside",
    "../bare/thing": "open", "../orders/db/gone.js": "lost", "../../../../elsewhere/x": null,
  });
  expect(asked(project, "src/main.ts", ["./modules/orders/db/rows"])).toEqual({ "./modules/orders/db/rows": "open" });
  expect(asked(project, "src/lib/x.ts", ["../modules/orders/db/rows", "../modules/orders"])).toEqual({ "../modules/orders/db/rows": "inside", "../modules/orders": "entry" });
});

it("asks the packages of a workspace what they export", () => {
  const project = projectOf({
    "package.json": '{ "name": "root", "workspaces": ["packages/*"] }',
    "packages/api/package.json": '{ "name": "@x/api" }',
    "packages/api/tsconfig.json": '{ "references": [{ "path": "./tsconfig.app.json" }] }',
    "packages/api/tsconfig.app.json": '{ "compilerOptions": { "paths": { "@x/old/*": ["../old/src/*"], "~old/*": ["../old/src/*"] } } }',
    "packages/orders/package.json": '{ "name": "@x/orders", "exports": { ".": "./dist/index.js", "./testing": "./dist/test-support/index.js", "./parts/*": "./dist/parts/*.js", "./parts/secret/*": null } }',
    "packages/orders/src/index.ts": "",
    "packages/orders/src/db.ts": "",
    "packages/orders/src/parts/a.ts": "",
    "packages/orders/src/parts/secret/b.ts": "",
    "packages/old/package.json": '{ "name": "@x/old", "main": "dist/index.js" }',
    "packages/old/src/index.ts": "",
    "packages/old/src/db.ts": "",
    "packages/old/public/package.json": '{ "main": "../src/db.ts" }',
  });
  expect(
    asked(project, "packages/api/src/x.ts", [
      "@x/orders", "@x/orders/testing", "@x/orders/package.json", "@x/orders/parts/a", "../../orders/src/parts/a", "@x/old", "@x/old/public", "@x/old/package.json",
      "@x/orders/src/db", "@x/orders/dist/db.js", "@x/orders/nothing", "@x/orders/parts/secret/b", "../../orders/src/parts/secret/b", "../../orders/src/db.js", "@x/old/dist/db", "@x/old/db", "~old/db", "@x/old/gone",
      "@x/api", "@x/api/src/y", "@x/unknown",
    ]),
  ).toEqual({
    "@x/orders": "entry", "@x/orders/testing": "entry", "@x/orders/package.json": "entry", "@x/orders/parts/a": "entry", "../../orders/src/parts/a": "entry", "@x/old": "entry", "@x/old/public": "entry", "@x/old/package.json": "entry",
    "@x/orders/src/db": "inside", "@x/orders/dist/db.js": "inside", "@x/orders/nothing": "inside", "@x/orders/parts/secret/b": "inside", "../../orders/src/parts/secret/b": "inside", "../../orders/src/db.js": "inside", "@x/old/dist/db": "inside", "@x/old/db": "inside", "~old/db": "inside", "@x/old/gone": "lost",
    "@x/api": null, "@x/api/src/y": null, "@x/unknown": null,
  });
});

it("has modules as the config draws them, one in another too", () => {
  const project = projectOf(
    { "package.json": "{}", "libs/pay/src/index.ts": "", "libs/pay/src/db.ts": "", "libs/pay/src/parts/a/index.ts": "", "libs/pay/src/parts/a/x.ts": "", "app/x.ts": "" },
    { modules: ["libs/*", "libs/*/src/parts/*"] },
  );
  expect(asked(project, "app/x.ts", ["../libs/pay/src", "../libs/pay/src/db", "../libs/pay/src/parts/a", "../libs/pay/src/parts/a/x"])).toEqual({
    "../libs/pay/src": "entry", "../libs/pay/src/db": "inside", "../libs/pay/src/parts/a": "entry", "../libs/pay/src/parts/a/x": "inside",
  });
  expect(asked(project, "libs/pay/src/parts/a/x.ts", ["../../db", "../..", "./index"])).toEqual({ "../../db": "inside", "../..": "entry", "./index": null });
});
