import type { TSESTree } from "@typescript-eslint/types";
import type { BindingFact } from "../core/facts.js";

type Node = TSESTree.Node;

/** A name of the file and everything that is written to it. */
export interface Variable {
  /** Its place in the list of all. */
  readonly index: number;
  readonly name: string;
  kind: BindingFact["kind"];
  /** The function, initialiser or program whose variable it is. */
  readonly block: Node;
  /** Offsets of all writes, initialisers included; a parameter's default is part of its initial value and none. */
  writtenAt: readonly number[];
  /** It has a value from its declaration on. */
  startsWithValue: boolean;
  /** A function other than its own writes it. */
  isWrittenElsewhere: boolean;
  /** Types and values live side by side: `class` and imports are both. */
  isType: boolean;
  isValue: boolean;
}

const NEVER: readonly number[] = [];

export function writeAt(variable: Variable, offset: number): void {
  variable.writtenAt = variable.writtenAt.length === 0 ? [offset] : [...variable.writtenAt, offset];
}

export interface Scope {
  readonly outer: Scope | null;
  /** null: it has none, as most blocks. */
  names: Map<string, Variable> | null;
  /** Where `var` and function-wide names go. */
  readonly wide: Scope;
  readonly block: Node;
}

/** Which variable an identifier means, by where it starts: no two that mean something start at one place. */
export class References {
  readonly variables: Variable[] = [];
  /** By offset, the variable's index and one. */
  readonly #at: Int32Array;

  constructor(textLength: number) {
    this.#at = new Int32Array(textLength + 1);
  }

  set(id: Node, variable: Variable): void {
    this.#at[startOf(id)] = variable.index + 1;
  }

  get(node: Node): Variable | undefined {
    return node.type === "Identifier" ? this.variables[(this.#at[startOf(node)] as number) - 1] : undefined;
  }
}

/** The scopes around the walk, what they declare, and what a name means in them. */
export class Scopes {
  readonly refers: References;
  protected scope: Scope;

  constructor(program: TSESTree.Program, textLength: number) {
    this.refers = new References(textLength);
    this.scope = this.wideScope(program, null);
  }

  wideScope(block: Node, outer: Scope | null): Scope {
    const scope: { outer: Scope | null; names: Map<string, Variable> | null; wide: Scope; block: Node } = { outer, names: null, wide: undefined as unknown as Scope, block };
    scope.wide = scope;
    return scope;
  }

  /** Enters a scope; the one to go back to is returned. */
  enter(scope: Scope): Scope {
    const outer = this.scope;
    this.scope = scope;
    return outer;
  }

  enterBlock(): Scope {
    const outer = this.scope;
    this.scope = { outer, names: null, wide: outer.wide, block: outer.block };
    return outer;
  }

  declare(scope: Scope, id: Node & { name: string }, kind: BindingFact["kind"], isType: boolean, isValue: boolean): Variable {
    const names = (scope.names ??= new Map());
    let variable = names.get(id.name);
    if (variable === undefined) {
      const index = this.refers.variables.length;
      variable = { index, name: id.name, kind, block: scope.block, writtenAt: NEVER, startsWithValue: false, isWrittenElsewhere: false, isType, isValue };
      this.refers.variables.push(variable);
      names.set(id.name, variable);
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
          writeAt(variable, startOf(pattern));
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

  /** Names that the statements of a whole function or file declare before the first of them runs. */
  hoist(statements: readonly Node[]): void {
    for (const statement of statements) {
      const node = declarationOf(statement);
      if (node !== null && !this.hoistOne(node)) this.hoistVars(node);
    }
  }

  /** Those of a block; its `var` belong to the function and are there already. */
  hoistBlock(statements: readonly Node[]): void {
    for (const statement of statements) if (statement.type !== "VariableDeclaration" || statement.kind !== "var") this.hoistOne(statement);
  }

  /** False if the statement itself declares nothing. */
  hoistOne(node: Node): boolean {
    const scope = this.scope;
    switch (node.type) {
      case "VariableDeclaration":
        this.hoistVariables(node, scope);
        return true;
      case "FunctionDeclaration":
      case "TSDeclareFunction":
        if (node.id) this.declare(scope, node.id, "function", false, true);
        return true;
      case "ClassDeclaration":
        if (node.id) this.declare(scope, node.id, "class", true, true);
        return true;
      case "ImportDeclaration":
        for (const s of node.specifiers) this.declare(scope, s.local, "import", true, true);
        return true;
      case "TSImportEqualsDeclaration":
        this.declare(scope, node.id, "import", true, true);
        return true;
      case "TSEnumDeclaration":
        this.declare(scope, node.id, "enum", true, true);
        return true;
      case "TSInterfaceDeclaration":
      case "TSTypeAliasDeclaration":
        this.declare(scope, node.id, "type", true, false);
        return true;
      case "TSModuleDeclaration":
        if (node.kind !== "global" && node.id.type !== "Literal") this.declare(scope, firstName(node.id), "namespace", true, true);
        return true;
      default:
        return false;
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
      const variable = scope.names?.get(name);
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

/** `A` of `namespace A.B {}`. */
export function firstName(id: TSESTree.EntityName): TSESTree.Identifier {
  return id.type === "TSQualifiedName" ? firstName(id.left) : (id as TSESTree.Identifier);
}

function declarationOf(statement: Node): Node | null {
  return statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration" ? (statement.declaration as Node | null) : statement;
}

/** Does any of a block's statements declare a name of the block? */
export function declaresNames(statements: readonly Node[]): boolean {
  for (const { type } of statements) if (type === "VariableDeclaration" || type === "FunctionDeclaration" || type === "ClassDeclaration" || type.startsWith("TS")) return true;
  return false;
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
