import { expect, test } from "vitest";
import { formats } from "./formats.js";
import { keyMaterial } from "./key-material.js";
import { isPublishable, providerSecrets } from "./text.js";
import { seeded, token } from "./token.test.js";

const random = seeded(11);
const lines = (count: number, end: string): string => Array.from({ length: count }, () => token("{64b}", random)).join(end);
const pem = (label: string, end = "\n"): string => `-----BEGIN ${label}-----${end}${lines(4, end)}${end}-----END ${label}-----`;
const ids = (text: string, name?: string): string[] => providerSecrets(text, name).map((found) => found.format);
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const jwt = (header: unknown, payload: unknown): string => `${part(header)}.${part(payload)}.${token("{43w}", random)}`;

const PEMS = [
  ["private-key-rsa", "RSA PRIVATE KEY"],
  ["private-key-ec", "EC PRIVATE KEY"],
  ["private-key-dsa", "DSA PRIVATE KEY"],
  ["private-key-pkcs8", "PRIVATE KEY"],
  ["private-key-encrypted", "ENCRYPTED PRIVATE KEY"],
  ["private-key-openssh", "OPENSSH PRIVATE KEY"],
  ["private-key-pgp", "PGP PRIVATE KEY BLOCK"],
] as const;

test.each(PEMS)("%s", (id, label) => {
  for (const end of ["\n", "\r\n", String.raw`\n`, String.raw`\\n`, ""]) {
    const text = pem(label, end);
    expect(providerSecrets(text)).toEqual([{ format: id, provider: keyMaterial.find((row) => row.id === id)!.provider, start: 0, end: text.length }]);
    expect(ids(`{"type":"service_account","private_key":"${text}${end}"}`)).toEqual([id]);
  }
  expect(ids(`-----BEGIN ${label}-----`)).toEqual([]);
  expect(ids(`-----BEGIN ${label}-----\n...\n-----END ${label}-----`)).toEqual([]);
  expect(ids(`-----BEGIN ${label}-----\nMIIE your key here\n-----END ${label}-----`)).toEqual([]);
  expect(ids(`-----BEGIN ${label}-----\n${"x".repeat(64)}\n-----END ${label}-----`)).toEqual([]);
});

test("a key whose headers come before the body, and one that the literal cuts off", () => {
  expect(ids(`-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,${token("{32H}", random)}\n\n${lines(3, "\n")}\n-----END RSA PRIVATE KEY-----\n`)).toEqual(["private-key-rsa"]);
  expect(ids(`-----BEGIN RSA PRIVATE KEY-----\n${lines(2, "\n")}`)).toEqual(["private-key-rsa"]);
});

test("the frame of a key with too little in it for one, as tests of a scanner have it", () => {
  expect(ids(`-----BEGIN OPENSSH PRIVATE KEY-----\n${token("{44w}", random)}\n-----END OPENSSH PRIVATE KEY-----`)).toEqual([]);
  expect(ids(String.raw`-----BEGIN PRIVATE KEY-----\n${token("{40w}", random)}\n-----END PRIVATE KEY-----`)).toEqual([]);
  expect(ids(`-----BEGIN PRIVATE KEY-----\n${token("{64w}", random)}\n-----END PRIVATE KEY-----`)).toEqual(["private-key-pkcs8"]);
});

test("public keys and certificates are none", () => {
  for (const label of ["PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE", "CERTIFICATE REQUEST", "PGP PUBLIC KEY BLOCK", "SSH2 PUBLIC KEY"]) expect(ids(pem(label))).toEqual([]);
  expect(ids(`ssh-rsa AAAAB3NzaC1yc2E${token("{300w}", random)} me@host`)).toEqual([]);
});

const OTHERS: readonly (readonly [string, string, string])[] = [
  ["private-key-ssh2", token("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----{n}{64w}{n}{64w}", random), "---- BEGIN SSH2 PUBLIC KEY ----"],
  ["private-key-putty", token("PuTTY-User-Key-File-2: ssh-rsa{n}Encryption: none{n}Comment: a{n}Public-Lines: 1{n}{64w}{n}Private-Lines: 1{n}{64w}", random), "PuTTY-User-Key-File-2: ssh-rsa"],
  ["private-key-der", token("MIIEpAIBAAK{200w}", random), token("MIIBIjANBgkqhkiG{200w}", random)],
  ["private-key-base64-pem", token("LS0tLS1CRUdJTiBSU0EgUFJJVkFURS{200w}", random), token("LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS{200w}", random)],
  ["private-jwk", token(`{"kty":"EC","crv":"P-256","d":"{43w}"}`, random), token(`{"kty":"EC","crv":"P-256","x":"{43w}"}`, random)],
  ["age-secret-key", token("AGE-SECRET-KEY-1{58e}", random), token("age1{58l}", random)],
  ["supabase-service-role", jwt({ alg: "HS256", typ: "JWT" }, { iss: "supabase", ref: "abcdefgh", role: "service_role", iat: 1 }), jwt({ alg: "HS256", typ: "JWT" }, { iss: "supabase", ref: "abcdefgh", role: "anon", iat: 1 })],
  ["jwt", jwt({ alg: "RS256", typ: "JWT" }, { sub: "u-17", role: "admin" }), jwt({ typ: "JWT" }, { sub: "u-17", role: "admin" })],
];
test.each(OTHERS)("%s", (id, text, near) => {
  expect(ids(text)).toEqual([id]);
  expect(ids(`secret ${text}`)).toEqual([id]);
  expect(ids(near)).toEqual([]);
  expect(ids(text.slice(0, 20))).toEqual([]);
});

test("a token for everybody, a token of the manual and an unsigned one", () => {
  const anon = jwt({ alg: "HS256", typ: "JWT" }, { iss: "supabase", ref: "abcdefgh", role: "anon", iat: 1, exp: 2 });
  expect(isPublishable(anon)).toBe(true);
  expect(ids(anon)).toEqual([]);
  expect(ids(jwt({ alg: "HS256", typ: "JWT" }, { sub: "1234567890", name: "John Doe", iat: 1516239022 }))).toEqual([]);
  expect(ids(`${part({ alg: "none" })}.${part({ sub: "someone" })}.`)).toEqual([]);
});

test("every format of key material is here", () => {
  expect([...PEMS.map(([id]) => id), ...OTHERS.map(([id]) => id), "supabase-anon"].toSorted()).toEqual(keyMaterial.map((row) => row.id).toSorted());
});

test("rows are whole: unique names, prefilters of two characters, no boundary or flag of their own", () => {
  expect(new Set(formats.map((row) => row.id)).size).toBe(formats.length);
  for (const row of formats) {
    expect(row.id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    expect(row.starts ?? row.holds ?? row.needsName, row.id).toBeDefined();
    for (const start of row.starts ?? []) expect(start.length, row.id).toBeGreaterThanOrEqual(2);
    expect(row.pattern.flags.replace("i", ""), row.id).toBe("");
    expect(row.pattern.source, row.id).not.toMatch(/^\^|\\b|[^\\]\$$|\.\*/);
  }
});
