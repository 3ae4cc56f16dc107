import { execFile } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const APT = "/usr/bin/apt-get";
const LOCKED_FOR = 180_000;

export interface Wanted {
  readonly binary: string;
  /** Debian's name for what holds it. */
  readonly package: string;
  /** Where it lies apart from PATH; `*` is any folder, the highest version first. */
  readonly places: readonly string[];
}

/** The folder with the binary. Where it is missing it is installed, if we may; else the error says what to install. */
export async function folderOf(wanted: Wanted): Promise<string> {
  const found = find(wanted);
  if (found !== undefined) return found;
  const missing = `These tests need ${wanted.binary}, which is not on this machine`;
  const remedy = `Install it: \`apt-get install ${wanted.package}\` on Debian and Ubuntu, elsewhere whatever provides \`${wanted.binary}\` on the PATH`;
  if (process.getuid?.() !== 0 || !existsSync(APT)) throw new Error(`${missing}, and only root on a system with apt can install it from here. ${remedy}.`);
  try {
    await install(wanted.package);
  } catch (cause) {
    throw new Error(`${missing}, and installing it failed. ${remedy}.`, { cause });
  }
  const installed = find(wanted);
  if (installed === undefined) throw new Error(`${missing}, also after \`apt-get install ${wanted.package}\`. ${remedy}.`);
  return installed;
}

export function find({ binary, places }: Wanted): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...places.flatMap(expanded)];
  return folders.find((folder) => folder !== "" && isExecutable(join(folder, binary)));
}

function expanded(place: string): string[] {
  const [base = "", rest] = place.split("/*");
  if (rest === undefined) return [place];
  const names = existsSync(base) ? readdirSync(base) : [];
  return names.sort((a, b) => b.localeCompare(a, "en", { numeric: true })).map((name) => `${base}/${name}${rest}`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function install(name: string): Promise<void> {
  await aptGet("update");
  await withoutServices(() => aptGet("install", "-y", "--no-install-recommends", name));
}

/** Several test files may come here at once, and apt lets in one. */
async function aptGet(...args: string[]): Promise<void> {
  const until = performance.now() + LOCKED_FOR;
  for (;;) {
    try {
      await run(APT, ["-q", ...args], { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" }, timeout: LOCKED_FOR, maxBuffer: 1 << 26 });
      return;
    } catch (error) {
      if (!/could not get lock|unable to lock/i.test(String((error as { stderr?: unknown }).stderr)) || performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
  }
}

/** What is wanted is the binary, not a daemon: Debian asks this file whether a package may start one. */
async function withoutServices(work: () => Promise<void>): Promise<void> {
  const policy = "/usr/sbin/policy-rc.d";
  if (existsSync(policy)) return work();
  writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    await work();
  } finally {
    rmSync(policy, { force: true });
  }
}
