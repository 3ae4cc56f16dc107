// Packs what is built, and has publint and attw look at the archive: packing for each of them would build everything anew.
// Usage: node scripts/check-package.mjs FOLDER [options of attw]
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [folder = ".", ...options] = process.argv.slice(2);
const dir = mkdtempSync(join(tmpdir(), "nobypass-packed-"));
try {
  const [packed] = JSON.parse(execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", dir], { cwd: resolve(root, folder), encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }));
  const archive = join(dir, packed.filename);
  const checks = [["publint", [archive, "--strict"]], ["attw", [archive, ...options]]];
  for (const [tool, argv] of checks) {
    const { status } = spawnSync(join(root, "node_modules/.bin", tool), argv, { cwd: root, stdio: "inherit" });
    if (status !== 0) process.exitCode = 1;
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
