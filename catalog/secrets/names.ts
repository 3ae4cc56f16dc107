export type CredentialKind = "password" | "secret" | "token" | "key" | "auth";

const set = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

const PASSWORDS = set("password passwords passwd pwd pw passphrase passcode userpassword dbpassword mypassword");
const SECRETS = set("secret secrets pepper");
const TOKENS = set("token pat jwt bearer");
const AUTHS = set("auth authorization credential credentials creds basicauth");

/** "pass" is also a verb and a ticket; only these make it a password. */
const PASS_OF = set(`db database smtp mail mailer email user admin root mysql mariadb pg postgres postgresql mongo mongodb redis ftp sftp ssh auth login
  rabbit rabbitmq mq amqp mqtt basic proxy http api account my app imap ldap default test dev prod master service sa jenkins registry`);

/** Most keys open nothing (cache keys, sort keys, i18n keys), so a key is one only with a word that says what it opens, or whose it is. */
const KEY_OF = set(`api access private priv secret signing sign signature encryption encrypt decryption decrypt crypto cipher hmac aes rsa des jwt jws jwe jwk auth authentication
  authorization master service server account admin deploy ssh pgp gpg webhook subscription bearer preshared security role session cookie license licence consumer token
  app application client root shared sas pass project bot ecdsa ed25519 wallet vapid ingest ingestion integration
  stripe openai anthropic claude gemini mistral cohere groq sendgrid mailgun mailchimp postmark resend brevo sendinblue twilio google firebase maps aws gcp azure
  algolia sentry datadog newrelic segment mixpanel amplitude posthog github gitlab slack discord telegram shopify square paypal braintree razorpay
  paystack flutterwave cloudinary cloudflare supabase airtable notion hubspot intercom zendesk pusher ably clerk auth0 okta replicate huggingface pinecone
  weather openweather tmdb newsapi rapidapi giphy unsplash pexels alchemy infura etherscan moralis binance coinbase kraken kucoin plaid dwolla recaptcha captcha hcaptcha turnstile`);

/** Beside these a key or token opens nothing, whatever else the name says. */
const HARMLESS = set(`non without public publishable pub primary foreign cache queue lock shard sort partition idempotency idempotent i18n translation translate message label locale lang object map lookup
  routing feature flag row unique composite index group event error metadata reflect decorator topology affinity column field header param parameter query prop property state context injection inject di provider
  page next continuation cursor sync pagination cancel cancellation abort design site anon type kind max min num total count prompt completion input output hash hashed hint
  placeholder template format first per latency deduplication dedup dedupe version`);

/** Whose write keys stand in every page and app that sends events: they read nothing. */
const SENT_BY_CLIENTS = set(`segment segments rudder rudderstack analytics jitsu`);

/** Their keys stand in apps and pages; what opens something of them says so: `amplitudeSecretKey`. */
const OF_CLIENTS = set(`amplitude mixpanel posthog firebase`);
const OPENS = set(`secret private server personal admin service access auth signing`);

/** What is done about a credential is none: resetPassword is a route, a message or a function. */
const ABOUT = set(`get set reset forgot forgotten change changed update updated show hide toggle has is are can should needs need require requires required allow allowed enable enabled disable disabled
  validate check compare generate create created make build parse extract find fetch remove delete clear revoke revoked rotate use with without no missing invalid wrong incorrect expired expires bad weak insecure
  empty optional ignore mask masked redact redacted send on handle lost strip enter confirm confirmation repeat retype verified unknown duplicate via by from to retrieve recover recovery
  decode save load register i18n translate`);

/** Says where or how the credential is kept; what it is stands before. */
const TRAILING = set(`value values string str default prod production dev development test testing staging stage local live sandbox demo raw plain plaintext clear cleartext base64 b64 hex pem
  old new current previous fallback env literal constant const data bytes buffer v1 v2 v3`);

const JOINED = /^(api|access|secret|private|priv|auth|client|jwt|db|user|admin|refresh|bearer|session|signing|encryption|master|my|app|service|root|mysql|pg|postgres|mongo|redis|smtp|mail|email|ftp|ssh|basic|public|bot|web|csrf|xsrf|cookie|webhook|hash|id|login|consumer|shared|default|test)(api)?(key|keys|token|secret|password|passwd|pwd|pass|auth)$/;
const ODD_CASE = /^[A-Z]{2}[A-Za-z]*[a-z]/;
const KEYED = /^(.*?)(key)$/;

/** camelCase, snake_case, kebab-case and dotted names, in lower-case words: `dbPassword2` is db, password, 2. */
export function words(name: string): string[] {
  // "PASSword": whoever writes one word so means one.
  if (ODD_CASE.test(name) && (PASSWORDS.has(name.toLowerCase()) || SECRETS.has(name.toLowerCase()))) return [name.toLowerCase()];
  const found = name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? [];
  const split: string[] = [];
  for (const word of found) {
    const lower = word.toLowerCase();
    const joined = JOINED.exec(lower);
    if (joined) split.push(...joined.slice(1).filter((part): part is string => part !== undefined));
    else split.push(lower);
  }
  return split;
}

/** i18n, b64 and v2 are one word each, though letters and digits part. */
const rejoin = (list: string[]): string[] => {
  const out: string[] = [];
  for (let at = 0; at < list.length; at++) {
    const [word = "", next = "", after = ""] = list.slice(at, at + 3);
    if (word === "i" && next === "18" && after === "n") { out.push("i18n"); at += 2; }
    else if ((word === "base" || word === "b") && next === "64") { out.push("base64"); at++; }
    else if (word === "ed" && next === "25519") { out.push("ed25519"); at++; }
    else if (word === "auth" && next === "0") { out.push("auth0"); at++; }
    else out.push(word);
  }
  return out;
};

const digits = /^\d+$/;
/** A name without any of these letters needs no splitting: nearly every name of a program. */
const MAYBE = /pass|pwd|pw\b|pw[_A-Z]|secret|token|key|auth|cred|jwt|bearer|pepper|[_-]pat\b|Pat$|_pw/i;

const cache = new Map<string, CredentialKind | null>();

function judge(name: string): CredentialKind | null {
  if (/\s/.test(name)) return null;
  const all = rejoin(words(name));
  while (all.length > 1 && (TRAILING.has(all.at(-1)!) || digits.test(all.at(-1)!))) all.pop();
  // `tokenFromHeader` is a token, wherever it came from.
  if (all.length > 2 && all.at(-2) === "from") all.splice(-2);
  else if (all.length > 1 && all.at(-1) === "from") all.pop();
  const head = all.at(-1);
  if (head === undefined) return null;
  const before = all.slice(0, -1);
  if (before[0] !== undefined && ABOUT.has(before[0])) return null;
  if (before.some((word) => word === "invalid" || word === "reset" || word === "forgot" || word === "missing" || word === "incorrect" || word === "expired" || word === "mock" || word === "fake" || word === "dummy" || word === "insecure" || word === "skip" || word === "without")) return null;
  if (PASSWORDS.has(head)) return before.at(-1) === "hashed" || before.at(-1) === "encrypted" || before.at(-1) === "hash" ? null : "password";
  if (head === "pass") return before.length === 0 || PASS_OF.has(before.at(-1)!) ? "password" : null;
  if (SECRETS.has(head)) return before.at(-1) === "hashed" || before.at(-1) === "encrypted" ? null : "secret";
  if ((head === "key" || head === "token") && before.some((word) => OF_CLIENTS.has(word)) && !before.some((word) => OPENS.has(word))) return null;
  if (TOKENS.has(head)) {
    if (head === "pat" && before.length === 0) return null;
    return before.some((word) => HARMLESS.has(word) && word !== "site") || before.at(-1) === "csrf" || before.at(-1) === "xsrf" ? null : "token";
  }
  if (head === "tokens" || head === "jwts") return before.some((word) => word === "access" || word === "auth" || word === "api" || word === "refresh" || word === "bearer") && !before.some((word) => HARMLESS.has(word) || word === "limit") ? "token" : null;
  if (AUTHS.has(head)) return before.some((word) => HARMLESS.has(word)) ? null : "auth";
  if (head === "key" && before.at(-1) === "write" && before.some((word) => SENT_BY_CLIENTS.has(word))) return null;
  if (head === "key" || head === "keys") return before.some((word) => KEY_OF.has(word)) && !before.some((word) => HARMLESS.has(word)) ? "key" : null;
  const keyed = KEYED.exec(head);
  return keyed !== null && KEY_OF.has(keyed[1] ?? "") && !HARMLESS.has(keyed[1] ?? "") ? "key" : null;
}

/** What a variable, property or parameter of this name would hold, if it is a credential. The last word decides: `tokenUrl` is a URL, `passwordHash` a hash. */
export function credentialName(name: string): CredentialKind | null {
  if (name.length < 2 || name.length > 80 || !MAYBE.test(name)) return null;
  const known = cache.get(name);
  if (known !== undefined) return known;
  const kind = judge(name);
  if (cache.size > 20_000) cache.clear();
  cache.set(name, kind);
  return kind;
}
