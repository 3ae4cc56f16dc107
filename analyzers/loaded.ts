import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { loadOf } from "../facts/loads.js";
import { flow } from "./flow.js";

/** Names that a program gives to what a file exports, where another one has it by `import("./x")`, `require("./x")` or a member of that. */
const GIVEN = new Set(["*", "default"]);

export const isGivenName = (name: string): boolean => GIVEN.has(name);

/** Is it written as `import(…)`, which gives a promise whether or not the file is of the program, or as `require(…)`? */
export function loadedBy(file: FileView, id: ValueId): "import" | "require" | null {
  const value = file.facts.values[id] as Value;
  if (value.kind === "dynamicImport") return "import";
  if (value.kind !== "var" || !isGivenName(file.facts.bindings[value.binding]?.name ?? "")) return null;
  const { start, end } = file.span({ value: id });
  return (/^(import|require)\s*\(/.exec(file.text.slice(start, end))?.[1] as "import" | "require" | undefined) ?? null;
}

/** `require("./tables").orders`, also as a part of a pattern and under other names: what it is stands in another file. */
export function isLoadedPart(file: FileView, id: ValueId, depth = 0): boolean {
  const value = file.facts.values[id] as Value;
  if (value.kind !== "member") return loadOf(file.facts, value) !== null;
  return depth < DEEPEST && file.get(flow).sources(value.object).some((source) => isLoadedPart(file, source, depth + 1));
}

const DEEPEST = 8;
