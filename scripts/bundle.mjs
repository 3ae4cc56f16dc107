// Joins what `tsc` wrote into few files: loading six hundred takes longer than judging a small project does.
// Types stay as they are; what only the command line or one format needs stays apart, and is loaded when it is needed.
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const dist = join(dirname(dirname(fileURLToPath(import.meta.url))), "dist");
const entries = ["index.js", "eslint/index.js", "cli/main.js"];
const before = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".js"));

await build({
  entryPoints: entries.map((entry) => join(dist, entry)),
  outbase: dist,
  outdir: dist,
  allowOverwrite: true,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  packages: "external",
  chunkNames: "chunks/[name]-[hash]",
  // Names stay: a crash is reported with its stack.
  minifyWhitespace: true,
  legalComments: "none",
  logLevel: "warning",
});
for (const file of before) if (!entries.includes(file)) rmSync(join(dist, file));
