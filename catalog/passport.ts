import type { Library } from "./library.js";
import { at } from "./places.js";

const STRATEGIES = ["passport-*:Strategy", "passport-*:OAuth2Strategy", "passport-*:OAuthStrategy", "passport-*:"];

export default {
  name: "passport",
  packages: ["passport", "koa-passport", "passport-*", "@nestjs/passport"],
  docs: "https://www.passportjs.org/packages/",
  middleware: [
    // What a strategy asks of who comes in, and how a session becomes a user: on the way of each route that authenticates.
    { framework: "passport", role: "before", calls: STRATEGIES, handler: "last" },
    { framework: "passport", role: "before", calls: ["serializeUser", "deserializeUser"].flatMap((name) => [`passport:${name}`, `koa-passport:${name}`]), handler: 0 },
  ],
  credentials: [
    {
      // Nest: `super({ clientSecret })` in a class that extends `PassportStrategy(Strategy)`.
      calls: [...STRATEGIES, "@nestjs/passport:PassportStrategy()"],
      places: at(0, "clientSecret", "consumerSecret", "apiKey", "privateKey", "privateKeyString", "bindCredentials", "server.bindCredentials"),
      what: "client secret",
    },
  ],
} satisfies Library;
