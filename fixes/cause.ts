import type { ValueId } from "../core/facts.js";
import type { Edit, Fix } from "../core/finding.js";
import type { FileView } from "../core/rule.js";
import { type Handler, within } from "../analyzers/caught.js";
import type { Thrown } from "../analyzers/thrown-anew.js";
import { addArgument, addProperty, insert, tokens } from "./edit.js";

const NEW_NAME = "cause";

/** Gives every new error of a handler the caught one as its cause; null where one of them, or the types they are written by, cannot take it. */
export function keepCause(file: FileView, handler: Handler, dropped: readonly Thrown[]): Fix | null {
  if (!file.settings.errorsTakeCause(file.path)) return null;
  const named = nameFor(file, handler);
  if (named === null) return null;
  const edits = [...named.edits];
  for (const { made } of dropped) {
    // An error made before the try knows nothing of the caught one.
    if (made?.options == null || !within(handler.span, file.span({ value: made.call })) || isShadowed(file, handler, named.name, made.call)) return null;
    const added = causeInto(file, made.call, made.options, named.name === "cause" ? "cause" : `cause: ${named.name}`);
    if (added === null) return null;
    edits.push(...added);
  }
  return { tier: "safe", title: "Keep the caught error as the cause", edits };
}

/** The error's name in the handler; one without it gets one. */
function nameFor(file: FileView, handler: Handler): { name: string; edits: Edit[] } | null {
  if (handler.name !== null) {
    const binding = file.facts.bindings[handler.name];
    return binding && binding.versions.length === 1 ? { name: binding.name, edits: [] } : null;
  }
  const { nameless } = handler;
  if (nameless === null || /\bcause\b/.test(file.text.slice(handler.span.start, handler.span.end))) return null;
  if ("clause" in nameless) return { name: NEW_NAME, edits: [insert(nameless.clause.start + "catch".length, ` (${NEW_NAME})`)] };
  const list = tokens(file.text, nameless.head.start, nameless.head.end);
  const open = list.findIndex((t, i) => t.text === "(" && list[i + 1]?.text === ")");
  return open === -1 ? null : { name: NEW_NAME, edits: [insert((list[open] as { end: number }).end, NEW_NAME)] };
}

function causeInto(file: FileView, call: ValueId, index: number, property: string): readonly Edit[] | null {
  const value = file.facts.values[call];
  if (value?.kind !== "call") return null;
  const options = value.args[index];
  if (options !== undefined) return addProperty(file, options, property);
  const missing = Array.from({ length: index - value.args.length }, () => "undefined");
  return addArgument(file, call, [...missing, `{ ${property} }`].join(", "));
}

/** Another thing of that name in the handler, whose scope may hold the place. */
function isShadowed(file: FileView, handler: Handler, name: string, at: ValueId): boolean {
  const place = file.span({ value: at });
  return file.facts.bindings.some((binding, id) => {
    if (binding.name !== name || id === handler.name || binding.kind === "type") return false;
    return binding.versions.some(({ value }) => {
      if (value === undefined || !within(handler.span, file.span({ value }))) return false;
      const held = file.facts.values[value];
      // A nested clause's name and a function's parameter end with it.
      if (held?.kind === "caught") return within(file.span({ mark: held.at }), place);
      if (held?.kind === "param") return within(file.span({ mark: file.facts.functions[held.fn]?.at as number }), place);
      return true;
    });
  });
}
