import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { samePlace } from "./places.js";
import { flow } from "./flow.js";
import { further } from "./replaced.js";

/**
 * Has a part of an object been deleted or written over with a constant before the object is read: `headers.cookie = undefined`?
 * In the same function, by whatever name it has there; behind a test for the object itself it counts too.
 */
export function isScrubbed(file: FileView, read: ValueId, part: string): boolean {
  return (file.get(scrubs).get(part) ?? []).some(({ object, at }) => {
    if (at > read || file.facts.owner[at] !== file.facts.owner[read] || !isSame(file, object, read)) return false;
    const tests = further(file, at, read);
    return tests !== null && tests.every((t) => t.isTrue && isSame(file, t.test, read));
  });
}

function isSame(file: FileView, a: ValueId, b: ValueId): boolean {
  const { sameAs } = file.get(flow);
  return samePlace(file, a, b) || samePlace(file, sameAs(a), sameAs(b));
}

/** What is deleted, or written over with a constant, by its name. */
const scrubs: Answer<ReadonlyMap<string, readonly { readonly object: ValueId; readonly at: ValueId }[]>> = {
  name: "scrubbed parts",
  of(file) {
    const { values } = file.facts;
    const found = new Map<string, { object: ValueId; at: ValueId }[]>();
    const isNothing = (id: ValueId): boolean => {
      const value = values[id] as Value;
      return value.kind === "literal" || (value.kind === "global" && value.name === "undefined") || (value.kind === "unary" && value.op === "void");
    };
    const add = (member: Value | undefined, at: ValueId): void => {
      const key = member?.kind !== "member" ? null : (member.name ?? (member.key === undefined ? null : file.get(flow).constant(member.key)));
      if (member?.kind === "member" && typeof key === "string") listAt(found, key.toLowerCase()).push({ object: member.object, at });
    };
    values.forEach((value, at) => {
      if (value.kind === "unary" && value.op === "delete") add(values[value.of], at);
      else if (value.kind === "assign" && value.op === "=" && value.target !== null && "member" in value.target && isNothing(value.value)) add(values[value.target.member], at);
    });
    return found;
  },
};
