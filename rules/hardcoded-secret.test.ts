import { describe, expect, it } from "vitest";
import type { Judgement } from "../core/finding.js";
import { casesOf } from "../tests/support/fixtures.js";
import { judgeText, lineAt } from "../tests/support/judge-file.js";
import hardcodedSecret from "./hardcoded-secret.js";

const cases = await casesOf("hardcoded-secret");

function told(path: string, text: string): Judgement[] {
  return judgeText(hardcodedSecret, cases[0] as (typeof cases)[number], path, text).filter((j) => j.verdict === "found");
}

describe("what leaves the tool", () => {
  it.each(cases.map((c) => [c.name, c] as const))("%s: no value", (_, c) => {
    const texts = new Map(c.files.filter((f) => !f.isGolden).map((f) => [f.path, f.text]));
    for (const file of c.files) {
      for (const found of judgeText(hardcodedSecret, c, file.path, file.text, texts).filter((j) => j.verdict === "found")) {
        const fix = found.fix?.() ?? null;
        const output = [found.message, found.subject, found.symbol, ...found.related.map((r) => r.message), fix?.title, ...(fix?.edits ?? []).map((e) => e.text)].join("\n");
        for (const [, secret = ""] of file.text.slice(found.start, found.end).matchAll(/["'`]([^"'`]{6,})["'`]/g)) if (secret !== "password") expect(output).not.toContain(secret.trim().split(" ").at(-1));
      }
    }
  });

  it("is no value in the name of a function around it", () => {
    const [found] = told("src/a.ts", 'import jwt from "jsonwebtoken";\nimport { scrypt } from "node:crypto";\nscrypt("swordfish", "salt", 32, (_e, key) => jwt.sign({}, "barracuda"));\n').slice(-1);
    expect(found?.symbol).not.toContain("swordfish");
  });
});

it("points from the literal to its uses elsewhere, once each", () => {
  const text = 'import jwt from "jsonwebtoken";\nconst k = "winter-is-coming";\nexport const issue = () => jwt.sign({}, k);\nexport const check = (t: string) => jwt.verify(t, k);\n';
  const found = told("src/a.ts", text);
  expect(found).toHaveLength(1);
  expect(found[0]?.related.map((r) => `${lineAt(text, r.start)} ${r.message}`)).toEqual(["3 used as signing key here", "4 used as signing key here"]);
});

it("needs no pointer where the literal stands in its use", () => {
  expect(told("src/a.ts", 'import jwt from "jsonwebtoken";\njwt.sign({}, "winter-is-coming");\n')[0]?.related).toEqual([]);
});

it("offers no fix that would repeat another secret of the same text", () => {
  const value = ["Kd4VtZ8nYc3H", "sB6uJ1fXe5Pa"].join("");
  const [found] = told("src/a.ts", `export const line = "curl -u deploy:Tr4ck9fox2 -H X-Api-Key:${value} -d api_token=${value} https://ci.shop.dev";\n`);
  expect(found?.message).toContain("a text that sets a credential");
  expect(found?.fix?.() ?? null).toBe(null);
});
