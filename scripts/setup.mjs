// Installs what the lock file says, if that has not been done: so that every command of the README works in a fresh clone.
import { execSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`nobypass needs Node >= 20.19; this is ${process.version}.`);
  process.exit(1);
}
const installed = "node_modules/.package-lock.json";
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync("package-lock.json").mtimeMs) {
  execSync("npm ci --no-audit --no-fund", { stdio: "inherit" });
}
