import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { callAt } from "./calls.js";
import { flow } from "./flow.js";
import { occurrences } from "./occurrences.js";
import { reports } from "./reports.js";

/** A text with markup in it that is put together from parts. */
export interface WrittenHtml {
  readonly at: ValueId;
  readonly text: ValueId;
}

const TAG =
  /<(?:!doctype|html|head|body|title|style|script|link|div|span|p|a|h[1-6]|b|i|em|strong|u|ul|ol|li|dl|dt|dd|table|thead|tbody|tr|td|th|img|br|hr|pre|code|form|input|button|label|select|option|textarea|section|article|header|footer|nav|main|iframe|svg|video|audio|blockquote|small|center|font)(?=[\s>/])/i;

/** Markup by the tags in its constant parts. What a tag function makes of a template is that function's. */
export const writtenHtml: Answer<readonly WrittenHtml[]> = {
  name: "written html",
  of(file) {
    if (!TAG.test(file.text)) return [];
    const found: WrittenHtml[] = [];
    file.facts.values.forEach((value, id) => {
      if (value.kind === "template") {
        if (value.holes.length > 0 && value.chunks.some((chunk) => TAG.test(chunk)) && !isPart(file, id)) found.push({ at: id, text: id });
      } else if (value.kind === "call") {
        if (addsToHtml(file, value) && !isPart(file, id)) found.push({ at: id, text: id });
      } else if (value.kind === "binary" && value.op === "+" && !isPart(file, id) && hasTag(file, id, 0)) found.push({ at: id, text: id });
    });
    return found;
  },
};

/** `html.concat(given)`, `format("<p>%s</p>", given)` */
function addsToHtml(file: FileView, value: Value & { kind: "call" }): boolean {
  const callee = file.facts.values[value.callee] as Value;
  if (callee.kind === "member" && callee.name === "concat") return file.get(flow).sources(callee.object).some((s) => hasTag(file, s, 0));
  const [first] = value.args;
  if (first === undefined || value.args.length < 2 || value.form !== undefined || !hasTag(file, first, 0)) return false;
  return file.get(flow).symbols(value.callee).some((s) => s.text === "util:format");
}

/** A part of a longer text, which is judged as a whole; or a line of a log, which nobody shows as a page. */
function isPart(file: FileView, id: ValueId): boolean {
  const up = file.get(occurrences).parent(id);
  const outer = up === null ? undefined : (file.facts.values[up] as Value);
  const call = outer?.kind === "call" && up !== null ? file.get(callAt)(up) : undefined;
  if (call !== undefined && file.get(reports)(call) === "logs") return true;
  return outer?.kind === "template" || (outer?.kind === "binary" && outer.op === "+") || (outer?.kind === "call" && outer.form === "tag");
}

function hasTag(file: FileView, id: ValueId, depth: number): boolean {
  const value = file.facts.values[id] as Value;
  if (value.kind === "literal") return typeof value.value === "string" && TAG.test(value.value);
  if (value.kind === "template") return value.chunks.some((chunk) => TAG.test(chunk));
  return value.kind === "binary" && depth < 60 && (hasTag(file, value.left, depth + 1) || hasTag(file, value.right, depth + 1));
}
