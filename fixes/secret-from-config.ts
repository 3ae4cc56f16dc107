import { posix } from "node:path";
import type { Value, ValueId } from "../core/facts.js";
import type { Edit, Fix } from "../core/finding.js";
import type { FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { context } from "../analyzers/context.js";
import { type CredentialPlace, credentialPlaces } from "../analyzers/credentials.js";
import { env } from "../analyzers/env.js";
import { flow } from "../analyzers/flow.js";
import { providerTokens } from "../analyzers/provider-tokens.js";
import { secretIn } from "../analyzers/secret-text.js";
import { textsOf } from "../analyzers/texts.js";
import { credentialName, providerSecrets, settingsIn, words } from "../catalog/secrets/text.js";
import { called, configModule, configName, mayHave } from "./config-module.js";
import type { Row } from "./config-rows.js";
import { hasComment } from "./edit.js";
import { listed } from "./env-example.js";

/** A credential that stands in one literal. */
interface Held {
  readonly at: ValueId;
  readonly text: string;
  /** The part of the text that is the secret; a connection string is one as a whole. */
  readonly start: number;
  readonly end: number;
  /** What the variable is called. */
  readonly key: string;
}

/** Is there a credential in this literal? */
export const holdsSecret = (file: FileView, at: ValueId): boolean => secretPart(file, at) !== null;

/**
 * A credential out of the code: read from the config module as a secret, and listed in `.env.example` without its value, which
 * goes nowhere. The default of a variable goes with it, as does the name of that variable.
 */
export function secretFromConfig(file: FileView, at: ValueId): Fix | null {
  if (file.role !== "server" || file.settings.isConfigModule(file.path) || file.get(env).isValidated) return null;
  const own = fallbackOf(file, at) ?? literalOf(file, at);
  const module = own === null || !mayHave(file, [own.key]) ? null : configModule(file);
  if (own === null || module === null) return null;
  const { key, replaces, before, after } = own;
  const known = module.row(key);
  const row: Row = known ?? { type: "secret", missing: "refused" };
  // Whether the variable that is there already is this credential only a human can say, unless the code says so.
  if (known === null || (known !== undefined && !own.isNamed) || row.missing !== "refused" || (row.type !== "secret" && row.type !== "string")) return null;
  const name = configName(file, module, [at]);
  const { start, end } = file.span({ value: replaces });
  if (name === null || hasComment(file.text, start, end)) return null;
  // Two credentials of one name are two, unless one variable says that they are one.
  const reason = own.isNamed ? "" : file.path;
  const added = known === undefined ? module.add(key, row, reason) : [];
  const example = listed(file, key, reason);
  if (added === null || example === null) return null;
  const isHidden = row.type === "secret" && (known !== undefined || module.hasSecrets);
  const read = `${name.text}.${key}${isHidden ? ".reveal()" : ""}`;
  const text = before + after === "" ? read : `\`${before}\${${read}}${after}\``;
  const edits: Edit[] = [...name.edits, { start, end, text }, ...added, ...example];
  const where = [...(added.length > 0 ? [`\`${called(module)}\``] : []), ...(example.length > 0 ? [`\`${example[0]?.file ?? ""}\``] : [])].join(" and ");
  return { tier: "review", title: `Take it out of the code: \`${read}\`${where === "" ? "" : `, with \`${key}\` added to ${where}`}; then rotate it, it is in the history`, edits };
}

interface Replaced {
  readonly key: string;
  readonly replaces: ValueId;
  /** What of the text stays in the code. */
  readonly before: string;
  readonly after: string;
  /** The code itself names the variable. */
  readonly isNamed: boolean;
}

/** `process.env.JWT_SECRET ?? "…"` */
function fallbackOf(file: FileView, at: ValueId): Replaced | null {
  const { values } = file.facts;
  const where = file.get(context);
  const parent = where.parent(at);
  const around = parent === null ? undefined : (values[parent] as Value);
  if (parent === null || around?.kind !== "logical" || around.op === "&&" || around.right !== at) return null;
  const left = values[around.left] as Value;
  const outer = where.parent(parent);
  if (left.kind !== "member" || left.name === null || (outer !== null && (values[outer] as Value).kind === "assign")) return null;
  const isEnv = file.get(flow).symbols(left.object).some((s) => s.text === "global:process.env" || s.text === "process:env");
  return isEnv && /^[A-Za-z_]\w*$/.test(left.name) ? { key: left.name, replaces: parent, before: "", after: "", isNamed: true } : null;
}

function literalOf(file: FileView, at: ValueId): Replaced | null {
  const held = heldIn(file).find((h) => h.at === at);
  if (held === undefined) return null;
  const { key, text, start, end } = held;
  const [before, after] = [text.slice(0, start), text.slice(end)];
  // A text of several lines may hold another secret, which no edit may repeat.
  if ([before, after].some((part) => settingsIn(part).length + providerSecrets(part).length > 0)) return null;
  // What stays is written as it stands: an escape in it would be another one in a template.
  const written = file.text.slice(file.span({ value: at }).start + 1, file.span({ value: at }).end - 1);
  return before + after !== "" && (written !== text || /[`\\]|\$\{/.test(before + after)) ? null : { key, replaces: at, before, after, isNamed: false };
}

/** The credentials of a file in the order of the text, each with a name of its own; equal ones share it. */
function heldIn(file: FileView): readonly Held[] {
  const literals = file.facts.values.flatMap((_, id) => (isPlain(file, id) ? [id] : []));
  const byText = new Map<string, string>();
  const taken = new Set<string>();
  return literals.flatMap((at): Held[] => {
    const found = secretPart(file, at);
    if (found === null) return [];
    const { text, start, end } = found;
    const secret = text.slice(start, end);
    const plain = nameFor(file, at, found);
    let key = byText.get(secret) ?? plain;
    for (let n = 2; !byText.has(secret) && taken.has(key); n++) key = `${plain}_${n}`;
    byText.set(secret, key);
    taken.add(key);
    return [{ at, text, start, end, key }];
  });
}

/** A text that an expression can stand for: no member of an enum, no part of a longer text, no default that is told by what stands before it. */
function isPlain(file: FileView, id: ValueId): boolean {
  const { facts } = file;
  if (textAt(file, id) === null) return false;
  const parent = file.get(context).parent(id);
  const around = parent === null ? undefined : (facts.values[parent] as Value);
  if (around === undefined) return true;
  if (around.kind === "object") return !facts.bindings.some((b) => b.kind === "enum" && b.versions.some((v) => v.value === parent));
  // `get("JWT_SECRET", "…")` reads a setting, and gives what stands in for it.
  const isDefault = around.kind === "call" && around.args[1] === id && /^[A-Z][A-Z0-9_]+$/.test(String(file.get(flow).constant(around.args[0] as ValueId)));
  return !isDefault && ["call", "array", "binary", "assign"].includes(around.kind) && !(around.kind === "binary" && around.op === "+") && !(around.kind === "assign" && around.op !== "=");
}

function textAt({ facts }: FileView, id: ValueId): string | null {
  const value = facts.values[id] as Value;
  if (value.kind === "literal") return typeof value.value === "string" ? value.value : null;
  return value.kind === "template" && value.holes.length === 0 ? (value.chunks[0] ?? null) : null;
}

interface Part {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly place: CredentialPlace | null;
  readonly provider: string | null;
}

/** What of a literal is secret: by its own look, or by the places that it is used at. */
function secretPart(file: FileView, at: ValueId): Part | null {
  const text = textAt(file, at);
  if (text === null || text === "") return null;
  const own = placesAt(file).get(at);
  for (const place of own ?? []) {
    // A line of a text is written somewhere for somebody; what he should read instead nobody knows here.
    if (place.form === "settings") continue;
    const part = secretIn(file, place, [{ text, at }]);
    if (part !== null) return { text, place, provider: null, ...(/^\w[\w+.-]*:\/\//.test(text) && place.form !== "query" ? { start: 0, end: text.length } : part) };
  }
  const token = file.get(providerTokens).find((t) => t.at === at);
  const [seen] = token === undefined ? [] : providerSecrets(text);
  // Told by the name of its line.
  if (seen === undefined && settingsIn(text).length > 0) return null;
  return token === undefined ? null : { text, place: null, provider: token.provider, start: seen?.start ?? 0, end: seen?.end ?? text.length };
}

const known = new WeakMap<FileView, ReadonlyMap<ValueId, CredentialPlace[]>>();

/** The places of credentials, by the literal that stands or ends there. */
function placesAt(file: FileView): ReadonlyMap<ValueId, CredentialPlace[]> {
  let found = known.get(file);
  if (found !== undefined) return found;
  const map = new Map<ValueId, CredentialPlace[]>();
  for (const place of file.get(credentialPlaces)) {
    for (const text of textsOf(file, place.value, place.by === "use" ? "seen through names" : "as written")) {
      const [only, ...others] = text;
      if (only !== undefined && others.length === 0) listAt(map, only.at).push(place);
    }
  }
  known.set(file, (found = map));
  return found;
}

const VAGUE = new Set(["index", "main", "app", "server", "service", "client", "clients", "utils", "util", "helpers", "lib", "common", "module"]);

/** `SESSION_KEY`, as a constant is called; else what it is, behind the file it is of: `MAILER_API_KEY`. */
function nameFor(file: FileView, at: ValueId, { place, provider, text, start }: Part): string {
  const held = boundName(file, at);
  const isOwn = held !== null && !held.includes("-") && words(held).length > 1;
  if (isOwn && (credentialName(held) !== null || /^[A-Z][A-Z0-9_]+$/.test(held))) return constant(held);
  if (provider !== null) return constant(`${provider} ${/hook/.test(text) ? "webhook" : /key/i.test(held ?? "") ? "key" : "token"}`);
  const stem = posix.basename(file.path).replace(/\.[cm]?[jt]sx?$/, "");
  const folder = posix.basename(posix.dirname(file.path));
  const of = VAGUE.has(stem.toLowerCase()) && !/^(?:\.|src|lib|)$/.test(folder) ? folder : stem;
  if (start === 0 && /^\w[\w+.-]*:\/\//.test(text)) return constant(`${of} url`);
  const told = held !== null && credentialName(held) !== null ? held : (place?.name ?? "secret");
  const what = /^authorization$/i.test(told) ? (/^basic/i.test(text) ? "basic auth" : "token") : told.replace(/^x-/i, "");
  return words(what)[0] === words(of)[0] ? constant(what) : constant(`${of} ${what}`);
}

const constant = (name: string): string => {
  const list = name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? ["secret"];
  return list.join("_").toUpperCase().replace(/^(?=\d)/, "_");
};

/** The constant, field or property that the literal is given to. */
function boundName(file: FileView, at: ValueId): string | null {
  const { facts } = file;
  const where = file.get(context);
  const parent = where.parent(at);
  if (parent !== null) {
    const around = facts.values[parent] as Value;
    return around.kind === "object" ? (around.props.find((p) => p.value === at)?.name ?? null) : null;
  }
  const statement = where.statement(at);
  if (statement?.kind === "define") return facts.bindings[statement.binding]?.name ?? null;
  return facts.classes.flatMap((c) => c.members).find((m) => m.value === at)?.name ?? null;
}
