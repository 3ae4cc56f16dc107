import type { TSESTree } from "@typescript-eslint/types";
import type { BindingId, ExportFact, PropFact, Statement } from "../core/facts.js";
import type { Builder } from "./builder.js";
import { endOf, firstName } from "./scopes.js";
import { statements } from "./statements.js";

type Node = TSESTree.Node;

/**
 * A namespace is a block that runs where it stands, and then an object of what it exports. What adds to a name that is
 * something already (a function, a class, a namespace of the same name) writes members of that.
 */
export function namespace(b: Builder, node: TSESTree.TSModuleDeclaration, out: Statement[]): void {
  const body = node.body as Node | undefined;
  if (!body || node.declare) return;
  const path = b.path;
  const [name, ...inside] = node.id.type === "Literal" ? [] : namesOf(node.id);
  if (name !== undefined) b.path = b.idFor([name, ...inside].join("."), ".");
  const inner: Statement[] = [];
  const first = b.exports.length;
  if (body.type === "TSModuleBlock") statements(b, body.body, inner);
  // An export inside a namespace is none of the module's.
  const own = b.exports.splice(first).filter((e): e is Own => !e.typeOnly && e.binding !== undefined);
  b.path = path;
  out.push({ kind: "block", at: b.mark(node), body: inner });
  const binding = node.id.type === "Literal" ? null : b.binding(firstName(node.id));
  if (binding !== null && own.length > 0) holds(b, node, binding, inside, own, out);
}

type Own = ExportFact & { readonly binding: BindingId };

/** `inside` are the further names of `namespace A.B.C {}`. */
function holds(b: Builder, node: TSESTree.TSModuleDeclaration, binding: BindingId, inside: readonly string[], own: readonly Own[], out: Statement[]): void {
  // Nobody writes these reads: an empty place before the brace.
  const end = endOf(node) - 1;
  const read = (of: BindingId) => b.addAt(end, end, { kind: "var", binding: of, version: b.versionSeen(of) });
  const at = b.mark(node);
  const props = (): PropFact[] => own.map((e) => ({ name: e.name, value: read(e.binding), form: "init", at: e.at }));
  if (b.draft(binding).versions.every((v) => v.by === "empty")) {
    const value = inside.reduceRight((of, name) => b.add(node, { kind: "object", props: [{ name, value: of, form: "init", at }] }), b.add(node, { kind: "object", props: props() }));
    b.define(binding, "init", value);
    out.push({ kind: "declare", at, value });
    return;
  }
  for (const { name, value } of props()) {
    const object = inside.reduce((of, part) => b.addAt(end, end, { kind: "member", object: of, name: part }), read(binding));
    const member = b.addAt(end, end, { kind: "member", object, name });
    out.push({ kind: "eval", at, value: b.addAt(end, end, { kind: "assign", op: "=", target: { member }, value }) });
  }
}

function namesOf(id: TSESTree.EntityName): string[] {
  return id.type === "TSQualifiedName" ? [...namesOf(id.left), id.right.name] : [(id as TSESTree.Identifier).name];
}
