import type { Statement, ValueId } from "../core/facts.js";

/** What is certain behind a statement: of `if (a) return; else if (b) return;` that neither `a` nor `b` holds. `leaves`: does nothing come after these? */
export function passedBy(s: Statement, leaves: (body: readonly Statement[]) => boolean): readonly { readonly test: ValueId; readonly want: boolean }[] {
  const within = (body: readonly Statement[]) => body.flatMap((inner) => passedBy(inner, leaves));
  if (s.kind === "block") return within(s.body);
  if (s.kind !== "if") return [];
  if (leaves(s.then)) return [{ test: s.test, want: false }, ...within(s.otherwise)];
  return leaves(s.otherwise) ? [{ test: s.test, want: true }, ...within(s.then)] : [];
}
