import type { TSESTree } from "@typescript-eslint/types";
import type { ClassMember, FnId, FunctionFact, Statement, TypeExpr, ValueId } from "../core/facts.js";
import type { Builder } from "./builder.js";
import { expr, propertyName } from "./expressions.js";
import { enter, functionFact, leave } from "./functions.js";
import { statements } from "./statements.js";
import { heritageType, signature, typeExpr } from "./types.js";

type ClassNode = TSESTree.ClassDeclaration | TSESTree.ClassExpression;

export function classValue(b: Builder, node: ClassNode, role?: string): ValueId {
  const name = node.id?.name ?? role ?? null;
  const cls = b.openClass();
  const decorators = node.decorators ? node.decorators.map((d) => expr(b, d.expression)) : [];
  const base = node.superClass ? expr(b, node.superClass) : null;
  const path = b.path;
  b.path = b.idFor(name ?? "class", ".");
  const members: ClassMember[] = [];
  const fields = new Initialisers(b, cls, "fields");
  const statics = new Initialisers(b, cls, "static");
  for (const element of node.body.body) member(b, element, cls, element.type === "StaticBlock" || ("static" in element && element.static) ? statics : fields, members);
  fields.close();
  statics.close();
  b.path = path;
  b.classes[cls] = {
    name,
    fn: b.fn,
    extends: base,
    implements: (node.implements ?? []).map((i) => heritageType(b, i)),
    abstract: node.abstract === true,
    decorators,
    members,
    // The name: with a decorator or `export` before it parsers differ in where the class begins.
    at: b.mark(node.id ?? node.body),
  };
  const value = b.add(node.id ?? node.body, { kind: "class", cls });
  const binding = node.type === "ClassExpression" && node.id ? b.binding(node.id) : null;
  if (binding !== null) b.define(binding, "init", value);
  return value;
}

/** Field initialisers run in the constructor, static ones at the declaration: each kind is a function of its own. */
class Initialisers {
  readonly #b: Builder;
  readonly #cls: number;
  readonly #kind: "fields" | "static";
  readonly body: Statement[] = [];
  #fn: FnId | null = null;
  #id = "";

  constructor(b: Builder, cls: number, kind: "fields" | "static") {
    this.#b = b;
    this.#cls = cls;
    this.#kind = kind;
  }

  run<T>(block: TSESTree.Node, what: () => T): T {
    const b = this.#b;
    if (this.#fn === null) {
      this.#fn = b.openFunction(block);
      this.#id = b.idFor(`<${this.#kind}>`, ".");
    } else {
      b.aliasFunction(block, this.#fn);
    }
    const path = b.path;
    const outer = enter(b, this.#fn, path);
    const result = what();
    leave(b, outer);
    return result;
  }

  close(): void {
    if (this.#fn === null) return;
    const b = this.#b;
    const at = b.markRange(0, 0);
    const fact: FunctionFact = { id: this.#id, kind: this.#kind, name: null, parent: b.fn, cls: this.#cls, async: false, generator: false, params: [], typeParams: [], body: this.body, at, bodyAt: null };
    b.functions[this.#fn] = fact;
  }
}

function member(b: Builder, node: TSESTree.ClassElement, cls: number, initialisers: Initialisers, out: ClassMember[]): void {
  if (node.type === "StaticBlock") {
    initialisers.run(node, () => statements(b, node.body, initialisers.body));
    return;
  }
  if (node.type === "TSIndexSignature") return;
  const decorators = node.decorators ? node.decorators.map((d) => expr(b, d.expression)) : [];
  const key = propertyName(b, node.key, node.computed);
  const at = b.mark(node.key);
  const name = `${node.static ? "static " : ""}${key.name ?? "[]"}`;
  if (node.type === "MethodDefinition" || node.type === "TSAbstractMethodDefinition") {
    const kind = node.kind === "get" ? "getter" : node.kind === "set" ? "setter" : node.kind;
    const label = node.kind === "get" || node.kind === "set" ? `${node.kind} ${name}` : name;
    // An overload's signature is no function.
    if (node.value.body === null || node.value.body === undefined) {
      add(out, key, { kind, static: node.static, fn: null, value: null, decorators, at }, signature(b, node.value));
      return;
    }
    const fn = functionFact(b, node.value, { kind, name: label, separator: ".", cls });
    add(out, key, { kind, static: node.static, fn, value: null, decorators, at }, undefined);
    return;
  }
  const type = node.typeAnnotation ? typeExpr(b, node.typeAnnotation.typeAnnotation) : undefined;
  const initial = node.value;
  const value = initial ? initialisers.run(initial, () => expr(b, initial, key.name ?? undefined)) : null;
  if (value !== null && initial) initialisers.body.push({ kind: "eval", at: b.mark(initial), value });
  add(out, key, { kind: "field", static: node.static, fn: null, value, decorators, at }, type);
}

function add(out: ClassMember[], { name, key }: ReturnType<typeof propertyName>, of: Omit<ClassMember, "name" | "key" | "type">, type: TypeExpr | undefined): void {
  const { kind, fn, value, decorators, at } = of;
  const member: { -readonly [K in keyof ClassMember]: ClassMember[K] } = { name, kind, static: of.static, fn, value, decorators, at };
  if (key !== undefined) member.key = key;
  if (type !== undefined) member.type = type;
  out.push(member);
}
