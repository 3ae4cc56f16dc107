// Ten million dispatches leave nothing behind: `npm run bench:memory -w pipeline` writes what they left to `memory.md`.
import { readFileSync, writeFileSync } from "node:fs";
import { pino } from "pino";
import { dispatch, entry, pipeline } from "../dist/esm/index.js";

const TOTAL = 10_000_000;
const FIRST = 1_000_000;
const PER_ENTRY = 1_000;
/** Of each entry's: so many that time out. They wait for real time, side by side. */
const LATE = 10;
const ENTRIES_AT_ONCE = 100;
const MAY_GROW = 3 * 1024 * 1024;

let lines = 0;
pipeline.configure({
  logger: pino({ level: "info" }, { write: () => void lines++ }),
  ops: { own: { timeout: 5_000 }, late: { timeout: 5, concurrency: Infinity }, retried: { retry: 1, idempotent: true, retryIf: () => false } },
});

const seen = { shared: 0, own: 0, threw: 0, retried: 0, late: 0 };
const work = async (value) => value;
const refused = new Error("refused");
const failing = async () => {
  throw refused;
};
const kinds = [
  () => dispatch("shared", () => work("shared")),
  () => dispatch("own", ({ remaining }) => work(remaining() > 0 ? "own" : "late")),
  () => dispatch("failing", failing).catch((error) => (error === refused ? "threw" : "late")),
  () => dispatch("retried", () => work("retried")),
];

const handler = entry("memory", async () => {
  for (let i = 0; i < PER_ENTRY - LATE; i++) {
    const kind = await kinds[i % kinds.length]();
    seen[kind]++;
  }
  // What nobody waits for any more settles at last, and its slot is free.
  const settle = [];
  const late = Array.from({ length: LATE }, () => dispatch("late", ({ signal }) => new Promise((resolve) => settle.push(() => resolve(signal.aborted)))).catch((error) => error.code === "TIMEOUT" && seen.late++));
  await Promise.all(late);
  for (const resolve of settle) resolve();
});

async function heap() {
  // What was cut settles in turns to come; a second collection takes what the first has finalized.
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    globalThis.gc();
  }
  return process.memoryUsage().heapUsed;
}

const mega = (bytes) => `${(bytes / 1024 / 1024).toFixed(2)} MB`;
const table = [];
const said = (done, used) => {
  const row = [`${done / 1e6} million`, mega(used), mega(process.memoryUsage().rss), lines.toLocaleString("en")];
  table.push(row);
  process.stdout.write(`${row.join(" · ")}\n`);
};

let first = 0;
let last = 0;
for (let done = 0; done < TOTAL; ) {
  await Promise.all(Array.from({ length: ENTRIES_AT_ONCE }, () => handler()));
  done += ENTRIES_AT_ONCE * PER_ENTRY;
  if (done % FIRST !== 0) continue;
  last = await heap();
  if (done === FIRST) first = last;
  said(done, last);
}

const { shared, own, threw, retried, late } = seen;
process.stdout.write(`sharing ${shared}, own bound ${own}, threw ${threw}, with retries ${retried}, timed out ${late}\n`);
if (shared + own + threw + retried + late !== TOTAL) fail("not every dispatch ended as it should");
if (last - first > MAY_GROW) fail(`the heap grew by ${mega(last - first)} from ${mega(first)}`);
const grown = `The heap grew by ${mega(last - first)} from ${FIRST / 1e6} to ${TOTAL / 1e6} million; ${mega(MAY_GROW)} would be a failure.`;
process.stdout.write(`${grown}\n`);
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
writeFileSync(
  new URL("memory.md", import.meta.url),
  `# What dispatches leave behind

@nobypass/pipeline ${version}, Node ${process.versions.node}. Ten million dispatches in entries of a thousand, a hundred entries at once: ${shared.toLocaleString("en")} sharing their caller's bound, ${own.toLocaleString("en")} with a tighter one of their own, ${threw.toLocaleString("en")} that throw, ${retried.toLocaleString("en")} that might be tried again, ${late.toLocaleString("en")} that time out and settle later. What is in use is the heap after collecting the garbage.

| dispatches | heap in use | resident | log lines |
| --- | ---: | ---: | ---: |
${table.map((row) => `| ${row.join(" | ")} |`).join("\n")}

${grown}
`,
);

function fail(reason) {
  process.stderr.write(`memory: ${reason}\n`);
  process.exit(1);
}
