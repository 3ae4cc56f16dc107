import { expect, it } from "vitest";
import { tempTree } from "../tests/temp-tree.js";
import type { Entries } from "./result.js";
import { run } from "./run.js";

const APP = `import express from "express";
import { orderOf } from "./orders.js";
export const app = express();
app.get("/orders/:id", async (req, res) => {
  res.json(await orderOf(String(req.params["id"])));
});
app.get("/health", (_req, res) => {
  res.json({ ok: true });
});
`;
const ORDERS = `const kept = new Map<string, { id: string }>();
export async function orderOf(id: string): Promise<{ id: string } | undefined> {
  return kept.get(id);
}
`;
const PACKAGE = { "package.json": `{ "name": "shop", "private": true, "type": "module", "dependencies": { "express": "^5.0.0" } }` };

function entriesOf(orders: string, more: Readonly<Record<string, string>> = {}): Entries {
  const cwd = tempTree({ ...PACKAGE, "src/app.ts": APP, "src/orders.ts": orders, ...more });
  const { entries, problems } = run({ cwd, paths: [] });
  expect(problems).toEqual([]);
  return entries as Entries;
}

it("proves the entries of a clear program", () => {
  const { proved, found, unknown, open, list } = entriesOf(ORDERS);
  expect({ proved, found, unknown, open }).toEqual({ proved: 2, found: 0, unknown: 0, open: [] });
  expect(list.map((e) => [e.name, e.proof])).toEqual([["GET /orders/:id", "proved"], ["GET /health", "proved"]]);
});

it.each([
  ["eval", `eval("sum(" + id + ")");`, "text is run as code"],
  ["a function made of text", `new Function("id", id)(id);`, "text is run as code"],
  ["vm", `runInNewContext(id);`, "text is run as code"],
  ["an any receiver", `const store: any = kept; store.forget(id);`, "`store` is of type any"],
  ["an any receiver with a name that lists have", `const store = globalThis as any; store.kept.get(id);`, "any"],
  ["a parameter of type any", `remember(kept);`, "`store` is of type any"],
  ["a computed call", `const table = { a: (x: string) => x, b: (x: string) => x }; table[id as "a"](id);`, "the key is made at run time"],
  ["a computed call of what nobody knows", `(kept as never as Record<string, () => void>)[id]();`, "the key is made at run time"],
  ["a module chosen at run time", `await import(id);`, "a module whose name is made at run time"],
  ["a file that is not there", `lost(id);`, "`./src/lost.js` takes no part in the program"],
])("proves one less with %s on the way, and says why", (_, seed, reason) => {
  const imports = (seed.startsWith("lost") ? `import { lost } from "./lost.js";\n` : "") + (seed.startsWith("runIn") ? `import { runInNewContext } from "node:vm";\n` : "");
  const { proved, unknown, found, open, list } = entriesOf(`${imports}${ORDERS.replace("  return", `  ${seed}\n  return`)}function remember(store: any): void { store.keep(1); }\n`);
  expect({ proved, rest: unknown + found }).toEqual({ proved: 1, rest: 1 });
  const [first] = list;
  expect(first?.name).toBe("GET /orders/:id");
  expect(first?.unknown).toBeGreaterThan(0);
  expect(open.map((o) => [o.file, o.entries])).toContainEqual(["src/orders.ts", 1]);
  expect(open.map((o) => o.reason).join("; ")).toContain(reason);
});

it("counts an entry once, with its findings, whichever file they stand in", () => {
  const { proved, found, unknown, list } = entriesOf(ORDERS.replace("  return", `  await fetch("https://example.com/" + id);\n  return`));
  expect({ proved, found, unknown }).toEqual({ proved: 1, found: 1, unknown: 0 });
  expect(list[0]?.found).toBeGreaterThan(0);
});

it("takes a suppressed finding for no proof", () => {
  const { proved, found, unknown, list } = entriesOf(ORDERS.replace("  return", `  // nobypass-disable-next-line console -- the terminal is the log here\n  console.log(id);\n  return`));
  expect({ proved, found, unknown }).toEqual({ proved: 1, found: 0, unknown: 1 });
  expect(list[0]?.reasons).toMatchObject([{ rule: "console", file: "src/orders.ts" }]);
});

it("judges what an entry reaches in files that nobody asked for", () => {
  const cwd = tempTree({ ...PACKAGE, "src/app.ts": APP, "src/orders.ts": ORDERS.replace("  return", "  console.log(id);\n  return") });
  const { entries, findings } = run({ cwd, paths: ["src/app.ts"] });
  expect(findings).toEqual([]);
  expect(entries).toMatchObject({ proved: 1, found: 1 });
});

it("has nothing to say of entries where no rule judges a program", () => {
  const cwd = tempTree({ ...PACKAGE, "src/app.ts": APP, "src/orders.ts": ORDERS });
  expect(run({ cwd, paths: [], rules: ["console"] }).entries).toBeNull();
});
