import { scaffold } from "./scaffold.js";
import { root } from "./doc-pages.js";

const [name, promise, ...others] = process.argv.slice(2);
if (name === undefined || others.length > 0) {
  console.error('Usage: npm run new-rule <name> ["<promise>"]\nThe name says what is found: missing-timeout, raw-env. The promise is "safety" if none is given.');
  process.exit(2);
}

const made = scaffold(root, name, promise);
if ("problem" in made) {
  console.error(`${made.problem}. Nothing was written.`);
  process.exit(2);
}
console.log(`Wrote ${made.wrote.join(", ")}.

Next:
  1. fixtures/${name}/example.ts: the shortest naive code, each line marked \`// want ${name}\` or \`// clear ${name}\`;
     beside it by-hand.ts, what one would have to write without the pipeline, and example.pipeline.ts
  2. rules/${name}.ts: the texts, and the judging
  3. more fixtures, one behaviour a file: npx vitest run tests/fixtures.test.ts -t ${name}
  4. npm run docs

Until then \`npm test\` fails, and says what is missing.`);
