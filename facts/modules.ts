import type { TSESTree } from "@typescript-eslint/types";
import type { ImportedName, Statement, ValueId } from "../core/facts.js";
import type { Builder } from "./builder.js";
import { classValue } from "./classes.js";
import { expr } from "./expressions.js";
import { functionValue } from "./functions.js";
import { firstName } from "./scopes.js";
import { statement } from "./statements.js";

export function importDeclaration(b: Builder, node: TSESTree.ImportDeclaration): void {
  b.usesEsm = true;
  const at = b.mark(node);
  const index = b.imports.length;
  const names: ImportedName[] = [];
  const typeOnly = node.importKind === "type";
  b.imports.push({ module: node.source.value, typeOnly, form: "import", names, at, sourceAt: b.mark(node.source) });
  for (const specifier of node.specifiers) {
    const imported = specifier.type === "ImportDefaultSpecifier" ? "default" : specifier.type === "ImportNamespaceSpecifier" ? "*" : nameOf(specifier.imported);
    const nameIsType = typeOnly || (specifier.type === "ImportSpecifier" && specifier.importKind === "type");
    importedName(b, specifier.local, imported, nameIsType, index, names, b.mark(specifier));
  }
}

function importedName(b: Builder, local: TSESTree.Identifier, imported: string, typeOnly: boolean, index: number, names: ImportedName[], at: number): void {
  const binding = b.binding(local);
  if (binding === null) return;
  b.draft(binding).from = { import: index, name: names.length };
  names.push({ imported, local: local.name, binding, typeOnly, at });
}

export function importEquals(b: Builder, node: TSESTree.TSImportEqualsDeclaration, out: Statement[]): void {
  const reference = node.moduleReference;
  if (reference.type === "TSExternalModuleReference") {
    const source = reference.expression;
    const module = source.type === "Literal" && typeof source.value === "string" ? source.value : "";
    const names: ImportedName[] = [];
    const index = b.imports.length;
    const typeOnly = node.importKind === "type";
    const at = b.mark(node);
    b.imports.push({ module, typeOnly, form: "equals", names, at, sourceAt: b.mark(source) });
    importedName(b, node.id, "*", typeOnly, index, names, at);
    return;
  }
  const binding = b.binding(node.id);
  const value = entity(b, reference);
  if (binding === null) return;
  const version = b.define(binding, "init", value);
  out.push({ kind: "define", at: b.mark(node), binding, version });
}

/** `import x = a.b.c`. */
function entity(b: Builder, node: TSESTree.EntityName): ValueId {
  if (node.type !== "TSQualifiedName") return expr(b, node);
  const object = entity(b, node.left);
  return b.add(node, { kind: "member", object, name: node.right.name });
}

export function exportNamed(b: Builder, node: TSESTree.ExportNamedDeclaration, out: Statement[]): void {
  b.usesEsm = true;
  const typeOnly = node.exportKind === "type";
  if (node.declaration) {
    const before = out.length;
    statement(b, node.declaration, out);
    const declaration = node.declaration;
    if (declaration.type === "VariableDeclaration") {
      const seen = new Set<number>();
      for (const made of out.slice(before)) {
        if (made.kind !== "define" || seen.has(made.binding)) continue;
        seen.add(made.binding);
        b.exports.push({ name: b.draft(made.binding).name, typeOnly, binding: made.binding, at: b.mark(node) });
      }
      // `export let x;` has no define.
      for (const d of declaration.declarations) {
        const binding = d.id.type === "Identifier" && !d.init ? b.binding(d.id) : null;
        if (binding !== null) b.exports.push({ name: b.draft(binding).name, typeOnly, binding, at: b.mark(node) });
      }
    } else if ("id" in declaration && declaration.id && declaration.id.type !== "Literal") {
      const id = firstName(declaration.id);
      const binding = b.binding(id);
      const isType = typeOnly || declaration.type === "TSInterfaceDeclaration" || declaration.type === "TSTypeAliasDeclaration";
      const last = b.exports.at(-1);
      // An overload and its implementation are one export.
      const isOverload = binding !== null && last?.binding === binding && last.name === id.name && last.typeOnly === isType;
      if (!isOverload) b.exports.push({ name: id.name, typeOnly: isType, ...(binding !== null && { binding }), at: b.mark(node) });
    }
    return;
  }
  const from = node.source?.value;
  const sourceAt = node.source ? b.mark(node.source) : null;
  if (from !== undefined && sourceAt !== null && node.specifiers.length === 0) b.imports.push({ module: from, typeOnly, form: "empty", names: [], at: b.mark(node), sourceAt });
  for (const specifier of node.specifiers) {
    const name = nameOf(specifier.exported);
    const isType = typeOnly || specifier.exportKind === "type";
    const at = b.mark(specifier);
    if (from !== undefined && sourceAt !== null) {
      b.exports.push({ name, typeOnly: isType, from, sourceAt, imported: nameOf(specifier.local), at });
    } else {
      const binding = b.binding(specifier.local);
      b.exports.push({ name, typeOnly: isType, ...(binding !== null && { binding }), at });
    }
  }
}

export function exportDefault(b: Builder, node: TSESTree.ExportDefaultDeclaration, out: Statement[]): void {
  b.usesEsm = true;
  const declaration = node.declaration;
  const at = b.mark(node);
  if (declaration.type === "FunctionDeclaration" || declaration.type === "ClassDeclaration") {
    const value = declaration.type === "FunctionDeclaration" ? functionValue(b, declaration, "default") : classValue(b, declaration, "default");
    const binding = declaration.id ? b.binding(declaration.id) : null;
    if (declaration.id && declaration.type === "FunctionDeclaration") b.defineHoisted(declaration.id, value);
    else if (binding !== null) b.define(binding, "init", value);
    b.exports.push({ name: "default", typeOnly: false, value, ...(binding !== null && { binding }), at });
    out.push({ kind: "declare", at: b.mark(declaration), value });
    return;
  }
  if (declaration.type === "TSInterfaceDeclaration") {
    statement(b, declaration, out);
    b.exports.push({ name: "default", typeOnly: true, at });
    return;
  }
  if (declaration.type === "TSDeclareFunction") return;
  const value = expr(b, declaration, "default");
  b.exports.push({ name: "default", typeOnly: false, value, at });
  out.push({ kind: "eval", at, value });
}

export function exportAll(b: Builder, node: TSESTree.ExportAllDeclaration): void {
  b.usesEsm = true;
  const name = node.exported ? nameOf(node.exported) : "*";
  b.exports.push({ name, typeOnly: node.exportKind === "type", from: node.source.value, sourceAt: b.mark(node.source), imported: "*", at: b.mark(node) });
}

function nameOf(node: TSESTree.Identifier | TSESTree.StringLiteral): string {
  return node.type === "Identifier" ? node.name : node.value;
}
