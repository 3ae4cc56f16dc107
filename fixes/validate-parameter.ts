import type { FnId, FunctionFact, TypeExpr, Value } from "../core/facts.js";
import type { Edit, Fix, Span } from "../core/finding.js";
import type { FileView, Own } from "../core/rule.js";
import { payloadType } from "../analyzers/payload-type.js";
import { acceptance, type OwnPayload } from "./acceptance.js";
import { byHand } from "./by-hand.js";
import { hasComment, insert } from "./edit.js";
import { freeName, lineEnd } from "./imported-name.js";
import { endBefore, style } from "./style.js";

const BY_A_PIPE = "a parameter is validated by a pipe, or by a class with constraints";

/**
 * `@Body() note: Draft` as `@Body() body: unknown`, and `const note: Draft = parse(DraftSchema, body)` as the first statement: all that reads
 * it stays as it is written. By hand where its type is a class, which a pipe validates by its constraints.
 */
export function validateParameter(own: Own, payload: OwnPayload): Fix | null {
  const { file } = own;
  const value = file.facts.values[payload.read] as Value & { kind: "param" };
  const fn = file.facts.functions[value.fn] as FunctionFact;
  const param = fn.params[value.index];
  const { type } = payloadType(file, payload.read, payload.what);
  if (param?.typeAt === undefined || type === null || isClass(file, type)) return byHand(BY_A_PIPE);
  if (fn.bodyAt === null || fn.expressionBody === true || param.optional || param.rest || isWrittenAgain(file, value.fn)) return byHand(BY_A_PIPE);
  const call = acceptance(own, payload, type, true);
  if (call === null) return null;
  if (typeof call === "string") return byHand(call);
  const at = file.span({ mark: param.at });
  const typeAt = file.span({ mark: param.typeAt });
  const name = freeName(file.facts, [payload.what, `given${payload.what[0]?.toUpperCase()}${payload.what.slice(1)}`]);
  const pattern = /^([^]*?)\s*:\s*$/.exec(file.text.slice(at.start, typeAt.start))?.[1];
  if (name === null || pattern === undefined || at.end !== typeAt.end || hasComment(file.text, at.start, at.end)) return byHand(BY_A_PIPE);
  // A type that has no name is what the schema says; one behind the call says it there.
  const said = (type.t === "name" || type.t === "query") && call.close === ")" ? `: ${file.text.slice(typeAt.start, typeAt.end)}` : "";
  const statement = `const ${pattern}${said} = ${call.open}${name}${call.close}`;
  const placed = first(file, file.span({ mark: fn.bodyAt }), statement);
  if (placed === null) return byHand(BY_A_PIPE);
  return { tier: "review", title: call.title, edits: [...call.edits, { ...at, text: `${name}: unknown` }, placed] };
}

function isClass(file: FileView, type: TypeExpr): boolean {
  return type.t === "name" && type.binding !== undefined && file.facts.bindings[type.binding]?.kind === "class";
}

/** Under names that get another value, which a constant cannot. */
const isWrittenAgain = ({ facts }: FileView, fn: FnId): boolean => facts.bindings.some((b) => b.kind === "param" && b.fn === fn && b.versions.length > 1);

/** As the first statement of a body, behind a comment that stands beside its brace. */
function first(file: FileView, { start, end }: Span, statement: string): Edit | null {
  const { newline } = style(file);
  const line = lineEnd(file.text, start + 1);
  const indent = /^\s*[\r\n]([^\S\r\n]*)\S/.exec(file.text.slice(line, end - 1))?.[1];
  if (indent !== undefined) return insert(line, `${newline}${indent}${statement}${endBefore(file, line)}`);
  // On one line with the next statement it needs its semicolon in every style.
  return line > start + 1 ? null : insert(start + 1, ` ${statement};`);
}
