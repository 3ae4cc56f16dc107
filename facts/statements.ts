import type { TSESTree } from "@typescript-eslint/types";
import type { BindingId, LoopStatement, MarkId, Statement, TryStatement, TypeExpr, ValueId } from "../core/facts.js";
import type { Builder } from "./builder.js";
import { classValue } from "./classes.js";
import { expr } from "./expressions.js";
import { functionValue } from "./functions.js";
import { exportAll, exportDefault, exportNamed, importDeclaration, importEquals } from "./modules.js";
import { namespace } from "./namespaces.js";
import { assignPattern, declarePattern } from "./patterns.js";
import { endOf, startOf } from "./scopes.js";
import { heritageType, signature, typeExpr, typeMembers, typeParamNames } from "./types.js";
import { BLOCK } from "./versions.js";

type Node = TSESTree.Node;

/** The statements of a block. Its function declarations exist before the first one runs. */
export function statements(b: Builder, nodes: readonly Node[], out: Statement[]): void {
  for (const node of nodes) {
    const declaration = node.type === "ExportNamedDeclaration" || node.type === "ExportDefaultDeclaration" ? node.declaration : node;
    if (declaration?.type === "FunctionDeclaration" && declaration.id) b.hoist(declaration.id);
  }
  for (const node of nodes) statement(b, node, out);
}

function inBlock(b: Builder, node: Node): Statement[] {
  const out: Statement[] = [];
  if (node.type === "BlockStatement") statements(b, node.body, out);
  else statement(b, node, out);
  return out;
}

export function statement(b: Builder, node: Node, out: Statement[]): void {
  switch (node.type) {
    case "ExpressionStatement": {
      if (typeof node.directive === "string") return;
      const value = expr(b, node.expression);
      out.push({ kind: "eval", at: b.mark(node), value });
      return;
    }
    case "VariableDeclaration":
      for (const declarator of node.declarations) {
        const role = declarator.id.type === "Identifier" ? declarator.id.name : undefined;
        const value = declarator.init ? expr(b, declarator.init, role) : undefined;
        const at = b.mark(node);
        const declared = declarePattern(b, at, declarator.id, value, out);
        // `const {} = f()` names nothing and calls all the same.
        if (declared.length === 0 && value !== undefined) out.push({ kind: "eval", at, value });
      }
      return;
    case "ReturnStatement": {
      const value = node.argument ? expr(b, node.argument, "result") : null;
      out.push({ kind: "return", at: b.mark(node), value });
      b.versions.stop();
      return;
    }
    case "ThrowStatement": {
      const value = expr(b, node.argument);
      out.push({ kind: "throw", at: b.mark(node), value });
      b.versions.stop();
      return;
    }
    case "IfStatement":
      ifStatement(b, node, out);
      return;
    case "BlockStatement": {
      const labels = b.versions.takeLabels();
      const body: Statement[] = [];
      if (labels.length > 0) b.versions.breakable([...labels, BLOCK], () => statements(b, node.body, body));
      else statements(b, node.body, body);
      const label = labels[0];
      out.push({ kind: "block", at: b.mark(node), body, ...(label !== undefined && { label }) });
      return;
    }
    case "ForStatement":
    case "WhileStatement":
    case "DoWhileStatement":
    case "ForOfStatement":
    case "ForInStatement":
      out.push(loop(b, node));
      return;
    case "TryStatement":
      out.push(tryStatement(b, node));
      return;
    case "SwitchStatement":
      switchStatement(b, node, out);
      return;
    case "BreakStatement":
    case "ContinueStatement": {
      const kind = node.type === "BreakStatement" ? "break" : "continue";
      const label = node.label?.name;
      out.push({ kind, at: b.mark(node), ...(label !== undefined && { label }) });
      b.versions.jump(kind, label);
      return;
    }
    case "LabeledStatement":
      labelled(b, node, out);
      return;
    case "FunctionDeclaration": {
      const value = functionValue(b, node, "default");
      if (node.id) b.defineHoisted(node.id, value);
      out.push({ kind: "declare", at: b.mark(node), value });
      return;
    }
    case "TSDeclareFunction": {
      const binding = node.id ? b.binding(node.id) : null;
      if (binding !== null) overload(b.draft(binding), signature(b, node));
      return;
    }
    case "ClassDeclaration": {
      const value = classValue(b, node, "default");
      const binding = node.id ? b.binding(node.id) : null;
      if (binding !== null) b.define(binding, "init", value);
      out.push({ kind: "declare", at: b.mark(node), value });
      return;
    }
    case "ImportDeclaration":
      importDeclaration(b, node);
      return;
    case "TSImportEqualsDeclaration":
      importEquals(b, node, out);
      return;
    case "ExportNamedDeclaration":
      exportNamed(b, node, out);
      return;
    case "ExportDefaultDeclaration":
      exportDefault(b, node, out);
      return;
    case "ExportAllDeclaration":
      exportAll(b, node);
      return;
    case "TSExportAssignment": {
      b.usesEsm = true;
      const value = expr(b, node.expression);
      b.exports.push({ name: "=", typeOnly: false, value, at: b.mark(node) });
      out.push({ kind: "eval", at: b.mark(node), value });
      return;
    }
    case "TSEnumDeclaration":
      enumDeclaration(b, node, out);
      return;
    case "TSModuleDeclaration":
      namespace(b, node, out);
      return;
    case "TSInterfaceDeclaration":
      b.types.push({
        name: node.id.name,
        kind: "interface",
        binding: b.binding(node.id),
        typeParams: typeParamNames(b, node.typeParameters),
        extends: node.extends.map((e) => heritageType(b, e)),
        type: { t: "object", members: typeMembers(b, node.body.body) },
        at: b.mark(node),
      });
      return;
    case "TSTypeAliasDeclaration":
      b.types.push({
        name: node.id.name,
        kind: "alias",
        binding: b.binding(node.id),
        typeParams: typeParamNames(b, node.typeParameters),
        extends: [],
        type: typeExpr(b, node.typeAnnotation),
        at: b.mark(node),
      });
      return;
    case "WithStatement":
      out.push({ kind: "eval", at: b.mark(node.object), value: expr(b, node.object) });
      statement(b, node.body, out);
      return;
    default:
      // Declarations without a body, `debugger`, empty statements.
      return;
  }
}

/** The first signature is the binding's type, as that of a function that is only declared. */
function overload(fact: { type?: TypeExpr; overloads?: readonly TypeExpr[] }, type: TypeExpr): void {
  if (fact.type === undefined) fact.type = type;
  else fact.overloads = [...(fact.overloads ?? []), type];
}

function ifStatement(b: Builder, node: TSESTree.IfStatement, out: Statement[]): void {
  const test = expr(b, node.test);
  const before = b.versions.fork();
  const then = inBlock(b, node.consequent);
  const afterThen = b.versions.fork();
  b.versions.goTo(before);
  const otherwise = node.alternate ? inBlock(b, node.alternate) : [];
  b.versions.join([afterThen, b.versions.fork()]);
  const at = b.mark(node);
  const thenAt = b.mark(node.consequent);
  if (node.alternate) out.push({ kind: "if", at, test, then, thenAt, otherwise, otherwiseAt: b.mark(node.alternate) });
  else out.push({ kind: "if", at, test, then, thenAt, otherwise });
}

const FORMS: Readonly<Record<string, LoopStatement["form"]>> = {
  ForStatement: "for",
  WhileStatement: "while",
  DoWhileStatement: "doWhile",
  ForOfStatement: "forOf",
  ForInStatement: "forIn",
};

function loop(b: Builder, node: TSESTree.ForStatement | TSESTree.WhileStatement | TSESTree.DoWhileStatement | TSESTree.ForOfStatement | TSESTree.ForInStatement): LoopStatement {
  const labels = b.versions.takeLabels();
  const init: Statement[] = [];
  let over: ValueId | null = null;
  let test: ValueId | null = null;
  let step: ValueId | null = null;
  let body: Statement[] = [];
  if (node.type === "ForStatement" && node.init) {
    if (node.init.type === "VariableDeclaration") statement(b, node.init, init);
    else init.push({ kind: "eval", at: b.mark(node.init), value: expr(b, node.init) });
  }
  const each = node.type === "ForOfStatement" || node.type === "ForInStatement";
  if (each) over = expr(b, node.right);
  const awaited = node.type === "ForOfStatement" && node.await;
  b.versions.loop(labels, b.writtenBetween(startOf(node), endOf(node)), () => {
    if (each && over !== null) {
      b.versions.leave();
      const element = node.type === "ForOfStatement" ? b.add(node.right, { kind: "element", of: over, awaited }) : b.add(node.right, { kind: "key", of: over });
      forEachTarget(b, node.left, element, body);
    }
    if ((node.type === "ForStatement" || node.type === "WhileStatement") && node.test) {
      test = expr(b, node.test);
      if (!isTrue(node.test)) b.versions.leave();
    }
    body = [...body, ...inBlock(b, node.body)];
    b.versions.resume();
    if (node.type === "DoWhileStatement") {
      test = expr(b, node.test);
      if (!isTrue(node.test)) b.versions.leave();
    }
    if (node.type === "ForStatement" && node.update) step = expr(b, node.update);
  });
  const label = labels[0];
  const form = awaited ? "forAwait" : (FORMS[node.type] as LoopStatement["form"]);
  return { kind: "loop", at: b.mark(node), form, ...(label !== undefined && { label }), init, over, test, update: step, body, bodyAt: b.mark(node.body) };
}

/** `while (true)` is left by `break` alone. */
function isTrue(test: Node): boolean {
  return test.type === "Literal" && test.value === true;
}

/** A loop and a block take their label themselves; to anything else it is a block around it. */
function labelled(b: Builder, node: TSESTree.LabeledStatement, out: Statement[]): void {
  const { type } = node.body;
  if (type === "BlockStatement" || type === "LabeledStatement" || type in FORMS) {
    b.versions.pushLabel(node.label.name);
    statement(b, node.body, out);
    b.versions.takeLabels();
    return;
  }
  const labels = [...b.versions.takeLabels(), node.label.name];
  const body: Statement[] = [];
  b.versions.breakable([...labels, BLOCK], () => statement(b, node.body, body));
  out.push({ kind: "block", at: b.mark(node), label: node.label.name, body });
}

function forEachTarget(b: Builder, left: Node, element: ValueId, out: Statement[]): void {
  if (left.type === "VariableDeclaration") {
    const target = left.declarations[0]?.id;
    if (target) declarePattern(b, b.mark(left), target, element, out);
    return;
  }
  const at = b.mark(left);
  for (const value of assignPattern(b, left, element)) out.push({ kind: "eval", at, value });
}

function tryStatement(b: Builder, node: TSESTree.TryStatement): TryStatement {
  const before = b.versions.fork();
  const counts = b.versions.counts();
  const endJumps = node.finalizer ? b.versions.throughFinally() : null;
  const body = inBlock(b, node.block);
  const afterBody = b.versions.fork();
  const afterAll = [afterBody];
  let handler: NonNullable<TryStatement["handler"]> | undefined;
  if (node.handler) {
    b.versions.goTo(b.versions.anywhereSince(before, counts));
    const clause = node.handler;
    const at = b.mark(clause);
    const bodyAt = b.mark(clause.body);
    const paramAt = clause.param ? b.mark(clause.param) : null;
    const caught = b.add(clause.param ?? clause, { kind: "caught", at });
    const inner: Statement[] = [];
    const bindings: BindingId[] = clause.param && paramAt !== null ? declarePattern(b, paramAt, clause.param, caught, inner) : [];
    statements(b, clause.body.body, inner);
    afterAll.push(b.versions.fork());
    handler = { at, bodyAt, paramAt, caught, bindings, body: inner };
  }
  let finalizer: Statement[] | undefined;
  if (node.finalizer) {
    const ends = afterAll.every((path) => path === null);
    b.versions.goTo(b.versions.anywhereSince(before, counts));
    finalizer = inBlock(b, node.finalizer);
    endJumps?.(b.writtenBetween(startOf(node.finalizer), endOf(node.finalizer)));
    if (ends) b.versions.stop();
  } else {
    b.versions.join(afterAll);
  }
  const finalizerAt = node.finalizer ? b.mark(node.finalizer) : undefined;
  return { kind: "try", at: b.mark(node), body, bodyAt: b.mark(node.block), ...(handler && { handler }), ...(finalizer && { finalizer }), ...(finalizerAt !== undefined && { finalizerAt }) };
}

function switchStatement(b: Builder, node: TSESTree.SwitchStatement, out: Statement[]): void {
  const on = expr(b, node.discriminant);
  const cases: { at: MarkId; test: ValueId | null; body: Statement[] }[] = [];
  b.versions.breakable([], () => {
    const before = b.versions.fork();
    let fallsIn = null as ReturnType<typeof b.versions.fork>;
    let hasDefault = false;
    for (const clause of node.cases) {
      b.versions.restore(before);
      const test = clause.test ? expr(b, clause.test) : null;
      hasDefault ||= test === null;
      b.versions.join([b.versions.fork(), fallsIn]);
      const body: Statement[] = [];
      statements(b, clause.consequent, body);
      fallsIn = b.versions.fork();
      cases.push({ at: b.mark(clause), test, body });
    }
    b.versions.join(hasDefault ? [fallsIn] : [before, fallsIn]);
  });
  out.push({ kind: "switch", at: b.mark(node), on, cases });
}

function enumDeclaration(b: Builder, node: TSESTree.TSEnumDeclaration, out: Statement[]): void {
  const members = (node.body as TSESTree.TSEnumBody | undefined)?.members ?? (node as unknown as { members: TSESTree.TSEnumMember[] }).members;
  const props = members.map((m) => {
    const name = m.id.type === "Identifier" ? m.id.name : m.id.type === "Literal" ? String(m.id.value) : null;
    const value = m.initializer ? expr(b, m.initializer) : b.add(m, { kind: "opaque", what: "enum member" });
    return { name, value, form: "init" as const, at: b.mark(m) };
  });
  const value = b.add(node, { kind: "object", props });
  const binding = b.binding(node.id);
  if (binding !== null) b.define(binding, "init", value);
  b.types.push({ name: node.id.name, kind: "enum", binding, typeParams: [], extends: [], type: { t: "other", what: "enum" }, at: b.mark(node) });
  out.push({ kind: "declare", at: b.mark(node), value });
}
