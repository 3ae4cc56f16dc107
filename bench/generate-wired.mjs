// A backend in which everything hangs together: each file imports five others and is given objects of their classes, callbacks
// go through three of them, a cycle of 200 files calls round and round, and one file of fifty serves requests. Hardly any
// line of it is data. What `generate.mjs` makes is what backends look like; this is the worst that one could be.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const LINES_OF_A_FILE = 89;
const CYCLE = 200;
/** Files of these numbers serve requests. */
const isServer = (i) => i % 50 === 0;

/** @returns how many lines were written */
export function generateWired(dir, wanted) {
  const files = Math.max(20, Math.round(wanted / LINES_OF_A_FILE));
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "package.json"), JSON.stringify({ name: "bench-wired", private: true, type: "module" }));
  writeFileSync(
    join(dir, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { target: "es2023", module: "nodenext", moduleResolution: "nodenext", strict: true, skipLibCheck: true, noEmit: true, types: ["node"] }, include: ["src"] }),
  );
  const random = randoms();
  let lines = 0;
  for (let i = 0; i < files; i++) {
    mkdirSync(join(dir, "src", folderOf(i)), { recursive: true });
    const text = service(i, needed(i, random), i < CYCLE ? (i + 1) % Math.min(CYCLE, files) : null);
    lines += text.split("\n").length;
    writeFileSync(join(dir, "src", folderOf(i), `service${i}.ts`), text);
  }
  return lines;
}

const folderOf = (i) => `part${Math.floor(i / 100)}`;

/** The same numbers each time. */
function randoms() {
  let seed = 42;
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** Five earlier services: most from near by, some from anywhere. */
function needed(i, random) {
  const found = new Set();
  while (found.size < Math.min(5, i)) found.add(random(4) === 0 ? random(i) : Math.max(0, i - 1 - random(Math.min(i, 40))));
  return [...found];
}

const each = (list, line) => list.map(line).join("\n");

function service(i, deps, next) {
  const imported = next === null || deps.includes(next) ? deps : [...deps, next];
  const step = next !== null ? `step${next}(n - 1, visit)` : `step${deps[0]}(n - 1, (m) => visit(m + 1))`;
  return `${each(imported, (d) => `import { Service${d}, step${d}, type Row${d} } from "../${folderOf(d)}/service${d}.js";`)}
${isServer(i) ? 'import { readFile } from "node:fs/promises";\nimport { createServer } from "node:http";\n' : ""}
/** What service ${i} keeps of a row. */
export interface Row${i} {
  readonly id: string;
  readonly amount: number;
${each(deps.slice(0, 2), (d) => `  readonly of${d}?: Row${d};`)}
}

export interface Store${i} {
  load(id: string): Promise<Row${i} | null>;
  save(row: Row${i}): Promise<void>;
}

export class Service${i} {
  readonly #listeners: ((row: Row${i}) => void)[] = [];

  constructor(
    private readonly store: Store${i},
${each(deps, (d, k) => `    private readonly dep${k}: Service${d},`)}
  ) {}

  onChange(listener: (row: Row${i}) => void): void {
    this.#listeners.push(listener);
  }

  async find(id: string): Promise<Row${i}> {
    const row = await this.store.load(id);
    if (row === null) throw new Error("row ${i} not found: " + id);
    return row;
  }

  async each(ids: readonly string[], then: (row: Row${i}) => Promise<void>): Promise<void> {
    for (const id of ids) {
      const row = await this.find(id);
      await then(row);
    }
  }

  async sum(ids: readonly string[]): Promise<number> {
    let sum = 0;
    await this.each(ids, async (row) => {
      sum += row.amount;
${each(deps.slice(0, 3), (_, k) => `      await this.dep${k}.each(ids.slice(${k + 1}), async (other) => {\n        sum += other.amount;\n      });`)}
    });
${each(deps.slice(3), (_, k) => `    sum += await this.dep${k + 3}.total(ids);`)}
    return sum;
  }

  async total(ids: readonly string[]): Promise<number> {
    try {
      const rows = await Promise.all(ids.map((id) => this.find(id)));
      for (const row of rows) this.#listeners.forEach((listener) => listener(row));
      return rows.reduce((sum, row) => sum + row.amount, 0);
    } catch {
      return ${i % 7 === 0 ? "0" : "await this.remote(ids)"};
    }
  }

  async remote(ids: readonly string[]): Promise<number> {
    const answer = await fetch("https://rows.internal/${i}/" + ids.join(","));
    return Number(await answer.text());
  }
}

export function step${i}(n: number, visit: (n: number) => void): number {
  visit(n);
  if (n <= 0) return n;
  return ${step};
}
${isServer(i) ? `
export function serve${i}(service: Service${i}): void {
  createServer(async (request, response) => {
    const id = request.url ?? "";
    const file = await readFile("/data/" + id, "utf8");
    const row = await service.find(id);
    response.end(JSON.stringify({ row, file, sum: await service.sum([id]), steps: step${i}(10, (m) => console.log(m)) }));
  }).listen(${8000 + (i % 1000)});
}
` : ""}`;
}
