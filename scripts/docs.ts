import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root, staleDocs } from "./doc-pages.js";

const [option, ...others] = process.argv.slice(2);
if ((option !== undefined && option !== "--check") || others.length > 0) {
  console.error("Usage: npm run docs [-- --check]");
  process.exit(2);
}

try {
  const stale = await staleDocs();
  if (option === "--check") {
    for (const { path, is } of stale) console.error(`${path} is ${is}`);
    if (stale.length > 0) {
      console.error("The generated pages are stale. Repair them with: npm run docs");
      process.exitCode = 1;
    }
  } else {
    for (const { path, text } of stale) {
      const file = join(root, path);
      if (text === null) rmSync(file);
      else {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
      console.log(`${text === null ? "removed" : "wrote"} ${path}`);
    }
    if (stale.length === 0) console.log("All generated pages are current.");
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
