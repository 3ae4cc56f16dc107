import type { TSESTree } from "@typescript-eslint/types";
import { Scopes } from "./scopes.js";

type Node = TSESTree.Node;

/** Names in types, and the declarations that only types have. */
export abstract class TypeNames extends Scopes {
  protected abstract visit(node: Node | null | undefined): void;
  protected abstract enum(node: TSESTree.TSEnumDeclaration): void;
  protected abstract namespace(node: TSESTree.TSModuleDeclaration): void;
  protected abstract all(nodes: readonly (Node | null)[] | undefined): void;

  protected visitType(node: Node): void {
    switch (node.type) {
      case "TSTypeReference":
        this.typeName(node.typeName, "type");
        this.visit(node.typeArguments);
        return;
      case "TSTypeQuery":
        if (node.exprName.type !== "TSImportType") this.typeName(node.exprName, "value");
        this.visit(node.typeArguments);
        return;
      case "TSInterfaceHeritage":
      case "TSClassImplements":
        this.typeName(node.expression, "type");
        this.visit(node.typeArguments);
        return;
      case "TSQualifiedName":
        this.typeName(node, "any");
        return;
      case "TSTypeParameter":
        this.visit(node.constraint);
        this.visit(node.default);
        return;
      case "TSInterfaceDeclaration":
      case "TSTypeAliasDeclaration":
        this.inTypeParams(node.typeParameters, () => {
          if (node.type === "TSInterfaceDeclaration") {
            this.all(node.extends);
            this.all(node.body.body);
          } else this.visit(node.typeAnnotation);
        });
        return;
      case "TSFunctionType":
      case "TSConstructorType":
      case "TSCallSignatureDeclaration":
      case "TSConstructSignatureDeclaration":
      case "TSMethodSignature":
        if (node.type === "TSMethodSignature" && node.computed) this.visit(node.key);
        this.inTypeParams(node.typeParameters, () => {
          for (const p of node.params) this.parameterTypes(p);
          this.visit(node.returnType);
        });
        return;
      case "TSPropertySignature":
        if (node.computed) this.visit(node.key);
        this.visit(node.typeAnnotation);
        return;
      case "TSConditionalType":
        this.conditional(node);
        return;
      case "TSMappedType":
        this.mapped(node);
        return;
      case "TSStringKeyword":
      case "TSNumberKeyword":
      case "TSBooleanKeyword":
      case "TSUndefinedKeyword":
      case "TSNullKeyword":
      case "TSUnknownKeyword":
      case "TSAnyKeyword":
      case "TSVoidKeyword":
        return;
      case "TSUnionType":
      case "TSIntersectionType":
        this.all(node.types);
        return;
      case "TSArrayType":
        this.visit(node.elementType);
        return;
      case "TSTypeLiteral":
        this.all(node.members);
        return;
      case "TSTypeOperator":
        this.visit(node.typeAnnotation);
        return;
      case "TSLiteralType":
        this.visit(node.literal);
        return;
      case "TSTypePredicate":
        if (node.parameterName.type === "Identifier") this.refer(node.parameterName, "value");
        this.visit(node.typeAnnotation);
        return;
      case "TSNamedTupleMember":
        this.visit(node.elementType);
        return;
      case "TSIndexSignature":
        for (const p of node.parameters) this.parameterTypes(p);
        this.visit(node.typeAnnotation);
        return;
      case "TSImportType":
        this.visit(node.typeArguments);
        return;
      case "TSEnumDeclaration":
        this.enum(node);
        return;
      case "TSModuleDeclaration":
        this.namespace(node);
        return;
      case "TSImportEqualsDeclaration":
        if (node.moduleReference.type !== "TSExternalModuleReference") this.typeName(node.moduleReference, "any");
        return;
      case "TSExportAssignment":
        if (node.expression.type === "Identifier") this.refer(node.expression, "any");
        else this.visit(node.expression);
        return;
      case "TSNamespaceExportDeclaration":
        return;
      case "JSXAttribute":
        this.visit(node.value);
        return;
      case "JSXOpeningElement":
        this.visit(node.typeArguments);
        this.all(node.attributes);
        return;
      case "JSXClosingElement":
      case "JSXIdentifier":
        return;
      default:
        // Everything else is what its parts are.
        for (const key in node) {
          if (key === "parent" || key === "loc" || key === "range" || key === "type") continue;
          const value = (node as unknown as Record<string, unknown>)[key];
          if (value === null || typeof value !== "object") continue;
          if (Array.isArray(value)) {
            for (const child of value as unknown[]) if (isNode(child)) this.visit(child);
          } else if (isNode(value)) this.visit(value);
        }
    }
  }

  conditional(node: TSESTree.TSConditionalType): void {
    const outer = this.enterBlock();
    this.inferred(node.extendsType);
    this.visit(node.checkType);
    this.visit(node.extendsType);
    this.visit(node.trueType);
    this.scope = outer;
    this.visit(node.falseType);
  }

  mapped(node: TSESTree.TSMappedType): void {
    const outer = this.enterBlock();
    const key = (node as { key?: Node & { name: string } }).key;
    if (key) this.declare(this.scope, key, "type", true, false);
    this.visit(node.constraint);
    this.visit(node.nameType);
    this.visit(node.typeAnnotation);
    this.scope = outer;
  }

  inTypeParams(params: TSESTree.TSTypeParameterDeclaration | null | undefined, run: () => void): void {
    const outer = this.enterBlock();
    this.typeParams(params);
    run();
    this.scope = outer;
  }

  typeParams(node: TSESTree.TSTypeParameterDeclaration | null | undefined): void {
    if (!node) return;
    for (const p of node.params) this.declare(this.scope, p.name, "type", true, false);
    for (const p of node.params) this.visit(p);
  }

  /** A signature's parameters have names that nothing refers to, and types. */
  parameterTypes(node: Node): void {
    if (node.type === "RestElement") this.parameterTypes(node.argument);
    if ("typeAnnotation" in node) this.visit(node.typeAnnotation as Node | undefined);
  }

  /** `T extends Array<infer U> ? …`: U exists in the true branch. */
  inferred(node: Node): void {
    if (node.type === "TSInferType") {
      this.declare(this.scope, node.typeParameter.name, "type", true, false);
      return;
    }
    for (const key in node) {
      if (key === "parent" || key === "loc" || key === "range") continue;
      const value = (node as unknown as Record<string, unknown>)[key];
      for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) if (isNode(child)) this.inferred(child);
    }
  }

  typeName(node: Node, wants: "value" | "type" | "any"): void {
    if (node.type === "Identifier") this.refer(node, wants);
    // What stands before a dot is a namespace, an import or a value.
    else if (node.type === "TSQualifiedName") this.typeName(node.left, "any");
    else if (node.type === "MemberExpression") this.typeName(node.object, "any");
  }
}

function isNode(value: unknown): value is Node {
  return value !== null && typeof value === "object" && typeof (value as { type?: unknown }).type === "string";
}
