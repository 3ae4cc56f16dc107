import type { Value } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { connectionSecret, credentialName, credentialValue, isPasswordHash, isPlaceholder, isPublishable, settingsIn, type TextSetting } from "../catalog/secrets/text.js";
import { context } from "./context.js";
import type { CredentialPlace } from "./credential-names.js";
import { joined, type Text, UNKNOWN } from "./texts.js";

/** Where in a text the secret stands. */
export interface SecretPart {
  readonly start: number;
  readonly end: number;
}

const SCHEME = /^\s*(?:Bearer|Basic|Token|Digest|ApiKey|Api-Key|Key|JWT|SSWS|Negotiate|OAuth|Api-Token|Access-Token|PRIVATE-TOKEN|Splunk|GenieKey|AccessKey|Bot)\s+/i;
const SESSION_COOKIE = /(?:^|;\s*)[\w.-]*(?:sess|sid|token|auth|jwt)[\w.-]*=([^;\s]{8,})/di;
/** Public by nature. */
const PUBLIC = /^\s*-----BEGIN (?:[A-Z0-9]+ )*(?:PUBLIC KEY|CERTIFICATE)|^\s*(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-\S+) AAAA/;
/** As an id of anything; behind a header that opens something, a token. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Files that only describe a developer's own machine. */
const COMPOSE = /(?:^|[/.-])(?:docker-)?compose(?:[.-]|$)|(?:^|\/)\.?devcontainer/i;

/** The part of a text that is a secret, by what is known of the place; null if none is. */
export function secretIn(file: FileView, place: CredentialPlace, text: Text): SecretPart | null {
  const whole = joined(text);
  if (whole === "" || whole === UNKNOWN || place.counts === "none") return null;
  if (place.form === "query") {
    for (const match of whole.matchAll(/[?&]([\w.-]+)=([^&#\s"'<>]+)/dg)) {
      const part = match.indices?.[2];
      if (part && credentialName(match[1] as string) !== null && isSecret(whole.slice(...part), { ...place, form: "key" })) return { start: part[0], end: part[1] };
    }
    return null;
  }
  if (place.form === "settings") {
    const setting = settingsIn(whole).find((s) => isSet(s, place));
    return setting === undefined ? null : { start: setting.start, end: setting.start + setting.value.length };
  }
  if (place.form === "connection" || whole.includes("://")) {
    const found = connectionSecret(whole);
    return found !== null && found.local && COMPOSE.test(file.path) ? null : found;
  }
  if (place.form === "cookie") {
    const cookie = SESSION_COOKIE.exec(whole)?.indices?.[1];
    return cookie && isSecret(whole.slice(...cookie), { ...place, form: "key" }) ? { start: cookie[0], end: cookie[1] } : null;
  }
  const scheme = place.form === "header" ? SCHEME.exec(whole) : null;
  if (place.form === "header" && scheme === null && place.counts === "alike") return null;
  // "Header not provided or API key invalid" speaks of the header.
  if (place.form === "header" && scheme === null && /^[A-Za-z]+(?: [A-Za-z-]+){3}/.test(whole)) return null;
  const behind = scheme?.[0].length ?? 0;
  const { start, end } = scheme !== null && /^\s*Basic/i.test(scheme[0]) ? passwordOf(whole, behind) : { start: behind, end: whole.length };
  return isSecret(whole.slice(start, end), place) && !isFromManual(file, whole, text) && !isOfDescription(file, text) ? { start, end } : null;
}

/** Does a line of a text give a credential its value? */
function isSet({ name, value, form }: TextSetting, place: CredentialPlace): boolean {
  if (isOfManual(name, value)) return false;
  if (form === "login") return isSecret(value, { ...place, by: "name", form: "key", name, counts: "any" });
  if (form === "key" && isDefault(value)) return false;
  if (form !== "header") return credentialName(name) !== null && isSecret(value, { ...place, by: "name", form: "key", name });
  const scheme = SCHEME.exec(value);
  const secret = value.slice(scheme?.[0].length ?? 0);
  return UUID.test(secret) || isSecret(scheme !== null && /^\s*Basic/i.test(scheme[0]) ? value : secret, { ...place, by: "name", form: "key", name: null });
}

/** `--password "myPassword"`: a manual's word for the reader's own. */
const isOfManual = (name: string, value: string): boolean => /^(?:my|your)[A-Z_-]/.test(value) && lettersOf(value).replace(/^(?:my|your)/, "") === lettersOf(name);

/** "supersecret", "Admin12345": what a project that is written by a generator, or a manual, starts with. */
const isDefault = (text: string): boolean => /^[A-Za-z]+\d{0,6}!?$/.test(text) && /^(?:[A-Z]?[a-z]+|[A-Z]+)\d*!?$/.test(text);

/** What was put into base64 behind "Basic": the password of `user:password`, the user of `key:`. */
function passwordOf(whole: string, from: number): SecretPart {
  const colon = whole.indexOf(":", from);
  if (colon < 0) return { start: from, end: whole.length };
  return colon === whole.length - 1 ? { start: from, end: colon } : { start: colon + 1, end: whole.length };
}

/** `{ email: "ada@example.com", password: … }` where an API is described: nobody's account, by a domain that nobody has. */
function isOfDescription(file: FileView, text: Text): boolean {
  if (!DESCRIBES.test(file.path) || text[0] === undefined) return false;
  const parent = file.get(context).parent(text[0].at);
  const holder = parent === null ? undefined : (file.facts.values[parent] as Value);
  return holder?.kind === "object" && holder.props.some((p) => NOBODY.test(String((file.facts.values[p.value] as { value?: unknown }).value)));
}

const DESCRIBES = /(?:^|[/.-])(?:open-?api|swagger)(?:[/.-])/i;
const NOBODY = /@(?:[\w-]+\.)*(?:example\.(?:com|org|net)|example|test|invalid)$/i;

/** `new Sequelize("database", "username", "password")`: the words of the manual, where nothing asks for them. */
function isFromManual(file: FileView, whole: string, text: Text): boolean {
  if (!/^pass(?:word)?$/i.test(whole) || text[0] === undefined) return false;
  const parent = file.get(context).parent(text[0].at);
  const holder = parent === null ? undefined : (file.facts.values[parent] as Value);
  const beside = holder?.kind === "call" ? holder.args : holder?.kind === "object" ? holder.props.map((p) => p.value) : [];
  return beside.some((id) => /^(?:user(?:name)?|database)$/i.test(String((file.facts.values[id] as { value?: unknown }).value)));
}

function isSecret(secret: string, place: CredentialPlace): boolean {
  if (secret.trim() === "" || secret.includes(UNKNOWN) || PUBLIC.test(secret) || isPublishable(secret) || isPasswordHash(secret)) return false;
  // A weak key is one; in a header idle words ("Bearer test") open nothing.
  const use = place.by === "use" && place.form !== "header";
  const isGap = isPlaceholder(secret, { ...(place.name !== null && { name: place.name }), use });
  if (place.counts === "any" || place.form !== "key") return !isGap;
  const kind = place.name === null ? null : credentialName(place.name);
  if (kind === "password" && isPassword(secret, place.name as string) && (!isGap || /^\d+$/.test(secret))) return true;
  if ((kind === "key" || kind === "secret") && !isGap && /^\d{10,}$/.test(secret)) return true;
  return !isGap && (credentialValue(secret) || isPhrase(secret));
}

/** What only a password would look like where the name says that it is one: figures, or letters of both cases with figures. */
function isPassword(text: string, name: string): boolean {
  if (/^\d{4,12}$/.test(text)) return new Set(text).size > 1;
  if (!/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[^\s()[\]{}<>/\\:,]{6,40}$/.test(text) || /^\w+(?:\.\w+)+$/.test(text)) return false;
  return !/^(?:sha|md\d|aes|bcrypt|argon|scrypt|pbkdf)/i.test(text) && lettersOf(text) !== lettersOf(name);
}

/** "Tx7-carrier-Pg2": letters of both cases and two figures, and no word that a name of something would have. */
function isPhrase(text: string): boolean {
  return /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d.*[^\d].*\d)[A-Za-z0-9!@#$%^&*_+=-]{12,64}$/.test(text) && !/token|key|auth|secret|pass|header|version|type|name|\bv\d|\d{4}-\d\d/i.test(text);
}

const lettersOf = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, "");
