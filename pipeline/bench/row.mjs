// One row, in a process of its own: `node row.mjs time|bytes <row>`. Prints JSON.
import { rows } from "./rows.mjs";

const ROUND_MS = 150;
const ROUNDS = 3;
const WARM_UP = 3;
const COUNTED_FOR_BYTES = 3_000;

const [what, name] = process.argv.slice(2);
const row = rows.find((r) => r.name === name);
if (row === undefined) throw new Error(`no row is called ${name}`);
const { op, within = (loop) => loop(), after } = await row.prepare();

async function repeat(count) {
  for (let i = 0; i < count; i++) await op(i);
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Nanoseconds of CPU an operation, all threads of the process: collecting the garbage is part of the price. */
async function round(count) {
  await turn();
  const before = process.cpuUsage();
  await within(() => repeat(count));
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1_000) / count;
}

async function time() {
  let count = 1_000;
  for (let cost = await round(count); cost * count < ROUND_MS * 1e6; cost = await round(count)) count *= 2;
  for (let i = 0; i < WARM_UP; i++) await round(count);
  const rounds = [];
  for (let i = 0; i < ROUNDS; i++) rounds.push(await round(count));
  return { rounds };
}

/** What the heap grows by, with a young generation so large that nothing is collected meanwhile. */
async function bytes() {
  await within(() => repeat(50_000));
  const seen = [];
  for (let i = 0; i < 5; i++) {
    globalThis.gc();
    await turn();
    await within(async () => {
      const before = process.memoryUsage().heapUsed;
      await repeat(COUNTED_FOR_BYTES);
      seen.push((process.memoryUsage().heapUsed - before) / COUNTED_FOR_BYTES);
    });
  }
  return { bytes: seen.sort((a, b) => a - b)[2] };
}

const result = what === "bytes" ? await bytes() : await time();
after?.();
process.stdout.write(JSON.stringify(result));
// Timers of the measured libraries may still be armed.
process.exit(0);
