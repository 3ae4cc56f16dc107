import { expect, it } from "vitest";
import type { Facts } from "../core/facts.js";
import type { FileView, Settings } from "../core/rule.js";
import { factsOf } from "../tests/support/facts.js";
import { catalog } from "../tests/support/judge-file.js";
import { retries } from "./retries.js";
import { View } from "./view.js";

/** How often values are looked at to find the retries of a text. */
function looks(text: string): { readonly found: number; readonly looks: number } {
  let count = 0;
  const facts = factsOf(text);
  const values = new Proxy(facts.values, {
    get(list, key) {
      if (typeof key === "string" && /^\d/.test(key)) count++;
      return Reflect.get(list, key) as unknown;
    },
  });
  const settings: Pick<Settings, "catalog" | "pipelineName"> = { catalog, pipelineName: () => null };
  const view: FileView = new View({ ...facts, values } satisfies Facts, text, "a.ts", "server", settings as Settings);
  return { found: view.get(retries).length, looks: count };
}

/** What a bundler makes of much code: one function that calls itself, with many names in it and made of each other. */
const bundled = (size: number): string => {
  const each = (text: (i: number) => string, between = "\n"): string => Array.from({ length: size }, (_, i) => text(i)).join(between);
  return `
    async function run(${each((i) => `part${i}`, ", ")}) {
      ${each((i) => `let made${i} = ${i === 0 ? "first()" : `made${i - 1}`};`)}
      try { await send(${each((i) => `made${i}`, ", ")}); }
      catch { await run(${each((i) => `other${i}()`, ", ")}); }
    }`;
};

it("looks at the values of a bundle not for each parameter anew", () => {
  const [small, large] = [looks(bundled(50)), looks(bundled(200))];
  expect([small.found, large.found]).toEqual([1, 1]);
  // A search through all names for each parameter made fifty-five times as many of four; searches of their own stop after some hundred.
  expect(large.looks / small.looks).toBeLessThan(12);
});
