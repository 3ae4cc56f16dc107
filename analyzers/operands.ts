import type { Value, ValueId } from "../core/facts.js";

/** The values a value is made of, in order of evaluation. */
export function eachOperand(value: Value, visit: (operand: ValueId) => void): void {
  switch (value.kind) {
    case "template":
      value.holes.forEach(visit);
      return;
    case "member":
      visit(value.object);
      if (value.key !== undefined) visit(value.key);
      return;
    case "call":
      visit(value.callee);
      value.args.forEach(visit);
      return;
    case "object":
    case "jsx":
      for (const prop of value.props) {
        if (prop.key !== undefined) visit(prop.key);
        visit(prop.value);
      }
      if (value.kind === "jsx") value.children.forEach(visit);
      return;
    case "array":
      for (const item of value.items) if (item !== null) visit(item);
      return;
    case "spread":
    case "await":
    case "unary":
    case "cast":
    case "element":
    case "key":
    case "rest":
      visit(value.of);
      return;
    case "yield":
      if (value.of !== null) visit(value.of);
      return;
    case "binary":
    case "logical":
      visit(value.left);
      visit(value.right);
      return;
    case "choice":
      visit(value.test);
      visit(value.then);
      visit(value.otherwise);
      return;
    case "assign":
      if (value.target !== null && "member" in value.target) visit(value.target.member);
      visit(value.value);
      return;
    case "sequence":
      value.items.forEach(visit);
      return;
    case "default":
      visit(value.of);
      visit(value.fallback);
      return;
    case "dynamicImport":
      visit(value.source);
      return;
    default:
      return;
  }
}
