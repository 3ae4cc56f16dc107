import type { TSESTree } from "@typescript-eslint/types";
import { declaresNames, type References, startOf, writeAt } from "./scopes.js";
import { TypeNames } from "./type-names.js";

type Node = TSESTree.Node;

/**
 * Which variable each identifier means. One walk: on entering a scope its declarations are hoisted, so that every
 * name can be looked up on the spot. The hosts' scope managers are not used: they differ in implicit globals and in
 * what a script is, and this costs a quarter of theirs. Node wraps CommonJS in a function, so every file is a module.
 */
export function resolveNames(program: TSESTree.Program, textLength: number): References {
  return new NameWalk(program, textLength).refers;
}

/** Expressions, statements, functions and classes. */
class NameWalk extends TypeNames {
  constructor(program: TSESTree.Program, textLength: number) {
    super(program, textLength);
    this.wideBody(program.body);
  }

  write(pattern: Node): void {
    switch (pattern.type) {
      case "Identifier": {
        const variable = this.refer(pattern, "value");
        if (variable === undefined) return;
        writeAt(variable, startOf(pattern));
        if (variable.block !== this.scope.wide.block) variable.isWrittenElsewhere = true;
        return;
      }
      case "ObjectPattern":
        for (const p of pattern.properties) {
          if (p.type === "RestElement") this.write(p.argument);
          else {
            if (p.computed) this.visit(p.key);
            this.write(p.value);
          }
        }
        return;
      case "ArrayPattern":
        for (const e of pattern.elements) if (e !== null) this.write(e);
        return;
      case "RestElement":
        this.write(pattern.argument);
        return;
      case "AssignmentPattern":
        this.visit(pattern.right);
        this.write(pattern.left);
        return;
      case "TSAsExpression":
      case "TSNonNullExpression":
      case "TSSatisfiesExpression":
      case "TSTypeAssertion":
        if ("typeAnnotation" in pattern) this.visit(pattern.typeAnnotation);
        this.write(pattern.expression);
        return;
      default:
        this.visit(pattern);
    }
  }

  all(nodes: readonly (Node | null)[] | undefined): void {
    if (nodes) for (const node of nodes) if (node !== null) this.visit(node);
  }

  visit(node: Node | null | undefined): void {
    if (!node) return;
    switch (node.type) {
      case "Identifier":
        this.refer(node, "value");
        if (node.typeAnnotation) this.visit(node.typeAnnotation);
        return;
      case "Literal":
      case "TemplateElement":
      case "ThisExpression":
      case "Super":
      case "PrivateIdentifier":
      case "BreakStatement":
      case "ContinueStatement":
      case "MetaProperty":
      case "ImportDeclaration":
      case "ExportAllDeclaration":
      case "JSXText":
        return;
      case "MemberExpression":
        this.visit(node.object);
        if (node.computed) this.visit(node.property);
        return;
      case "CallExpression":
      case "NewExpression":
        this.visit(node.callee);
        this.all(node.arguments);
        if (node.typeArguments) this.visit(node.typeArguments);
        return;
      case "Property":
        if (node.computed) this.visit(node.key);
        this.visit(node.value);
        return;
      case "VariableDeclaration":
        for (const d of node.declarations) {
          this.visit(d.init);
          this.patternParts(d.id);
        }
        return;
      case "AssignmentExpression":
        this.visit(node.right);
        this.write(node.left);
        return;
      case "UpdateExpression":
        this.write(node.argument);
        return;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
      case "TSDeclareFunction":
      case "TSEmptyBodyFunctionExpression":
        this.function(node);
        return;
      case "ClassDeclaration":
      case "ClassExpression":
        this.class(node);
        return;
      case "ExpressionStatement":
      case "ChainExpression":
      case "TSNonNullExpression":
        this.visit(node.expression);
        return;
      case "ReturnStatement":
      case "ThrowStatement":
      case "AwaitExpression":
      case "UnaryExpression":
      case "SpreadElement":
        this.visit(node.argument);
        return;
      case "BinaryExpression":
      case "LogicalExpression":
        this.visit(node.left);
        this.visit(node.right);
        return;
      case "ConditionalExpression":
      case "IfStatement":
        this.visit(node.test);
        this.visit(node.consequent);
        this.visit(node.alternate);
        return;
      case "ObjectExpression":
        this.all(node.properties);
        return;
      case "ArrayExpression":
        this.all(node.elements);
        return;
      case "TemplateLiteral":
        this.all(node.expressions);
        return;
      case "TryStatement":
        this.visit(node.block);
        this.visit(node.handler);
        this.visit(node.finalizer);
        return;
      case "TSAsExpression":
      case "TSSatisfiesExpression":
        this.visit(node.expression);
        this.visit(node.typeAnnotation);
        return;
      case "TSTypeAnnotation":
        this.visit(node.typeAnnotation);
        return;
      case "TSTypeParameterInstantiation":
        this.all(node.params);
        return;
      case "BlockStatement":
        this.block(node.body);
        return;
      case "ForStatement": {
        const outer = this.enterBlock();
        if (node.init?.type === "VariableDeclaration" && node.init.kind !== "var") this.hoistVariables(node.init, this.scope);
        this.visit(node.init);
        this.visit(node.test);
        this.visit(node.update);
        this.visit(node.body);
        this.scope = outer;
        return;
      }
      case "ForInStatement":
      case "ForOfStatement":
        this.forEach(node);
        return;
      case "SwitchStatement": {
        this.visit(node.discriminant);
        const outer = this.enterBlock();
        for (const c of node.cases) this.hoistBlock(c.consequent);
        for (const c of node.cases) {
          this.visit(c.test);
          this.all(c.consequent);
        }
        this.scope = outer;
        return;
      }
      case "CatchClause": {
        const outer = this.enterBlock();
        this.declarePattern(this.scope, node.param, "catch", false);
        if (node.param) this.patternParts(node.param);
        this.visit(node.body);
        this.scope = outer;
        return;
      }
      case "LabeledStatement":
        this.visit(node.body);
        return;
      case "ExportNamedDeclaration":
        this.visit(node.declaration);
        if (node.source === null) for (const s of node.specifiers) if (s.local.type === "Identifier") this.refer(s.local, "any");
        return;
      case "ExportDefaultDeclaration":
        if (node.declaration.type === "Identifier") this.refer(node.declaration, "any");
        else this.visit(node.declaration);
        return;
      default:
        this.visitType(node);
    }
  }

  block(body: readonly Node[]): void {
    const outer = this.scope;
    if (declaresNames(body)) {
      this.enterBlock();
      this.hoistBlock(body);
    }
    this.all(body);
    this.scope = outer;
  }

  /** Defaults, computed keys and annotations inside a pattern whose names are declared. */
  patternParts(pattern: Node | null): void {
    if (pattern === null) return;
    if (pattern.type !== "TSParameterProperty" && "decorators" in pattern) this.all(pattern.decorators);
    switch (pattern.type) {
      case "ObjectPattern":
        for (const p of pattern.properties) {
          if (p.type === "RestElement") this.patternParts(p.argument);
          else {
            if (p.computed) this.visit(p.key);
            this.patternParts(p.value);
          }
        }
        break;
      case "ArrayPattern":
        for (const e of pattern.elements) this.patternParts(e);
        break;
      case "AssignmentPattern":
        this.patternParts(pattern.left);
        this.visit(pattern.right);
        return;
      case "RestElement":
        this.patternParts(pattern.argument);
        break;
      case "TSParameterProperty":
        this.all(pattern.decorators);
        this.patternParts(pattern.parameter);
        return;
    }
    if ("typeAnnotation" in pattern) this.visit(pattern.typeAnnotation);
  }

  function(node: TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression | TSESTree.TSDeclareFunction | TSESTree.TSEmptyBodyFunctionExpression): void {
    let outer = this.scope;
    if (node.type === "FunctionExpression" && node.id) {
      outer = { outer, names: null, wide: outer.wide, block: outer.block };
      this.declare(outer, node.id, "function", false, true);
    }
    const around = this.enter(this.wideScope(node, outer));
    this.typeParams(node.typeParameters);
    for (const p of node.params) this.declarePattern(this.scope, p, "param", false);
    // Before the body's names exist: a default never means one of them.
    for (const p of node.params) this.patternParts(p);
    this.visit(node.returnType);
    if (node.body?.type === "BlockStatement") this.wideBody(node.body.body);
    else this.visit(node.body);
    this.scope = around;
  }

  wideBody(body: readonly Node[]): void {
    this.hoist(body);
    this.all(body);
  }

  class(node: TSESTree.ClassDeclaration | TSESTree.ClassExpression): void {
    this.all(node.decorators);
    const outer = this.enterBlock();
    // Inside, the name is the class again; for a declaration it is the very same binding.
    const own = node.id ? this.refers.get(node.id) : undefined;
    if (node.id && own !== undefined) this.scope.names = new Map([[node.id.name, own]]);
    else if (node.id) this.declare(this.scope, node.id, "class", true, true);
    this.typeParams(node.typeParameters);
    this.visit(node.superClass);
    this.visit(node.superTypeArguments);
    this.all(node.implements);
    for (const element of node.body.body) this.classElement(element);
    this.scope = outer;
  }

  classElement(element: TSESTree.ClassElement): void {
    if (element.type === "StaticBlock") {
      const outer = this.enter(this.wideScope(element, this.scope));
      this.wideBody(element.body);
      this.scope = outer;
      return;
    }
    if (element.type === "TSIndexSignature") {
      this.visit(element);
      return;
    }
    this.all(element.decorators);
    if (element.computed) this.visit(element.key);
    if (element.type === "MethodDefinition" || element.type === "TSAbstractMethodDefinition") {
      this.visit(element.value);
      return;
    }
    this.visit(element.typeAnnotation);
    const { value } = element;
    if (!value) return;
    const outer = this.enter(this.wideScope(value, this.scope));
    this.visit(value);
    this.scope = outer;
  }

  forEach(node: TSESTree.ForInStatement | TSESTree.ForOfStatement): void {
    this.visit(node.right);
    const outer = this.enterBlock();
    const { left } = node;
    if (left.type === "VariableDeclaration") {
      const kind = left.kind === "await using" ? "using" : left.kind;
      if (kind !== "var") for (const d of left.declarations) this.declarePattern(this.scope, d.id, kind, true);
      for (const d of left.declarations) this.patternParts(d.id);
    } else this.write(left);
    this.visit(node.body);
    this.scope = outer;
  }

  enum(node: TSESTree.TSEnumDeclaration): void {
    const members = (node.body as TSESTree.TSEnumBody | undefined)?.members ?? (node as unknown as { members: TSESTree.TSEnumMember[] }).members;
    const outer = this.enterBlock();
    for (const m of members) if (m.id.type === "Identifier") this.declare(this.scope, m.id, "enum", false, true);
    for (const m of members) this.visit(m.initializer);
    this.scope = outer;
  }

  /** Its body runs inline, in a scope that keeps its `var`. */
  namespace(node: TSESTree.TSModuleDeclaration): void {
    const body = node.body as Node | undefined;
    if (!body) return;
    const outer = this.enter(this.wideScope(this.scope.wide.block, this.scope));
    if (body.type === "TSModuleBlock") this.wideBody(body.body);
    else {
      this.hoistOne(body);
      this.visit(body);
    }
    this.scope = outer;
  }
}
