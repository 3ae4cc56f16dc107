import { describe, expect, it } from "vitest";
import { View } from "../analyzers/view.js";
import { parse } from "../engine/parse.js";
import { Program } from "../engine/program.js";
import { extract } from "../facts/extract.js";
import { rules } from "../rules/index.js";
import { sessionFor } from "../rules/session.js";
import { casesOf } from "./support/fixtures.js";

/** Each changes one place of the program that `fixtures/raw-throw/may-throw` is, and the verdict of one throw with it. */
const MUTANTS: readonly { readonly throws: string; readonly was: boolean; readonly by: string; readonly from: string; readonly to: string }[] = [
  { throws: `new Error("caught")`, was: false, by: "dropping a catch", from: `failsLater(id).catch(() => "")`, to: "failsLater(id)" },
  { throws: `new Error("awaited")`, was: false, by: "dropping an await", from: "return await refusedAwaited(id)", to: "return refusedAwaited(id)" },
  { throws: `new Error("not awaited")`, was: true, by: "adding an await", from: "return refused(id)", to: "return await refused(id)" },
  { throws: `new Error("result")`, was: false, by: "rethrowing", from: "return { ok: false, error };", to: "throw error;" },
  { throws: `new Error("first")`, was: true, by: "rethrowing no more", from: "table.close(id);\n    throw error;", to: "table.close(id);" },
  { throws: `new Error("inner")`, was: false, by: "wrapping no more", from: `throw new Busy("wrapped", { cause });`, to: "throw cause;" },
  { throws: `new Gone("filtered")`, was: false, by: "asking for another class", from: "error instanceof Gone", to: "error instanceof Busy" },
  { throws: `new Error("settled")`, was: false, by: "joining instead of settling", from: "Promise.allSettled([settles(id)])", to: "Promise.all([settles(id)])" },
  { throws: `new Error("all")`, was: true, by: "settling instead of joining", from: "Promise.all([gauges.oneOfAll(req.params.id), 1])", to: "Promise.allSettled([gauges.oneOfAll(req.params.id), 1])" },
  { throws: `new Error("later")`, was: false, by: "running at once", from: "setTimeout(() => {", to: "[id].forEach(() => {" },
  { throws: `new Error("unstarted")`, was: false, by: "starting a generator", from: "typeof held", to: "[...held]" },
  { throws: `new Error("generator")`, was: true, by: "asking a generator for nothing", from: "all.next();\n  res.json(all.next());", to: "res.json(typeof all);" },
  { throws: `new Error("finally")`, was: true, by: "returning in finally", from: "table.close(id);\n  }", to: "return id;\n  }" },
  { throws: `new Error("getter")`, was: true, by: "reading a getter no more", from: "new Dial(req.params.id).level", to: "typeof new Dial(req.params.id)" },
  { throws: `new Error("thunk")`, was: true, by: "giving another function", from: "measured(gauges.thunk)", to: "measured(() => 1)" },
  { throws: `new Error("interface")`, was: true, by: "not calling through the interface", from: "gauge.read(req.params.id)", to: "typeof gauge" },
  { throws: `new Error("deep")`, was: true, by: "catching on the way", from: "return deepest(id);", to: `try {\n    return deepest(id);\n  } catch {\n    return "";\n  }` },
  { throws: `new Error("rejected")`, was: true, by: "catching the rejection", from: "await gauges.rejected(req.params.id)", to: "await gauges.rejected(req.params.id).catch(() => null)" },
];

describe("what may throw", async () => {
  const rule = rules.find((r) => r.name === "raw-throw");
  const c = (await casesOf("raw-throw")).find(({ name }) => name === "may-throw");
  if (rule === undefined || c === undefined) throw new Error("there is no such program");
  const session = sessionFor(c.loaded, { pipelineResolves: true });

  const found = (change: (text: string) => string): string[] => {
    const units = c.files.map(({ path, text: before }) => {
      const text = change(before);
      const parsed = parse(path, text);
      if ("message" in parsed) throw new Error(`${path} does not parse: ${parsed.message}`);
      return { view: new View(extract(parsed), text, path, "server", session.settings), relevant: new Set([rule]) };
    });
    return new Program(units, session).judge(rule).flatMap(({ unit, judgement }) => (judgement.verdict === "found" ? [lineOf(unit.view.text, judgement.start)] : []));
  };
  const before = found((text) => text);

  it.each(MUTANTS.map((m) => [`${m.by}: ${m.throws}`, m] as const))("%s", (_, { throws, was, from, to }) => {
    expect(c.files.filter(({ text }) => text.includes(from))).toHaveLength(1);
    expect(before.some((line) => line.includes(throws))).toBe(was);
    expect(found((text) => text.replace(from, () => to)).some((line) => line.includes(throws))).toBe(!was);
  });
});

const lineOf = (text: string, offset: number): string => text.slice(text.lastIndexOf("\n", offset) + 1, text.indexOf("\n", offset));
