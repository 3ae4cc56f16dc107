import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { isGivenName, loadedBy } from "./loaded.js";

/** A call in the words of a message, its arguments left out and no longer than fits: `…users.find(…).exec(…)`. */
export function pathOf(file: FileView, id: ValueId): string {
  const names: string[] = [];
  let value = id;
  let at = file.facts.values[id] as Value;
  const go = (to: ValueId): void => {
    value = to;
    at = file.facts.values[to] as Value;
  };
  let isNew = false;
  for (let inCall = ""; ; ) {
    if (at.kind === "member") {
      names.unshift(`${at.name ?? "[…]"}${inCall}`);
      inCall = "";
      go(at.object);
    } else if (at.kind === "call") {
      if (names.length === 0 && inCall === "") isNew = at.form === "new";
      inCall = at.form === "tag" ? "`…`" : `(…)${inCall}`;
      go(at.callee);
    } else if (at.kind === "await" || at.kind === "cast") go(at.of);
    else {
      names.unshift(rootOf(file, value) + inCall);
      break;
    }
  }
  return (isNew ? "new " : "") + (names.length > 4 ? `…${names.slice(-3).join(".")}` : names.join("."));
}

function rootOf(file: FileView, id: ValueId): string {
  const value = file.facts.values[id] as Value;
  switch (value.kind) {
    case "var": {
      const name = file.facts.bindings[value.binding]?.name ?? "";
      return isGivenName(name) ? written(file, id) : name;
    }
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

/** As the text has it: the name that a program gives says nothing. */
function written(file: FileView, id: ValueId): string {
  const load = loadedBy(file, id);
  if (load !== null) return `${load}(…)`;
  const { start, end } = file.span({ value: id });
  const text = file.text.slice(start, end);
  return /^[\w$.]{1,60}$/.test(text) ? text : "(…)";
}
