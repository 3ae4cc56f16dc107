// CPU and memory of one call, side by side, on one machine in one run: `npm run bench -w pipeline [-- --passes N]`.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { report } from "./report.mjs";
import { rows } from "./rows.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const at = process.argv.indexOf("--passes");
const passes = at === -1 ? 5 : Number(process.argv[at + 1]);
if (!Number.isInteger(passes) || passes < 1) throw new Error("--passes takes a whole number from 1");

/** Large enough that a few thousand operations fit into the young generation. */
const UNCOLLECTED = ["--expose-gc", "--min-semi-space-size=256", "--max-semi-space-size=256"];

const measured = rows.map((row) => ({ ...row, rounds: [], bytes: measure(row, "bytes", UNCOLLECTED).bytes }));
// In turn, so that a slow minute hits all of them.
for (let pass = 1; pass <= passes; pass++) {
  for (const row of measured) {
    const { rounds } = measure(row, "time", []);
    row.rounds.push(...rounds);
    process.stderr.write(`${pass}/${passes}  ${row.name}: ${median(rounds).toFixed(0)} ns\n`);
  }
}

const versionIn = (folder) => JSON.parse(readFileSync(`${here}${folder}/package.json`, "utf8")).version;
const named = ({ name, library }) => (library === undefined ? name : `${name} (${versionIn(`../../node_modules/${library}`)})`);
const text = report(
  measured.map(({ rounds, ...row }) => ({ ...row, name: named(row), median: median(rounds), min: Math.min(...rounds) })),
  { version: versionIn(".."), node: process.versions.node, cores: cpus().length, rounds: measured[0].rounds.length },
);
process.stdout.write(text);
writeFileSync(`${here}results.md`, text);

function median(list) {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
}

function measure({ name }, what, flags) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, `${here}row.mjs`, what, name], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${name} ended with ${status}\n${stderr}`);
  return JSON.parse(stdout);
}
