import type { FileView } from "../core/rule.js";
import { rule } from "../core/rule.js";
import { isFragment, queries } from "../analyzers/queries.js";
import { openParts, openPartsOf } from "../analyzers/query-parts.js";
import { bindValues } from "../fixes/bind-values.js";

/** A text that begins as a query, one that is handed straight to what runs queries, or a builder's raw part. */
const LOOKS_LIKE_SQL = new RegExp(
  [
    String.raw`["'\x60]\s*(?:\(\s*)?(?:select|insert|update|delete|with|call|exec|execute|merge|replace|truncate|drop|alter|create)\s`,
    String.raw`(?:raw|query|execute|exec|prepare|unsafe|literal|batch)\w*\s*(?:<[^()]*>)?\s*\(\s*["'\x60]`,
    String.raw`(?:where|having|on)\s*\(\s*["'\x60]`,
    String.raw`(?:raw|literal|unsafe)\s*\(`,
  ].join("|"),
  "i",
);

export default rule({
  name: "string-sql",
  promise: "safety",
  finds: "a query whose text is put together from parts that are not constant",
  why: "Whatever stands in such a part is read as SQL. It may be harmless today; the next caller gives it what a client sent, and nothing in between can tell the two apart.",
  fine: [
    "values that are bound: placeholders with an array or object of values, tagged templates, query builders",
    "constants and choices among constants, also through parameters that only ever receive constants, and generated lists of placeholders",
    "numbers: by their declared type, a conversion, or arithmetic",
    "names that an allow list, a table of constants or a whole pattern has let through",
    "what the driver's own escaping for values or identifiers gives",
  ],
  depth: "both",
  fix: "review",
  fixNote: "Binds what stands as a value in the text (also in quotes, with its wildcards, and lists in `in (…)`), in the way of the driver that runs it: how a value of another type than text arrives is the driver's. By hand where a part is a name, a keyword or a whole clause, where the text is put together in several steps, and where another file decides which driver it is.",
  roles: ["server", "script"],
  preset: "recommended",
  looksFor: { text: LOOKS_LIKE_SQL },
  judge(file, report) {
    for (const query of file.get(queries)) {
      const { call, text } = query;
      const parts = isFragment(file, query) ? openPartsOf(file, text) : openParts(file, text);
      const at = { value: call.id };
      const open = parts.find((p) => p.state === "open");
      if (open !== undefined) report.found(at, `\`${written(file, open.at)}\` becomes part of the query's text`, { related: [{ ...file.span({ value: open.at }), message: "this part is no constant" }], fixIn: (own) => bindValues(own, query) });
      else if (parts[0] !== undefined) report.unknown(at, parts[0].reason);
      else report.clear(at);
    }
  },
});

function written(file: FileView, id: number): string {
  const { start, end } = file.span({ value: id });
  const text = file.text.slice(start, end).replace(/\s+/g, " ");
  return text.length > 50 ? `${text.slice(0, 49)}…` : text;
}
