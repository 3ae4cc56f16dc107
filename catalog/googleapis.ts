import type { Library } from "./library.js";
import { at, atUnless } from "./places.js";

// google.drive({ version }).files.list(params, options)
const CALLS = ["googleapis:google.*().*.*", "googleapis:google.*().*.*.*", "@googleapis/*:*().*.*", "@googleapis/*:*().*.*.*"];
const AUTH = ["googleapis:google.auth.OAuth2", "google-auth-library:OAuth2Client"];

export default {
  name: "googleapis",
  packages: ["googleapis", "@googleapis/*", "google-auth-library", "firebase-admin", "firebase-admin/*"],
  docs: "https://github.com/googleapis/google-api-nodejs-client#options",
  instances: [
    { is: "google-auth-library:OAuth2Client()", also: ["googleapis:google.auth.OAuth2()"] },
    { is: "firebase-admin/auth:getAuth()", also: ["firebase-admin:auth()"], types: ["firebase-admin/auth:Auth"] },
    { is: "firebase-admin/messaging:getMessaging()", also: ["firebase-admin:messaging()"], types: ["firebase-admin/messaging:Messaging"] },
  ],
  effects: [{ calls: CALLS, effect: "network" }],
  callBounds: [
    {
      calls: CALLS,
      options: [...atUnless([0], 1, "timeout"), ...at(1, "signal")],
      client: { made: ["googleapis:google.*", "@googleapis/*:*"], options: atUnless([0], 0, "timeout") },
      configured: { calls: ["googleapis:google.options"], options: atUnless([0], 0, "timeout") },
      defaultMs: null,
      signal: { arg: 1, path: "signal" },
      docs: "https://github.com/googleapis/google-api-nodejs-client#options",
    },
  ],
  credentials: [
    // (clientId, clientSecret, redirectUri) or ({ clientSecret })
    { calls: AUTH, places: [...at(1, ""), ...at(0, "clientSecret", "client_secret")], what: "token" },
    { calls: ["googleapis:google.*", "@googleapis/*:*"], places: at(0, "auth"), what: "token" },
    { calls: ["google-auth-library:JWT", "googleapis:google.auth.JWT"], places: [...at(0, "key"), ...at(2, "")], what: "signing key" },
    { calls: ["firebase-admin:credential.cert", "firebase-admin/app:cert"], places: at(0, "privateKey", "private_key"), what: "signing key" },
  ],
} satisfies Library;
