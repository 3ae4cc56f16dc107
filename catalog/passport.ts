import type { Library } from "./library.js";
import { at } from "./places.js";

export default {
  name: "passport",
  packages: ["passport-*", "@nestjs/passport"],
  docs: "https://www.passportjs.org/packages/",
  credentials: [
    {
      // Nest: `super({ clientSecret })` in a class that extends `PassportStrategy(Strategy)`.
      calls: ["passport-*:Strategy", "passport-*:OAuth2Strategy", "passport-*:OAuthStrategy", "passport-*:", "@nestjs/passport:PassportStrategy()"],
      places: at(0, "clientSecret", "consumerSecret", "apiKey", "privateKey", "privateKeyString", "bindCredentials", "server.bindCredentials"),
      what: "client secret",
    },
  ],
} satisfies Library;
