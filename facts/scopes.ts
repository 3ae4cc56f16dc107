import type { TSESTree } from "@typescript-eslint/types";
import type { BindingFact } from "../core/facts.js";

type Node = TSESTree.Node;

/** A name of the file and everything that is written to it. */
export interface Variable {
  readonly name: string;
  kind: BindingFact["kind"];
  /** The function, initialiser or program whose variable it is. */
  readonly block: Node;
  /** Offsets of all writes, initialisers included; a parameter's default is part of its initial value and none. */
  readonly writtenAt: number[];
  /** It has a value from its declaration on. */
  startsWithValue: boolean;
  /** A function other than its own writes it. */
  isWrittenElsewhere: boolean;
  /** Types and values live side by side: `class` and imports are both. */
  isType: boolean;
  isValue: boolean;
}

export interface Scope {
  readonly outer: Scope | null;
  readonly names: Map<string, Variable>;
  /** Where `var` and function-wide names go. */
  readonly wide: Scope;
  readonly block: Node;
}

/** The scopes around the walk, what they declare, and what a name means in them. */
export class Scopes {
  readonly refers = new Map<Node, Variable>();
  protected scope: Scope;

  constructor(program: TSESTree.Program) {
    this.scope = this.wideScope(program, null);
  }

  wideScope(block: Node, outer: Scope | null): Scope {
    const scope: { outer: Scope | null; names: Map<string, Variable>; wide: Scope; block: Node } = { outer, names: new Map(), wide: undefined as unknown as Scope, block };
    scope.wide = scope;
    return scope;
  }

  inScope(scope: Scope, run: () => void): void {
    const outer = this.scope;
    this.scope = scope;
    run();
    this.scope = outer;
  }

  inBlock(run: () => void): void {
    const { wide } = this.scope;
    this.inScope({ outer: this.scope, names: new Map(), wide, block: wide.block }, run);
  }

  declare(scope: Scope, id: Node & { name: string }, kind: BindingFact["kind"], isType: boolean, isValue: boolean): Variable {
    let variable = scope.names.get(id.name);
    if (variable === undefined) {
      variable = { name: id.name, kind, block: scope.block, writtenAt: [], startsWithValue: false, isWrittenElsewhere: false, isType, isValue };
      scope.names.set(id.name, variable);
    } else {
      // An interface and a const of one name are one variable; the value says what it is.
      if (isValue && !variable.isValue) variable.kind = kind;
      variable.isType ||= isType;
      variable.isValue ||= isValue;
    }
    this.refers.set(id, variable);
    return variable;
  }

  declarePattern(scope: Scope, pattern: Node | null, kind: BindingFact["kind"], isInitialised: boolean): void {
    if (pattern === null) return;
    switch (pattern.type) {
      case "Identifier": {
        const variable = this.declare(scope, pattern, kind, false, true);
        if (isInitialised) {
          variable.startsWithValue = true;
          variable.writtenAt.push(startOf(pattern));
        }
        return;
      }
      case "ObjectPattern":
        for (const p of pattern.properties) this.declarePattern(scope, p.type === "RestElement" ? p.argument : p.value, kind, isInitialised);
        return;
      case "ArrayPattern":
        for (const e of pattern.elements) this.declarePattern(scope, e, kind, isInitialised);
        return;
      case "RestElement":
        this.declarePattern(scope, pattern.argument, kind, isInitialised);
        return;
      case "AssignmentPattern":
        this.declarePattern(scope, pattern.left, kind, isInitialised);
        return;
      case "TSParameterProperty":
        this.declarePattern(scope, pattern.parameter, kind, isInitialised);
        return;
    }
  }

  /** Names that a list of statements declares before the first of them runs. */
  hoist(statements: readonly Node[]): void {
    for (const statement of statements) {
      const node: Node | null = statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration" ? (statement.declaration as Node | null) : statement;
      if (node !== null) this.hoistOne(node);
    }
  }

  hoistOne(node: Node): void {
    const scope = this.scope;
    switch (node.type) {
      case "VariableDeclaration":
        this.hoistVariables(node, scope);
        return;
      case "FunctionDeclaration":
      case "TSDeclareFunction":
        if (node.id) this.declare(scope, node.id, "function", false, true);
        return;
      case "ClassDeclaration":
        if (node.id) this.declare(scope, node.id, "class", true, true);
        return;
      case "ImportDeclaration":
        for (const s of node.specifiers) this.declare(scope, s.local, "import", true, true);
        return;
      case "TSImportEqualsDeclaration":
        this.declare(scope, node.id, "import", true, true);
        return;
      case "TSEnumDeclaration":
        this.declare(scope, node.id, "enum", true, true);
        return;
      case "TSInterfaceDeclaration":
      case "TSTypeAliasDeclaration":
        this.declare(scope, node.id, "type", true, false);
        return;
      case "TSModuleDeclaration":
        if (node.id.type === "Identifier" && node.kind !== "global") this.declare(scope, node.id, "namespace", true, true);
        return;
      default:
        this.hoistVars(node);
    }
  }

  hoistVariables(node: TSESTree.VariableDeclaration, scope: Scope): void {
    const kind = node.kind === "await using" ? "using" : node.kind;
    for (const d of node.declarations) this.declarePattern(kind === "var" ? scope.wide : scope, d.id, kind, d.init !== null);
  }

  /** `var` and the statements it may hide in; functions inside have their own. */
  hoistVars(node: Node | null | undefined): void {
    if (!node) return;
    switch (node.type) {
      case "VariableDeclaration":
        if (node.kind === "var") this.hoistVariables(node, this.scope.wide);
        return;
      case "BlockStatement":
        for (const s of node.body) this.hoistVars(s);
        return;
      case "IfStatement":
        this.hoistVars(node.consequent);
        this.hoistVars(node.alternate);
        return;
      case "ForStatement":
        this.hoistVars(node.init);
        this.hoistVars(node.body);
        return;
      case "ForInStatement":
      case "ForOfStatement":
        if (node.left.type === "VariableDeclaration" && node.left.kind === "var") {
          for (const d of node.left.declarations) this.declarePattern(this.scope.wide, d.id, "var", true);
        }
        this.hoistVars(node.body);
        return;
      case "WhileStatement":
      case "DoWhileStatement":
      case "LabeledStatement":
      case "WithStatement":
        this.hoistVars(node.body);
        return;
      case "TryStatement":
        this.hoistVars(node.block);
        this.hoistVars(node.handler?.body);
        this.hoistVars(node.finalizer);
        return;
      case "SwitchStatement":
        for (const c of node.cases) for (const s of c.consequent) this.hoistVars(s);
        return;
    }
  }

  lookUp(name: string, wants: "value" | "type" | "any"): Variable | undefined {
    for (let scope: Scope | null = this.scope; scope !== null; scope = scope.outer) {
      const variable = scope.names.get(name);
      if (variable !== undefined && (wants === "any" || (wants === "value" ? variable.isValue : variable.isType))) return variable;
    }
    return undefined;
  }

  refer(id: Node & { name: string }, wants: "value" | "type" | "any"): Variable | undefined {
    const variable = this.lookUp(id.name, wants);
    if (variable !== undefined) this.refers.set(id, variable);
    return variable;
  }
}

/** ESLint's parsers give `range`; oxc `start` and `end`; oxlint both. */
export function startOf(node: Node | TSESTree.Comment): number {
  const { start } = node as unknown as { start?: number };
  return start ?? node.range[0];
}

export function endOf(node: Node | TSESTree.Comment): number {
  const { end } = node as unknown as { end?: number };
  return end ?? node.range[1];
}
