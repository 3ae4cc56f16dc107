import type { CredentialRow } from "./credential-row.js";
import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, orFactory } from "./places.js";

const key = (calls: readonly string[], places: CredentialRow["places"]): CredentialRow => ({ calls, places, what: "signing key" });
const NEST = under(["@nestjs/jwt:JwtModule"], ["register", "registerAsync"]);
const SIGNERS = ["SignJWT", "EncryptJWT", "CompactSign", "FlattenedSign", "GeneralSign", "CompactEncrypt"];

export default {
  name: "jwt",
  packages: ["jsonwebtoken", "jose", "@nestjs/jwt", "@nestjs/passport", "passport-jwt", "express-jwt", "koa-jwt", "@fastify/jwt", "fast-jwt", "jwt-simple", "hono/jwt"],
  docs: "https://github.com/auth0/node-jsonwebtoken#usage",
  instances: SIGNERS.map((name) => ({ is: `jose:${name}()`, also: [`jose:${name}().*()`] })),
  credentials: [
    key(under(["jsonwebtoken:"], ["sign", "verify"]), at(1, "", "key", "passphrase")),
    // The key is bytes: the literal stands in `new TextEncoder().encode("…")` or `Buffer.from("…")`.
    key(under(["jose:"], ["jwtVerify", "jwtDecrypt", "compactVerify", "flattenedVerify", "generalVerify", "compactDecrypt"]), at(1, "")),
    key([...under(["jose:SignJWT()", "jose:CompactSign()", "jose:FlattenedSign()"], ["sign"]), ...under(["jose:EncryptJWT()", "jose:CompactEncrypt()"], ["encrypt"])], at(0, "")),
    // Version 1 and 2.
    key(under(["jose:JWT"], ["sign", "verify"]), at(1, "")),
    key(["jose:JWK.asKey"], at(0, "")),
    key(NEST, at(0, ...orFactory("secret", "privateKey", "secretOrPrivateKey"))),
    key(under(["@nestjs/jwt:JwtService()"], ["sign", "signAsync", "verify", "verifyAsync"]), at(1, "secret", "privateKey")),
    key(["@nestjs/jwt:JwtService"], at(0, "secret", "privateKey")),
    // Nest: `super({ secretOrKey })` in a class that extends `PassportStrategy(Strategy)`.
    key(["passport-jwt:Strategy", "@nestjs/passport:PassportStrategy()"], at(0, "secretOrKey")),
    key(["express-jwt:expressjwt", "express-jwt:", "koa-jwt:"], at(0, "secret")),
    { ...key(["fastify:().register"], at(1, "secret", "secret.private")), when: { arg: 0, values: ["@fastify/jwt:", "@fastify/jwt:fastifyJwt"] } },
    key(under(["fast-jwt:"], ["createSigner", "createVerifier"]), at(0, "key")),
    key(under(["jwt-simple:"], ["encode", "decode"]), at(1, "")),
    key(["hono/jwt:jwt"], at(0, "secret")),
    key(under(["hono/jwt:"], ["sign", "verify"]), at(1, "")),
  ],
} satisfies Library;
