import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { providerSecrets, type ProviderSecret, settingsIn } from "../catalog/secrets/text.js";
import { context } from "./context.js";
import { calleeName } from "./credential-names.js";
import { holderOf, joined, textsOf, UNKNOWN } from "./texts.js";

export interface ProviderToken extends Pick<ProviderSecret, "format" | "provider"> {
  /** The literal it stands in, or the operator that puts it together. */
  readonly at: ValueId;
}

/** No token is shorter. */
const SHORTEST = 16;
/** A token without a telling beginning looks like a hash; only its name tells it from one. */
const NEEDS_NAME = /^[\w+/=.:-]{16,200}$/;

/** Tokens of known providers and key material in all texts of a file, those put together from constants included. */
export const providerTokens: Answer<readonly ProviderToken[]> = {
  name: "provider tokens",
  of(file) {
    const { values } = file.facts;
    const found: ProviderToken[] = [];
    const inner = new Set<ValueId>();
    // Operands come before what they make up: from the end, the whole is seen before its parts.
    for (let id = values.length - 1; id >= 0; id--) {
      const value = values[id] as Value;
      if (value.kind === "literal") {
        if (typeof value.value === "string" && value.value.length >= SHORTEST) add(file, found, value.value, id);
      } else if (value.kind === "template") {
        for (const chunk of value.chunks) if (chunk.length >= SHORTEST) add(file, found, chunk, id);
        if (!inner.has(id) && value.holes.some((hole) => isConstant(values, hole))) addTogether(file, found, id);
      } else if (value.kind === "binary" || value.kind === "call") {
        if (value.kind === "binary" && value.op === "+") inner.add(value.left).add(value.right);
        if (!inner.has(id) && isPutTogether(values, value)) addTogether(file, found, id);
      }
    }
    return found;
  },
};

function add(file: FileView, found: ProviderToken[], text: string, at: ValueId): void {
  for (const { format, provider } of inText(text, NEEDS_NAME.test(text) ? nameAround(file, at) : undefined)) found.push({ format, provider, at });
}

/** What stands in a text by itself, and what the names of its own lines tell (`HEROKU_API_KEY=…`). */
function inText(text: string, name?: string): ProviderSecret[] {
  const found = providerSecrets(text, name);
  if (found.length > 0) return found;
  return settingsIn(text).flatMap(({ path, value, start }) => (NEEDS_NAME.test(value) ? providerSecrets(value, path).map((token) => ({ ...token, start: token.start + start, end: token.end + start })) : []));
}

/** A token in two halves: no literal holds it, so it is told where they meet. */
function addTogether(file: FileView, found: ProviderToken[], id: ValueId): void {
  for (const text of textsOf(file, id, "as written")) {
    const whole = joined(text);
    if (whole.length < SHORTEST || whole === UNKNOWN) continue;
    for (const { format, provider, start, end } of inText(whole)) found.push({ format, provider, at: holderOf(text, start, end, id) });
  }
}

/** Does an operator join two texts that stand here, or `[…].join("")`? */
function isPutTogether(values: readonly Value[], value: Value): boolean {
  if (value.kind === "binary") return value.op === "+" && isConstant(values, value.right) && isConstant(values, value.left);
  if (value.kind !== "call") return false;
  const callee = values[value.callee] as Value;
  return callee.kind === "member" && callee.name === "join" && (values[callee.object] as Value).kind === "array";
}

function isConstant(values: readonly Value[], id: ValueId): boolean {
  const value = values[id] as Value;
  return value.kind === "literal" || value.kind === "template" || isPutTogether(values, value);
}

/** `datadog.apiKey`: the property or variable that holds a literal, behind what holds that. */
function nameAround(file: FileView, literal: ValueId): string {
  const { facts } = file;
  const where = file.get(context);
  const names: string[] = [];
  let at = literal;
  for (let depth = 0; depth < 6; depth++) {
    const parent = where.parent(at);
    if (parent === null) break;
    const holder = facts.values[parent] as Value;
    if (holder.kind === "object") names.unshift(holder.props.find((p) => p.value === at)?.name ?? "");
    else if (holder.kind === "call") names.unshift(calleeName(file, holder) ?? "");
    else if (holder.kind === "assign" && holder.target !== null) {
      const target = "member" in holder.target ? (facts.values[holder.target.member] as Value) : undefined;
      names.unshift("binding" in holder.target ? (facts.bindings[holder.target.binding]?.name ?? "") : target?.kind === "member" ? (target.name ?? "") : "");
    }
    at = parent;
  }
  const statement = where.statement(at);
  if (statement?.kind === "define") names.unshift(facts.bindings[statement.binding]?.name ?? "");
  else names.unshift(facts.classes.flatMap((c) => c.members).find((m) => m.value === at)?.name ?? "");
  return names.filter((n) => n !== "").join(".");
}
