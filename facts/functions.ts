import type { TSESTree } from "@typescript-eslint/types";
import type { FnId, FunctionFact, ParamFact, Statement, ValueId } from "../core/facts.js";
import type { Builder } from "./builder.js";
import { expr } from "./expressions.js";
import { declarePattern } from "./patterns.js";
import { startOf, endOf } from "./scopes.js";
import { statements } from "./statements.js";
import { typeParamNames, typeExpr } from "./types.js";

type FunctionNode =
  | TSESTree.ArrowFunctionExpression
  | TSESTree.FunctionExpression
  | TSESTree.FunctionDeclarationWithName
  | TSESTree.FunctionDeclarationWithOptionalName
  | TSESTree.TSEmptyBodyFunctionExpression;

export function functionValue(b: Builder, node: FunctionNode, role?: string): ValueId {
  const name = node.id?.name ?? role ?? "anonymous";
  const kind = node.type === "ArrowFunctionExpression" ? "arrow" : "function";
  const fn = functionFact(b, node, { kind, name, separator: node.id || isName(role) ? "." : "/", cls: null });
  const value = b.add(node, { kind: "function", fn });
  // The name of a function expression is known inside it alone.
  const binding = node.type === "FunctionExpression" && node.id ? b.binding(node.id) : null;
  if (binding !== null) b.define(binding, "init", value);
  return value;
}

/** A fact with parts that most do not have: spreading them in costs more than all the rest of making it. */
type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface Naming {
  kind: FunctionFact["kind"];
  name: string;
  separator: "/" | ".";
  cls: number | null;
}

export function functionFact(b: Builder, node: FunctionNode, naming: Naming): FnId {
  const fn = b.openFunction(node);
  const outer = enter(b, fn, b.idFor(naming.name, naming.separator));
  const body: Statement[] = [];
  b.hoistVars(node);
  // `this` in front only declares a type.
  const real = node.params.filter((p) => p.type !== "Identifier" || p.name !== "this");
  const params = real.map((p, i) => param(b, p, fn, i, body));
  let expressionBody = false;
  if (node.body?.type === "BlockStatement") {
    statements(b, node.body.body, body);
  } else if (node.body) {
    expressionBody = true;
    const value = expr(b, node.body, "result");
    body.push({ kind: "return", at: b.mark(node.body), value });
  }
  const returns = node.returnType?.typeAnnotation;
  const typeParams = typeParamNames(b, node.typeParameters);
  const self = node.params[0];
  const thisType = self !== undefined && self !== real[0] && self.type === "Identifier" && self.typeAnnotation ? typeExpr(b, self.typeAnnotation.typeAnnotation) : undefined;
  const directives = node.body?.type === "BlockStatement" ? prologueOf(node.body.body) : undefined;
  const at = b.mark(node);
  const bodyAt = node.body ? b.mark(node.body) : null;
  const fact: Writable<FunctionFact> = { id: b.path, kind: naming.kind, name: naming.name, parent: outer.fn, cls: naming.cls, async: node.async, generator: node.generator, params, typeParams, body, at, bodyAt };
  if (returns) {
    fact.returnType = typeExpr(b, returns);
    fact.returnTypeAt = b.mark(returns);
  }
  if (thisType !== undefined) fact.thisType = thisType;
  if (directives !== undefined) fact.directives = directives;
  if (expressionBody) fact.expressionBody = true;
  b.functions[fn] = fact;
  leave(b, outer);
  return fn;
}

function prologueOf(body: readonly TSESTree.Statement[]): readonly string[] | undefined {
  let found: string[] | undefined;
  for (const node of body) {
    if (node.type !== "ExpressionStatement" || typeof node.directive !== "string") break;
    (found ??= []).push(node.directive);
  }
  return found;
}

export interface Outer {
  readonly fn: FnId;
  readonly path: string;
  readonly versions: Builder["versions"];
}

export function enter(b: Builder, fn: FnId, path: string): Outer {
  const outer = { fn: b.fn, path: b.path, versions: b.versions };
  b.fn = fn;
  b.path = path;
  b.versions = b.newVersions();
  return outer;
}

export function leave(b: Builder, outer: Outer): void {
  b.fn = outer.fn;
  b.path = outer.path;
  b.versions = outer.versions;
}

function param(b: Builder, node: TSESTree.Parameter, fn: FnId, index: number, out: Statement[]): ParamFact {
  const isProperty = node.type === "TSParameterProperty";
  const whole = isProperty ? node.parameter : node;
  const written = node.decorators ?? [];
  const decorators = written.map((d) => expr(b, d.expression));
  const rest = whole.type === "RestElement";
  const pattern = rest ? whole.argument : whole;
  const named = pattern.type === "AssignmentPattern" ? pattern.left : pattern;
  const annotation = rest ? (whole.typeAnnotation ?? null) : "typeAnnotation" in named ? named.typeAnnotation : null;
  // Parsers differ in whether a decorator belongs to its parameter's range: the name's own place is after the last one.
  const decorated = endOf(written.at(-1) ?? named);
  const start = written.length > 0 && startOf(named) < decorated ? b.afterTrivia(decorated) : startOf(named);
  const value = b.addAt(start, endOf(named), { kind: "param", fn, index, rest });
  const at = b.markRange(start, endOf(pattern));
  declarePattern(b, at, pattern, value, out);
  const binding = named.type === "Identifier" ? b.binding(named) : null;
  const fact: Writable<ParamFact> = {
    value,
    binding,
    optional: (named.type === "Identifier" && named.optional === true) || pattern.type === "AssignmentPattern",
    rest,
    decorators,
    at,
  };
  if (annotation) {
    fact.type = typeExpr(b, annotation.typeAnnotation);
    fact.typeAt = b.mark(annotation.typeAnnotation);
  }
  if (isProperty) fact.property = true;
  return fact;
}

/** A role that is one plain name (`const f = () => …`) names the function; others describe it. */
function isName(role: string | undefined): boolean {
  return role !== undefined && /^[\w$.#]+$/.test(role);
}
