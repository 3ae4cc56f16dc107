import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";

/** A call in the words of a message, its arguments left out and no longer than fits: `…users.find(…).exec(…)`. */
export function pathOf(file: FileView, id: ValueId): string {
  const names: string[] = [];
  let at = file.facts.values[id] as Value;
  let isNew = false;
  for (let inCall = ""; ; ) {
    if (at.kind === "member") {
      names.unshift(`${at.name ?? "[…]"}${inCall}`);
      inCall = "";
      at = file.facts.values[at.object] as Value;
    } else if (at.kind === "call") {
      if (names.length === 0 && inCall === "") isNew = at.form === "new";
      inCall = at.form === "tag" ? "`…`" : `(…)${inCall}`;
      at = file.facts.values[at.callee] as Value;
    } else if (at.kind === "await" || at.kind === "cast") at = file.facts.values[at.of] as Value;
    else {
      names.unshift(rootOf(file, at) + inCall);
      break;
    }
  }
  return (isNew ? "new " : "") + (names.length > 4 ? `…${names.slice(-3).join(".")}` : names.join("."));
}

function rootOf(file: FileView, value: Value): string {
  switch (value.kind) {
    case "var":
      return file.facts.bindings[value.binding]?.name ?? "";
    case "global":
      return value.name;
    case "this":
    case "super":
      return value.kind;
    case "dynamicImport":
      return "import(…)";
    default:
      return "(…)";
  }
}
