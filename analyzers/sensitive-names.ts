import { credentialName, words } from "../catalog/secrets/names.js";

/** Identifies a person or pays for something, whoever reads it. */
const PERSONAL = /^(?:card|cards|credit ?card|debit ?card|(?:credit |debit |bank )?card (?:number|no|num|pan)|card ?number|pan|cvv2?|cvc2?|cv2|security code|iban|account number|routing number|ssn|social security(?: number)?|national id|tax id|passport(?: number)?|pin|pin code|otp|totp|one time password|mfa code|verification code|recovery codes?|seed phrase|mnemonic|private key|cookies?|set cookie|authorization|proxy authorization|connect sid)$/;
/** Says that the secret itself is not in it: `tokenCount`, `hasPassword`, `passwordHash`, `cookieName`. */
const SAYS_LESS = /(?:count|length|size|type|name|id|hash|hashed|hint|masked|redacted|expiry|expires|expires in|expires at|ttl|age|max age|valid|present|status|version|url|uri|path|policy|scope|used|usage|last4|last four|brand|prefix|fingerprint|kind|set|limit)$/;
/** Says where it is kept, what was done to it, or that everybody may have it: the half of a pair that an authorization header names the sender by. */
const HIDDEN = /^(?:encrypted|crypted|hashed|masked|redacted|obfuscated|censored|truncated)\b|^(?:public|publishable) key$|(?:filename|file name|file|path|dir|directory)$/;

/** `resetPasswordToken`: for what it is good, and no question or deed. */
const FOR_ONE_USE = /^(?:reset|forgot|change|verify)\b.*\btoken$/;

export const saysHidden = (name: string): boolean => HIDDEN.test(words(name).join(" "));

/** "a password", "card data": what a name says that it holds. null: nothing that must not be shown. */
export function sensitiveName(name: string): string | null {
  // As express and its like spell it; other sessions are rows, visits and checkouts.
  if (name === "sessionID") return "a session";
  const spelled = words(name.replace(/^#/, "")).join(" ");
  if (spelled === "" || HIDDEN.test(spelled) || (SAYS_LESS.test(spelled) && !PERSONAL.test(spelled))) return null;
  if (FOR_ONE_USE.test(spelled)) return "a token";
  if (/^(?:is|has|no|should|can|needs|with|without|missing|invalid|reset|forgot|change|verify|check|validate|get|set|create|update|delete)\b/.test(spelled)) return null;
  const kind = credentialName(name);
  if (kind !== null) return kind === "auth" ? "credentials" : kind === "key" ? "a key" : `a ${kind}`;
  if (!PERSONAL.test(spelled)) return null;
  if (/card|pan|cv|security code/.test(spelled)) return "card data";
  if (/cookie/.test(spelled)) return "a cookie";
  if (/authorization/.test(spelled)) return "credentials";
  if (/session/.test(spelled)) return "a session";
  return /pin|otp|code|phrase|mnemonic|password|key/.test(spelled) ? "a credential" : "personal data";
}
