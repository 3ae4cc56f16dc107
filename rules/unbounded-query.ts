import { type FileView, type Report, rule } from "../core/rule.js";
import { callsThatMayHave } from "../analyzers/calls.js";
import { listSize } from "../analyzers/list-size.js";
import type { Size } from "../analyzers/select-size.js";
import { writtenQueries } from "../analyzers/written-queries.js";

const ASPECTS = ["lists"] as const;

export default rule({
  name: "unbounded-query",
  promise: "load",
  finds: "a query for a list without a limit",
  why: "The table grows and the answer with it, until one request holds all of it in memory; no test shows it, because tests have ten rows.",
  fine: [
    "a limit of any size, also as a parameter, and reading in pieces: cursors, streams, pages",
    "one row, or aggregates without groups: `findFirst`, `executeTakeFirst`, `SELECT count(*)`",
    "an equality on a key by its name (`id`, `email`, `slug`, `order_id` of `orders`), or a list of ids (`id = ANY($1)`, `{ orderId: { in: ids } }`)",
    "INSERT, UPDATE and DELETE with RETURNING, `SELECT 1`, the database's own catalogs",
    "what the client bounds by itself: pages of DynamoDB, the first ten of Elasticsearch",
  ],
  depth: "both",
  fix: "none",
  fixNote: "A limit is a decision: how many rows a caller can use, in which order, and how it asks for the next ones.",
  roles: ["server"],
  preset: "strict",
  asks: ["type"],
  looksFor: { catalog: ASPECTS, text: /\bselect\b[^]*?\bfrom\b|\.\s*findMany\b/i },
  judge(file, report) {
    const judged = new Set<number>();
    for (const call of callsThatMayHave(file, ASPECTS)) {
      const row = call.symbols.flatMap((s) => s.rows("lists"))[0]?.row;
      if (row?.list === undefined) continue;
      judged.add(call.id);
      say(file, report, call.id, listSize(file, call, row));
    }
    for (const query of file.get(writtenQueries)) if (!judged.has(query.call)) say(file, report, query.call, query.size);
  },
});

function say(file: FileView, report: Report, call: number, size: Size | null): void {
  const at = { value: call };
  if (size === null) return;
  if (size.rows === "few") report.clear(at);
  else if (size.rows === "unknown") report.unknown(at, size.why);
  else report.found(at, `\`${nameOf(file, call)}\` asks for a list without a limit`);
}

/** The call as it is written, up to its arguments. */
function nameOf(file: FileView, call: number): string {
  const value = file.facts.values[call];
  const { start, end } = file.span({ value: value?.kind === "call" ? value.callee : call });
  const text = file.text.slice(start, end).replace(/(?<!\s)\s*(\?\.|\.)\s*/g, "$1").replace(/\s+/g, " ");
  return text.length > 60 || text.includes("`") ? `…${/\.\w+$/.exec(text)?.[0] ?? ""}` : text;
}
