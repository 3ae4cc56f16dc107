import type { FnId, FunctionFact, MemberValue, Value, ValueId } from "../core/facts.js";
import type { Edit, Fix } from "../core/finding.js";
import type { FileView } from "../core/rule.js";
import type { Promised } from "../catalog/library.js";
import type { Call } from "../analyzers/calls.js";
import { context } from "../analyzers/context.js";
import { flow } from "../analyzers/flow.js";
import { occurrences } from "../analyzers/occurrences.js";
import { insert } from "./edit.js";
import { style } from "./style.js";

const SYNC = "Sync";
/** With options these may give nothing at all, which no promise does. */
const WITHOUT_OPTIONS = new Set(["statSync", "lstatSync"]);

/** `fs.readFileSync(p)` as `await fs.promises.readFile(p)`, in a function that is asynchronous already. */
export function awaited(file: FileView, call: Call, promised: Promised | undefined): Fix | null {
  const { value, args } = call;
  if (promised === undefined || args === null || call.target !== value.callee || value.form !== undefined || value.optional || !mayAwait(file, call.id)) return null;
  const named = calledBy(file, value.callee, promised);
  if (named === null || (WITHOUT_OPTIONS.has(named.name) && args.length > 1) || isDescriptor(file, args[0])) return null;
  const prefix = awaitBefore(file, call.id);
  return prefix === null ? null : { tier: "review", title: `Await \`${named.instead}\` instead`, edits: [...named.edits, ...prefix] };
}

/** Where the function is asynchronous and its body has begun. */
function mayAwait(file: FileView, id: ValueId): boolean {
  const fn = file.facts.functions[file.facts.owner[id] as FnId] as FunctionFact;
  if (!fn.async || fn.bodyAt === null) return false;
  const body = file.span({ mark: fn.bodyAt });
  const { start, end } = file.span({ value: id });
  return body.start <= start && end <= body.end;
}

/** A number, or what `openSync` gives: the promise's function takes a handle there. */
function isDescriptor(file: FileView, arg: ValueId | undefined): boolean {
  if (arg === undefined) return false;
  return typeof file.get(flow).constant(arg) === "number" || file.get(flow).symbols(arg).some((s) => /:openSync\(\)$/.test(s.text));
}

interface Named {
  readonly name: string;
  readonly instead: string;
  readonly edits: readonly Edit[];
}

function calledBy(file: FileView, callee: ValueId, promised: Promised): Named | null {
  const value = file.facts.values[callee] as Value;
  const place = promised === "promises" ? "promises." : "";
  if (value.kind === "member") return byMember(file, callee, value, place);
  return value.kind === "var" ? byImport(file, callee, value.binding, place) : null;
}

/** `fs.readFileSync`, where `fs` is the module itself. */
function byMember(file: FileView, callee: ValueId, { name, object, key, optional }: MemberValue, place: string): Named | null {
  const of = file.facts.values[object] as Value;
  if (name === null || key !== undefined || optional || of.kind !== "var" || !name.endsWith(SYNC)) return null;
  if (!file.get(flow).symbols(object).some((s) => s.text.endsWith(":"))) return null;
  const { end } = file.span({ value: callee });
  const start = end - name.length;
  const instead = place + name.slice(0, -SYNC.length);
  return { name, instead: `${file.facts.bindings[of.binding]?.name ?? ""}.${instead}`, edits: [{ start, end, text: instead }] };
}

/** `readFileSync` of an import that has no other use: another name is imported instead. */
function byImport(file: FileView, callee: ValueId, binding: number, place: string): Named | null {
  const { facts } = file;
  const from = facts.bindings[binding]?.from;
  const imported = from === undefined ? undefined : facts.imports[from.import];
  const specifier = from === undefined ? undefined : imported?.names[from.name];
  if (!imported || !specifier || specifier.imported !== specifier.local || !specifier.imported.endsWith(SYNC) || file.get(occurrences).reads(binding).length > 1) return null;
  if (facts.exports.some((e) => e.binding === binding)) return null;
  const name = specifier.imported;
  const bare = name.slice(0, -SYNC.length);
  const isAlone = imported.names.length === 1;
  const local = place === "" || isAlone ? bare : "promises";
  if (facts.bindings.some((b) => b.name === local) || facts.values.some((v) => v.kind === "global" && v.name === local) || facts.functions.some((f) => f.name === local)) return null;
  const instead = local === bare ? bare : `promises.${bare}`;
  const source = file.span({ mark: imported.sourceAt });
  const edits = [{ ...file.span({ mark: specifier.at }), text: local }, { ...file.span({ value: callee }), text: instead }];
  return { name, instead, edits: place !== "" && isAlone ? [...edits, insert(source.end - 1, "/promises")] : edits };
}

const OPENS = /\((?:\s|\/\*(?:[^*]|\*(?!\/))*\*\/)*$/;
const CLOSES = /^(?:\s|\/\*(?:[^*]|\*(?!\/))*\*\/)*\)/;

/** `await`, in parentheses where something is read from what it gives. */
function awaitBefore(file: FileView, id: ValueId): readonly Edit[] | null {
  const { start, end } = file.span({ value: id });
  const up = file.get(context).parent(id);
  const parent = up === null ? undefined : (file.facts.values[up] as Value);
  const isHead = (parent?.kind === "member" && parent.object === id) || (parent?.kind === "call" && parent.callee === id) || (parent?.kind === "binary" && parent.op === "**");
  const isParenthesised = OPENS.test(file.text.slice(0, start)) && CLOSES.test(file.text.slice(end));
  if (!isHead || (isParenthesised && parent?.kind === "member")) return [insert(start, "await ")];
  const statement = file.get(context).statement(id);
  const begins = statement?.kind === "eval" && file.span({ mark: statement.at }).start === start;
  // Without semicolons a line that begins with `(` would go on with the one before.
  return begins && style(file).semicolon === "" ? null : [insert(start, "(await "), insert(end, ")")];
}
