import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const NC = "nats:connect()";
const MADE = ["nats:connect", "@nats-io/transport-node:connect"];

export default {
  name: "nats",
  packages: ["nats", "@nats-io/transport-node", "@nats-io/nats-core"],
  docs: "https://github.com/nats-io/nats.js#readme",
  instances: [{ is: NC, also: ["@nats-io/transport-node:connect()"], types: ["nats:NatsConnection", "@nats-io/nats-core:NatsConnection", "@nats-io/transport-node:NatsConnection"] }],
  // A subscription is a list of messages, for whoever goes through it.
  sources: [{ from: { calls: ["nats:connect().subscribe"] }, what: "message" }],
  passes: [{ calls: ["nats:JSONCodec().decode", "nats:StringCodec().decode"], from: [0] }],
  effects: [
    { calls: [...under([NC], ["request", "requestMany", "flush", "drain"]), ...MADE], effect: "queue" },
    { calls: [`${NC}.publish`], effect: "queue", idempotent: false, promise: false },
    { calls: [`${NC}.subscribe`], effect: "queue", shape: "stream" },
    { calls: [`${NC}.jetstream().publish`], effect: "queue" },
  ],
  // A request carries its own timeout, which its options require.
  clientBounds: [{ makes: MADE, connect: { places: atUnless([0], 0, "timeout"), defaultMs: 20_000 }, docs: "https://github.com/nats-io/nats.js/blob/main/core/README.md#connection-options" }],
  credentials: [
    { calls: MADE, places: at(0, "pass"), what: "password" },
    { calls: MADE, places: at(0, "token"), what: "token" },
  ],
} satisfies Library;
