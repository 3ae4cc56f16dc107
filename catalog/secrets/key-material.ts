import type { SecretFormat } from "./format.js";

const decode = (part: string): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
};

/** John Doe, subject 1234567890, is the token of every manual. */
const isSample = (payload: Record<string, unknown>): boolean => payload["sub"] === "1234567890" && (payload["iat"] === 1516239022 || payload["name"] === "John Doe");
const jwt = (wanted: (payload: Record<string, unknown>) => boolean) => (match: string): boolean => {
  const [header = "", body = ""] = match.split(".");
  const head = decode(header);
  if (typeof head?.["alg"] !== "string") return false;
  // An encrypted token has no payload to read.
  const payload = decode(body) ?? {};
  return !isSample(payload) && wanted(payload);
};
const isAnon = (payload: Record<string, unknown>): boolean => payload["role"] === "anon" && (payload["iss"] === "supabase" || payload["iss"] === "supabase-demo" || "ref" in payload);
const isSupabase = (payload: Record<string, unknown>): boolean => payload["role"] === "service_role" && !isAnon(payload);
const JWT = /ey[A-Za-z0-9_-]{10,2000}\.(?:ey[A-Za-z0-9_-]{10,}|[A-Za-z0-9_-]*\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,})\.[A-Za-z0-9_-]{16,}/;

/** A header line alone is what code compares with; a key has a body. `\n` may be a line break or the two characters of an escaped one, and in the text of a program each line is a text. */
const pem = (label: string): RegExp => new RegExp(String.raw`-----BEGIN ${label}-----(?=[^]{0,300}?[A-Za-z0-9+/=]{20})(?:[\sA-Za-z0-9+/=:,.()@<>*"'-]|\\[nrt]|\\\\n|\\u003d){40,}?(?:-----END ${label}-{4,5}|$)`);
/** With its end in sight a key is as long as keys are: of the shortest kind 64 characters, in OpenSSH's form, with the public half and its frame, over three hundred. */
const isWhole = (least: number) => (match: string): boolean => {
  const inside = /-----BEGIN [A-Z0-9 ]+-----([^]*)-----END /.exec(match)?.[1];
  return inside === undefined || (inside.replace(/\\+(?:u003d|[nrt])/g, "\n").match(/[A-Za-z0-9+/=]{8,}/g) ?? []).join("").length >= least;
};
const body = "[A-Za-z0-9+/=]{40,}";

export const keyMaterial: readonly SecretFormat[] = [
  { id: "private-key-rsa", provider: "PEM", starts: ["-----BEGIN RSA PRIVATE"], pattern: pem("RSA PRIVATE KEY"), accepts: isWhole(60) },
  { id: "private-key-ec", provider: "PEM", starts: ["-----BEGIN EC PRIVATE"], pattern: pem("EC PRIVATE KEY"), accepts: isWhole(60) },
  { id: "private-key-dsa", provider: "PEM", starts: ["-----BEGIN DSA PRIVATE"], pattern: pem("DSA PRIVATE KEY"), accepts: isWhole(60) },
  { id: "private-key-pkcs8", provider: "PEM", starts: ["-----BEGIN PRIVATE"], pattern: pem("PRIVATE KEY"), accepts: isWhole(60) },
  { id: "private-key-encrypted", provider: "PEM", starts: ["-----BEGIN ENCRYPTED"], pattern: pem("ENCRYPTED PRIVATE KEY"), accepts: isWhole(60) },
  { id: "private-key-openssh", provider: "OpenSSH", starts: ["-----BEGIN OPENSSH"], pattern: pem("OPENSSH PRIVATE KEY"), accepts: isWhole(200) },
  { id: "private-key-ssh2", provider: "SSH2", starts: ["---- BEGIN SSH2 ENC"], pattern: /---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----(?:[\sA-Za-z0-9+/=:"-]|\\[nr]){40,}/ },
  { id: "private-key-pgp", provider: "PGP", starts: ["-----BEGIN PGP PRIVATE"], pattern: pem("PGP PRIVATE KEY BLOCK"), accepts: isWhole(60) },
  { id: "private-key-putty", provider: "PuTTY", starts: ["PuTTY-User-Key-File-"], pattern: /PuTTY-User-Key-File-[23]: [a-z0-9@.-]{3,60}(?:[\sA-Za-z0-9+/=:.,@_-]|\\[nr]){0,8000}?Private-Lines: \d+(?:\s|\\[nr]){1,4}[A-Za-z0-9+/=]{16,}/ },
  { id: "private-key-der", provider: "PKCS", starts: ["MIICX", "MIICd", "MIIEo", "MIIEp", "MIIEv", "MIIJK", "MIIJJ", "MIIJQ", "MHcCAQEEI", "MIGkAgEBBD", "MIGHAgEAMBMGByqGSM49", "MIG2AgEAMBAGByqGSM49", "MC4CAQAwBQYDK2VwBCIEI"], pattern: new RegExp(`(?:MII[CEJ][A-Za-z0-9+/]{2}(?:IBAAK|ADAN)${body}|(?:MHcCAQEEI|MIGkAgEBBD|MIGHAgEAMBMGByqGSM49|MIG2AgEAMBAGByqGSM49|MC4CAQAwBQYDK2VwBCIEI)${body})`) },
  { id: "private-key-base64-pem", provider: "PEM", starts: ["LS0tLS1CRUdJTi"], pattern: new RegExp(`LS0tLS1CRUdJTi(?:BSU0EgUFJJVkFURS|BQUklWQVRFIEtFWS|BFQyBQUklWQVRFIE|BPUEVOU1NIIFBSSVZBVEUg|BFTkNSWVBURUQgUFJJVkFURS|BEU0EgUFJJVkFURS|BQR1AgUFJJVkFURS)${body}`) },
  { id: "private-jwk", provider: "JSON Web Key", holds: ['"d":"', '"d": "'], pattern: /"d": ?"[A-Za-z0-9_-]{32,700}"/ },
  { id: "age-secret-key", provider: "age", starts: ["AGE-SECRET-KEY-1"], pattern: /AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}/ },
  { id: "supabase-service-role", provider: "Supabase", starts: ["eyJ"], pattern: JWT, accepts: jwt(isSupabase) },
  { id: "supabase-anon", provider: "Supabase", starts: ["eyJ"], pattern: JWT, publishable: true, accepts: jwt(isAnon) },
  { id: "jwt", provider: "JSON Web Token", starts: ["ey"], pattern: JWT, accepts: jwt((payload) => !isAnon(payload)) },
];
