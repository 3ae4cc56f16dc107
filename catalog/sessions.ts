import type { CredentialRow } from "./credential-row.js";
import type { Library } from "./library.js";
import { under } from "./names.js";
import { at } from "./places.js";

const key = (calls: readonly string[], places: CredentialRow["places"]): CredentialRow => ({ calls, places, what: "signing key" });
const plugin = (module: string, ...paths: readonly string[]): CredentialRow => ({ ...key(["fastify:().register"], at(1, ...paths)), when: { arg: 0, values: [`${module}:`] } });

export default {
  name: "sessions",
  packages: ["express-session", "cookie-session", "cookie-parser", "cookie-signature", "koa-session", "koa", "@fastify/session", "@fastify/cookie", "@fastify/secure-session", "iron-session", "csrf-csrf"],
  docs: "https://github.com/expressjs/session#secret",
  credentials: [
    key(["express-session:"], at(0, "secret")),
    key(["cookie-session:"], at(0, "secret", "keys")),
    key(["cookie-parser:"], at(0, "")),
    key(under(["cookie-parser:"], ["JSONCookie", "JSONCookies", "signedCookie", "signedCookies"]), at(1, "")),
    key(under(["cookie-signature:"], ["sign", "unsign"]), at(1, "")),
    plugin("@fastify/session", "secret"),
    plugin("@fastify/cookie", "secret"),
    plugin("@fastify/secure-session", "secret", "key"),
    { ...key(["iron-session:getIronSession"], [...at(1, "password"), ...at(2, "password")]), what: "cipher key" },
    { ...key(under(["iron-session:"], ["sealData", "unsealData"]), at(1, "password")), what: "cipher key" },
    key(["csrf-csrf:doubleCsrf"], at(0, "getSecret()")),
  ],
} satisfies Library;
