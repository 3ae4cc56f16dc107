import { expect, it } from "vitest";
import { tempTree } from "../tests/temp-tree.js";
import { configFromSettings } from "./load.js";
import { placesOf } from "./places.js";
import { findProject } from "./project.js";

function places(files: readonly string[], from: string, settings: object = {}): ReturnType<typeof placesOf> {
  const dir = tempTree(Object.fromEntries(["package.json", from, ...files].map((path) => [path, path.endsWith("package.json") ? '{ "type": "module", "dependencies": { "zod": "4" }, "devDependencies": { "vitest": "4" } }' : ""])));
  const loaded = configFromSettings(settings, dir);
  return placesOf(findProject(loaded), loaded.config, from);
}

it("finds config modules by their names, the nearest first, in folders that everybody uses", () => {
  const files = ["src/config.ts", "src/config/mail.ts", "src/lib/env.schema.ts", "src/orders/settings.ts", "src/orders/config.json", "src/other/config.ts", "config/default.ts", "src/configure.ts", "node_modules/a/config.ts"];
  expect(places(files, "src/orders/total.ts").configModules).toEqual(["src/orders/settings.ts", "src/config.ts", "src/config/mail.ts", "src/lib/env.schema.ts", "config/default.ts"]);
});

it("knows none but those of the config where it names some", () => {
  const files = ["src/config.ts", "settings/app.ts", "settings/deep/mail.ts", "settings/read.me"];
  expect(places(files, "src/a.ts", { config: ["settings/**"] }).configModules).toEqual(["settings/app.ts", "settings/deep/mail.ts"]);
  expect(places(files, "src/a.ts", { config: ["src/config.ts"] }).configModules).toEqual(["src/config.ts"]);
});

it.each([
  ["beside the sources", [], "src/orders/total.ts", "src/config.ts"],
  ["beside those of a package in the project", ["apps/api/package.json"], "apps/api/src/orders/total.ts", "apps/api/src/config.ts"],
  ["beside those of an app without a package", [], "apps/api/src/orders/total.ts", "apps/api/src/config.ts"],
  ["in the package's folder, where sources lie in it", ["server.js"], "routes/total.js", "config.js"],
  ["in the first folder, where none do", ["jest.config.js"], "server/routes/total.js", "server/config.js"],
  ["in the language of the file", [], "src/view.tsx", "src/config.ts"],
  ["under another name where `config` is taken", ["src/config/orders.json"], "src/a.ts", "src/env.ts"],
  ["nowhere where both are", ["src/config.json", "src/env.js", "src/b.ts"], "src/a.ts", null],
  ["nowhere where the build knows another kind of file", ["src/main.ts"], "src/db/config-for-a-tool.js", null],
])("puts a new one %s", (_, files, from, expected) => {
  expect(places(files, from).newConfigModule).toBe(expected);
});

it("puts a new one where the config wants it, and nowhere else", () => {
  expect(places([], "src/a.ts", { config: ["src/settings/env.ts"] }).newConfigModule).toBe("src/settings/env.ts");
  expect(places([], "src/a.ts", { config: ["src/config/**"] }).newConfigModule).toBe("src/config/index.ts");
  expect(places(["src/settings.ts"], "src/a.ts", { config: ["src/settings.ts"] }).newConfigModule).toBeNull();
});

it("knows the list of variables, what is there at run time, and what may set up the pipeline", () => {
  const found = places([".env.sample", "src/main.ts", "src/lib/policies.ts", "src/lib/total.ts"], "src/a.ts");
  expect(found.envExample).toBe(".env.sample");
  expect(places([], "src/a.ts").envExample).toBe(".env.example");
  expect([...found.dependencies]).toEqual(["zod"]);
  expect(found.isModule).toBe(true);
  expect(found.setups).toEqual(["src/main.ts", "src/lib/policies.ts"]);
});
