import type { TSESTree } from "@typescript-eslint/types";
import type { AssignValue, PropFact, ValueId } from "../core/facts.js";
import type { Builder } from "./builder.js";
import { classValue } from "./classes.js";
import { functionValue } from "./functions.js";
import { assignPattern } from "./patterns.js";
import { typeExpr } from "./types.js";

type Node = TSESTree.Node;

/**
 * One expression to one value, its operands first. `role` names a function or class that stands here: the variable,
 * property or argument it is.
 */
export function expr(b: Builder, node: Node, role?: string): ValueId {
  switch (node.type) {
    case "Identifier":
      return identifier(b, node);
    case "Literal":
      return literal(b, node);
    case "TemplateLiteral":
      return template(b, node);
    case "MemberExpression":
      return member(b, node);
    case "CallExpression":
    case "NewExpression":
      return call(b, node);
    case "ChainExpression":
    case "TSNonNullExpression": {
      // What stands behind a `?.` may not run.
      if (node.type === "ChainExpression") return maybe(b, () => expr(b, node.expression, role));
      return b.add(node, { kind: "cast", how: "nonNull", of: expr(b, node.expression, role) });
    }
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      return functionValue(b, node, role);
    case "ObjectExpression":
      return b.add(node, { kind: "object", props: node.properties.map((p) => prop(b, p)) });
    case "ArrayExpression": {
      const items = node.elements.map((e, i) => (e === null ? null : expr(b, e, role === undefined ? undefined : `${role}[${i}]`)));
      return b.add(node, { kind: "array", items });
    }
    case "AwaitExpression": {
      const of = expr(b, node.argument);
      return b.add(node, { kind: "await", of });
    }
    case "AssignmentExpression":
      return assignment(b, node);
    case "BinaryExpression": {
      const left = node.left.type === "PrivateIdentifier" ? b.add(node.left, { kind: "opaque", what: "private name" }) : expr(b, node.left);
      const right = expr(b, node.right);
      return b.add(node, { kind: "binary", op: node.operator, left, right });
    }
    case "LogicalExpression": {
      const left = expr(b, node.left, role);
      const right = maybe(b, () => expr(b, node.right, role));
      return b.add(node, { kind: "logical", op: node.operator, left, right });
    }
    case "ConditionalExpression":
      return choice(b, node, role);
    case "UnaryExpression": {
      const of = expr(b, node.argument);
      return b.add(node, { kind: "unary", op: node.operator, of });
    }
    case "UpdateExpression":
      return update(b, node);
    case "SequenceExpression":
      return b.add(node, { kind: "sequence", items: node.expressions.map((e) => expr(b, e)) });
    case "SpreadElement":
      return b.add(node, { kind: "spread", of: expr(b, node.argument) });
    case "TaggedTemplateExpression": {
      const callee = expr(b, node.tag);
      const args = [template(b, node.quasi)];
      const typeArgs = node.typeArguments?.params.map((t) => typeExpr(b, t));
      return b.add(node, { kind: "call", callee, args, form: "tag", ...(typeArgs && { typeArgs }) });
    }
    case "TSAsExpression":
    case "TSTypeAssertion":
    case "TSSatisfiesExpression": {
      const of = expr(b, node.expression, role);
      const type = typeExpr(b, node.typeAnnotation);
      return b.add(node, { kind: "cast", how: node.type === "TSSatisfiesExpression" ? "satisfies" : "as", of, type });
    }
    case "TSInstantiationExpression":
      return b.add(node, { kind: "cast", how: "instantiate", of: expr(b, node.expression, role) });
    case "ClassExpression":
      return classValue(b, node, role);
    case "YieldExpression":
      return b.add(node, { kind: "yield", of: node.argument ? expr(b, node.argument) : null, delegate: node.delegate });
    case "ThisExpression":
      return b.add(node, { kind: "this" });
    case "Super":
      return b.add(node, { kind: "super" });
    case "MetaProperty":
      if (node.meta.name === "import") b.usesEsm = true;
      return b.add(node, { kind: node.meta.name === "import" ? "importMeta" : "newTarget" });
    case "ImportExpression":
      return b.add(node, { kind: "dynamicImport", source: expr(b, node.source) });
    case "JSXElement":
    case "JSXFragment":
      return jsx(b, node);
    case "PrivateIdentifier":
      return b.add(node, { kind: "opaque", what: "private name" });
    default:
      return b.add(node, { kind: "opaque", what: node.type });
  }
}

function identifier(b: Builder, node: TSESTree.Identifier): ValueId {
  const binding = b.binding(node);
  if (binding !== null) return b.add(node, { kind: "var", binding, version: b.versionSeen(binding) });
  if (node.name === "require" || node.name === "module" || node.name === "exports") b.usesCommonJs = true;
  return b.add(node, { kind: "global", name: node.name });
}

function literal(b: Builder, node: TSESTree.Literal): ValueId {
  // Parsers differ in whether flags keep their order.
  if ("regex" in node && node.regex) return b.add(node, { kind: "regexp", pattern: node.regex.pattern, flags: [...node.regex.flags].sort().join("") });
  if ("bigint" in node && typeof node.bigint === "string") return b.add(node, { kind: "bigint", digits: node.bigint });
  return b.add(node, { kind: "literal", value: node.value as string | number | boolean | null });
}

function template(b: Builder, node: TSESTree.TemplateLiteral): ValueId {
  const holes = node.expressions.map((e) => expr(b, e));
  // A tagged template may hold an escape that is no string; then only the raw text exists.
  const chunks = node.quasis.map(({ value }) => (isNoString(value.raw) ? value.raw : (value.cooked ?? value.raw)));
  return b.add(node, { kind: "template", chunks, holes });
}

const ESCAPE = /\\(?:u\{[\da-fA-F]{1,6}\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|0(?!\d)|([^]))/g;

/** Does it hold an escape that no string has (`\1`)? Parsers differ in what they make of it. */
function isNoString(raw: string): boolean {
  if (!raw.includes("\\")) return false;
  for (const [, sign] of raw.matchAll(ESCAPE)) if (sign !== undefined && /[\dxu]/.test(sign)) return true;
  return false;
}

/** The constant name of a property, or null with its key as a value. */
export function propertyName(b: Builder, key: Node, computed: boolean): { name: string | null; key?: ValueId } {
  if (!computed) {
    if (key.type === "Identifier") return { name: key.name };
    if (key.type === "PrivateIdentifier") return { name: `#${key.name}` };
    if (key.type === "Literal") return { name: String(key.value) };
  }
  const text = key.type === "Literal" && (typeof key.value === "string" || typeof key.value === "number") ? String(key.value) : null;
  const plain = key.type === "TemplateLiteral" && key.expressions.length === 0 ? (key.quasis[0]?.value.cooked ?? null) : null;
  return { name: text ?? plain, key: expr(b, key) };
}

export function member(b: Builder, node: TSESTree.MemberExpression): ValueId {
  const object = expr(b, node.object);
  const { property } = node;
  // Most members of a program are this one shape.
  if (!node.computed && !node.optional && property.type === "Identifier") return b.add(node, { kind: "member", object, name: property.name });
  const key = propertyName(b, property, node.computed);
  return b.add(node, { kind: "member", object, ...key, ...(node.optional && { optional: true as const }) });
}

function call(b: Builder, node: TSESTree.CallExpression | TSESTree.NewExpression): ValueId {
  const callee = expr(b, node.callee);
  const name = node.arguments.some(isNamedByRole) ? calleeName(node) : "";
  const args = node.arguments.map((a, i) => expr(b, a, name === "" ? undefined : `arg${i} of ${name}`));
  if (node.type === "CallExpression" && !node.optional && !node.typeArguments) return b.add(node, { kind: "call", callee, args });
  const typeArgs = node.typeArguments?.params.map((t) => typeExpr(b, t));
  return b.add(node, {
    kind: "call",
    callee,
    args,
    ...(node.type === "NewExpression" && { form: "new" as const }),
    ...(node.type === "CallExpression" && node.optional && { optional: true as const }),
    ...(typeArgs && { typeArgs }),
  });
}

function isNamedByRole(node: Node): boolean {
  return node.type === "ArrowFunctionExpression" || node.type === "FunctionExpression" || node.type === "ClassExpression" || node.type === "ObjectExpression" || node.type === "CallExpression" || node.type === "ArrayExpression";
}

/** `router.post "/x"`: what a callback is an argument of, in words that survive edits elsewhere. */
function calleeName(node: TSESTree.CallExpression | TSESTree.NewExpression): string {
  const first = node.arguments[0];
  const callee = dotted(node.callee);
  const text = first?.type === "Literal" && typeof first.value === "string" && mayBeTold(callee, first.value) ? ` ${JSON.stringify(first.value)}` : "";
  return callee + text;
}

/** Ids go into every output, so they hold routes, events and titles, and nothing that may be a credential. */
function mayBeTold(callee: string, text: string): boolean {
  return text.length <= 60 && !/:\/\/|[\w+/=-]{24}/.test(text) && !/(?:hash|compare|scrypt|pbkdf2|hkdf|sign|verify|cipher|hmac|connect|login|auth|password|secret|token|key)\w*$/i.test(callee);
}

function dotted(node: Node): string {
  switch (node.type) {
    case "Identifier":
      return node.name;
    case "ThisExpression":
      return "this";
    case "Super":
      return "super";
    case "ChainExpression":
    case "TSNonNullExpression":
    case "TSAsExpression":
      return dotted(node.expression);
    case "MemberExpression": {
      const property = node.property;
      const name = property.type === "Identifier" && !node.computed ? property.name : property.type === "PrivateIdentifier" ? `#${property.name}` : property.type === "Literal" ? String(property.value) : "[]";
      return `${dotted(node.object)}.${name}`;
    }
    case "CallExpression":
      return `${dotted(node.callee)}()`;
    default:
      return "?";
  }
}

function prop(b: Builder, node: TSESTree.ObjectLiteralElement): PropFact {
  if (node.type === "SpreadElement") {
    const value = expr(b, node.argument);
    return { name: null, value, form: "spread", at: b.mark(node) };
  }
  const key = propertyName(b, node.key, node.computed);
  const form = node.kind !== "init" ? node.kind : node.method ? "method" : node.shorthand ? "shorthand" : "init";
  const role = `${form === "get" || form === "set" ? `${form} ` : ""}${key.name ?? "[]"}`;
  const value = expr(b, node.value, role);
  return key.key === undefined ? { name: key.name, value, form, at: b.mark(node) } : { ...key, value, form, at: b.mark(node) };
}

function choice(b: Builder, node: TSESTree.ConditionalExpression, role?: string): ValueId {
  const test = expr(b, node.test);
  const before = b.versions.fork();
  const then = expr(b, node.consequent, role);
  const afterThen = b.versions.fork();
  b.versions.goTo(before);
  const otherwise = expr(b, node.alternate, role);
  b.versions.join([afterThen, b.versions.fork()]);
  return b.add(node, { kind: "choice", test, then, otherwise });
}

/** Something that may not run: afterwards both worlds are possible. */
export function maybe(b: Builder, run: () => ValueId): ValueId {
  if (b.versions.tracksNothing) return run();
  const before = b.versions.fork();
  const value = run();
  b.versions.join([before, b.versions.fork()]);
  return value;
}

function assignment(b: Builder, node: TSESTree.AssignmentExpression): ValueId {
  const { left, operator } = node;
  const target = bare(left);
  if (target.type === "ObjectPattern" || target.type === "ArrayPattern") {
    const value = expr(b, node.right);
    const parts = assignPattern(b, target, value);
    const whole = b.add(node, { kind: "assign", op: "=", target: null, value });
    return b.add(node, { kind: "sequence", items: [...parts, whole] });
  }
  const role = target.type === "Identifier" ? target.name : target.type === "MemberExpression" ? dotted(target) : undefined;
  if (operator === "=") {
    // The object of a member is evaluated before the right side, a plain name after it.
    const memberTarget = target.type === "Identifier" ? null : expr(b, target);
    const value = expr(b, node.right, role);
    return assign(b, node, target, memberTarget, "=", value, value);
  }
  const read = expr(b, target);
  const logical = operator === "&&=" || operator === "||=" || operator === "??=";
  const right = logical ? maybe(b, () => expr(b, node.right, role)) : expr(b, node.right, role);
  const op = operator.slice(0, -1);
  const result = logical
    ? b.add(node, { kind: "logical", op: op as "&&" | "||" | "??", left: read, right })
    : b.add(node, { kind: "binary", op, left: read, right });
  return assign(b, node, target, target.type === "Identifier" ? null : read, operator, result, result);
}

function update(b: Builder, node: TSESTree.UpdateExpression): ValueId {
  const target = bare(node.argument);
  const read = expr(b, target);
  const result = b.add(node, { kind: "unary", op: node.operator, of: read });
  return assign(b, node, target, target.type === "Identifier" ? null : read, node.operator, result, result);
}

function assign(b: Builder, node: Node, target: Node, memberTarget: ValueId | null, op: string, value: ValueId, holds: ValueId): ValueId {
  if (memberTarget !== null) return b.add(node, { kind: "assign", op, target: { member: memberTarget }, value });
  const written = writeTo(b, target, holds);
  return b.add(node, { kind: "assign", op, target: written, ...(written === null && target.type === "Identifier" && { global: target.name }), value });
}

/** Writes a plain name; a global's assignment has no target we follow. */
export function writeTo(b: Builder, target: Node, value: ValueId): AssignValue["target"] {
  const binding = b.binding(target);
  return binding === null ? null : { binding, version: b.define(binding, "write", value) };
}

/** Parentheses do not exist in the tree, but `(x as T) = 1` and `x! = 1` do. */
function bare(node: Node): Node {
  return node.type === "TSAsExpression" || node.type === "TSNonNullExpression" || node.type === "TSTypeAssertion" || node.type === "TSSatisfiesExpression" ? bare(node.expression) : node;
}

function jsx(b: Builder, node: TSESTree.JSXElement | TSESTree.JSXFragment): ValueId {
  const props: PropFact[] = [];
  if (node.type === "JSXElement") {
    for (const attribute of node.openingElement.attributes) {
      if (attribute.type === "JSXSpreadAttribute") {
        const value = expr(b, attribute.argument);
        props.push({ name: null, value, form: "spread", at: b.mark(attribute) });
        continue;
      }
      const name = attribute.name.type === "JSXIdentifier" ? attribute.name.name : `${attribute.name.namespace.name}:${attribute.name.name.name}`;
      const value = attribute.value === null ? b.add(attribute, { kind: "literal", value: true }) : attribute.value.type === "Literal" ? jsxText(b, attribute.value) : jsxChild(b, attribute.value, name);
      props.push({ name, value, form: "init", at: b.mark(attribute) });
    }
  }
  const children: ValueId[] = [];
  for (const child of node.children) if (child.type !== "JSXText") children.push(jsxChild(b, child));
  return b.add(node, { kind: "jsx", tag: node.type === "JSXElement" ? jsxName(node.openingElement.name) : null, props, children });
}

/** As it is written: parsers differ in whether `&amp;` is still one. */
function jsxText(b: Builder, node: TSESTree.Literal): ValueId {
  return b.add(node, { kind: "literal", value: b.written(node).slice(1, -1) });
}

function jsxChild(b: Builder, node: Node, role?: string): ValueId {
  if (node.type === "JSXExpressionContainer" || node.type === "JSXSpreadChild") {
    return node.expression.type === "JSXEmptyExpression" ? b.add(node, { kind: "opaque", what: "empty" }) : expr(b, node.expression, role);
  }
  return expr(b, node, role);
}

function jsxName(node: TSESTree.JSXTagNameExpression): string {
  if (node.type === "JSXIdentifier") return node.name;
  if (node.type === "JSXNamespacedName") return `${node.namespace.name}:${node.name.name}`;
  return `${jsxName(node.object)}.${node.property.name}`;
}
