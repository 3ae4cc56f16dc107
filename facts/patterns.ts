import type { TSESTree } from "@typescript-eslint/types";
import type { BindingId, MarkId, Statement, ValueId } from "../core/facts.js";
import type { Builder } from "./builder.js";
import { expr, maybe, propertyName, writeTo } from "./expressions.js";
import { typeExpr } from "./types.js";

type Node = TSESTree.Node;

/** Takes a pattern apart: each name in it gets the part of the value it holds. */
function eachPart(b: Builder, pattern: Node, value: ValueId, leaf: (target: Node, value: ValueId) => void): void {
  switch (pattern.type) {
    case "ObjectPattern": {
      const names: string[] = [];
      for (const property of pattern.properties) {
        if (property.type === "RestElement") {
          eachPart(b, property.argument, b.add(property, { kind: "rest", of: value, without: names.slice() }), leaf);
          continue;
        }
        const key = propertyName(b, property.key, property.computed);
        if (key.name !== null) names.push(key.name);
        eachPart(b, property.value, b.add(property, { kind: "member", object: value, ...key }), leaf);
      }
      return;
    }
    case "ArrayPattern":
      pattern.elements.forEach((element, i) => {
        if (element === null) return;
        if (element.type === "RestElement") {
          const without = Array.from({ length: i }, (_, n) => String(n));
          eachPart(b, element.argument, b.add(element, { kind: "rest", of: value, without }), leaf);
        } else {
          eachPart(b, element, b.add(element, { kind: "member", object: value, name: String(i) }), leaf);
        }
      });
      return;
    case "AssignmentPattern": {
      const role = pattern.left.type === "Identifier" ? pattern.left.name : undefined;
      const fallback = maybe(b, () => expr(b, pattern.right, role));
      eachPart(b, pattern.left, b.add(pattern.right, { kind: "default", of: value, fallback }), leaf);
      return;
    }
    default:
      leaf(pattern, value);
  }
}

/** A declaration: `const { a, b: [c] } = value`. */
export function declarePattern(b: Builder, at: MarkId, pattern: Node, value: ValueId | undefined, out: Statement[]): BindingId[] {
  // Most declare one name.
  if (value === undefined || pattern.type === "Identifier") {
    const binding = declareName(b, at, pattern, value, out);
    return binding === null ? [] : [binding];
  }
  const declared: BindingId[] = [];
  eachPart(b, pattern, value, (target, part) => {
    const binding = declareName(b, at, target, part, out);
    if (binding !== null) declared.push(binding);
  });
  return declared;
}

function declareName(b: Builder, at: MarkId, target: Node, part: ValueId | undefined, out: Statement[]): BindingId | null {
  const binding = b.binding(target);
  if (binding === null) return null;
  if (target.type === "Identifier" && target.typeAnnotation) b.draft(binding).type = typeExpr(b, target.typeAnnotation.typeAnnotation);
  const version = b.define(binding, part === undefined ? "empty" : "init", part);
  if (part !== undefined) out.push({ kind: "define", at, binding, version });
  return binding;
}

/** An assignment: `({ a, b: this.b } = value)`. Returns the writes as values. */
export function assignPattern(b: Builder, pattern: Node, value: ValueId): ValueId[] {
  const writes: ValueId[] = [];
  eachPart(b, pattern, value, (target, part) => {
    if (target.type === "MemberExpression") {
      writes.push(b.add(target, { kind: "assign", op: "=", target: { member: expr(b, target) }, value: part }));
    } else if (target.type === "Identifier") {
      const written = writeTo(b, target, part);
      writes.push(b.add(target, { kind: "assign", op: "=", target: written, ...(written === null && { global: target.name }), value: part }));
    }
  });
  return writes;
}
