import type { Value, ValueId } from "../core/facts.js";
import type { Edit, Fix } from "../core/finding.js";
import type { FileView } from "../core/rule.js";
import { context } from "../analyzers/context.js";
import { env, type EnvRead } from "../analyzers/env.js";
import { flow } from "../analyzers/flow.js";
import { called, configModule, type ConfigModule, configName, mayHave } from "./config-module.js";
import type { Row } from "./config-rows.js";
import { hasComment } from "./edit.js";
import { holdsSecret, secretFromConfig } from "./secret-from-config.js";

/** One place where variables are read, and what it makes of them. */
interface Use {
  readonly keys: readonly string[];
  /** `process.env.X`, or the `process.env` that names are taken from. */
  readonly read: ValueId;
  /** The read with the coercion and the default around it, which the row of the config would do. */
  readonly whole: ValueId;
  readonly row: Row;
}

const OPTIONAL: Row = { type: "string", missing: "undefined" };

/**
 * `Number(process.env.PORT ?? 3000)` as `env.PORT`, with `PORT: z.coerce.number().default(3000)` in the config module. All reads of a
 * variable in the file move together, so that what one of them has checked holds for the others. Where they do not make the same
 * of it, or a default is not a constant, the row gives the text as it comes and the code around the reads stays.
 */
export function readFromConfig(file: FileView, { at }: EnvRead): Fix | null {
  const secret = secretBehind(file, at);
  if (secret !== null) return secretFromConfig(file, secret);
  const uses = usesOf(file);
  const own = uses?.find((u) => u.read === at || holderOf(file, at) === u.read);
  if (uses === null || own === undefined || !mayHave(file, own.keys)) return null;
  const moved = own.whole === own.read && isWhole(file, own.read) ? [own] : uses.filter((u) => !isWhole(file, u.read) && u.keys[0] === own.keys[0]);
  const module = configModule(file);
  if (module === null) return null;
  const written = moved.map((use) => ({ use, change: changeOf(module, use, uses) }));
  const name = configName(file, module, moved.map((u) => u.read));
  if (name === null) return null;
  const edits: Edit[] = [...name.edits];
  for (const { use, change } of written) {
    if (change === null) return null;
    const span = file.span({ value: change.replaces });
    if (hasComment(file.text, span.start, span.end)) return null;
    edits.push({ ...span, text: isWhole(file, use.read) ? name.text : `${name.text}.${use.keys[0]}${change.reveals ? ".reveal()" : ""}` });
  }
  const keys = own.keys.filter((key) => module.row(key) === undefined);
  for (const key of keys) {
    const added = module.add(key, rowFor(key, uses));
    if (added === null) return null;
    edits.push(...added);
  }
  const what = own.keys.length === 1 && !isWhole(file, own.read) ? `${name.text}.${own.keys[0]}` : name.text;
  return { tier: "review", title: `Read it from the config module: \`${what}\`${keys.length > 0 ? `, with ${keys.map((k) => `\`${k}\``).join(" and ")} added to \`${called(module)}\`` : ""}`, edits };
}

/** The credential that stands in for a variable: it leaves the code with the read. */
function secretBehind(file: FileView, at: ValueId): ValueId | null {
  const parent = file.get(context).parent(at);
  const around = parent === null ? undefined : (file.facts.values[parent] as Value);
  return around?.kind === "logical" && around.left === at && holdsSecret(file, around.right) ? around.right : null;
}

/** The one row that all uses of a variable in the file ask for. */
function rowFor(key: string, uses: readonly Use[]): Row {
  const [first, ...others] = uses.filter((u) => u.keys.includes(key)).map((u) => u.row);
  return first !== undefined && others.every((row) => isSame(row, first)) ? first : OPTIONAL;
}

const isSame = (a: Row, b: Row): boolean => a.type === b.type && JSON.stringify(a.missing) === JSON.stringify(b.missing);
const isText = ({ type }: Row): boolean => type === "string" || type === "secret";

/** What of a use the config module's value takes the place of; null where it gives something else. */
function changeOf(module: ConfigModule, use: Use, uses: readonly Use[]): { readonly replaces: ValueId; readonly reveals: boolean } | null {
  for (const key of use.keys) {
    const has = module.row(key);
    const row = has ?? rowFor(key, uses);
    if (has === null) return null;
    // What the module refuses at start-up no default replaces later.
    const isCoerced = !isText(row) && (row.type === use.row.type || (row.type === "integer" && use.row.type === "number"));
    if (isSame(row, use.row) || (isCoerced && row.missing === "refused")) return { replaces: use.whole, reveals: row.type === "secret" };
    if (!isText(row)) return null;
    // A default in the module where the code has none, or another one, would change the value.
    if (typeof row.missing === "object") return null;
    if (row.type === "secret" && use.keys.length > 1) return null;
    return { replaces: row.missing === "refused" && use.row.missing === "refused" ? use.whole : use.read, reveals: row.type === "secret" };
  }
  return null;
}

/** All uses of variables by a name; null where the file also writes some, or what is read cannot be told. */
function usesOf(file: FileView): readonly Use[] | null {
  const { reads } = file.get(env);
  const targets = new Set(file.facts.values.flatMap((v) => (v.kind === "assign" && v.target !== null && "member" in v.target ? [v.target.member] : [])));
  const written = new Set(reads.filter((r) => r.form === "write" || targets.has(r.at)).map((r) => r.name));
  if (written.has(null)) return null;
  const uses: Use[] = [];
  const seen = new Set<ValueId>();
  for (const { at, form } of reads) {
    if (form !== "read") continue;
    const use = directUse(file, at) ?? wholeUse(file, at);
    if (use === null || seen.has(use.read)) continue;
    seen.add(use.read);
    uses.push(use);
  }
  return uses.filter((u) => u.keys.every((key) => !written.has(key) && !BUNDLED.test(key)));
}

/** Bundlers put the value in the place of the read. */
const BUNDLED = /^(?:NODE_ENV|NEXT_PUBLIC_\w+|VITE_\w+|REACT_APP_\w+|EXPO_PUBLIC_\w+|NUXT_\w+|GATSBY_\w+)$/;

/** `process.env`, spelled so; what Vite puts in the place of `import.meta.env` is none of the process. */
function isProcessEnv({ facts }: FileView, id: ValueId): boolean {
  const value = facts.values[id] as Value;
  const object = value.kind === "member" && value.name === "env" ? (facts.values[value.object] as Value) : undefined;
  return (object?.kind === "global" && object.name === "process") || (object?.kind === "var" && facts.bindings[object.binding]?.kind === "import");
}

/** Is this the environment itself, from which names are taken? */
const isWhole = (file: FileView, id: ValueId): boolean => isProcessEnv(file, id);

/** The `process.env` that a constant name stands for. */
function holderOf({ facts }: FileView, id: ValueId): ValueId | null {
  const value = facts.values[id] as Value;
  const at = value.kind === "member" ? (facts.values[value.object] as Value) : value;
  if (at.kind !== "var") return null;
  const binding = facts.bindings[at.binding];
  return binding !== undefined && OWN.has(binding.kind) && binding.versions.length === 1 ? (binding.versions[0]?.value ?? null) : null;
}

const OWN = new Set(["const", "let", "var"]);

function directUse(file: FileView, at: ValueId): Use | null {
  const value = file.facts.values[at] as Value;
  if (value.kind !== "member" || value.name === null || !IDENTIFIER.test(value.name) || !isProcessEnv(file, value.object)) return null;
  // A part of a pattern stands elsewhere than its object.
  if (file.span({ value: at }).start > file.span({ value: value.object }).start) return null;
  return { keys: [value.name], read: at, ...coerced(file, at) };
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** The default and the coercion around a read, as far as a row can do the same. */
function coerced(file: FileView, read: ValueId): Pick<Use, "whole" | "row"> {
  const where = file.get(context);
  const { values } = file.facts;
  let whole = read;
  let missing: Row["missing"] = "undefined";
  const parentOf = (id: ValueId): { id: ValueId; value: Value } | null => {
    const id2 = where.parent(id);
    return id2 === null ? null : { id: id2, value: values[id2] as Value };
  };
  let parent = parentOf(whole);
  if (parent?.value.kind === "cast" && (parent.value.how === "nonNull" || (parent.value.how === "as" && parent.value.type?.t === "keyword" && parent.value.type.name === "string"))) {
    missing = "refused";
    whole = parent.id;
    parent = parentOf(whole);
  } else if (parent?.value.kind === "logical" && parent.value.op === "??" && parent.value.left === whole && !holdsSecret(file, parent.value.right)) {
    const given = values[parent.value.right] as Value;
    if (given.kind === "literal" && (typeof given.value === "string" || typeof given.value === "number")) {
      missing = { value: given.value };
      whole = parent.id;
      parent = parentOf(whole);
    }
  }
  const text: Pick<Use, "whole" | "row"> = { whole, row: { type: "string", missing } };
  const isText = typeof missing !== "object" || typeof missing.value === "string";
  if (parent === null) return isText ? text : { whole: read, row: OPTIONAL };
  const type = coercionOf(file, parent.value, whole);
  if (type === "number" || type === "integer") {
    if (typeof missing !== "object") return { whole: parent.id, row: { type, missing: missing === "undefined" && isReplaced(parentOf(parent.id)?.value, parent.id) ? "undefined" : "refused" } };
    const number = Number(missing.value);
    return missing.value !== "" && Number.isFinite(number) && (type === "number" || Number.isInteger(number)) ? { whole: parent.id, row: { type, missing: { value: number } } } : { whole: read, row: OPTIONAL };
  }
  if (type === "boolean" && isText && missing !== "refused") return { whole: parent.id, row: { type, missing } };
  return isText ? text : { whole: read, row: OPTIONAL };
}

/** `Number(…) || 5`: the code goes on without the variable, so the config must not refuse to start. `??` never replaces NaN. */
const isReplaced = (around: Value | undefined, id: ValueId): boolean => around?.kind === "logical" && around.op === "||" && around.left === id;

function coercionOf(file: FileView, around: Value, inner: ValueId): Row["type"] | null {
  const answers = file.get(flow);
  if (around.kind === "unary" && around.op === "+") return "number";
  if (around.kind === "binary" && around.op === "===" && [around.left, around.right].some((side) => side !== inner && (file.facts.values[side] as Value).kind === "literal" && answers.constant(side) === "true")) return "boolean";
  if (around.kind !== "call" || around.form !== undefined || around.args[0] !== inner) return null;
  const symbols = answers.symbols(around.callee).map((s) => s.text);
  if (around.args.length === 1 && symbols.some((s) => s === "global:Number" || s === "global:parseFloat" || s === "global:Number.parseFloat")) return "number";
  const isTen = around.args.length === 1 || (around.args.length === 2 && answers.constant(around.args[1] as ValueId) === 10);
  return isTen && symbols.some((s) => s === "global:parseInt" || s === "global:Number.parseInt") ? "integer" : null;
}

/** `const { A, B } = process.env`, or `const env = process.env` with nothing but reads of names. */
function wholeUse(file: FileView, at: ValueId): Use | null {
  const { values } = file.facts;
  const holder = isProcessEnv(file, at) ? at : holderOf(file, at);
  if (holder === null || !isProcessEnv(file, holder)) return null;
  // Declared or taken apart, and not part of anything else.
  const parent = file.get(context).parent(holder);
  const around = parent === null ? undefined : (values[parent] as Value);
  if (around !== undefined && !(around.kind === "member" && around.object === holder && file.span({ value: parent as ValueId }).start < file.span({ value: holder }).start)) return null;
  const keys = new Set<string>();
  for (const { at: read, form } of file.get(env).reads) {
    const value = values[read] as Value;
    const isOfThis = read === holder || (value.kind === "member" && holderOf(file, read) === holder) || (value.kind === "var" && holderOf(file, read) === holder);
    if (!isOfThis) continue;
    if (form !== "read") return null;
    const names = read === holder || value.kind === "var" ? partsOf(file, read) : value.kind === "member" ? [value.name] : null;
    if (names === null || names.some((n) => n === null || !IDENTIFIER.test(n))) return null;
    for (const name of names) keys.add(name as string);
  }
  return keys.size === 0 ? null : { keys: [...keys], read: holder, whole: holder, row: OPTIONAL };
}

/** The names that a pattern takes; null if it takes the rest too. */
function partsOf({ facts }: FileView, of: ValueId): (string | null)[] | null {
  if (facts.values.some((v) => v.kind === "rest" && v.of === of)) return null;
  return facts.values.flatMap((v) => (v.kind === "member" && v.object === of ? [v.name] : []));
}
