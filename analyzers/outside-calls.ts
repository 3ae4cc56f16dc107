import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import type { Call } from "./calls.js";
import { flow } from "./flow.js";

/** Kinds of values whose methods are the language's own. */
export const BUILT_IN: ReadonlySet<Value["kind"]> = new Set(["literal", "template", "array", "object", "regexp", "binary", "unary", "bigint", "function", "class", "jsx"]);
/** Kinds that another part of the program decides. */
const EVALUATES = new Set(["global:eval", "global:Function"]);

/** Methods of strings, lists, maps, promises and the like, as far as no other type is known to have them. */
export const LANGUAGE: ReadonlySet<string> = new Set(
  [String.prototype, Array.prototype, Map.prototype, Set.prototype, WeakMap.prototype, Promise.prototype, Number.prototype, RegExp.prototype, Date.prototype, Function.prototype, Object.prototype, Buffer.prototype, Uint8Array.prototype, Error.prototype, Symbol.prototype, AbortSignal.prototype, AbortController.prototype, URL.prototype, URLSearchParams.prototype, Headers.prototype, (function* () {})().constructor.prototype as object].flatMap((of) => (of == null ? [] : Object.getOwnPropertyNames(of))).concat(["next", "return", "throw", "append"]),
);

/** The names of members that the program's own classes and objects define. */
export const ownMembers: Answer<ReadonlySet<string>> = {
  name: "own members",
  of({ facts }) {
    const names = new Set<string>();
    for (const { members } of facts.classes) for (const { name } of members) if (name !== null) names.add(name);
    for (const value of facts.values) if (value.kind === "object") for (const { name, value: held } of value.props) if (name !== null && facts.values[held]?.kind === "function") names.add(name);
    return names;
  },
};

/** Of a call that no function of the program answers: null where it leads out of it, else why nobody knows. */
export function outsideCall(file: FileView, { target, symbols }: Call): string | null {
  const { facts } = file;
  if (symbols.some(({ text }) => EVALUATES.has(text))) return "text is run as code";
  if (symbols.length > 0) return null;
  const callee = facts.values[target] as Value;
  const said = (id: ValueId): string => short(file, id);
  switch (callee.kind) {
    case "super":
      return null;
    case "dynamicImport":
      return "a module whose name is made at run time";
    case "member": {
      if (callee.name === null) return `\`${said(target)}\`: the key is made at run time`;
      const sources = file.get(flow).sources(callee.object);
      const isOwn = file.get(ownMembers).has(callee.name);
      if (sources.some((s) => BUILT_IN.has((facts.values[s] as Value).kind)) && LANGUAGE.has(callee.name)) return null;
      if (!isOwn && LANGUAGE.has(callee.name)) return null;
      if (!isOwn) return `no type of the program has a method \`${callee.name}\`, and nothing says what \`${said(callee.object)}\` is`;
      return `nothing says what \`${said(callee.object)}\` is`;
    }
    case "param":
    case "var": {
      const from = file.get(flow).sources(target).map((s) => facts.values[s] as Value);
      if (from.some((v) => v.kind === "param")) return `\`${said(target)}\` is what a caller gives, and no caller is known to give a function`;
      if (from.length > 0 && from.every((v) => v.kind === "class")) return null;
      return `\`${said(target)}\` holds no function that is known`;
    }
    case "call":
      return `nothing says what \`${said(target)}\` gives`;
    case "class":
    case "function":
      return null;
    default:
      return `nothing says what \`${said(target)}\` is`;
  }
}

function short(file: FileView, id: ValueId): string {
  const { start, end } = file.span({ value: id });
  const text = file.text.slice(start, end).replace(/\s+/g, " ");
  return text.length > 40 ? `…${text.slice(-39)}` : text;
}
