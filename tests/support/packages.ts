import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFiles } from "../temp-tree.js";
import { repository } from "./built.js";

/** Installing as users do, far from this repository. */

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What npm and vitest tell their children about themselves would tell those below about this repository. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(?:package|lifecycle|config_(?:local_)?prefix|execpath|command)|^VITEST|^(?:NODE_ENV|NODE_OPTIONS|CI|INIT_CWD|TEST|FORCE_COLOR)$/i.test(name)));
}

export function spawn(cwd: string, command: string, words: readonly string[], more: NodeJS.ProcessEnv = {}): Ended {
  const { status, stdout, stderr } = spawnSync(command, words, { cwd, encoding: "utf8", env: { ...environment(), ...more }, maxBuffer: 1 << 28 });
  return { status, stdout, stderr };
}

export function execute(cwd: string, command: string, words: readonly string[], more: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, stderr } = spawn(cwd, command, words, more);
  if (status !== 0) throw new Error(`${command} ${words.join(" ")} ended with ${String(status)}\n${stdout}\n${stderr}`);
  return stdout;
}

export const npmInstall = (cwd: string): void => void execute(cwd, "npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", "--strict-peer-deps"]);

const temporary = (name: string): string => realpathSync(mkdtempSync(join(tmpdir(), `nobypass-${name}-`)));
const remove = (dir: string): void => rmSync(dir, { recursive: true, force: true });

/** The tarball that would be published, made of a folder of this repository. */
export function packed(folder = ""): { readonly tarball: string; remove(): void } {
  const dir = temporary("packed");
  execute(join(repository, folder), "npm", ["pack", "--pack-destination", dir]);
  return { tarball: join(dir, readdirSync(dir).find((name) => name.endsWith(".tgz")) ?? ""), remove: () => remove(dir) };
}

/** A project with these files, without installing anything yet. */
export function project(manifest: object, files: Readonly<Record<string, string>>): { readonly dir: string; remove(): void } {
  const dir = temporary("user");
  writeFiles(dir, { "package.json": JSON.stringify({ name: "user", private: true, ...manifest }), ...files });
  return { dir, remove: () => remove(dir) };
}
