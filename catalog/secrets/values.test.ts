import { expect, test } from "vitest";
import { credentialValue, isPlaceholder } from "./text.js";
import { seeded, token } from "./token.test.js";

const LEAKS = [
  "Sup3rS3cret!2021", "hunter22", "p@ssw0rd", "a8f5f167f44f4964e6c998dee827110c", "my-jwt-secret-key-2020", "qwerty123", "dGhpc2lzYXZlcnlsb25nc2VjcmV0", "s3cr3t!", "admin123", "keyboard cat",
  "secret123", "Passw0rd!", "P@ssw0rd123", "password1", "letmein", "super-secret-key", "my-secret", "supersecret", "Bearer 8f14e45fceea167a5a36dedd4bea2543", "Basic YWRtaW46aHVudGVyMjI=",
  "x7Kq9LmP2vR4tY8w", "aB3dE5fG7hJ9", "kLmNoPqRsTuVwXyZaQcDeFgH", "sk-live-99aabb", "Welcome1", "Tr0ub4dor&3", "correct-horse-77-secret", "f3a9-77bc-01de-99aa", "!QAZ2wsx", "0a1b2c3d4e5f",
  "dev_password_01", "Zm9vYmFyMTIzNDU2Nzg5MA==", "abcDEF123456", "root1234", "Acme2021", "postgres://app:hunter22@db.internal/app", "test_secret_99", "hardcodedToken", "secret-hard-coded",  "9d#Kq!27", "slurmCl4ssic", "0Y8rMnww$*9V§59-!F", "shhhh",
];
test.each(LEAKS)("%s is of the kind that opens something", (value) => {
  expect(credentialValue(value)).toBe(true);
  expect(isPlaceholder(value, { use: true })).toBe(false);
});

const NAMES = [
  "password", "Passwort", "Enter your password", "auth.password.required", "/api/v1/token", "./secrets/key.pem", "https://api.example.com/oauth2/token", "API_KEY", "accessToken", "user_password", "X-Api-Key",
  "x-access-token", "application/json", "application/vnd.api.v2+json", "2021-03-04", "2021-03-04T10:00:00Z", "550e8400-e29b-41d4-a716-446655440000",
  "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy", "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "${SECRET}", "{{token}}", "#ff00aa", "rgba(0,0,0,0.5)",
  "SELECT * FROM users WHERE id = $1", "JWT_SECRET", "^[a-z0-9]+$", String.raw`/^\d{4}$/`, "oauth2", "sha256", "RS256", "aes-256-gcm", "aes-256-cbc", "argon2id", "base64url", "refresh-token-v2", "api-key-1",
  "user1", "field1", "api-key-123", "token12", "Bearer token-1", "Basic dGVzdC1rZXk=", "Invalid token!", "localhost:6379", "127.0.0.1", "1.2.3-beta.4", "15m", "86400s", "3600000", "jwt.config.ts", "id_rsa.pem", "us-east-1", "eu-west-2", "claude-3-5-sonnet-20241022",
  "lodash-4.17.21", "admin@example.com", "auth0|provider", "oauth2-token", "users.e401.message", "bearer", "Bearer token", "Bearer <token>", "your-api-key", "changeme", "changeit", "hardcoded", "V2dhaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "xxxxxxxx", "client_credentials",
  "urn:ietf:params:oauth:grant-type:jwt-bearer", "authorization_code", "https", "errors.password.min8", "PASSWORD_TOO_WEAK_2", "s3:GetObject", "step1Token", "useStep2Token", "http://localhost:3000", "?token=abc",
  "a=b&c=d", "id,name,token2", "%s:%s", ":token", "Password123 is too weak", "next-auth.session-token", "process.env.SECRET", "AWS4-HMAC-SHA256", "HS512", "x-amz-security-token", "@nestjs/jwt", "node:crypto",
  "passport-jwt", "*.key", "user:{id}:token2", "Ungültiges Passwort 12", "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf", "",
];
test.each(NAMES)("%s is of the kind that names something", (value) => {
  expect(credentialValue(value)).toBe(false);
});

test("random keys are taken, whatever their alphabet", () => {
  const random = seeded(3);
  for (const spec of ["{32h}", "{40h}", "{64h}", "{20w}", "{32w}", "{64w}", "{43b}=", "{86b}==", "{32z}", "{16U}"]) {
    const missed = Array.from({ length: 200 }, () => token(spec, random)).filter((value) => !credentialValue(value));
    expect(missed.length, `${spec} ${missed[0]}`).toBeLessThanOrEqual(2);
  }
});

test("a publishable key is none", () => {
  expect(credentialValue(token("pk_live_{24w}", seeded(1)))).toBe(false);
  // Counted up, it is an example of one that is shown all the same.
  expect(credentialValue(["pk", "live", "51H8xQwGkLmNoPqRsTuVwXyZ0123456789"].join("_"))).toBe(false);
});

const PLACEHOLDERS = [
  "changeme", "change-me", "CHANGE_THIS", "change-me-please", "your-api-key", "YOUR_API_KEY", "yourSecret", "<token>", "xxxx", "XXXX-XXXX", "***", "TODO", "TODO: set", "example", "${VAR}", "{{x}}", "aaaaaaa",
  `AKIAIOSFODNN7${"EXAMPLE"}`, "", "   ", "replace-me", "insert-key-here", "placeholder", "REDACTED", "sk-...", "<your-key>", "[API_KEY]", "%TOKEN%", "$TOKEN", "not-set", "NO-DEFINED", "not_configured", "enter your key", "null",
  "undefined", "your_secret_here", "__SECRET__", "dummy", "Bearer <token>", "Bearer ", "TBD", `sk_live_${"x".repeat(12)}`, "00000000", "put-your-token-here", "n/a", "-----", "……", "sk-proj-", "Api key not found", "not found", "Token is missing",
];
test.each(PLACEHOLDERS)("%j asks to be replaced, even in a use", (value) => {
  expect(isPlaceholder(value, { use: true })).toBe(true);
  expect(isPlaceholder(value)).toBe(true);
});

const WEAK = [
  "secret123", "hunter22", "shhh", "shhhhh", "s3cr3t!", "admin123", "keyboard cat", "dev-secret", "secret", "password", "test", "my-secret", "supersecret", "123456", "qwerty", "hello world", "super-secret-key",
  "postgres", "root", "admin", "guest", "abc123", "jwt", "key", "token", "foobar", "letmein", "password123", "mysecretkey", "test-secret", "toor", "found it", "my dog is missing him",
];
test.each(WEAK)("%s is weak, and real in a use", (value) => {
  expect(isPlaceholder(value, { use: true })).toBe(false);
});

test.each(["password", "secret", "token", "api-key", "test", "fake-token", "123456", "12345678", "foo", "mock", "my-api-key", "test-secret"])("%s means nothing outside a use", (value) => {
  expect(isPlaceholder(value)).toBe(true);
});

test.each([
  ["PROPERTY_API_KEY", "API_KEY"], ["apiKey", "API_KEY"], ["apiKey", "apiKey"], ["jwtSecret", "jwt-secret"], ["JWT_SECRET", "JWT_SECRET"], ["password", "password"], ["ACCESS_TOKEN", "access_token"], ["clientSecret", "CLIENT_SECRET"],
  ["SETTING_SMTP_PASSWORD", "smtp.password"],
])("%s = %j names itself", (name, value) => {
  expect(isPlaceholder(value, { name })).toBe(true);
});

test("in a use only a name of several words names itself", () => {
  expect(isPlaceholder("API_KEY", { name: "apiKey", use: true })).toBe(true);
  expect(isPlaceholder("password", { name: "password", use: true })).toBe(false);
  expect(isPlaceholder("secret", { name: "jwtSecret", use: true })).toBe(false);
  expect(isPlaceholder("a", { use: true })).toBe(false);
  expect(isPlaceholder("x", { use: true })).toBe(true);
  expect(isPlaceholder("a")).toBe(true);
  expect(isPlaceholder("hunter22", { name: "password" })).toBe(false);
});
