import type { Library } from "./library.js";
import { under } from "./names.js";
import { at } from "./places.js";

const SERVICES = ["compute", "storage", "database", "dns", "cdn", "network", "loadbalancer", "blockstorage", "orchestration"];

/** Who may enter, and as whom a cloud is entered, where the client has no file of its own here. */
export default {
  name: "logins",
  packages: ["aws-sdk", "basic-auth-connect", "express-basic-auth", "node-jose", "digitalocean", "ms-rest-azure", "pkgcloud"],
  docs: "https://docs.aws.amazon.com/AWSJavaScriptSDK/latest/AWS/Config.html",
  credentials: [
    { calls: ["aws-sdk:config.update", "aws-sdk:Config", "aws-sdk:Config().update", "aws-sdk:Credentials"], places: at(0, "secretAccessKey", "sessionToken"), what: "client secret" },
    { calls: ["aws-sdk:Credentials"], places: at(1, ""), what: "client secret" },
    { calls: ["basic-auth-connect:"], places: at(1, ""), what: "password" },
    { calls: ["express-basic-auth:"], places: at(0, "users.*"), what: "password" },
    { calls: ["node-jose:JWK.asKey"], places: at(0, ""), what: "signing key" },
    { calls: ["digitalocean:client"], places: at(0, ""), what: "token" },
    { calls: under(["ms-rest-azure:"], ["loginWithUsernamePassword", "loginWithServicePrincipalSecret"]), places: at(1, ""), what: "password" },
    { calls: SERVICES.flatMap((name) => [`pkgcloud:${name}.createClient`, `pkgcloud:providers.*.${name}.createClient`]), places: at(0, "password", "apiKey", "key", "storageAccessKey", "token"), what: "client secret" },
  ],
} satisfies Library;
