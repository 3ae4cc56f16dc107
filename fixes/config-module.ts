import { posix } from "node:path";
import type { PropFact, Value, ValueId } from "../core/facts.js";
import type { Edit } from "../core/finding.js";
import type { FileView } from "../core/rule.js";
import { env } from "../analyzers/env.js";
import { flow } from "../analyzers/flow.js";
import { sanctioned } from "../analyzers/sanctioned.js";
import { DEEPEST, rowOf, rowText, type Row } from "./config-rows.js";
import { addProperty } from "./edit.js";
import { importedName, isCommonJs } from "./imported-name.js";
import { pipelineName } from "./pipeline-name.js";
import { inQuotes, style } from "./style.js";

/** The module that gives a file its configuration, and how it takes a further variable. */
export interface ConfigModule {
  /** From the project's root. */
  readonly path: string;
  /** Under which name it exports the values. */
  readonly exported: string;
  /** What it gives for a variable; null: it has the variable, but what it gives takes a human to read. */
  row(key: string): Row | null | undefined;
  /** May a variable be a `Secret`, which prints as redacted? */
  readonly hasSecrets: boolean;
  /** The edits that add a variable; null where they cannot be told. `reason`: who else adds this variable means another one. */
  add(key: string, row: Row, reason?: string): readonly Edit[] | null;
}

/** Something calls `dotenv` in a place of its own: what comes before it sees an environment that is not complete. */
const LOADS_ENV = /\bdotenv\b|\bloadEnvFile\b/;

/** The config module of a file, or the one that a fix may create; null where there is neither. */
export function configModule(file: FileView): ConfigModule | null {
  const { configModules } = file.settings.places(file.path);
  const loads = LOADS_ENV.test(file.text);
  for (const path of configModules) {
    const view = file.others.view(path);
    if (view === null || view.facts.imports.some((i) => file.settings.importedFile(i.module, path) === file.path)) continue;
    const found = existing(view);
    if (found !== null && isCommonJs(file) && view.facts.moduleKind === "esm") return null;
    // What the environment is turned into by other means, only a human can extend, and a second module would be one too many.
    if (found === null && view.get(env).isValidated) return null;
    if (found !== null) return loads && !LOADS_ENV.test(view.text) ? null : found;
  }
  return loads ? null : created(file);
}

/** May a read of these variables be all that changes? Only where the config module has them; told without parsing it. */
export function mayHave(file: FileView, keys: readonly string[]): boolean {
  if (file.others.areLeft === undefined) return true;
  return file.settings.places(file.path).configModules.some((path) => {
    const text = file.others.text(path);
    return text !== null && keys.every((key) => text.includes(key));
  });
}

function existing(view: FileView): ConfigModule | null {
  if (view.role === "generated") return null;
  for (const { name, id } of exportedValues(view)) {
    const rows = rowsOf(view, id);
    if (rows === null) continue;
    const { props } = view.facts.values[rows.object] as Value & { kind: "object" };
    // With a spread nobody knows what it has.
    if (props.some((p) => p.name === null)) return null;
    return {
      path: view.path,
      exported: name,
      hasSecrets: rows.isRecord,
      row: (key) => props.filter((p) => p.name === key).map((p: PropFact) => rowOf(view, p.value))[0],
      add: (key, row, reason) => addTo(view, rows, key, row, reason),
    };
  }
  return null;
}

/** What the module exports, by name. */
function* exportedValues({ facts }: FileView): Generator<{ name: string; id: ValueId }> {
  for (const { name, typeOnly, from, binding, value } of facts.exports) {
    if (typeOnly || from !== undefined) continue;
    const held = binding === undefined ? undefined : facts.bindings[binding];
    const id = value ?? (held?.versions.length === 1 ? held.versions[0]?.value : undefined);
    const of = id === undefined ? undefined : (facts.values[id] as Value);
    if (id === undefined || of === undefined) continue;
    if (name !== "=") yield { name, id };
    else if (of.kind === "object") for (const p of of.props) if (p.name !== null) yield { name: p.name, id: p.value };
  }
}

interface Rows {
  /** The object whose properties are the variables. */
  readonly object: ValueId;
  /** `config({ … })`, where each variable has a schema of its own. */
  readonly isRecord: boolean;
}

/** `config({ … })`, `config(z.object({ … }))`, `z.object({ … }).parse(process.env)`, or a name of one. */
function rowsOf(view: FileView, id: ValueId): Rows | null {
  const { values } = view.facts;
  const made = sourceOf(view, id);
  const call = made === null ? undefined : (values[made] as Value);
  if (call?.kind !== "call") return null;
  const callee = values[call.callee] as Value;
  const [first] = call.args;
  if (view.get(sanctioned)(call.callee) === "config" && first !== undefined) {
    const given = sourceOf(view, first);
    if (given !== null && (values[given] as Value).kind === "object") return { object: given, isRecord: true };
    const object = given === null ? null : objectOf(view, given);
    return object === null ? null : { object, isRecord: false };
  }
  const isRead = first !== undefined && view.get(flow).symbols(first).some((s) => s.text === "global:process.env" || s.text === "process:env");
  if (callee.kind !== "member" || callee.name !== "parse" || !isRead) return null;
  const object = objectOf(view, callee.object);
  return object === null ? null : { object, isRecord: false };
}

function sourceOf(view: FileView, id: ValueId): ValueId | null {
  const [source, ...others] = view.get(flow).sources(id);
  return source === undefined || others.length > 0 ? null : source;
}

/** Methods of an object's schema that leave its properties as they are. */
const KEEPS = new Set(["strict", "passthrough", "loose", "strip", "readonly", "refine", "superRefine", "describe", "check"]);

function objectOf(view: FileView, id: ValueId, depth = 0): ValueId | null {
  const at = sourceOf(view, id);
  const call = at === null ? undefined : (view.facts.values[at] as Value);
  const callee = call?.kind === "call" ? (view.facts.values[call.callee] as Value) : undefined;
  if (call?.kind !== "call" || callee?.kind !== "member" || callee.name === null) return null;
  if (KEEPS.has(callee.name)) return depth > DEEPEST ? null : objectOf(view, callee.object, depth + 1);
  const isZod = view.get(flow).symbols(call.callee).some((s) => /^zod(?:\/v[34])?:(?:z\.)?(?:strict|loose)?[oO]bject$/.test(s.text));
  return isZod && call.args[0] !== undefined && (view.facts.values[call.args[0]] as Value).kind === "object" ? call.args[0] : null;
}

function addTo(view: FileView, { object, isRecord }: Rows, key: string, row: Row, reason: string | undefined): readonly Edit[] | null {
  const isSecret = row.type === "secret" && isRecord;
  const name = isSecret ? pipelineName(view, "secret", object) : zodName(view, object);
  if (name === null) return null;
  const { quote } = style(view);
  const text = `${key}: ${isSecret ? `${name.text}()` : rowText(row, name.text, (t) => inQuotes(t, quote))}`;
  const edits = addProperty(view, object, text);
  if (edits === null) return null;
  return [...name.edits, ...edits.map((e) => (e.text.includes(text) ? { ...e, beside: { ...e.beside, adds: key, ...(reason !== undefined && { reason }) } } : e))].map((e) => ({ ...e, file: view.path }));
}

function zodName(view: FileView, at: ValueId): ReturnType<typeof importedName> {
  const module = view.facts.imports.map((i) => i.module).find((m) => /^zod(?:\/v[34])?$/.test(m)) ?? "zod";
  return module !== "zod" || view.settings.places(view.path).dependencies.has("zod") || view.text.includes("zod") ? importedName(view, { module, name: "z" }, at, ["z"]) : null;
}

/** A new module with `config({ … })`, in the language and the style of the file that needs it. */
function created(file: FileView): ConfigModule | null {
  const { newConfigModule: path, dependencies } = file.settings.places(file.path);
  if (path === null || !file.others.isFree(path)) return null;
  const known = { config: file.settings.pipelineImport("config", path), secret: file.settings.pipelineImport("secret", path) };
  const { quote, semicolon: end, newline } = style(file);
  const isRequired = isCommonJs(file);
  // Who would write one of the lines otherwise (other quotes, other line ends) does so once the file is there.
  const line = (rank: number, text: string, adds = `line ${rank}`): Edit => ({ start: 0, end: 0, text: `${text}${newline}`, file: path, creates: true, beside: { rank, adds } });
  const from = (rank: number, name: string, module: string): Edit => line(rank, isRequired ? `const { ${name} } = require(${quote}${module}${quote})${end}` : `import { ${name} } from ${quote}${module}${quote}${end}`, name);
  const indent = /^(?:\t| {2,4}(?=\S))/m.exec(file.text)?.[0] ?? "  ";
  const add = (key: string, row: Row, reason?: string): readonly Edit[] | null => {
    const { config, secret } = known;
    const isSecret = row.type === "secret";
    if (config === null || config.name !== "config" || (isSecret ? secret === null : !dependencies.has("zod")) || config.module.startsWith(".")) return null;
    return [
      ...(dependencies.has("dotenv") ? [line(0, isRequired ? `require(${quote}dotenv/config${quote})${end}` : `import ${quote}dotenv/config${quote}${end}`)] : []),
      from(1, "config", config.module),
      isSecret ? from(1, "secret", config.module) : from(2, "z", "zod"),
      line(3, `${newline}${isRequired ? "" : "export "}const env = config({`),
      { ...line(4, `${indent}${key}: ${isSecret ? "secret()" : rowText(row, "z", (t) => inQuotes(t, quote))},`), beside: { rank: 4, adds: key, ...(reason !== undefined && { reason }) } },
      line(5, `})${end}`),
      ...(isRequired ? [line(6, `${newline}module.exports = { env }${end}`)] : []),
    ];
  };
  return { path, exported: "env", hasSecrets: true, row: () => undefined, add };
}

/** The values of a config module for use at some places of a file: its name there, and the import. */
export function configName(file: FileView, { path, exported }: ConfigModule, places: readonly ValueId[]): ReturnType<typeof importedName> {
  const plain = exported === "default" ? "env" : exported;
  const names = places.map((at) => importedName(file, { module: `./${path}`, name: exported }, at, [plain, `app${plain[0]?.toUpperCase()}${plain.slice(1)}`]));
  const [first] = names;
  return first !== undefined && names.every((n) => n !== null && n.text === first?.text) ? first : null;
}

/** `src/config.ts`, as titles call it. */
export const called = ({ path }: ConfigModule): string => posix.normalize(path);
