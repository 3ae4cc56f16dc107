import type { BindsRow } from "../catalog/binds.js";
import type { Value, ValueId } from "../core/facts.js";
import type { Edit, Fix } from "../core/finding.js";
import type { FileView, Own } from "../core/rule.js";
import type { Query } from "../analyzers/queries.js";
import { openPartsOf } from "../analyzers/query-parts.js";
import { type Slot, type Slots, slotsOf } from "../analyzers/query-slots.js";
import { bindingOf } from "./binding-of.js";
import { byHand } from "./by-hand.js";
import { listOf } from "./bound-lists.js";
import { type Bound, placeOf } from "./bound-places.js";
import { asTag } from "./query-tag.js";
import { textOf } from "./log-line.js";
import { ownCall } from "./own-call.js";
import { isWrittenFor, type Layout, layoutOf } from "./query-layout.js";
import { inQuotes } from "./style.js";

/** What is glued into a query's text as bound values. By hand where one of the parts is no value, or nobody can say what the driver takes. */
export function bindValues(own: Own, judged: Query): Fix | null {
  const { file } = own;
  const call = ownCall(own, judged.call);
  const text = own.value(judged.text);
  if (call === null || text === null) return null;
  const query = { ...judged, call, text };
  const found = isWrittenFor(file, query);
  if (typeof found === "string") return byHand(found);
  const binds = bindingOf(file, query);
  if (typeof binds === "string") return byHand(binds);
  const layout = layoutOf(file, found);
  if (layout === null) return byHand("the query is written in a way that no edit would keep: bind its values by hand");
  const slots = slotsOf(layout.text, binds);
  const open = new Set(layout.gaps.flatMap((gap, i) => (openPartsOf(file, gap.value).length > 0 ? [i] : [])));
  const wrong = [...open].find((i) => slots.others.has(i));
  if (wrong !== undefined) return byHand(`\`${short(textOf(file, layout.gaps[wrong]?.value as ValueId))}\` ${slots.others.get(wrong)}${/a name|keyword/.test(slots.others.get(wrong) as string) ? ": take it from a list of those that are meant" : ""}`);
  const bound = boundOf(file, layout, slots, open, binds);
  if (typeof bound === "string") return byHand(bound);
  if (binds.mark === "${}") return asTag(file, query, layout, slots, bound, binds);
  const place = placeOf(file, query, binds, slots.marks, bound, layout.text);
  if (typeof place === "string") return byHand(place);
  const edits: Edit[] = [...place.edits];
  for (const [i, one] of bound.entries()) {
    const edit = replaced(file, layout, one, place.marks[i] as string);
    if (edit === null) return byHand("a comment or a parenthesis stands among what would have to change: bind the values by hand");
    edits.push(edit);
  }
  return { tier: "review", title: `Bind the values: ${place.marks.map((m) => `\`${m}\``).join(", ")}`, edits };
}

const short = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text).replace(/\s+/g, " ");
/** What stands under such a name is no value. */
const NO_VALUE = /(?:column|field|table|order|sort|direction|dir|sql|query|clause|where|condition|expression|expr|cond|filter|fragment|alias|schema|identifier|subquery|select|joins?|now|default)s?$/i;

/** The slots that hold something open, and what is written for each. */
function boundOf(file: FileView, layout: Layout, { slots }: Slots, open: ReadonlySet<number>, binds: BindsRow): readonly Bound[] | string {
  const bound: Bound[] = [];
  for (const slot of slots.filter((s) => binds.mark === "${}" || s.holes.some((h) => open.has(h)))) {
    const gap = layout.gaps[slot.holes[0] as number];
    if (gap === undefined) return "";
    const name = /(\w+)\W*$/.exec(gap.text)?.[1] ?? "";
    const list = listOf(file, slot, gap);
    if (list !== null) {
      const one = asList(binds, slot, list);
      if (typeof one === "string") return one;
      bound.push(one);
      continue;
    }
    if (slot.list !== undefined && slot.quoted === null) return `\`${short(gap.text)}\` is a list or a whole part of the query: bind each of its values`;
    if (slot.quoted === null && NO_VALUE.test(name)) return `\`${short(gap.text)}\` is, by its name, no value of the query`;
    if (slot.quoted === null && binds.typed === true) return `\`${short(gap.text)}\` is bound as a text: say in the query which type it has`;
    const value = valueOf(file, layout, slot);
    if (value === null) return "a part of the query is written in a way that cannot stand elsewhere";
    bound.push({ slot, value, gap: gap.value, suffix: slot.type === undefined ? "" : `::${slot.type}`, start: slot.start, end: slot.end, form: "value" });
  }
  return bound;
}

/** A list in `in (…)`, in the way that the driver has for lists. */
function asList(binds: BindsRow, slot: Slot, list: { readonly text: string; readonly value: ValueId }): Bound | string {
  const { list: around } = slot;
  if (around === undefined) return "a list stands where one value is expected";
  const one = { slot, value: list.text, gap: list.value, suffix: "", start: slot.start, end: slot.end };
  switch (binds.lists) {
    case "any":
      return { ...one, start: around.start, end: around.end, form: "any" };
    case "expanded":
      return { ...one, form: binds.mark === ":name" ? "named list" : "list" };
    case "called":
      return { ...one, start: around.start + (around.isNot ? 6 : 2), end: around.end, form: "called" };
    default:
      return binds.mark === "?" ? { ...one, form: "marks" } : "what the driver takes for a list of values is not known here: bind each of them";
  }
}

/** The value as it stands beside the text: `%${term}%` for `'%${term}%'`. */
function valueOf(file: FileView, layout: Layout, { holes, quoted }: Slot): string | null {
  const gaps = holes.map((h) => layout.gaps[h]);
  if (gaps.some((g) => g === undefined || (file.facts.values[g.value] as Value).kind === "sequence" || /\byield\b/.test(g.text))) return null;
  if (quoted === null || quoted.length === 1) return gaps[0]?.text ?? null;
  const isSum = !layout.isTemplate && !quoted.some((p, i) => typeof p === "number" && typeof quoted[i + 1] === "number");
  const parts = quoted.map((p) => (typeof p === "string" ? { text: p } : { gap: layout.gaps[p] as Layout["gaps"][number] }));
  if (!isSum) return `\`${parts.map((p) => ("text" in p ? inTemplate(p.text as string) : `\${${p.gap.text}}`)).join("")}\``;
  return parts.map((p) => ("text" in p ? inQuotes(p.text as string, layout.quote) : operand(file, p.gap))).join(" + ");
}

export const inTemplate = (text: string): string => text.replace(/[\\`]|\$\{/g, "\\$&");

function operand(file: FileView, gap: Layout["gaps"][number]): string {
  const { kind } = file.facts.values[gap.value] as Value;
  return ["choice", "logical", "assign", "binary", "function", "yield"].includes(kind) ? `(${gap.text})` : gap.text;
}

/** The edit that puts `mark` in a stretch's place, over the borders of literals too. */
function replaced(file: FileView, layout: Layout, bound: Bound, mark: string): Edit | null {
  // The holes of a generated list of marks stay where they are.
  if (bound.form === "marks") {
    const gap = layout.gaps[bound.slot.holes[0] as number];
    const span = gap === undefined ? null : file.span({ value: gap.value });
    return span === null || bound.slot.quoted !== null ? null : { ...span, text: mark };
  }
  return layout.replace(file, bound.start, bound.end, mark + bound.suffix);
}
