import type ts from "typescript";
import { relativePosix } from "../../config/path.js";
import type { NamedType, OracleAnswer } from "./oracle.js";

/** Types that only change another one: its members stay who they are. */
const CHANGES = new Set(["Pick", "Omit", "Partial", "Required", "Readonly", "NonNullable", "Awaited"]);
/** What a type extends is followed this far. */
const DEEPEST = 6;

/** Says in plain words what a compiler knows of an expression. */
export class Describing {
  readonly #ts: typeof ts;
  readonly #program: ts.Program;
  readonly #checker: ts.TypeChecker;
  readonly #root: string;

  constructor(compiler: typeof ts, program: ts.Program, root: string) {
    this.#ts = compiler;
    this.#program = program;
    this.#checker = program.getTypeChecker();
    this.#root = root;
  }

  types(node: ts.Node, member: string | undefined): OracleAnswer | null {
    const found = new Map<string, NamedType>();
    this.#collect(this.#plain(this.#checker.getTypeAtLocation(node)), member, found, 0);
    return found.size === 0 ? null : { types: [...found.values()] };
  }

  /** Where only some of what it may give is a promise, it depends: nobody can tell. */
  gives(node: ts.Node): OracleAnswer | null {
    const type = this.#checker.getTypeAtLocation(node);
    const parts = (type.isUnion() ? type.types : [type]).filter((t) => (t.flags & (this.#ts.TypeFlags.Null | this.#ts.TypeFlags.Undefined)) === 0);
    const given = new Set(parts.map((t) => this.#given(t)));
    if (given.size > 1 || given.has(null)) return null;
    return { gives: given.has("promise") ? "promise" : "none" };
  }

  #given(type: ts.Type): "promise" | "none" | null {
    const { TypeFlags } = this.#ts;
    if ((type.flags & (TypeFlags.Any | TypeFlags.Unknown | TypeFlags.TypeParameter | TypeFlags.IndexedAccess | TypeFlags.Conditional | TypeFlags.Substitution)) !== 0) return null;
    if (this.#isPromise(type, 0)) return "promise";
    // What merely has a `then` may be a query that is built further, or a reply.
    return this.#checker.getPropertyOfType(type, "then") === undefined ? "none" : null;
  }

  #isPromise(type: ts.Type, depth: number): boolean {
    if (type.isIntersection()) return type.types.some((t) => this.#isPromise(t, depth));
    const symbol = type.getSymbol();
    if (symbol?.name === "Promise" && this.#isOfLanguage(symbol)) return true;
    return depth < DEEPEST && this.#bases(type).some((base) => this.#isPromise(base, depth + 1));
  }

  /** Without `| undefined`, and what a promise comes to: `await` leaves no trace in facts. */
  #plain(type: ts.Type): ts.Type {
    const { TypeFlags } = this.#ts;
    const plain = this.#checker.getNonNullableType(type);
    if ((plain.flags & (TypeFlags.Any | TypeFlags.Unknown)) !== 0) return plain;
    const symbol = plain.getSymbol();
    const [of] = symbol?.name === "Promise" ? this.#checker.getTypeArguments(plain as ts.TypeReference) : [];
    return of === undefined ? plain : this.#checker.getNonNullableType(of);
  }

  #collect(type: ts.Type, member: string | undefined, found: Map<string, NamedType>, depth: number): void {
    if (depth > DEEPEST || type.isUnion()) return;
    if (type.isIntersection()) {
      for (const part of type.types) this.#collect(part, member, found, depth + 1);
      return;
    }
    const constraint = (type.flags & this.#ts.TypeFlags.TypeParameter) === 0 ? undefined : this.#checker.getBaseConstraintOfType(type);
    if (constraint !== undefined) return this.#collect(constraint, member, found, depth + 1);
    const alias = type.aliasSymbol;
    const of = alias !== undefined && CHANGES.has(alias.name) ? type.aliasTypeArguments?.[0] : undefined;
    if (of !== undefined) return this.#collect(of, member, found, depth + 1);
    // Who declares the member says more than a name that somebody gave to the type around it.
    const declared = member === undefined ? undefined : this.#checker.getPropertyOfType(type, member)?.declarations;
    const symbol = type.getSymbol();
    for (const known of symbol === undefined ? [] : this.#named(symbol)) found.set(keyOf(known), known);
    for (const declaration of declared ?? []) {
      const holder = declaration.parent;
      if (!this.#ts.isClassLike(holder) && !this.#ts.isInterfaceDeclaration(holder)) continue;
      const owner = holder.name === undefined ? undefined : this.#checker.getSymbolAtLocation(holder.name);
      for (const known of owner === undefined ? [] : this.#named(owner)) found.set(keyOf(known), known);
    }
    for (const base of this.#bases(type)) this.#collect(base, undefined, found, depth + 1);
  }

  #bases(type: ts.Type): readonly ts.Type[] {
    const target = (type as ts.TypeReference).target ?? type;
    return target.isClassOrInterface() ? this.#checker.getBaseTypes(target) : [];
  }

  #isOfLanguage(symbol: ts.Symbol): boolean {
    return symbol.declarations?.some((d) => this.#program.isSourceFileDefaultLibrary(d.getSourceFile())) ?? false;
  }

  /** Nothing of the language itself: names know that. */
  #named(symbol: ts.Symbol): readonly NamedType[] {
    const declaration = symbol.declarations?.find((d) => this.#ts.isClassLike(d) || this.#ts.isInterfaceDeclaration(d));
    const name = declaration === undefined ? undefined : this.#nameOf(declaration as ts.ClassLikeDeclaration | ts.InterfaceDeclaration);
    if (declaration === undefined || name === undefined) return [];
    const source = declaration.getSourceFile();
    if (this.#program.isSourceFileDefaultLibrary(source)) return [];
    const module = moduleAround(this.#ts, declaration);
    if (module !== null) return [{ module, name }];
    const installed = installedAs(source.fileName);
    if (installed !== null) return installed.map((of) => ({ module: of, name }));
    return [{ path: relativePosix(this.#root, source.fileName), name }];
  }

  /** With the namespaces around it: `Stripe.Customer`. */
  #nameOf(declaration: ts.ClassLikeDeclaration | ts.InterfaceDeclaration): string | undefined {
    let name = declaration.name?.text;
    for (let at: ts.Node = declaration.parent; name !== undefined && at !== undefined; at = at.parent) if (this.#ts.isModuleDeclaration(at) && this.#ts.isIdentifier(at.name)) name = `${at.name.text}.${name}`;
    return name;
  }
}

/** `declare module "pg" { … }` */
function moduleAround(compiler: typeof ts, node: ts.Node): string | null {
  for (let at: ts.Node = node.parent; at !== undefined; at = at.parent) if (compiler.isModuleDeclaration(at) && compiler.isStringLiteral(at.name)) return at.name.text;
  return null;
}

const BUILT = /\/(?:dist|lib|build|esm|cjs|types|typings|src)(?=\/|$)/g;

/** The names by which a file of an installed package may be imported, the package's own last: `mysql2/promise`, `mysql2`. */
function installedAs(file: string): readonly string[] | null {
  const at = file.lastIndexOf("/node_modules/");
  if (at < 0) return null;
  const parts = file.slice(at + "/node_modules/".length).split("/");
  const own = parts.splice(0, parts[0]?.startsWith("@") ? 2 : 1).join("/");
  const typed = own.startsWith("@types/") ? own.slice("@types/".length).replace(/^(.+?)__/, "@$1/") : own;
  const inside = parts.join("/").replace(/\.d\.[cm]?ts$|\.[cm]?tsx?$/, "").replace(/(?:^|\/)index$/, "");
  const short = `/${inside}`.replace(BUILT, "").replace(/^\//, "");
  return [...new Set([inside, short].filter((path) => path !== "").map((path) => `${typed}/${path}`)), typed];
}

const keyOf = (type: NamedType): string => `${"module" in type ? type.module : `./${type.path}`}:${type.name}`;
