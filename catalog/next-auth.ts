import type { Library } from "./library.js";

const PROVIDERS = ["next-auth/providers/credentials:", "next-auth/providers:Credentials", "next-auth/providers/index:Credentials", "@auth/core/providers/credentials:"];
const SETUP = ["next-auth:", "next-auth/next:", "@auth/core:Auth", "@auth/express:ExpressAuth", "@auth/sveltekit:SvelteKitAuth"];
/** What a configuration has run for every sign-in, and for every look at a session. */
const HOOKS = ["callbacks.signIn", "callbacks.jwt", "callbacks.session", "callbacks.redirect", "events.signIn", "events.signOut", "events.createUser", "events.linkAccount"];

/** The library has a route of its own: what signs in with a name and a password is handed what the client has sent. */
export default {
  name: "next-auth",
  packages: ["next-auth", "@auth/core", "@auth/express", "@auth/sveltekit"],
  docs: "https://authjs.dev/getting-started/authentication/credentials",
  entries: [{ framework: "next-auth", kind: "http", register: { by: "call", calls: PROVIDERS, handler: { arg: 0, path: "authorize" } }, answersErrors: true }],
  middleware: HOOKS.map((path) => ({ framework: "next-auth", role: "before", calls: SETUP, handler: { arg: 0, path } })),
  sources: [{ from: { framework: "next-auth", param: 0, path: "" }, what: "body" }],
} satisfies Library;
