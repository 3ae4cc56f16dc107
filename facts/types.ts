import type { TSESTree } from "@typescript-eslint/types";
import type { TypeExpr, TypeMember } from "../core/facts.js";
import type { Builder } from "./builder.js";

type Node = TSESTree.Node;

/** Types as they are written. What a name resolves to is the linker's and the oracle's business. */
export function typeExpr(b: Builder, node: TSESTree.TypeNode): TypeExpr {
  switch (node.type) {
    case "TSTypeReference":
      return named(b, node.typeName, node.typeArguments?.params);
    case "TSArrayType":
      return { t: "array", of: typeExpr(b, node.elementType) };
    case "TSTupleType":
      return { t: "tuple", items: node.elementTypes.map((e) => typeExpr(b, e)) };
    case "TSNamedTupleMember":
      return typeExpr(b, node.elementType);
    case "TSOptionalType":
      return typeExpr(b, node.typeAnnotation);
    case "TSRestType":
      return { t: "array", of: typeExpr(b, node.typeAnnotation) };
    case "TSUnionType":
      return { t: "union", items: node.types.map((e) => typeExpr(b, e)) };
    case "TSIntersectionType":
      return { t: "intersection", items: node.types.map((e) => typeExpr(b, e)) };
    case "TSLiteralType":
      return literalType(node.literal);
    case "TSTypeLiteral":
      return { t: "object", members: typeMembers(b, node.members) };
    case "TSFunctionType":
    case "TSConstructorType":
      return signature(b, node);
    case "TSTypePredicate": {
      const param = node.parameterName.type === "Identifier" ? node.parameterName.name : "this";
      const type = node.typeAnnotation?.typeAnnotation;
      return type ? { t: "guard", param, asserts: node.asserts, type: typeExpr(b, type) } : { t: "guard", param, asserts: node.asserts };
    }
    case "TSTypeQuery":
      // `typeof import("m").a`: the module itself, and its part.
      if (node.exprName.type === "TSImportType") {
        const { module, name } = typeExpr(b, node.exprName) as TypeExpr & { t: "import" };
        const parts = name === "" ? [] : name.split(".");
        return parts.reduce<TypeExpr>((object, part) => ({ t: "indexed", object, index: { t: "literal", value: part } }), { t: "import", module, name: "" });
      }
      return { ...named(b, node.exprName, undefined), t: "query" };
    case "TSImportType": {
      // Parsers differ in whether the module is a literal type or a literal.
      const source = ("source" in node ? node.source : undefined) ?? (node as unknown as { argument?: Node }).argument;
      const literal = source?.type === "TSLiteralType" ? source.literal : source;
      const module = literal?.type === "Literal" && typeof literal.value === "string" ? literal.value : "";
      const name = node.qualifier ? entityName(node.qualifier) : "";
      const args = node.typeArguments?.params;
      return args ? { t: "import", module, name, args: args.map((a) => typeExpr(b, a)) } : { t: "import", module, name };
    }
    case "TSIndexedAccessType":
      return { t: "indexed", object: typeExpr(b, node.objectType), index: typeExpr(b, node.indexType) };
    case "TSTypeOperator":
      return node.operator === "readonly" && node.typeAnnotation ? typeExpr(b, node.typeAnnotation) : { t: "other", what: node.operator };
    case "TSThisType":
      return { t: "keyword", name: "this" };
    default: {
      const keyword = KEYWORDS[node.type];
      return keyword !== undefined ? { t: "keyword", name: keyword } : { t: "other", what: node.type };
    }
  }
}

const KEYWORDS: Readonly<Record<string, string>> = {
  TSAnyKeyword: "any",
  TSBigIntKeyword: "bigint",
  TSBooleanKeyword: "boolean",
  TSNeverKeyword: "never",
  TSNullKeyword: "null",
  TSNumberKeyword: "number",
  TSObjectKeyword: "object",
  TSStringKeyword: "string",
  TSSymbolKeyword: "symbol",
  TSUndefinedKeyword: "undefined",
  TSUnknownKeyword: "unknown",
  TSVoidKeyword: "void",
  TSIntrinsicKeyword: "intrinsic",
};

/** The type of a function, from wherever its parameters and result are written. `this` is no parameter. */
export function signature(b: Builder, node: { readonly params: readonly TSESTree.Parameter[]; readonly returnType?: TSESTree.TSTypeAnnotation | null | undefined }): TypeExpr {
  const returns = node.returnType?.typeAnnotation;
  const real = node.params.filter((p) => p.type !== "Identifier" || p.name !== "this");
  const params = real.map((p) => {
    const type = "typeAnnotation" in p ? p.typeAnnotation?.typeAnnotation : undefined;
    return type ? typeExpr(b, type) : null;
  });
  const fact: { -readonly [K in keyof FunctionType]: FunctionType[K] } = { t: "function", params };
  const optionalFrom = real.findIndex((p) => p.type === "AssignmentPattern" || (p.type !== "RestElement" && "optional" in p && p.optional === true));
  if (optionalFrom !== -1) fact.optionalFrom = optionalFrom;
  if (real.at(-1)?.type === "RestElement") fact.rest = true;
  if (returns) fact.returns = typeExpr(b, returns);
  return fact;
}

type FunctionType = TypeExpr & { t: "function" };

export function typeMembers(b: Builder, members: readonly TSESTree.TypeElement[]): TypeMember[] {
  const found: TypeMember[] = [];
  for (const member of members) {
    // `[name: string]: T`: keys that have no name.
    if (member.type === "TSIndexSignature") {
      const type = member.typeAnnotation?.typeAnnotation;
      const fact = { name: null, optional: false, readonly: member.readonly === true };
      found.push(type ? { ...fact, type: typeExpr(b, type) } : fact);
    }
    if (member.type !== "TSPropertySignature" && member.type !== "TSMethodSignature") continue;
    const key = member.key;
    const name = key.type === "Identifier" && !member.computed ? key.name : key.type === "Literal" ? String(key.value) : null;
    const optional = member.optional === true;
    const readonly = member.readonly === true;
    if (member.type === "TSMethodSignature") {
      found.push({ name, optional, readonly, type: signature(b, member) });
    } else {
      const type = member.typeAnnotation?.typeAnnotation;
      found.push(type ? { name, optional, readonly, type: typeExpr(b, type) } : { name, optional, readonly });
    }
  }
  return found;
}

/** A heritage clause's entry: an expression that is a name. */
export function heritageType(b: Builder, node: { expression: TSESTree.Expression; typeArguments?: TSESTree.TSTypeParameterInstantiation | undefined }): TypeExpr {
  return named(b, node.expression, node.typeArguments?.params);
}

/** Their names; what they extend becomes the type of their bindings. */
export function typeParamNames(b: Builder, node: TSESTree.TSTypeParameterDeclaration | undefined | null): string[] {
  if (!node) return [];
  return node.params.map((p) => {
    const binding = p.constraint ? b.binding(p.name) : null;
    if (binding !== null && p.constraint) b.draft(binding).type = typeExpr(b, p.constraint);
    return p.name.name;
  });
}

function named(b: Builder, node: Node, args: readonly TSESTree.TypeNode[] | undefined): TypeExpr & { t: "name" } {
  const name = entityName(node);
  const root = rootIdentifier(node);
  const binding = root ? b.binding(root) : null;
  const parts = args === undefined || args.length === 0 ? undefined : args.map((a) => typeExpr(b, a));
  if (parts === undefined) return binding === null ? { t: "name", name } : { t: "name", name, binding };
  return binding === null ? { t: "name", name, args: parts } : { t: "name", name, binding, args: parts };
}

function entityName(node: Node): string {
  switch (node.type) {
    case "Identifier":
      return node.name;
    case "TSQualifiedName":
      return `${entityName(node.left)}.${node.right.name}`;
    case "MemberExpression":
      return `${entityName(node.object)}.${node.property.type === "Identifier" ? node.property.name : "?"}`;
    case "ThisExpression":
      return "this";
    default:
      return "?";
  }
}

function rootIdentifier(node: Node): Node | null {
  if (node.type === "Identifier") return node;
  if (node.type === "TSQualifiedName") return rootIdentifier(node.left);
  if (node.type === "MemberExpression") return rootIdentifier(node.object);
  return null;
}

function literalType(node: TSESTree.TSLiteralType["literal"]): TypeExpr {
  if (node.type === "Literal") {
    if (node.value === null && "regex" in node) return { t: "other", what: "regexp" };
    if (typeof node.value === "bigint") return { t: "keyword", name: "bigint" };
    return { t: "literal", value: node.value as string | number | boolean | null };
  }
  if (node.type === "UnaryExpression" && node.argument.type === "Literal" && typeof node.argument.value === "number") {
    return { t: "literal", value: -node.argument.value };
  }
  return { t: "keyword", name: "string" };
}
