import { rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exists, noting, readText } from "../../config/disk.js";
import { surfaceOf } from "../../facts/surface.js";
import { tempTree } from "../../tests/temp-tree.js";
import { factsOf } from "../parse.js";
import { KeptAnswers } from "./answers.js";
import { Store } from "./store.js";
import { stillHolds, Tracer } from "./trace.js";

const LIB = "export declare function send(): void;\n";
const OWN = "export function load(id: string): string {\n  return id;\n}\nexport const list = () => [1];\n";

function surface(text: string): string {
  const facts = factsOf("a.ts", text);
  if ("message" in facts) throw new Error(facts.message);
  return surfaceOf(facts, text);
}

/** A source that reads a declaration, a source, and looks for a file in vain. */
function asking() {
  const dir = tempTree({ "lib/index.d.ts": LIB, "a.ts": OWN });
  const path = (name: string): string => join(dir, name);
  let asked = 0;
  const ask = (): number => {
    exists(path("lib/other.d.ts"));
    readText(path("lib/index.d.ts"));
    readText(path("a.ts"));
    return ++asked;
  };
  const surfaces = (file: string): string | null => (file === path("a.ts") ? surface(readText(file)) : null);
  const answers = (questions: object = ["?"]): number => new KeptAnswers(new Store(path("cache"), () => undefined), "1").of("tsconfig.json", questions, surfaces, ask);
  /** Long ago, so that its stamp can be trusted. */
  const write = (name: string, text: string): void => {
    writeFileSync(path(name), text);
    utimesSync(path(name), 1_000_000, 1_000_000 + text.length);
  };
  return { path, answers, write };
}

describe("answers of the compiler are kept", () => {
  it.each([
    ["nothing changes", () => undefined, 1],
    ["a function with a declared result is changed within", ({ write }) => write("a.ts", OWN.replace("return id", "return id + id")), 1],
    ["a result is inferred from what is changed", ({ write }) => write("a.ts", OWN.replace("[1]", '["a"]')), 2],
    ["a declaration changes", ({ write }) => write("lib/index.d.ts", LIB.replace("void", "Promise<void>")), 2],
    ["a file appears that was looked for", ({ write }) => write("lib/other.d.ts", ""), 2],
    ["a source goes", ({ path }) => rmSync(path("lib/index.d.ts")), 2],
  ] as readonly (readonly [string, (of: ReturnType<typeof asking>) => void, number])[])("if %s", (_, change, times) => {
    const of = asking();
    expect(of.answers()).toBe(1);
    change(of);
    if (times === 2 && _ === "a source goes") expect(() => of.answers()).toThrow("ENOENT");
    else expect(of.answers()).toBe(times);
  });

  it("for the questions alone that were asked", () => {
    const { answers } = asking();
    expect([answers(["a"]), answers(["b"]), answers(["b"])]).toEqual([1, 2, 2]);
  });

  it("and what they depend on, an outcome depends on that was made with them", () => {
    const { answers, path, write } = asking();
    answers();
    const traced = (): ReturnType<Tracer["trace"]> => {
      const tracer = new Tracer();
      noting(tracer, () => answers());
      return tracer.trace();
    };
    expect(stillHolds(traced())).not.toBeNull();
    const [first, second] = [traced(), traced()];
    write("lib/index.d.ts", `${LIB}// more`);
    expect(stillHolds(first)).toBeNull();
    write("lib/index.d.ts", LIB);
    expect(stillHolds(second)).not.toBeNull();
    writeFileSync(path("lib/other.d.ts"), "");
    expect(stillHolds(second)).toBeNull();
  });
});

it("what others see of a file leaves out the bodies of functions whose result is declared", () => {
  const text = "export class A {\n  b(): number { return 1; }\n  c() { return 2; }\n  d = (): string => `${(() => 1)()}`;\n}\nexport async function e(x: number): Promise<void> { if (x) { await 0; } }\n";
  expect(surface(text)).toBe("export class A {\n  b(): number {}\n  c() { return 2; }\n  d = (): string => {};\n}\nexport async function e(x: number): Promise<void> {}\n");
});
