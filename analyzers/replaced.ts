import type { BindingFact, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { choicesAt, type Condition } from "./conditions.js";
import { context } from "./context.js";
import { flow } from "./flow.js";

/** A test that came out so. */
export type Test = Condition & { readonly kind: "test" };

/**
 * `let text = a; if (test) text = b;`: where `a` is still there, the test has failed. For a value that a name holds, what
 * each later write would have taken: of such a list one test has failed.
 */
export function failedTests(file: FileView, binding: BindingFact, held: ValueId, read: ValueId): readonly (readonly Test[])[] {
  if (binding.versions.length < 2) return [];
  const at = binding.versions.findIndex((v) => v.value === held);
  return binding.versions.slice(at + 1).flatMap(({ value }) => {
    const tests = value === undefined || value > read ? null : further(file, value, read);
    return tests === null || tests.length === 0 ? [] : [tests];
  });
}

/** Properties that are written over or deleted between the making of an object and a read of it, and the tests under which that happens. */
export function replacedParts(file: FileView, binding: number, read: ValueId): readonly { readonly name: string; readonly at: ValueId; readonly tests: readonly Test[] }[] {
  const writes = file.get(flow).memberWrites(binding).map((w) => ({ name: w.name, at: w.value }));
  const all = [...writes, ...(file.get(deleted).get(binding) ?? [])];
  return all.flatMap(({ name, at }) => {
    const tests = at > read || file.facts.owner[at] !== file.facts.owner[read] ? null : further(file, at, read);
    return tests === null ? [] : [{ name, at, tests: tests.filter((t) => !isOwnPart(file, t, at)) }];
  });
}

/** `if (this.catalog) data.catalog = this.catalog`: a service or table of one's own, where there is one; a text may be configured or not. */
function isOwnPart(file: FileView, { test, isTrue }: Test, written: ValueId): boolean {
  const { values } = file.facts;
  const [asked, put] = [values[test], values[written]];
  if (!isTrue || asked?.kind !== "member" || put?.kind !== "member" || asked.name === null || asked.name !== put.name) return false;
  return values[asked.object]?.kind === "this" && values[put.object]?.kind === "this" && file.get(flow).declared(written)?.t === "name";
}

/** Does a write only come after a read of what the same run of the function has made? */
export function comesLater(file: FileView, binding: BindingFact, write: ValueId, read: ValueId): boolean {
  const { owner } = file.facts;
  if (write < read || owner[write] !== owner[read] || binding.versions.some((v) => v.value === undefined || owner[v.value] !== owner[read])) return false;
  return !file.get(context).enclosing(write).some((e) => e.statement.kind === "loop");
}

/** The tests under which one value is evaluated and another is not; null where it takes more than tests. */
export function further(file: FileView, value: ValueId, than: ValueId): readonly Test[] | null {
  const where = file.get(context);
  const around = new Set(where.enclosing(than).map((e) => e.statement));
  // What a loop or a catch does is done on some ways only.
  if (where.enclosing(value).some((e) => (e.part === "handler" || e.statement.kind === "loop") && !around.has(e.statement))) return null;
  const known = choicesAt(file, than);
  const more = choicesAt(file, value).filter((c) => !known.some((k) => k.kind === "test" && c.kind === "test" && k.test === c.test && k.isTrue === c.isTrue));
  return more.every((c) => c.kind === "test") ? (more as Test[]) : null;
}

export const negated = (c: Test): Test => ({ ...c, isTrue: !c.isTrue });

/** `delete body.stack`, by the name that holds the object. */
const deleted: Answer<ReadonlyMap<number, readonly { readonly name: string; readonly at: ValueId }[]>> = {
  name: "deleted parts",
  of({ facts: { values } }) {
    const found = new Map<number, { name: string; at: ValueId }[]>();
    values.forEach((value, at) => {
      const member = value.kind === "unary" && value.op === "delete" ? values[value.of] : undefined;
      const object = member?.kind === "member" ? values[member.object] : undefined;
      if (member?.kind !== "member" || member.name === null || object?.kind !== "var") return;
      listAt(found, object.binding).push({ name: member.name, at });
    });
    return found;
  },
};
