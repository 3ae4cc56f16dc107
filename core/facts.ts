/**
 * Facts: what one file says, as plain data. No AST, no positions outside the side table, no path: the same bytes give
 * the same facts, whichever parser made the tree. Everything a rule may know about a file is in here.
 *
 * The shape in one paragraph: expressions are *values* in one table, operands before the values that use them; a
 * function's body is a tree of *statements* that refer to values; a name is a *binding* whose every write is a
 * *version* with the value it holds, so that a read says which write it sees. Destructuring, loops over elements and
 * parameters are values too (`member`, `element`, `param` …), so following a value is one mechanism.
 */

/** Index into `Facts.values`. */
export type ValueId = number;
/** Index into `Facts.bindings`. */
export type BindingId = number;
/** Index into `Facts.functions`; 0 is the module itself. */
export type FnId = number;
/** Index into `Facts.classes`. */
export type ClassId = number;
/** Index into the `marks` half of the side table: the place of anything that is not a value. */
export type MarkId = number;

/** A read that may see more than one write, because a closure runs at a time nobody knows. */
export const ANY_VERSION = -1;

export interface Facts {
  readonly moduleKind: "esm" | "commonjs" | "script";
  /** Directive prologue (`use strict`, `use client`, `use server`). */
  readonly prologue: readonly string[];
  /** Where the first import may stand: an empty place behind `#!…` and the prologue. */
  readonly headAt: MarkId;
  readonly imports: readonly ImportFact[];
  readonly exports: readonly ExportFact[];
  readonly functions: readonly FunctionFact[];
  readonly classes: readonly ClassFact[];
  readonly bindings: readonly BindingFact[];
  readonly types: readonly TypeFact[];
  readonly values: readonly Value[];
  /** The function each value belongs to. */
  readonly owner: readonly FnId[];
  readonly directives: readonly DirectiveFact[];
  readonly spans: Spans;
  /** In the facts of a program: reads that only hand a name to another of its files, which is linked to the name itself. */
  readonly handedOn?: ReadonlySet<ValueId>;
  /** In the facts of a program: the calls that start another of its files as a thread or process, and that file's top level. */
  readonly workers?: readonly WorkerFact[];
}

export interface WorkerFact {
  readonly at: ValueId;
  readonly module: FnId;
}

/** Offsets `[start, end, start, end …]` in UTF-16 units, a BOM not counted. */
export interface Spans {
  readonly values: readonly number[];
  readonly marks: readonly number[];
}

export type Value =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  | { readonly kind: "bigint"; readonly digits: string }
  /** Flags in the order of the alphabet. */
  | { readonly kind: "regexp"; readonly pattern: string; readonly flags: string }
  | { readonly kind: "template"; readonly chunks: readonly string[]; readonly holes: readonly ValueId[] }
  | { readonly kind: "var"; readonly binding: BindingId; readonly version: number }
  | { readonly kind: "global"; readonly name: string }
  | { readonly kind: "this" | "super" | "newTarget" | "importMeta" }
  | MemberValue
  | CallValue
  | { readonly kind: "object"; readonly props: readonly PropFact[] }
  | { readonly kind: "array"; readonly items: readonly (ValueId | null)[] }
  | { readonly kind: "spread"; readonly of: ValueId }
  | { readonly kind: "function"; readonly fn: FnId }
  | { readonly kind: "class"; readonly cls: ClassId }
  | { readonly kind: "await"; readonly of: ValueId }
  | { readonly kind: "yield"; readonly of: ValueId | null; readonly delegate: boolean }
  | { readonly kind: "unary"; readonly op: string; readonly of: ValueId }
  | { readonly kind: "binary"; readonly op: string; readonly left: ValueId; readonly right: ValueId }
  | { readonly kind: "logical"; readonly op: "&&" | "||" | "??"; readonly left: ValueId; readonly right: ValueId }
  | { readonly kind: "choice"; readonly test: ValueId; readonly then: ValueId; readonly otherwise: ValueId }
  | AssignValue
  | { readonly kind: "sequence"; readonly items: readonly ValueId[] }
  | { readonly kind: "cast"; readonly how: "as" | "satisfies" | "nonNull" | "instantiate"; readonly of: ValueId; readonly type?: TypeExpr }
  | { readonly kind: "dynamicImport"; readonly source: ValueId }
  | { readonly kind: "jsx"; readonly tag: string | null; readonly props: readonly PropFact[]; readonly children: readonly ValueId[] }
  /** Names that a pattern, a parameter list or a loop gives to parts of another value. */
  | { readonly kind: "param"; readonly fn: FnId; readonly index: number; readonly rest: boolean }
  | { readonly kind: "caught"; readonly at: MarkId }
  | { readonly kind: "element"; readonly of: ValueId; readonly awaited: boolean }
  | { readonly kind: "key"; readonly of: ValueId }
  | { readonly kind: "rest"; readonly of: ValueId; readonly without: readonly string[] }
  | { readonly kind: "default"; readonly of: ValueId; readonly fallback: ValueId }
  /** Syntax that carries no value we follow (a member of an enum). */
  | { readonly kind: "opaque"; readonly what: string };

export interface MemberValue {
  readonly kind: "member";
  readonly object: ValueId;
  /** The property's name where it is constant text, else null; private names keep their `#`. */
  readonly name: string | null;
  /** The computed key, where there is one. */
  readonly key?: ValueId;
  readonly optional?: true;
}

export interface CallValue {
  readonly kind: "call";
  readonly callee: ValueId;
  readonly args: readonly ValueId[];
  /** `new F()`, or a tagged template (its one argument is the template). */
  readonly form?: "new" | "tag";
  readonly optional?: true;
  readonly typeArgs?: readonly TypeExpr[];
}

export interface AssignValue {
  readonly kind: "assign";
  readonly op: string;
  /** A binding's new version, or a member that is written; null for a destructuring (its parts are writes of their own) and for a name that nobody declares. */
  readonly target: { readonly binding: BindingId; readonly version: number } | { readonly member: ValueId } | null;
  /** That name. */
  readonly global?: string;
  readonly value: ValueId;
}

export interface PropFact {
  /** null: computed with a key nobody knows, or a spread. */
  readonly name: string | null;
  readonly key?: ValueId;
  readonly value: ValueId;
  readonly form: "init" | "shorthand" | "method" | "get" | "set" | "spread";
  readonly at: MarkId;
}

export type Statement =
  | { readonly kind: "eval"; readonly at: MarkId; readonly value: ValueId }
  | { readonly kind: "define"; readonly at: MarkId; readonly binding: BindingId; readonly version: number }
  | { readonly kind: "return"; readonly at: MarkId; readonly value: ValueId | null }
  | { readonly kind: "throw"; readonly at: MarkId; readonly value: ValueId }
  | IfStatement
  | LoopStatement
  | TryStatement
  | { readonly kind: "switch"; readonly at: MarkId; readonly on: ValueId; readonly cases: readonly { readonly at: MarkId; readonly test: ValueId | null; readonly body: readonly Statement[] }[] }
  | { readonly kind: "break" | "continue"; readonly at: MarkId; readonly label?: string }
  | { readonly kind: "block"; readonly at: MarkId; readonly label?: string; readonly body: readonly Statement[] }
  | { readonly kind: "declare"; readonly at: MarkId; readonly value: ValueId };

/** The place of a branch, like that of every body below, is the block with its braces, or the one statement without. */
export interface IfStatement {
  readonly kind: "if";
  readonly at: MarkId;
  readonly test: ValueId;
  readonly then: readonly Statement[];
  readonly thenAt: MarkId;
  readonly otherwise: readonly Statement[];
  readonly otherwiseAt?: MarkId;
}

export interface LoopStatement {
  readonly kind: "loop";
  readonly at: MarkId;
  readonly form: "for" | "while" | "doWhile" | "forOf" | "forAwait" | "forIn";
  readonly label?: string;
  readonly init: readonly Statement[];
  /** What is iterated (forOf, forIn), or the condition. */
  readonly over: ValueId | null;
  readonly test: ValueId | null;
  readonly update: ValueId | null;
  readonly body: readonly Statement[];
  readonly bodyAt: MarkId;
}

export interface TryStatement {
  readonly kind: "try";
  readonly at: MarkId;
  readonly body: readonly Statement[];
  readonly bodyAt: MarkId;
  readonly handler?: {
    /** The `catch` clause, and its parentheses' content if any. */
    readonly at: MarkId;
    readonly bodyAt: MarkId;
    readonly paramAt: MarkId | null;
    readonly caught: ValueId;
    /** The bindings the clause declares: one for `catch (e)`, several for a pattern. */
    readonly bindings: readonly BindingId[];
    readonly body: readonly Statement[];
  };
  readonly finalizer?: readonly Statement[];
  readonly finalizerAt?: MarkId;
}

export interface FunctionFact {
  /** Enclosing path and role, with an ordinal among equals: `UserService.create/arg1 of retry#2`. Never a position. */
  readonly id: string;
  readonly kind: "module" | "function" | "arrow" | "method" | "getter" | "setter" | "constructor" | "fields" | "static";
  readonly name: string | null;
  readonly parent: FnId | null;
  readonly cls: ClassId | null;
  readonly async: boolean;
  readonly generator: boolean;
  readonly params: readonly ParamFact[];
  readonly typeParams: readonly string[];
  readonly returnType?: TypeExpr;
  readonly returnTypeAt?: MarkId;
  /** What `this` is declared to be. */
  readonly thisType?: TypeExpr;
  /** Its own prologue: `"use server"`. */
  readonly directives?: readonly string[];
  readonly body: readonly Statement[];
  /** `=> value`: the body is a single return without a statement of its own. */
  readonly expressionBody?: true;
  /** The whole function, and its body. A method's whole starts at its parameter list. */
  readonly at: MarkId;
  readonly bodyAt: MarkId | null;
}

export interface ParamFact {
  readonly value: ValueId;
  /** The binding, where the parameter is one name and no pattern. */
  readonly binding: BindingId | null;
  readonly type?: TypeExpr;
  readonly typeAt?: MarkId;
  readonly optional: boolean;
  readonly rest: boolean;
  readonly decorators: readonly ValueId[];
  /** A TypeScript parameter property: `constructor(private readonly pool: Pool)`. */
  readonly property?: true;
  readonly at: MarkId;
}

export interface ClassFact {
  readonly name: string | null;
  readonly fn: FnId;
  readonly extends: ValueId | null;
  readonly implements: readonly TypeExpr[];
  readonly abstract: boolean;
  readonly decorators: readonly ValueId[];
  readonly members: readonly ClassMember[];
  readonly at: MarkId;
}

export interface ClassMember {
  readonly name: string | null;
  readonly key?: ValueId;
  readonly kind: "method" | "getter" | "setter" | "constructor" | "field" | "static";
  readonly static: boolean;
  readonly fn: FnId | null;
  /** A field's initial value. */
  readonly value: ValueId | null;
  /** A field's type, or the signature of a method without a body. */
  readonly type?: TypeExpr;
  readonly decorators: readonly ValueId[];
  readonly at: MarkId;
}

export interface BindingFact {
  readonly name: string;
  readonly kind: "const" | "let" | "var" | "using" | "param" | "catch" | "function" | "class" | "import" | "enum" | "namespace" | "type";
  readonly fn: FnId;
  readonly versions: readonly Version[];
  /** Another function writes it: no read in between can be trusted, so all reads are `ANY_VERSION`. */
  readonly shared?: true;
  /** As it is declared; for a type parameter what it extends, for a function without a body its signature. */
  readonly type?: TypeExpr;
  /** The further signatures of an overloaded function. */
  readonly overloads?: readonly TypeExpr[];
  /** For an import: `imports[i].names[j]`. */
  readonly from?: { readonly import: number; readonly name: number };
}

export interface Version {
  readonly by: "init" | "write" | "join" | "empty";
  /** What it holds: for `init` and `write`. A compound assignment holds the result. */
  readonly value?: ValueId;
  /** For `join`: the versions that meet here. */
  readonly of?: readonly number[];
}

export interface ImportFact {
  readonly module: string;
  readonly typeOnly: boolean;
  /** `import x = require("m")` has form `equals`; `export {} from "m"`, which only loads it, is `empty`. */
  readonly form: "import" | "equals" | "empty";
  readonly names: readonly ImportedName[];
  readonly at: MarkId;
  /** The module's name, quotes included. */
  readonly sourceAt: MarkId;
}

export interface ImportedName {
  /** `default`, `*`, or the exported name. */
  readonly imported: string;
  readonly local: string;
  readonly binding: BindingId;
  readonly typeOnly: boolean;
  readonly at: MarkId;
}

export interface ExportFact {
  /** `default`, `*` (everything of `from`), `=` (`module.exports = …`, `export =`), or the name. */
  readonly name: string;
  readonly typeOnly: boolean;
  /** Re-exports: the module and the name there. */
  readonly from?: string;
  readonly sourceAt?: MarkId;
  readonly imported?: string;
  readonly binding?: BindingId;
  readonly value?: ValueId;
  readonly at: MarkId;
  /** In the facts of a program: who imports it is known, and linked to it. */
  readonly linked?: true;
  /** In the facts of a program: a library of it hands it out at its entry, to others too. */
  readonly open?: true;
}

/** A type as it is written: names, not what they resolve to. */
export type TypeExpr =
  | { readonly t: "name"; readonly name: string; readonly binding?: BindingId; readonly args?: readonly TypeExpr[] }
  | { readonly t: "keyword"; readonly name: string }
  | { readonly t: "literal"; readonly value: string | number | boolean | null }
  | { readonly t: "array"; readonly of: TypeExpr }
  | { readonly t: "tuple"; readonly items: readonly TypeExpr[] }
  | { readonly t: "union" | "intersection"; readonly items: readonly TypeExpr[] }
  | { readonly t: "object"; readonly members: readonly TypeMember[] }
  /** From the parameter `optionalFrom` on a caller may leave them out; `rest`: the last takes all that follow. */
  | { readonly t: "function"; readonly params: readonly (TypeExpr | null)[]; readonly optionalFrom?: number; readonly rest?: true; readonly returns?: TypeExpr }
  | { readonly t: "guard"; readonly param: string; readonly asserts: boolean; readonly type?: TypeExpr }
  | { readonly t: "query"; readonly name: string; readonly binding?: BindingId }
  | { readonly t: "import"; readonly module: string; readonly name: string; readonly args?: readonly TypeExpr[] }
  | { readonly t: "indexed"; readonly object: TypeExpr; readonly index: TypeExpr }
  | { readonly t: "other"; readonly what: string };

export interface TypeMember {
  readonly name: string | null;
  readonly optional: boolean;
  readonly readonly: boolean;
  readonly type?: TypeExpr;
}

export interface TypeFact {
  readonly name: string;
  readonly kind: "interface" | "alias" | "enum";
  readonly binding: BindingId | null;
  readonly typeParams: readonly string[];
  readonly extends: readonly TypeExpr[];
  readonly type: TypeExpr;
  readonly at: MarkId;
}

/** A comment that speaks to a linter: ours, or ESLint's about our rules. */
export interface DirectiveFact {
  readonly text: string;
  readonly block: boolean;
  readonly at: MarkId;
}
