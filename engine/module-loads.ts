import type { Facts, Value, ValueId } from "../core/facts.js";
import type { Span } from "../core/finding.js";
import type { Roads } from "../facts/link.js";

/** One file runs the top level of another, in its own course or as a thread of its own. */
export interface ModuleLoad {
  readonly from: number;
  readonly to: number;
  readonly kind: "import" | "require" | "dynamic import" | "worker";
  /** In the file that loads. */
  readonly at: Span;
}

/** Which file of the program loads which, where the name is constant. */
export function moduleLoads(files: readonly { readonly facts: Facts }[], roads: Roads): readonly ModuleLoad[] {
  const found: ModuleLoad[] = [];
  files.forEach(({ facts }, from) => {
    const add = (module: string | null, kind: ModuleLoad["kind"], at: Span): void => {
      const to = module === null ? null : roads.fileOf(module, from);
      if (to !== null) found.push({ from, to, kind, at });
    };
    const spanOf = (spans: readonly number[], i: number): Span => ({ start: spans[2 * i] as number, end: spans[2 * i + 1] as number });
    for (const { module, typeOnly, names, at } of facts.imports) if (!typeOnly && (names.length === 0 || names.some((n) => !n.typeOnly))) add(module, "import", spanOf(facts.spans.marks, at));
    for (const { from: module, typeOnly, at } of facts.exports) if (module !== undefined && !typeOnly) add(module, "import", spanOf(facts.spans.marks, at));
    facts.values.forEach((value, id) => {
      const at = spanOf(facts.spans.values, id);
      if (value.kind === "dynamicImport") add(textOf(facts, value.source), "dynamic import", at);
      if (value.kind !== "call" || value.args[0] === undefined) return;
      const callee = facts.values[value.callee] as Value;
      if (callee.kind === "global" && callee.name === "require" && value.form === undefined) add(textOf(facts, value.args[0]), "require", at);
      const name = callee.kind === "member" || callee.kind === "global" ? callee.name : callee.kind === "var" ? facts.bindings[callee.binding]?.name : null;
      if (value.form === "new" && name === "Worker") add(fileOf(facts, value.args[0]), "worker", at);
    });
  });
  return found;
}

/** `new URL("./worker.js", import.meta.url)`, or the path itself. */
function fileOf(facts: Facts, id: ValueId): string | null {
  const value = facts.values[id] as Value;
  const callee = value.kind === "call" && value.form === "new" ? facts.values[value.callee] : undefined;
  const first = value.kind === "call" ? value.args[0] : undefined;
  return callee?.kind === "global" && callee.name === "URL" && first !== undefined ? textOf(facts, first) : textOf(facts, id);
}

function textOf(facts: Facts, id: ValueId): string | null {
  const value = facts.values[id];
  return value?.kind === "literal" && typeof value.value === "string" ? value.value : null;
}
