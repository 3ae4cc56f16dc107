import type { BindsRow } from "../catalog/binds.js";
import type { Value } from "../core/facts.js";
import type { Edit, Fix } from "../core/finding.js";
import type { FileView } from "../core/rule.js";
import type { Query } from "../analyzers/queries.js";
import type { Slots } from "../analyzers/query-slots.js";
import { inTemplate } from "./bind-values.js";
import { byHand } from "./by-hand.js";
import type { Bound } from "./bound-places.js";
import { hasComment, tokens } from "./edit.js";
import { textOf } from "./log-line.js";
import type { Layout } from "./query-layout.js";

/** `prisma.$queryRawUnsafe(text)` as `` prisma.$queryRaw`…` ``: every hole of the template is bound. */
export function asTag(file: FileView, { call, text: textAt }: Query, layout: Layout, slots: Slots, bound: readonly Bound[], { into }: BindsRow): Fix {
  const callee = file.facts.values[call.target] as Value;
  if (typeof into !== "object" || !("tag" in into) || call.target !== call.value.callee || call.args?.length !== 1 || layout.written.start < file.span({ value: call.id }).start) {
    return byHand("the text has to stand in the call, as a template, for the client to bind its values");
  }
  const left = [...layout.gaps.keys()].find((i) => !bound.some((b) => b.slot.holes.includes(i)));
  if (left !== undefined) return byHand(`\`${textOf(file, (layout.gaps[left] as Layout["gaps"][number]).value)}\` would become a bound value in a tagged template, which it is not meant to be`);
  if (slots.marks.length > 0 || bound.some((b) => b.form === "any" || b.form === "marks")) return byHand("what the client takes for a list of values, or for a value it has been given already, stands otherwise in a tagged template");
  const whole = file.span({ value: call.id });
  const head = headOf(file, call.value.callee, callee, into.tag);
  if (head === null || file.text.slice(whole.start, head.end).includes("?.")) return byHand("the client is called in a way that no tag can be");
  const open = head.end;
  const { start, end } = file.span({ value: textAt });
  const [before, after] = [tokens(file.text, open, start), tokens(file.text, end, whole.end)];
  const types = before.slice(0, -1);
  const opening = before.at(-1);
  // `<User>(` stays as type arguments; anything else is more than a call's parentheses.
  if (opening?.text !== "(" || !(types.length === 0 || (types[0]?.text === "<" && types.at(-1)?.text === ">")) || after.some((t) => t.text !== "," && t.text !== ")") || after.filter((t) => t.text === ")").length !== 1) return byHand("the client is called in a way that no tag can be");
  if (hasComment(file.text, start, end) || hasComment(file.text, opening.start, start) || hasComment(file.text, end, whole.end)) return byHand("a comment stands among what would have to change");
  const edits: Edit[] = [...head.edits, { start: opening.start, end: whole.end, text: template(layout, bound, textOf(file, call.value.callee)) }];
  return { tier: "review", title: "Bind the values: a tagged template", edits };
}

/** The name of the method becomes the tag's; without one the client itself is the tag. */
function headOf(file: FileView, id: number, callee: Value, tag: string): { readonly edits: readonly Edit[]; readonly end: number } | null {
  const { end } = file.span({ value: id });
  if (callee.kind === "var") return tag === file.facts.bindings[callee.binding]?.name ? { edits: [], end } : null;
  if (callee.kind !== "member" || callee.name === null || callee.key !== undefined) return null;
  const object = file.span({ value: callee.object }).end;
  const parts = tokens(file.text, object, end);
  const name = parts.at(-1);
  if (parts.length !== 2 || parts[0]?.text !== "." || name?.text !== callee.name || hasComment(file.text, object, end)) return null;
  if (tag === "") return { edits: [{ start: object, end, text: "" }], end };
  return { edits: name.text === tag ? [] : [{ start: name.start, end: name.end, text: tag }], end };
}

function template({ text }: Layout, bound: readonly Bound[], callee: string): string {
  let result = "";
  let at = 0;
  for (const one of [...bound].sort((a, b) => a.start - b.start)) {
    const client = callee.replace(/\.\w+$/, "");
    const value = one.form === "called" ? ` \${${client}(${one.value})}` : `\${${one.value}}`;
    result += inTemplate(text.slice(at, one.start)) + value + one.suffix;
    at = one.end;
  }
  return `\`${result}${inTemplate(text.slice(at))}\``;
}
