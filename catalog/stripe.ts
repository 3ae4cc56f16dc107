import type { Library } from "./library.js";
import { under } from "./names.js";
import { at } from "./places.js";

const STRIPE = "stripe:()";
const READS = ["retrieve", "list", "search"];
const WRITES = ["create", "update", "del", "cancel", "confirm", "capture", "pay", "finalizeInvoice", "sendInvoice", "voidInvoice", "markUncollectible", "attach", "detach", "expire", "resume", "reverse", "approve", "decline", "close", "reject"];
// resources: `customers.create`; nested: `checkout.sessions.create`
const resources = (names: readonly string[]) => under([STRIPE], names.flatMap((name) => [`*.${name}`, `*.*.${name}`]));
const calls = [...resources(READS), ...resources(WRITES)];
const docs = "https://github.com/stripe/stripe-node#configuration";

export default {
  name: "stripe",
  packages: ["stripe"],
  docs,
  instances: [{ is: STRIPE, also: ["stripe:Stripe()"], types: ["stripe:Stripe"] }],
  effects: [
    { calls: resources(READS), effect: "network", idempotent: true },
    // `idempotencyKey` of the request options makes a repeated one safe; the client sends one of its own for its retries only.
    { calls: resources(WRITES), effect: "network", idempotent: false },
  ],
  callBounds: [{ calls, options: [1, 2].flatMap((arg) => at(arg, "timeout")), client: { made: ["stripe:", "stripe:Stripe"], options: at(1, "timeout") }, defaultMs: 80_000, docs }],
  credentials: [
    { calls: ["stripe:", "stripe:Stripe"], places: at(0, ""), what: "token" },
    { calls: under([STRIPE], ["webhooks.constructEvent", "webhooks.constructEventAsync"]), places: at(2, ""), what: "signing key" },
  ],
} satisfies Library;
