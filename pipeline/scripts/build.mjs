// Two builds of the same sources, by the compiler alone: what a debugger shows is what was written.
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
rmSync(`${here}/dist`, { recursive: true, force: true });
for (const build of ["esm", "cjs"]) execFileSync(process.execPath, [tsc, "-p", `${here}/tsconfig.${build}.json`], { stdio: "inherit" });
// The package is of type module; in here, `.js` and `.d.ts` are CommonJS.
writeFileSync(`${here}/dist/cjs/package.json`, '{ "type": "commonjs" }\n');
