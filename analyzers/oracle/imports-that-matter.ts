import type ts from "typescript";
import { listAt } from "../../core/lists.js";

/** Is somebody asking about something in this stretch of a file? */
export type IsAskedWithin = (path: string, start: number, end: number) => boolean;

/** The project's own files, as a compiler reads them. */
export interface OwnFiles {
  /** null: not one of the project's own. */
  source(path: string): ts.SourceFile | null;
  /** What a module's name in it leads to. */
  resolve(from: ts.SourceFile, specifier: ts.StringLiteralLike): string | null;
  readonly isAsked: IsAskedWithin;
}

/** All that a module exports. */
const ALL = "*";

/**
 * Which imports of the project's own sources a compiler needs to answer with. It begins at what is asked about, and follows names:
 * to what declares them in the file, and through imports to what declares them there. What a decorator says decides no type, nor do
 * the body of a function whose result is declared, a declared value, or a member that nothing on the way names: one that is met by a
 * key made at run time is left open. Else one question in a module that puts an application together would draw all of its packages in.
 */
export class ImportsThatMatter {
  readonly #ts: typeof ts;
  readonly #files: OwnFiles;
  readonly #known = new Map<string, Module | null>();
  readonly #work: (() => void)[] = [];
  /** Names that stand anywhere on the way: a member of such a name may be meant. */
  readonly #named = new Set<string>();
  /** Members that nobody has named so far. */
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(compiler: typeof ts, files: OwnFiles, asked: Iterable<string>) {
    this.#ts = compiler;
    this.#files = files;
    for (const path of asked) {
      const module = this.#module(path);
      for (const statement of module?.source.statements ?? []) if (module !== null && this.#isAsked(module, statement)) this.#need(module, statement);
    }
    for (let next = this.#work.pop(); next !== undefined; next = this.#work.pop()) next();
  }

  /** Of what it has not come by, all imports do. */
  has(from: string, specifier: string): boolean {
    return this.#known.get(from)?.followed.has(specifier) ?? true;
  }

  #module(path: string): Module | null {
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const source = this.#files.source(path);
    const isWhole = source !== null && (source.isDeclarationFile || /\.[cm]?jsx?$/.test(path));
    const module = source === null || isWhole ? null : moduleOf(this.#ts, source);
    this.#known.set(path, module);
    if (isWhole) this.#visitWhole(source, source);
    // What adds to others, or to a function of this file, whoever loads it.
    for (const statement of module?.always ?? []) this.#need(module as Module, statement);
    return module;
  }

  #visitWhole(source: ts.SourceFile, node: ts.Node): void {
    if (this.#ts.isIdentifier(node)) this.#name(node.text);
    else if (this.#ts.isStringLiteralLike(node)) {
      this.#name(node.text);
      if (this.#ts.isImportDeclaration(node.parent) || this.#ts.isExportDeclaration(node.parent) || isLoaded(this.#ts, node)) this.#follow(source, node, ALL);
    }
    this.#ts.forEachChild(node, (child) => this.#visitWhole(source, child));
  }

  #isAsked({ source }: Module, node: ts.Node): boolean {
    return this.#files.isAsked(source.fileName, node.pos, node.end);
  }

  #need(module: Module, node: ts.Node): void {
    if (module.needed.has(node)) return;
    module.needed.add(node);
    this.#work.push(() => this.#visit(module, node));
  }

  /** Something that others see under this name. */
  #needExport(path: string, name: string): void {
    const module = this.#module(path);
    if (module === null || module.demanded.has(name)) return;
    module.demanded.add(name);
    if (name === ALL) for (const own of module.exported.keys()) this.#needExport(path, own);
    const exported = module.exported.get(name);
    for (const place of exported ?? []) {
      if ("statement" in place) this.#need(module, place.statement);
      else if (place.from === null) this.#mention(module, place.name);
      else this.#follow(module.source, place.from, place.name);
    }
    if (exported === undefined || name === ALL) for (const from of module.stars) this.#follow(module.source, from, name);
  }

  #follow(source: ts.SourceFile, specifier: ts.StringLiteralLike, name: string): void {
    this.#known.get(source.fileName)?.followed.add(specifier.text);
    const path = this.#files.resolve(source, specifier);
    if (path !== null) this.#work.push(() => this.#needExport(path, name));
  }

  #mention(module: Module, name: string): void {
    for (const statement of module.declared.get(name) ?? []) this.#need(module, statement);
    const imported = module.imported.get(name);
    if (imported !== undefined) this.#follow(module.source, imported.from, imported.name);
    this.#name(name);
  }

  #name(name: string): void {
    if (this.#named.has(name)) return;
    this.#named.add(name);
    for (const run of this.#waiting.get(name) ?? []) run();
    this.#waiting.delete(name);
  }

  #visit(module: Module, node: ts.Node): void {
    if (this.#ts.isIdentifier(node) || this.#ts.isPrivateIdentifier(node)) this.#mention(module, node.text);
    else if (this.#ts.isStringLiteralLike(node)) {
      // `tools["send"]`, `Pick<Api, "send">`
      this.#name(node.text);
      if (isLoaded(this.#ts, node)) this.#follow(module.source, node, ALL);
    }
    if (this.#ts.isImportDeclaration(node)) return node.importClause === undefined ? this.#follow(module.source, node.moduleSpecifier as ts.StringLiteralLike, ALL) : undefined;
    if (this.#ts.isDecorator(node) && !this.#isAsked(module, node)) return;
    this.#ts.forEachChild(node, (child) => {
      if (this.#isAsked(module, child)) return this.#visit(module, child);
      if (this.#isHidden(node, child) || (this.#isMember(node) && node.name === child && nameOf(this.#ts, node) !== null)) return;
      const name = this.#isOfMember(node, child) ? nameOf(this.#ts, node) : null;
      if (name === null || this.#named.has(name)) this.#visit(module, child);
      else listAt(this.#waiting, name).push(() => this.#need(module, child));
    });
  }

  /** Nothing that stands elsewhere depends on it. */
  #isHidden(node: ts.Node, child: ts.Node): boolean {
    // What is drawn is of the same type, whatever it draws.
    if (this.#ts.isJsxElement(child) || this.#ts.isJsxFragment(child) || this.#ts.isJsxSelfClosingElement(child)) return true;
    if (this.#ts.isFunctionLike(node)) return "body" in node && node.body === child && (node.type !== undefined || this.#ts.isConstructorDeclaration(node) || this.#ts.isSetAccessor(node));
    return (this.#ts.isVariableDeclaration(node) || this.#ts.isPropertyDeclaration(node) || this.#ts.isParameter(node)) && node.type !== undefined && node.initializer === child;
  }

  #isMember(node: ts.Node): node is ts.MethodDeclaration | ts.GetAccessorDeclaration | ts.PropertyDeclaration | ts.PropertyAssignment {
    return this.#ts.isMethodDeclaration(node) || this.#ts.isGetAccessor(node) || this.#ts.isPropertyDeclaration(node) || this.#ts.isPropertyAssignment(node);
  }

  /** It decides only of which type a member is. */
  #isOfMember(node: ts.Node, child: ts.Node): boolean {
    return this.#isMember(node) && ("initializer" in node ? node.initializer : (node as ts.MethodDeclaration).body) === child;
  }
}

/** Where a module has what it exports: in a statement, under another name of its own (`from` null), or in another module. */
type Exported = { readonly statement: ts.Statement } | { readonly from: ts.StringLiteralLike | null; readonly name: string };

interface Imported {
  readonly from: ts.StringLiteralLike;
  readonly name: string;
}

interface Module {
  readonly source: ts.SourceFile;
  readonly declared: ReadonlyMap<string, readonly ts.Statement[]>;
  readonly imported: ReadonlyMap<string, Imported>;
  readonly exported: ReadonlyMap<string, readonly Exported[]>;
  readonly stars: readonly ts.StringLiteralLike[];
  readonly always: readonly ts.Statement[];
  readonly demanded: Set<string>;
  readonly needed: Set<ts.Node>;
  /** The names of modules that lead somewhere. */
  readonly followed: Set<string>;
}

function moduleOf(compiler: typeof ts, source: ts.SourceFile): Module {
  const declared = new Map<string, ts.Statement[]>();
  const imported = new Map<string, Imported>();
  const exported = new Map<string, Exported[]>();
  const stars: ts.StringLiteralLike[] = [];
  const always: ts.Statement[] = [];
  for (const statement of source.statements) {
    if (compiler.isImportDeclaration(statement)) {
      const from = statement.moduleSpecifier as ts.StringLiteralLike;
      const { name, namedBindings } = statement.importClause ?? {};
      if (name !== undefined) imported.set(name.text, { from, name: "default" });
      if (namedBindings === undefined) {
        if (name === undefined) always.push(statement);
      } else if (compiler.isNamespaceImport(namedBindings)) imported.set(namedBindings.name.text, { from, name: ALL });
      else for (const { name: own, propertyName } of namedBindings.elements) imported.set(own.text, { from, name: (propertyName ?? own).text });
    } else if (compiler.isExportDeclaration(statement)) {
      const from = (statement.moduleSpecifier as ts.StringLiteralLike | undefined) ?? null;
      const { exportClause } = statement;
      if (exportClause === undefined) stars.push(from as ts.StringLiteralLike);
      else if (compiler.isNamespaceExport(exportClause)) listAt(exported, exportClause.name.text).push({ from, name: ALL });
      else for (const { name, propertyName } of exportClause.elements) listAt(exported, name.text).push({ from, name: (propertyName ?? name).text });
    } else if (compiler.isExportAssignment(statement)) {
      listAt(exported, "default").push({ statement });
    } else {
      const names = namesIn(compiler, statement);
      const modifiers = compiler.canHaveModifiers(statement) ? (compiler.getModifiers(statement) ?? []) : [];
      const has = (kind: ts.SyntaxKind): boolean => modifiers.some((m) => m.kind === kind);
      for (const name of names) listAt(declared, name).push(statement);
      if (has(compiler.SyntaxKind.ExportKeyword)) for (const name of has(compiler.SyntaxKind.DefaultKeyword) ? ["default"] : names) listAt(exported, name).push({ statement });
      // `declare global`, `declare module "x"`, and `f.by = a()`, which is a member of `f`.
      const isAddition = compiler.isModuleDeclaration(statement) ? !compiler.isIdentifier(statement.name) || statement.name.text === "global" : compiler.isExpressionStatement(statement) && compiler.isBinaryExpression(statement.expression);
      if (isAddition || compiler.isImportEqualsDeclaration(statement)) always.push(statement);
    }
  }
  return { source, declared, imported, exported, stars, always, demanded: new Set(), needed: new Set(), followed: new Set() };
}

function namesIn(compiler: typeof ts, statement: ts.Statement): readonly string[] {
  if (compiler.isVariableStatement(statement)) {
    const names: string[] = [];
    const visit = (name: ts.BindingName): void => {
      if (compiler.isIdentifier(name)) names.push(name.text);
      else for (const element of name.elements) if (compiler.isBindingElement(element)) visit(element.name);
    };
    for (const { name } of statement.declarationList.declarations) visit(name);
    return names;
  }
  const { name } = statement as ts.Statement & { readonly name?: ts.Node };
  return name !== undefined && compiler.isIdentifier(name) ? [name.text] : [];
}

/** `import("a")`, `require("a")`, the type `import("a").A` */
function isLoaded(compiler: typeof ts, literal: ts.StringLiteralLike): boolean {
  const by = literal.parent;
  if (compiler.isLiteralTypeNode(by)) return compiler.isImportTypeNode(by.parent);
  if (compiler.isExternalModuleReference(by)) return true;
  return compiler.isCallExpression(by) && by.arguments[0] === literal && (by.expression.kind === compiler.SyntaxKind.ImportKeyword || (compiler.isIdentifier(by.expression) && by.expression.text === "require"));
}

/** The name of a member; null where it is made at run time: anybody may mean it. */
function nameOf(compiler: typeof ts, member: ts.Node): string | null {
  const { name } = member as ts.Node & { readonly name?: ts.PropertyName };
  return name !== undefined && (compiler.isIdentifier(name) || compiler.isStringLiteralLike(name) || compiler.isPrivateIdentifier(name)) ? name.text : null;
}
