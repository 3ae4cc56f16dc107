import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import type { FileView, Places, Settings } from "../core/rule.js";
import { View } from "../analyzers/view.js";
import { factsOf } from "../tests/support/facts.js";
import { catalog } from "../tests/support/judge-file.js";
import { applyEdits } from "./edit.js";
import { pipelineName } from "./pipeline-name.js";

const PLACES: Places = { configModules: [], newConfigModule: null, setups: [], envExample: ".env.example", isModule: true, dependencies: new Set() };

function viewOf(text: string, path: string, module: string, hasAdapters: boolean): FileView {
  const settings: Pick<Settings, "catalog" | "pipelineName" | "pipelineImport" | "importedFile" | "places"> = { catalog, pipelineName: () => null, places: () => PLACES, importedFile: (to, from) => posix.join(posix.dirname(from), to).replace(/(?:\.js)?$/, ".ts"), pipelineImport: (name) => ({ module, name, hasAdapters }) };
  return new View(factsOf(text, path), text, path, "server", settings as Settings);
}

/** The file with `log` brought in for the last name it reads, and what it is called there. */
function bring(text: string, { path = "src/a.ts", module = "@nobypass/pipeline", subpath = "" } = {}): readonly [string, string] | null {
  const file = viewOf(text, path, module, !module.startsWith("."));
  const written = pipelineName(file, "log", Math.max(0, file.facts.values.findLastIndex((v) => v.kind === "var")), { subpath });
  return written && [written.text, applyEdits(text, written.edits)];
}

describe("a new import stands", () => {
  it.each([
    ["behind the others", 'import a from "a";\nexport const x = a;\n', 'import a from "a";\nimport { log } from "@nobypass/pipeline";\nexport const x = a;\n'],
    ["behind a comment on their last line", 'import a from "a"; // why\nexport const x = a;\n', 'import a from "a"; // why\nimport { log } from "@nobypass/pipeline";\nexport const x = a;\n'],
    ["at the head of a file without", "export const x = 1;\n", 'import { log } from "@nobypass/pipeline";\n\nexport const x = 1;\n'],
    ["behind a licence", "/* Licence */\n\n/** Doc. */\nexport const x = 1;\n", '/* Licence */\n\nimport { log } from "@nobypass/pipeline";\n\n/** Doc. */\nexport const x = 1;\n'],
    ["before the comment of what comes first", "/** Doc. */\nexport const x = 1;\n", 'import { log } from "@nobypass/pipeline";\n\n/** Doc. */\nexport const x = 1;\n'],
    ["behind `#!` and the prologue", "#!/usr/bin/env node\n'use client'\n\nexport const x = 1\n", "#!/usr/bin/env node\n'use client'\n\nimport { log } from '@nobypass/pipeline'\n\nexport const x = 1\n"],
    ["in the quotes and without the semicolons of the rest", "import a from 'a'\nexport const x = a\n", "import a from 'a'\nimport { log } from '@nobypass/pipeline'\nexport const x = a\n"],
    ["with the line ends of the rest", 'import a from "a";\r\nexport const x = a;\r\n', 'import a from "a";\r\nimport { log } from "@nobypass/pipeline";\r\nexport const x = a;\r\n'],
  ])("%s", (_, text, expected) => {
    expect(bring(text)).toEqual(["log", expected]);
  });
});

describe("an import that is there takes a further name", () => {
  it.each([
    ['import { fail } from "@nobypass/pipeline";\nexport const x = fail;\n', 'import { fail, log } from "@nobypass/pipeline";\nexport const x = fail;\n'],
    ['import {\n  fail,\n  map,\n} from "@nobypass/pipeline";\nexport const x = fail;\n', 'import {\n  fail,\n  map, log,\n} from "@nobypass/pipeline";\nexport const x = fail;\n'],
    ['import {} from "@nobypass/pipeline";\nexport const x = 1;\n', 'import { log } from "@nobypass/pipeline";\nexport const x = 1;\n'],
    ['import type { Result } from "@nobypass/pipeline";\nexport const x = 1;\n', 'import type { Result } from "@nobypass/pipeline";\nimport { log } from "@nobypass/pipeline";\nexport const x = 1;\n'],
  ])("%j", (text, expected) => {
    expect(bring(text)).toEqual(["log", expected]);
  });

  it.each([
    ['import { log } from "@nobypass/pipeline";\nexport const x = 1;\n', "log"],
    ['import { log as print } from "@nobypass/pipeline";\nexport const x = 1;\n', "print"],
    ['import * as p from "@nobypass/pipeline";\nexport const x = 1;\n', "p.log"],
  ])("and one that has it changes nothing: %j", (text, name) => {
    expect(bring(text)).toEqual([name, text]);
  });
});

describe("another name is taken", () => {
  it.each(["const log = 1;\nexport const x = log;\n", "export function log() {}\nexport const x = 1;\n", "export const x = log;\n", "export const f = (log: number) => log;\n"])("where the file uses it: %j", (text) => {
    expect(bring(text)?.[0]).toBe("pipelineLog");
  });

  it("and none where both are taken, or where the name in scope is another's", () => {
    expect(bring("export const [log, pipelineLog] = [1, 2];\n")).toBeNull();
    expect(bring('import { log } from "@nobypass/pipeline";\nexport const f = (log: number) => log;\n')).toBeNull();
    expect(bring('import { log } from "@nobypass/pipeline";\n{\n  const log = 1;\n  run(log);\n}\nexport {};\n')).toBeNull();
  });
});

describe("CommonJS", () => {
  it.each([
    ["const a = require('a')\nmodule.exports = a\n", "const a = require('a')\nconst { log } = require('@nobypass/pipeline')\nmodule.exports = a\n"],
    ['"use strict";\n\nmodule.exports = 1;\n', '"use strict";\n\nconst { log } = require("@nobypass/pipeline");\n\nmodule.exports = 1;\n'],
    // A later one may come after a use.
    ['run();\nconst a = require("a");\nmodule.exports = a;\n', 'const { log } = require("@nobypass/pipeline");\n\nrun();\nconst a = require("a");\nmodule.exports = a;\n'],
  ])("%j", (text, expected) => {
    expect(bring(text, { path: "src/a.js" })).toEqual(["log", expected]);
  });

  it("has the name already", () => {
    const text = 'const { log: print } = require("@nobypass/pipeline");\nmodule.exports = 1;\n';
    expect(bring(text, { path: "src/a.js" })).toEqual(["print", text]);
  });
});

describe("the module", () => {
  it("of ours is named from the file, with the ending that its imports have", () => {
    const module = "./src/infra/log.ts";
    expect(bring('import a from "./a.js";\nexport const x = a;\n', { module })?.[1]).toContain('from "./infra/log.js";');
    expect(bring('import a from "./a";\nexport const x = a;\n', { module, path: "src/b/c.ts" })?.[1]).toContain('from "../infra/log";');
  });

  it("has a subpath for an adapter, if it is the package", () => {
    expect(bring("export const x = 1;\n", { subpath: "express" })?.[1]).toContain('"@nobypass/pipeline/express"');
    expect(bring("export const x = 1;\n", { subpath: "express", module: "./src/infra/log.ts" })?.[1]).not.toContain("express");
  });

  it("is not imported into a script, which would then be none", () => {
    expect(bring("run();\n")).toBeNull();
    expect(bring("run();\n", { path: "src/a.mts" })?.[0]).toBe("log");
  });
});

it("new imports of one module become one", () => {
  const text = "f();\n";
  const at = (name: string) => ({ start: 0, end: 0, text: `import { ${name} } from "m";\n\n` });
  expect(applyEdits(text, [at("b"), at("a"), { start: 0, end: 0, text: 'import { c } from "n";\n\n' }])).toBe('import { a, b } from "m";\n\nimport { c } from "n";\n\nf();\n');
});
