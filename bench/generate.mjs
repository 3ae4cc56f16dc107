// A backend of about 100,000 lines whose files import each other: services over a typed store, handlers, clients, jobs.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const MODULES = 29;
const FILES_PER_MODULE = 25;

/** @returns how many lines were written */
export function generate(dir) {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "package.json"), JSON.stringify({ name: "bench-shop", private: true, type: "module" }));
  writeFileSync(
    join(dir, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { target: "es2023", module: "nodenext", moduleResolution: "nodenext", strict: true, noUncheckedIndexedAccess: true, skipLibCheck: true, noEmit: true, types: ["node"] }, include: ["src"] }),
  );
  let lines = 0;
  for (let m = 0; m < MODULES; m++) {
    const folder = join(dir, "src", "modules", `m${m}`);
    mkdirSync(folder, { recursive: true });
    for (let f = 0; f < FILES_PER_MODULE; f++) {
      const text = file(m, f);
      writeFileSync(join(folder, `part${f}.ts`), text);
      lines += text.split("\n").length;
    }
  }
  return lines;
}

/** Every file leans on the one before it and on one of another module, so that types flow through the whole project. */
function file(m, f) {
  const before = f > 0 ? `import { type Item${f - 1}, Service${f - 1} } from "./part${f - 1}.js";\n` : "";
  const other = m > 0 ? `import { summarise${f} as other${f}, type Item${f} as Foreign${f} } from "../m${m - 1}/part${f}.js";\n` : "";
  const methods = Array.from({ length: 6 }, (_, i) => method(m, f, i)).join("\n");
  return `import { readFile } from "node:fs/promises";
${before}${other}
export interface Item${f} {
  readonly id: string;
  readonly kind: "a" | "b" | "c";
  amount: number;
  tags: readonly string[];
  meta: { created: Date; by?: string; scores: Record<string, number> };
${f > 0 ? `  parent?: Item${f - 1};` : ""}
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

const limits = { page: ${20 + f}, retries: 3, label: "m${m}.part${f}" } as const;

export function summarise${f}(items: readonly Item${f}[]): Map<Item${f}["kind"], number> {
  const totals = new Map<Item${f}["kind"], number>();
  for (const { kind, amount } of items) totals.set(kind, (totals.get(kind) ?? 0) + amount);
  return totals;
}

export class Service${f} {
  readonly #items = new Map<string, Item${f}>();
  ${f > 0 ? `readonly #before = new Service${f - 1}();` : ""}

${methods}

  protected keep(item: Item${f}): Item${f} {
    this.#items.set(item.id, item);
    return item;
  }
}
${m > 0 ? `\nexport const foreign${f} = (items: readonly Foreign${f}[]): number => [...other${f}(items).values()].reduce((a, b) => a + b, 0);\n` : ""}`;
}

function method(m, f, i) {
  const calls = f > 0 ? `const earlier = await this.#before.load${i}(id, options);\n      tags.push(earlier.items.length.toString());` : `const text = await readFile(new URL(\`./\${id}.json\`, import.meta.url), "utf8");\n      tags.push(text.slice(0, limits.page));`;
  const remote = (f + i) % 7 === 0 ? `const response = await fetch(\`https://m${m}.example.com/\${id}\`, { signal: AbortSignal.timeout(2000) });\n      if (!response.ok) throw new Error(\`\${limits.label} answered \${response.status}\`);\n      ` : "";
  const caught = i % 3 === 0 ? `throw new Error(\`\${limits.label} failed for \${id}\`, { cause: error });` : `if (attempts >= limits.retries) throw error;\n      attempts += 1;`;
  return `  async load${i}(id: string, options: { signal?: AbortSignal; limit?: number } = {}): Promise<Page<Item${f}>> {
    let attempts = 0;
    const tags: string[] = [];
    try {
      ${remote}${calls}
    } catch (error) {
      ${caught}
    }
    const size = options.limit ?? limits.page;
    const items = [...this.#items.values()].filter((item) => item.kind === "a" || item.tags.includes(id)).slice(0, size);
    const first = items[0];
    if (first && first.amount > ${i}) return { items: [this.keep({ ...first, tags: [...first.tags, ...tags] })], next: null };
    return { items: items.map((item) => ({ ...item, amount: item.amount + attempts })), next: items.length === size ? (items.at(-1)?.id ?? null) : null };
  }
`;
}
