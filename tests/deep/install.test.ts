import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repository } from "../support/built.js";
import { execute, npmInstall, packed, project, spawn } from "../support/packages.js";

/** The tarball that would be published, installed as users do. */
let tarball: string;
let discard = (): void => {};
beforeAll(() => {
  ({ tarball, remove: discard } = packed());
});
afterAll(() => discard());

const MANAGERS: Readonly<Record<string, (cwd: string) => void>> = {
  npm: npmInstall,
  pnpm: (cwd) => void execute(cwd, process.execPath, [join(repository, "node_modules/pnpm/bin/pnpm.cjs"), "install", "--ignore-workspace", "--prefer-offline", "--strict-peer-dependencies"]),
};

/** Calls without a bound, a swallowed error and console, in TypeScript and in JavaScript. */
const SOURCES = {
  "src/app.ts": 'import axios from "axios";\n\nexport async function load(id: string): Promise<unknown> {\n  console.log("😀", id);\n  return (await axios.get(`https://api.example.com/${id}`)).data;\n}\n',
  "src/old.cjs": 'exports.load = (id) => {\n  console.log("old", id);\n};\n',
  "src/new.js": "export const now = () => {\n  console.warn(Date.now());\n};\n",
};
const CONFIG = { "nobypass.config.ts": 'import { defineConfig } from "nobypass";\n\nexport default defineConfig({ preset: "recommended", roles: { script: ["tools/**"] } });\n', "tools/run.ts": "console.log(1);\n" };
const IN_TYPESCRIPT = ["src/app.ts:4 console", "src/app.ts:5 missing-timeout"];
const IN_JAVASCRIPT = ["src/new.js:2 console", "src/old.cjs:2 console"];
const tsconfig = (more: object = {}): string => JSON.stringify({ compilerOptions: { strict: true, exactOptionalPropertyTypes: true, module: "nodenext", target: "es2022", noEmit: true, skipLibCheck: false, types: [], ...more }, include: ["eslint.config.ts", "nobypass.config.ts"] });
const ESLINT_CONFIG = 'import tseslint from "typescript-eslint";\nimport { defineConfig } from "eslint/config";\nimport nobypass from "nobypass/eslint";\n\nexport default defineConfig([{ files: ["**/*.ts"], extends: [tseslint.configs.base] }, { files: ["src/**"], extends: [nobypass.configs.recommended] }]);\n';

interface Project {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  check(dir: string): void;
}

const projects: readonly Project[] = [
  {
    name: "ESLint 10 and TypeScript 6",
    dependencies: { eslint: "^10.15.0", typescript: "~6.0.3", "typescript-eslint": "8.73.0", jiti: "^2.7.0" },
    files: { "eslint.config.ts": ESLINT_CONFIG, "tsconfig.json": tsconfig() },
    check(dir) {
      expect(eslint(dir)).toEqual([...IN_TYPESCRIPT, ...IN_JAVASCRIPT]);
      expect(spawn(dir, join(dir, "node_modules/.bin/tsc"), ["-p", "."])).toEqual({ status: 0, stdout: "", stderr: "" });
    },
  },
  {
    name: "ESLint 9 and TypeScript 5.9",
    dependencies: { eslint: "^9.39.0", typescript: "~5.9.0", "typescript-eslint": "8.73.0", jiti: "^2.7.0" },
    files: { "eslint.config.ts": ESLINT_CONFIG, "tsconfig.json": tsconfig() },
    check(dir) {
      expect(eslint(dir)).toEqual([...IN_TYPESCRIPT, ...IN_JAVASCRIPT]);
      expect(spawn(dir, join(dir, "node_modules/.bin/tsc"), ["-p", "."])).toEqual({ status: 0, stdout: "", stderr: "" });
    },
  },
  {
    name: "TypeScript 7, ESLint for JavaScript and oxlint",
    dependencies: { eslint: "^10.15.0", typescript: "7.0.2", oxlint: "1.94.0" },
    files: {
      "eslint.config.mjs": 'import nobypass from "nobypass/eslint";\n\nexport default [nobypass.configs.recommended];\n',
      ".oxlintrc.json": JSON.stringify({ jsPlugins: ["nobypass/eslint"], categories: { correctness: "off" }, rules: { "nobypass/console": "error", "nobypass/missing-timeout": "error", "nobypass/directive": "error" } }),
      "tsconfig.json": tsconfig().replace('"eslint.config.ts",', ""),
    },
    check(dir) {
      expect(eslint(dir)).toEqual(IN_JAVASCRIPT);
      const { stdout } = spawn(dir, join(dir, "node_modules/.bin/oxlint"), ["-f", "json"]);
      const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly { readonly code: string; readonly filename: string; readonly labels: readonly { readonly span: { readonly line: number } }[] }[] };
      expect(diagnostics.map((d) => `${d.filename}:${d.labels[0]?.span.line} ${d.code.replace(/^nobypass\((.*)\)$/, "$1")}`).sort()).toEqual([...IN_TYPESCRIPT, ...IN_JAVASCRIPT]);
      expect(spawn(dir, join(dir, "node_modules/.bin/tsc"), ["-p", "."])).toEqual({ status: 0, stdout: "", stderr: "" });
    },
  },
];

/** `file:line rule` of ESLint's findings. */
function eslint(dir: string): string[] {
  const { status, stdout, stderr } = spawn(dir, join(dir, "node_modules/.bin/eslint"), ["-f", "json", "."]);
  if (status !== 1) throw new Error(`eslint ended with ${String(status)}\n${stdout}\n${stderr}`);
  const results = JSON.parse(stdout) as readonly { readonly filePath: string; readonly messages: readonly { readonly line: number; readonly ruleId: string; readonly message: string }[] }[];
  return results.flatMap((r) => r.messages.map((m) => `${r.filePath.slice(dir.length + 1)}:${m.line} ${(m.ruleId ?? m.message).replace("nobypass/", "")}`)).sort();
}

describe.each(Object.keys(MANAGERS))("installed by %s", (manager) => {
  it.each(projects)("with $name the tarball installs without peer conflicts and works", ({ dependencies, files, check }) => {
    const { dir, remove } = project({ type: "module", devDependencies: { ...dependencies, nobypass: `file:${tarball}` } }, { ".git/HEAD": "", ...SOURCES, ...CONFIG, ...files });
    try {
      MANAGERS[manager]?.(dir);
      check(dir);
      const cli = spawn(dir, join(dir, "node_modules/.bin/nobypass"), ["check", "src", "tools", "--format", "json"]);
      expect(cli.stderr).toBe("");
      expect(cli.status).toBe(1);
      const { findings } = JSON.parse(cli.stdout) as { findings: readonly { readonly file: string; readonly rule: string; readonly line: number }[] };
      expect(findings.map((f) => `${f.file}:${f.line} ${f.rule}`).sort()).toEqual([...IN_TYPESCRIPT, ...IN_JAVASCRIPT]);
      const installed = join(dir, "node_modules/nobypass");
      expect(existsSync(join(installed, "dist/cli/main.js"))).toBe(true);
      expect(listed(installed).filter((path) => /\.(?:test|tsbuildinfo)\b|fixtures|\.tgz$/.test(path))).toEqual([]);
    } finally {
      remove();
    }
  });
});

it("depends at run time on few packages, and eslint is optional", () => {
  const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as Record<string, Readonly<Record<string, unknown>>>;
  expect(Object.keys(dependencies ?? {}).sort()).toEqual(["ignore", "jiti", "libpg-query", "oxc-parser", "ts-morph"]);
  expect(peerDependencies).toEqual({ eslint: ">=9" });
  expect(peerDependenciesMeta).toEqual({ eslint: { optional: true } });
});

function listed(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: "utf8" });
}
