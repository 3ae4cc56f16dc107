import type { TSESTree } from "@typescript-eslint/types";
import type { DirectiveFact, Facts, Statement } from "../core/facts.js";
import { Builder } from "./builder.js";
import { commonJsExports } from "./commonjs.js";
import { resolveNames } from "./names.js";
import { endOf, startOf } from "./scopes.js";
import { statements } from "./statements.js";

/** The tree of one file as any of the hosts hands it over: TS-ESTree, parentheses not kept, ranges without a BOM. */
export interface Parsed {
  readonly program: TSESTree.Program;
  readonly comments: readonly TSESTree.Comment[];
  /** What was parsed, without a BOM. */
  readonly text: string;
}

/** One traversal, all facts. Never throws on a file that parses: syntax nobody knows becomes an opaque value. */
export function extract({ program, comments, text }: Parsed): Facts {
  const b = new Builder(resolveNames(program, text.length), text);
  b.openFunction(program);
  const body: Statement[] = [];
  const prologue: string[] = [];
  // A hashbang is no comment to some parsers, and no node to any.
  let head = text.startsWith("#!") ? (/[\n\r\u2028\u2029]/.exec(text)?.index ?? text.length) : 0;
  for (const node of program.body) {
    if (node.type !== "ExpressionStatement" || typeof node.directive !== "string") break;
    prologue.push(node.directive);
    head = endOf(node);
  }
  const headAt = b.markRange(head, head);
  b.hoistVars(program);
  statements(b, program.body, body);
  commonJsExports(b);
  const first = program.body[0];
  const last = program.body.at(-1);
  const at = first && last ? b.markRange(startOf(first), endOf(last)) : b.markRange(0, 0);
  b.functions[0] = { id: "", kind: "module", name: null, parent: null, cls: null, async: true, generator: false, params: [], typeParams: [], body, at, bodyAt: null };
  const directives: DirectiveFact[] = [];
  for (const comment of comments) if (DIRECTIVE.test(comment.value)) directives.push({ text: comment.value.trim(), block: comment.type === "Block", at: b.mark(comment) });
  return {
    moduleKind: b.usesEsm ? "esm" : b.usesCommonJs ? "commonjs" : "script",
    prologue,
    headAt,
    imports: b.imports,
    exports: b.exports,
    functions: b.functions,
    classes: b.classes,
    bindings: b.bindings.map((draft) => draft.fact),
    types: b.types,
    values: b.values,
    owner: b.owner,
    directives,
    spans: { values: b.valueSpans, marks: b.markSpans },
  };
}

const DIRECTIVE = /^\s*(?:nobypass-|(?:eslint|oxlint)-(?:disable|enable)\b)/;
