import type { Facts } from "../core/facts.js";
import type { Span } from "../core/finding.js";
import type { Roads } from "../facts/link.js";
import { type Load, loadOf } from "../facts/loads.js";

/** One file runs the top level of another, in its own course or as a thread of its own. */
export interface ModuleLoad {
  readonly from: number;
  readonly to: number;
  readonly kind: "import" | Load["kind"];
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
      const load = loadOf(facts, value);
      if (load !== null) add(load.module, load.kind, spanOf(facts.spans.values, id));
    });
  });
  return found;
}
