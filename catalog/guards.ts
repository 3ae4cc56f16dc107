import type { Library } from "./library.js";

/** What protects routes. A decorator that only tunes a guard (`@Throttle`) protects nothing by itself. */
const guards: Library = {
  name: "guards",
  packages: [
    "express-rate-limit", "rate-limiter-flexible", "@fastify/rate-limit", "koa-ratelimit", "hono-rate-limiter", "@upstash/ratelimit", "@nestjs/throttler", "passport",
    "@nestjs/passport", "express-jwt", "koa-jwt", "express-oauth2-jwt-bearer", "express-openid-connect", "@clerk/express", "csurf", "csrf-csrf", "lusca", "koa-csrf",
    "express-session", "cookie-session", "koa-session", "@fastify/session", "@fastify/secure-session", "@fastify/csrf-protection", "@fastify/auth", "@fastify/bearer-auth", "@fastify/basic-auth",
    "express-slow-down", "express-brute", "koa2-ratelimit", "express-basic-auth", "connect-ensure-login", "koa-passport", "csrf-sync", "tiny-csrf", "@dr.pogodin/csurf", "jsonwebtoken", "jose", "@nestjs/jwt",
  ],
  docs: "https://express-rate-limit.mintlify.app/quickstart/usage",
  guards: [
    {
      gives: "rateLimit",
      values: [
        "express-rate-limit:()", "express-rate-limit:rateLimit()", "@fastify/rate-limit:", "@fastify/rate-limit:fastifyRateLimit", "fastify:().rateLimit()", "koa-ratelimit:()",
        "hono-rate-limiter:rateLimiter()", "@nestjs/throttler:ThrottlerGuard", "@nestjs/throttler:ThrottlerGuard()", "rate-limiter-flexible:*().consume",
        "@upstash/ratelimit:Ratelimit().limit",
        "express-slow-down:()",
        "express-slow-down:slowDown()",
        "express-brute:().prevent",
        "express-brute:().getMiddleware()",
        "koa2-ratelimit:RateLimit.middleware()",
      ],
    },
    {
      gives: "auth",
      values: [
        "passport:authenticate()",
        "koa-passport:authenticate()",
        "@nestjs/passport:AuthGuard()",
        "@nestjs/passport:AuthGuard()()",
        "express-openid-connect:requiresAuth()",
        "@clerk/express:requireAuth()",
        "connect-ensure-login:ensureLoggedIn()",
        "fastify:().auth()",
      ],
    },
    {
      gives: "auth",
      bearer: true,
      values: [
        "express-jwt:expressjwt()",
        "express-jwt:()",
        "koa-jwt:()",
        "express-oauth2-jwt-bearer:auth()",
        "express-oauth2-jwt-bearer:requiredScopes()",
        "express-basic-auth:()",
        "hono/jwt:jwt()",
        "hono/jwk:jwk()",
        "hono/bearer-auth:bearerAuth()",
        "hono/basic-auth:basicAuth()",
        "@fastify/bearer-auth:",
        "fastify:().basicAuth",
        "fastify:FastifyRequest().jwtVerify",
        "jsonwebtoken:verify",
        "jose:jwtVerify",
        "@nestjs/jwt:JwtService().verify",
        "@nestjs/jwt:JwtService().verifyAsync",
      ],
    },
    { gives: "csrf", values: ["csurf:()", "csrf-csrf:doubleCsrf().doubleCsrfProtection", "lusca:csrf()", "koa-csrf:()", "csrf-sync:csrfSync().csrfSynchronisedProtection", "tiny-csrf:()", "@dr.pogodin/csurf:()", "hono/csrf:csrf()", "fastify:().csrfProtection"] },
    { gives: "csrf", values: ["lusca:()"], option: "csrf" },
    { gives: "session", values: ["express-session:()", "cookie-session:()", "koa-session:()", "@fastify/session:", "@fastify/secure-session:", "passport:session()"] },
  ],
};

export default guards;
