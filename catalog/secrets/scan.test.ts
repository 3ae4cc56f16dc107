import { expect, test } from "vitest";
import { formats } from "./formats.js";
import { providerSecrets } from "./scan.js";
import { connectionSecret, credentialName, credentialValue, isPlaceholder } from "./text.js";
import { seeded, token } from "./token.test.js";

const random = seeded(17);
const github = token("ghp_{36w}", random);
const ids = (text: string, name?: string): string[] => providerSecrets(text, name).map((found) => found.format);

test("stands anywhere in a text, more than once, and never gives the value", () => {
  const other = token("AKIA{16s}", random);
  const text = `export A=${github}\nB="${other}"`;
  const found = providerSecrets(text);
  expect(found.map(({ format, start, end }) => [format, text.slice(start, end)])).toEqual([["github-token", github], ["aws-access-key-id", other]]);
  expect(JSON.stringify(found)).not.toContain(github.slice(6));
  expect(ids(`Bearer ${github}`)).toEqual(["github-token"]);
  expect(ids(`https://${github}@github.com/a/b.git`)).toEqual(["github-token"]);
  expect(ids(String.raw`A=1\n${github}\nC=2`)).toEqual(["github-token"]);
});

test.each([
  ["a longer identifier", `my${github}`], ["a longer one behind", `${github}X`], ["an underscore before", `x_${github}`], ["too short", github.slice(0, -1)],
  ["filled with x", `ghp_${"x".repeat(36)}`], ["filled with a period", `ghp_${"abcd".repeat(9)}`], ["counted", `ghp_${"1234567890".repeat(4).slice(0, 36)}`], ["an example", `AKIAIOSFODNN7${"EXAMPLE"}`],
  ["the manual's Stripe key", ["sk_test", "4eC39HqLyjWDarjtT1zdP7dc"].join("_")], ["says that it is none", `sk_live_${"your_api_key_here".replaceAll("_", "")}12`],
])("%s is none", (_, text) => {
  expect(ids(text)).toEqual([]);
});

test.each([
  "./modules/users/users.service.js", "The user could not be found in the database", "0123456789abcdef0123456789abcdef", "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk", "@nestjs/typeorm/decorators/injectRepository",
  "sk-estimator-with-a-long-class-name-for-css", "task-sk-loader-animation-container-wide", "550e8400-e29b-41d4-a716-446655440000", "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
  "pk-button-primary-large-rounded-outline", "https://hooks.slack.com/services/", "xoxb-your-token", "eyJhbGciOiJIUzI1NiJ9", "-----BEGIN PRIVATE KEY-----", "SG.", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  "GOOGLE_APPLICATION_CREDENTIALS_JSON", "access_token$production$", "key-value-store-with-32-characters-here", "secret_manager_client_configuration_value", "live_reload_development_server_enabled", "re_export_named_declaration_visitor",
])("%s holds none", (text) => {
  expect(ids(text)).toEqual([]);
  expect(ids(text, "value")).toEqual([]);
});

test("a hash is a key only under a name that says whose, and that it opens something", () => {
  const hash = token("{40h}", random);
  expect(ids(hash, "SENTRY_RELEASE")).toEqual([]);
  expect(ids(hash, "datadogVersionHash")).toEqual([]);
  expect(ids(hash, "DATADOG_APP_KEY")).toEqual(["datadog-key"]);
  expect(ids(hash, "datadog.appKey")).toEqual(["datadog-key"]);
});

/** A second is far more than any of them needs, and far less than backtracking would take. */
test("no text makes a pattern run away", () => {
  const from = performance.now();
  for (const format of formats) {
    for (const start of [...(format.starts ?? []), ...(format.holds ?? [])]) {
      for (const fill of ["a", "A1", "-", "a.", "\n", "=", start]) providerSecrets(`${start}${fill.repeat(4000 / fill.length)}\u0001`, format.id);
    }
  }
  for (const text of ["a".repeat(4000), "a1".repeat(2000), "a-".repeat(2000), "my".repeat(2000), `postgres://${":@".repeat(2000)}`, "://".repeat(1300), "a=".repeat(2000), ";password=".repeat(400), `${"secret-".repeat(500)}!`, "[".repeat(3000), "<".repeat(3000), "x:y@".repeat(900)]) {
    credentialValue(text);
    isPlaceholder(text);
    connectionSecret(text);
    credentialName(text.slice(0, 80));
  }
  expect(performance.now() - from).toBeLessThan(10_000);
});
