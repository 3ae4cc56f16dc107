import type { Facts, ValueId } from "../core/facts.js";

/** The name at the head of a chain: `app` of `app.route("/x").get` and of `this.app.get`. */
export function rootName(facts: Facts, id: ValueId): string | null {
  const value = facts.values[id];
  switch (value?.kind) {
    case "member": {
      const root = rootName(facts, value.object);
      return root === "this" ? value.name : root;
    }
    case "call":
      return rootName(facts, value.callee);
    case "cast":
    case "await":
      return rootName(facts, value.of);
    case "this":
      return "this";
    case "var":
      return facts.bindings[value.binding]?.name ?? null;
    default:
      return null;
  }
}
