import type ts from "typescript";

/** Is somebody asking about something in this stretch? */
export type IsAskedWithin = (start: number, end: number) => boolean;

/**
 * Which imports of a source file a compiler needs to answer with: those whose names stand where they can decide a type. What a
 * decorator says decides none; of a file that is not asked about itself, nor does the body of a function whose result is declared,
 * or what only the file itself uses. Else a module that puts an application together draws all of its packages in.
 */
export class ImportsThatMatter {
  readonly #ts: typeof ts;
  readonly #isAsked: IsAskedWithin;
  readonly #names = new Set<string>();
  readonly #paths = new Set<string>();

  constructor(compiler: typeof ts, source: ts.SourceFile, isAsked: IsAskedWithin) {
    this.#ts = compiler;
    this.#isAsked = isAsked;
    if (isAsked(0, source.end)) for (const statement of source.statements) this.#visit(statement, true);
    else this.#visitSeen(source);
  }

  has(path: ts.StringLiteralLike): boolean {
    const by = path.parent;
    if (this.#ts.isExportDeclaration(by)) return true;
    if (!this.#ts.isImportDeclaration(by)) return this.#paths.has(path.text);
    // For its effects alone: it may add to what is global, or to another module.
    if (by.importClause === undefined) return true;
    const { name, namedBindings } = by.importClause;
    const names = [name, ...(namedBindings === undefined ? [] : this.#ts.isNamespaceImport(namedBindings) ? [namedBindings.name] : namedBindings.elements.map((e) => e.name))];
    return names.some((n) => n !== undefined && this.#names.has(n.text));
  }

  /** What others see, and then what that mentions, until nothing new is mentioned. */
  #visitSeen(source: ts.SourceFile): void {
    let left = source.statements.filter((s) => !this.#ts.isImportDeclaration(s) && !(this.#ts.isExpressionStatement(s) && !this.#ts.isBinaryExpression(s.expression)));
    for (let before = -1; before !== left.length; ) {
      before = left.length;
      left = left.filter((statement) => {
        if (this.#isLocal(statement)) return true;
        this.#visit(statement, false);
        return false;
      });
    }
  }

  /** Declares names of the file that nobody has mentioned so far. */
  #isLocal(statement: ts.Statement): boolean {
    const isExported = this.#ts.canHaveModifiers(statement) && (this.#ts.getModifiers(statement) ?? []).some((m) => m.kind === this.#ts.SyntaxKind.ExportKeyword);
    if (isExported) return false;
    if (this.#ts.isVariableStatement(statement)) return statement.declarationList.declarations.every((d) => this.#ts.isIdentifier(d.name) && !this.#names.has(d.name.text));
    if (this.#ts.isFunctionDeclaration(statement) || this.#ts.isClassDeclaration(statement)) return statement.name !== undefined && !this.#names.has(statement.name.text);
    return false;
  }

  #visit(node: ts.Node, isWhole: boolean): void {
    if (this.#ts.isIdentifier(node)) this.#names.add(node.text);
    else if (this.#ts.isStringLiteralLike(node)) this.#paths.add(node.text);
    if (this.#ts.isImportDeclaration(node) || (this.#ts.isDecorator(node) && !this.#isAsked(node.pos, node.end))) return;
    this.#ts.forEachChild(node, (child) => {
      if (isWhole || !this.#isHidden(node, child)) this.#visit(child, isWhole);
    });
  }

  /** Nothing that other files see depends on it. */
  #isHidden(node: ts.Node, child: ts.Node): boolean {
    if (this.#ts.isFunctionLike(node)) return "body" in node && node.body === child && (node.type !== undefined || this.#ts.isConstructorDeclaration(node) || this.#ts.isSetAccessor(node));
    return (this.#ts.isVariableDeclaration(node) || this.#ts.isPropertyDeclaration(node) || this.#ts.isParameter(node)) && node.type !== undefined && node.initializer === child;
  }
}
