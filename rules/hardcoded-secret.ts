import type { Value, ValueId } from "../core/facts.js";
import type { Related } from "../core/finding.js";
import { type FileView, type Place, type Report, rule } from "../core/rule.js";
import { connectionSecret, credentialValue, isPlaceholder, isPublishable, providerSecrets, type ProviderSecret } from "../catalog/secrets/text.js";
import { context } from "../analyzers/context.js";
import { type CredentialPlace, credentialPlaces } from "../analyzers/credentials.js";
import { calleeName } from "../analyzers/credential-names.js";
import { joined, type Piece, type Text, textsOf } from "../analyzers/texts.js";

/** The shortest token of a provider is longer than this. */
const SHORTEST_TOKEN = 16;
/** Stands for a part of a text that nobody knows. */
const UNKNOWN = "${}";
/** Files that only describe a developer's own machine. */
const COMPOSE = /(?:^|[/.-])(?:docker-)?compose(?:[.-]|$)|(?:^|\/)\.?devcontainer/i;
/** What a token without a telling beginning looks like. */
const BARE_TOKEN = /^[\w+/=.:-]{16,200}$/;
const PUBLIC = /^\s*-----BEGIN (?:[A-Z]+ )*(?:PUBLIC KEY|CERTIFICATE)|^\s*(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-\S+) AAAA/;
const SCHEME = /^\s*(?:Bearer|Basic|Token|Digest|ApiKey|Api-Key|Key|JWT|SSWS|Negotiate|OAuth|Splunk|GenieKey|AccessKey|Bot)\s+/i;

/**
 * Words of credential names, connection strings with a password, and literals as long and dense as a token. A text with
 * none of them has nothing to look at.
 */
const SECRETISH = /pass|pwd|secret|token|credential|auth|bearer|key["'`]?\s*[:=)\]?|,]|key\b|KEY|api.?key|cookie|jwt|login|cert|:\/\/[^\s"'`/]*@|-----BEGIN|["'`](?=[^"'`\n]*\d)[\w+/=.:~-]{16,}["'`]/i;

export default rule({
  name: "hardcoded-secret",
  promise: "safety",
  finds: "a credential in the source",
  why: "Whoever can read the repository, a build log or an old clone holds the credential, and taking it out of the code does not take it out of the history.",
  fine: [
    "placeholders (`changeme`, `<token>`), the empty text, and a text that only repeats its own name",
    "public keys, publishable keys, hashes, UUIDs, and names of headers, fields, settings and messages",
    "whatever is read at run time: the environment, settings, a secret manager, a file",
    "weak passwords and dummy tokens in tests; tokens of real providers are found there too",
    "passwords for localhost in compose-like files",
  ],
  depth: "file",
  fix: "none",
  fixNote: "Rotate it first: it is in the history. Then read it from the config module: what to call the setting, and where its value comes from, is for you to decide.",
  roles: ["server", "script", "migration", "test"],
  preset: "recommended",
  looksFor: { catalog: ["credentials"], text: SECRETISH },
  judge(file, report) {
    const findings = new Findings(file);
    const places = file.role === "test" ? [] : file.get(credentialPlaces);
    findFormats(file, findings);
    if (file.role !== "test") {
      findConnections(file, findings);
      for (const place of places) judgePlace(file, place, findings);
    }
    findings.tell(report);
  },
});

/** One finding per literal, with its uses; what was looked at and not found is clear. */
class Findings {
  readonly #file: FileView;
  readonly #found = new Map<ValueId, { message: string; related: Related[] }>();
  readonly #clear = new Set<ValueId>();

  constructor(file: FileView) {
    this.#file = file;
  }

  found(at: ValueId, message: string, use?: { readonly at: ValueId; readonly message: string }): void {
    let finding = this.#found.get(at);
    if (!finding) this.#found.set(at, (finding = { message, related: [] }));
    if (use === undefined || use.message === "") return;
    const span = this.#file.span({ value: use.at });
    const own = this.#file.span({ value: at });
    const isInside = span.start <= own.start && own.end <= span.end;
    if (!isInside && !finding.related.some((r) => r.start === span.start)) finding.related.push({ ...span, message: use.message });
  }

  clear(at: ValueId): void {
    this.#clear.add(at);
  }

  tell(report: Report): void {
    for (const [value, { message, related }] of this.#found) report.found({ value }, message, { related });
    for (const value of this.#clear) if (!this.#found.has(value)) report.clear({ value } satisfies Place);
  }
}

/** Tokens of known providers and key material, wherever they stand. */
function findFormats(file: FileView, findings: Findings): void {
  const { values } = file.facts;
  for (let id = 0; id < values.length; id++) {
    const value = values[id] as Value;
    if (value.kind === "literal") {
      if (typeof value.value === "string" && value.value.length >= SHORTEST_TOKEN) tellFormats(file, value.value, id, findings);
    } else if (value.kind === "template") {
      for (const chunk of value.chunks) if (chunk.length >= SHORTEST_TOKEN) tellFormats(file, chunk, id, findings);
      if (value.holes.some((hole) => isConstant(values, hole))) tellTogether(file, id, findings);
    } else if (value.kind === "binary" || value.kind === "call") {
      if (isPutTogether(values, value)) tellTogether(file, id, findings);
    }
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

function tellFormats(file: FileView, text: string, at: ValueId, findings: Findings): void {
  // Some formats are told from a hash by their name only; looking for the name costs more than looking at the text.
  const name = BARE_TOKEN.test(text) ? nameAround(file, at) : undefined;
  for (const secret of providerSecrets(text, name)) tellFormat(file, secret, at, findings);
}

function tellFormat(file: FileView, secret: ProviderSecret, at: ValueId, findings: Findings): void {
  // Anybody can sign a token for a test, and nothing but the test accepts it.
  if (secret.format === "jwt" && file.role === "test") return;
  findings.found(at, `${what(secret)} stands in the source`);
}

/** `datadog.apiKey`: the property or variable that holds a literal, behind what holds that. */
function nameAround(file: FileView, literal: ValueId): string {
  const { facts } = file;
  const where = file.get(context);
  const names: string[] = [];
  for (let at: ValueId | null = literal, depth = 0; at !== null && depth < 6; depth++) {
    const parent: ValueId | null = where.parent(at);
    const holder = parent === null ? undefined : (facts.values[parent] as Value);
    if (holder?.kind === "object") names.unshift(holder.props.find((p) => p.value === at)?.name ?? "");
    else if (holder?.kind === "call") names.unshift(calleeName(file, holder) ?? "");
    else if (holder?.kind === "assign" && holder.target !== null && "member" in holder.target) names.unshift(memberName(facts.values[holder.target.member] as Value));
    if (parent === null) {
      const statement = where.statement(at);
      if (statement?.kind === "define") names.unshift(facts.bindings[statement.binding]?.name ?? "");
      else names.unshift(facts.classes.flatMap((c) => c.members).find((m) => m.value === at)?.name ?? "");
    }
    at = parent;
  }
  return names.filter((n) => n !== "").join(".");
}

const memberName = (value: Value): string => (value.kind === "member" ? (value.name ?? "") : "");

/** "a GitHub token", in words that give nothing of it away. */
function what({ format, provider }: ProviderSecret): string {
  if (format.startsWith("private-") || format === "age-secret-key") return `a private key (${provider})`;
  if (format === "jwt") return "a JSON Web Token";
  const kind = /webhook/.test(format) ? "webhook URL" : /password/.test(format) ? "password" : /secret/.test(format) ? "secret" : /key/.test(format) ? "key" : "token";
  return `${/^[aeio]/i.test(provider) ? "an" : "a"} ${provider} ${kind}`;
}

/** A token in two halves: no literal holds it, so it is told where they meet. */
function tellTogether(file: FileView, id: ValueId, findings: Findings): void {
  for (const text of textsOf(file, id, "as written")) {
    const whole = joined(text, UNKNOWN);
    if (whole.length < SHORTEST_TOKEN) continue;
    for (const secret of providerSecrets(whole)) tellFormat(file, secret, placeOf(text, secret.start, secret.end, id), findings);
  }
}

/** URLs with a password, wherever they stand. */
function findConnections(file: FileView, findings: Findings): void {
  file.facts.values.forEach((value, at) => {
    const text = value.kind === "literal" ? value.value : value.kind === "template" ? value.chunks.join("$") : null;
    if (typeof text !== "string" || !text.includes("://") || !text.includes("@")) return;
    judgePlace(file, { value: at, form: "connection", counts: "any", by: "use", name: null, says: "a URL with its password stands in the source", used: "", at }, findings);
  });
}

function judgePlace(file: FileView, place: CredentialPlace, findings: Findings): void {
  if (place.counts === "none") return findings.clear(place.value);
  let isFound = false;
  // A name alone judges texts only; a use is judged whatever stands there.
  let isJudged = place.by === "use" && place.counts === "any";
  for (const text of textsOf(file, place.value, place.by === "use" ? "seen through names" : "as written")) {
    isJudged ||= text.some((piece) => piece.text !== null);
    const secret = secretIn(file, place, text);
    if (secret === null) continue;
    isFound = true;
    findings.found(placeOf(text, secret.start, secret.end, place.value), place.says, { at: place.at, message: place.used });
  }
  if (!isFound && isJudged) findings.clear(place.value);
}

/** The part of a text that is a secret by what the place says of it. */
function secretIn(file: FileView, place: CredentialPlace, text: Text): { start: number; end: number } | null {
  const whole = joined(text, UNKNOWN);
  if (whole === "" || whole === UNKNOWN) return null;
  if (place.form === "connection" || whole.includes("://")) {
    const found = connectionSecret(whole);
    if (found === null || whole.slice(found.start, found.end).includes(UNKNOWN)) return null;
    return found.local && COMPOSE.test(file.path) ? null : found;
  }
  if (place.form === "cookie") return sessionCookie(whole);
  let start = 0;
  if (place.form === "header") {
    const scheme = SCHEME.exec(whole);
    if (scheme === null && place.counts === "alike") return null;
    start = scheme?.[0].length ?? 0;
  }
  const secret = whole.slice(start);
  if (secret.trim() === "" || secret.includes(UNKNOWN)) return null;
  // A header of a known call is sent; what idle words it holds in examples opens nothing.
  if (isPlaceholder(secret, { ...(place.name !== null && { name: place.name }), use: place.by === "use" && place.form !== "header" })) return null;
  if (PUBLIC.test(secret) || isPublishable(secret)) return null;
  if (place.counts === "alike" && place.form === "key" && !credentialValue(secret)) return null;
  return { start, end: whole.length };
}

/** A cookie that says who is there; others are no credentials. */
function sessionCookie(cookies: string): { start: number; end: number } | null {
  const match = /(?:^|;\s*)[\w.-]*(?:sess|sid|token|auth|jwt)[\w.-]*=([^;\s]{8,})/di.exec(cookies);
  const value = match?.[1];
  if (value === undefined || value.includes(UNKNOWN) || isPlaceholder(value, { use: true })) return null;
  const [start, end] = (match as RegExpExecArray & { indices: [number, number][] }).indices[1] as [number, number];
  return { start, end };
}

/** The one literal that a part of a text stands in; else the place where the text is used. */
function placeOf(text: Text, start: number, end: number, use: ValueId): ValueId {
  const holders = new Set<ValueId>();
  let at = 0;
  for (const piece of text as readonly Piece[]) {
    const length = piece.text === null ? UNKNOWN.length : piece.text.length;
    if (length > 0 && at < end && at + length > start) holders.add(piece.at);
    at += length;
  }
  return holders.size === 1 ? ([...holders][0] as ValueId) : use;
}
