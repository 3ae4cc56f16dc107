import type { DirectiveFact, Facts, FnId, FunctionFact, MarkId, Statement, Value } from "../core/facts.js";
import { sectionOf, sqlStatements } from "./sql-statements.js";

/**
 * Facts of a `.sql` file, in the shape of all others: each statement is the evaluation of a literal, its text. Where the file
 * marks a way up and a way down (`-- migrate:up`), each is a function of that name with what the mark says (`transaction:false`)
 * as its prologue; `-- +goose NO TRANSACTION` is one of the file.
 */
export function extractSql(text: string): Facts {
  const { statements, comments } = sqlStatements(text);
  const values: Value[] = [];
  const owner: FnId[] = [];
  const valueSpans: number[] = [];
  const marks: number[] = [];
  const mark = (start: number, end: number): MarkId => marks.push(start, end) / 2 - 1;
  const headAt = mark(0, 0);
  const sections = comments.flatMap((comment) => {
    const section = sectionOf(comment.text);
    return section === null ? [] : [{ ...section, start: comment.start, end: comment.end }];
  });
  const bodies: Statement[][] = [[], ...sections.map(() => [])];
  for (const { start, end } of statements) {
    const fn = sections.findLastIndex((section) => section.start < start) + 1;
    const value = values.push({ kind: "literal", value: text.slice(start, end) }) - 1;
    owner.push(fn);
    valueSpans.push(start, end);
    bodies[fn]?.push({ kind: "eval", at: mark(start, end), value });
  }
  const functions: FunctionFact[] = [
    { ...PLAIN, id: "", kind: "module", name: null, parent: null, async: true, body: bodies[0] ?? [], at: mark(0, text.length), bodyAt: null },
    ...sections.map(({ name, options, start, end }, i): FunctionFact => ({
      ...PLAIN,
      id: name,
      kind: "function",
      name,
      parent: 0,
      async: false,
      body: bodies[i + 1] ?? [],
      ...(options !== "" && { directives: options.split(/\s+/) }),
      at: mark(start, end),
      bodyAt: null,
    })),
  ];
  const directives: DirectiveFact[] = comments.filter((c) => c.text.startsWith("nobypass-")).map((c) => ({ text: c.text, block: c.block, at: mark(c.start, c.end) }));
  const prologue = comments.flatMap((c) => (/^\+(?:goose|migrate)\s+no\s*transaction\b/i.test(c.text) ? ["no transaction"] : []));
  return {
    moduleKind: "script",
    prologue,
    headAt,
    imports: [],
    exports: [],
    functions,
    classes: [],
    bindings: [],
    types: [],
    values,
    owner,
    directives,
    spans: { values: valueSpans, marks },
  };
}

const PLAIN = { cls: null, generator: false, params: [], typeParams: [] } as const;
