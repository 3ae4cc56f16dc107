import type { ClassFact, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { Catalog } from "../catalog/catalog.js";
import type { Found } from "./entries.js";
import type { Handed } from "./entered.js";
import { entryRows, type RowBy } from "./entry-rows.js";
import { flow } from "./flow.js";
import { under } from "./under.js";

/** The methods of a class that a framework calls: decorated, or of a name that a decorated class serves by. */
export function decoratedEntries(file: FileView, cls: ClassFact): readonly Found[] {
  const entries: Found[] = [];
  const { decorated, methods } = entryRows(file.settings.catalog as Catalog);
  const onClass = cls.decorators.flatMap((d) => decoratorOf(file, d));
  const isOf = (row: RowBy<"decorator">): boolean => !row.register.cls || onClass.some((d) => row.register.cls?.includes(d.text));
  for (const member of cls.members) {
    if (member.fn === null) continue;
    const found = member.decorators.flatMap((d) => decoratorOf(file, d)).flatMap((d) => (decorated.get(d.text) ?? []).filter(isOf).map((row) => ({ row, ...d })));
    const byName = methods.filter((row) => member.name !== null && row.register.methodNames?.includes(member.name) && isOf(row)).map((row) => ({ row, text: "", arg: null }));
    for (const { row, text, arg } of [...found, ...byName]) {
      const prefix = onClass.find((d) => row.register.cls?.includes(d.text))?.arg ?? null;
      const path = row.kind === "http" ? joined(prefix, arg) : arg;
      // `httpGet` says no more than `Get`.
      const verb = text.slice(text.lastIndexOf(":") + 1).replace(/^http(?=[A-Z])/, "").toUpperCase();
      const name = row.kind === "http" ? `${verb} ${path}` : (path ?? member.name);
      const handed: Handed = { ways: [{ kind: "bare", fn: member.fn }], functions: [member.fn] };
      entries.push({ row, name, by: "decorator", at: { mark: member.at }, handler: null, handed, call: null, receiver: null, path, doubt: null });
    }
  }
  return entries;
}

/** Who a decorator is, and the text it is given. */
function decoratorOf(file: FileView, id: ValueId): { text: string; arg: string | null }[] {
  const value = file.facts.values[id] as Value;
  const called = value.kind === "call" ? value : null;
  const first = called?.args[0];
  const given = first === undefined ? [] : under(file, first, file.facts.values[first]?.kind === "object" ? ["path"] : []);
  const arg = given[0] === undefined ? null : file.get(flow).constant(given[0].value);
  return file.get(flow).symbols(called ? called.callee : id).map((node) => ({ text: node.text, arg: typeof arg === "string" ? arg : null }));
}

/** `users` and `:id` -> `/users/:id`. */
function joined(prefix: string | null, path: string | null): string {
  return `/${[prefix, path].flatMap((p) => (p ?? "").split("/")).filter((p) => p !== "").join("/")}`;
}
