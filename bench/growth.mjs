// What a run costs on projects of several sizes: the first one, one with nothing changed, one with a changed file; beside tsc.
// Usage: npm run bench:growth -- [--shape usual|wired] [--lines 10000,50000,100000] [--runs N]
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { DOMAINS, generate } from "./generate.mjs";
import { generateWired } from "./generate-wired.mjs";
import { measure } from "./measure.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const valueOf = (flag, otherwise) => {
  const at = process.argv.indexOf(flag);
  return at === -1 ? otherwise : (process.argv[at + 1] ?? "");
};
/** By the name of a shape: what makes it, the file of it that is changed, and where the table goes. */
const SHAPES = {
  usual: { make: (folder, size) => generate(folder, Math.max(2, Math.round((size / 100_000) * DOMAINS))), changed: "src/domain1/mapper.ts", by: "generate.mjs", table: "growth.md", title: "Sizes" },
  wired: { make: generateWired, changed: "src/part0/service1.ts", by: "generate-wired.mjs", table: "growth-wired.md", title: "Sizes, where everything hangs together" },
};
const shape = SHAPES[valueOf("--shape", "usual")];
const sizes = valueOf("--lines", "10000,50000,100000").split(",").map(Number);
const runs = Number(valueOf("--runs", "3"));
if (shape === undefined || !Number.isInteger(runs) || runs < 1 || sizes.some((n) => !(n >= 1000)) || !existsSync(join(root, "dist/cli/main.js"))) {
  process.stderr.write("bench: --shape takes usual or wired, --lines takes numbers from 1000, --runs a whole number from 1; dist/ must be there (npm run build)\n");
  process.exit(2);
}

const check = [process.execPath, [join(root, "dist/cli/main.js"), "check", ".", "--format", "json"]];
const tsc = [process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "--noEmit", "--typeRoots", join(root, "node_modules/@types")]];
const median = (list, of) => [...list].map((r) => r[of]).sort((a, b) => a - b)[Math.floor(list.length / 2)];
const rows = [];

for (const size of sizes) {
  const folder = join(tmpdir(), `nobypass-bench-${size}`);
  const lines = shape.make(folder, size);
  const measured = { "tsc --noEmit": [], "check, first run": [], "check, nothing changed": [], "check, one file changed": [] };
  for (let run = 0; run < runs; run++) {
    measured["tsc --noEmit"].push(await measure(...tsc, folder));
    rmSync(join(folder, ".nobypass"), { recursive: true, force: true });
    measured["check, first run"].push(await measure(...check, folder));
    measured["check, nothing changed"].push(await measure(...check, folder));
    appendFileSync(join(folder, shape.changed), `\nexport const changed${run} = (text: string): string => text.trim();\n`);
    measured["check, one file changed"].push(await measure(...check, folder));
  }
  for (const [name, all] of Object.entries(measured)) rows.push({ lines, name, cpu: median(all, "cpu"), peakMb: median(all, "peakMb") });
  process.stderr.write(`${lines} lines done\n`);
  rmSync(folder, { recursive: true, force: true });
}

const tscOf = (lines) => rows.find((r) => r.lines === lines && r.name.startsWith("tsc"));
const table = rows.map((r) => `| ${r.lines.toLocaleString("en")} | ${r.name} | ${r.cpu.toFixed(2)} | ${(r.cpu / tscOf(r.lines).cpu).toFixed(3)} | ${r.peakMb.toFixed(0)} | ${(r.peakMb / tscOf(r.lines).peakMb).toFixed(2)} |`);
const [least, most] = [rows.at(0).lines, rows.at(-1).lines];
// CPU grows as lines to the power of this; what every process needs before it begins is part of it.
const growth = [...new Set(rows.map((r) => r.name))].map((name) => {
  const at = (lines) => rows.find((r) => r.lines === lines && r.name === name).cpu;
  return `| ${name} | ${(Math.log(at(most) / at(least)) / Math.log(most / least)).toFixed(2)} |`;
});
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const report = `# ${shape.title}

nobypass ${version}, Node ${process.versions.node}, ${cpus().length} cores, projects made by bench/${shape.by}, median of ${runs} ${runs === 1 ? "run" : "runs"}; all processes in turn, whole, start-up included. Shares are of \`tsc --noEmit\` on the same project.

| lines | run | CPU s | share | peak MB | share |
| ---: | --- | ---: | ---: | ---: | ---: |
${table.join("\n")}
${least === most ? "" : `
| CPU from ${least.toLocaleString("en")} to ${most.toLocaleString("en")} lines | exponent |
| --- | ---: |
${growth.join("\n")}
`}`;
process.stdout.write(report);
writeFileSync(join(here, shape.table), report);
