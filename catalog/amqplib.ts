import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const CHANNEL = "amqplib:connect().createChannel()";
const MADE = ["amqplib:connect", "amqplib/callback_api:connect"];

export default {
  name: "amqplib",
  packages: ["amqplib", "amqplib/callback_api"],
  docs: "https://amqp-node.github.io/amqplib/channel_api.html",
  instances: [
    { is: "amqplib:connect()", types: ["amqplib:Connection", "amqplib:ChannelModel"] },
    { is: CHANNEL, also: ["amqplib:connect().createConfirmChannel()"], types: ["amqplib:Channel", "amqplib:ConfirmChannel"] },
  ],
  effects: [
    { calls: ["amqplib:connect", ...under(["amqplib:connect()"], ["createChannel", "createConfirmChannel"])], effect: "queue" },
    { calls: ["amqplib/callback_api:connect"], effect: "queue", shape: "callback" },
    // publish and sendToQueue hand over to a buffer; only `waitForConfirms` knows.
    { calls: under([CHANNEL], ["publish", "sendToQueue"]), effect: "queue", idempotent: false, promise: false },
    { calls: under([CHANNEL], ["assertQueue", "checkQueue", "deleteQueue", "purgeQueue", "bindQueue", "unbindQueue", "assertExchange", "checkExchange", "deleteExchange", "bindExchange", "get", "prefetch", "waitForConfirms", "cancel"]), effect: "queue" },
    { calls: [`${CHANNEL}.consume`], effect: "queue", shape: "stream" },
  ],
  // The option bounds opening the connection only; no operation of a channel takes one.
  clientBounds: [{ makes: MADE, connect: { places: atUnless([0], 1, "timeout"), defaultMs: null }, docs: "https://amqp-node.github.io/amqplib/channel_api.html#connect" }],
  credentials: [
    { calls: MADE, places: at(0, ""), what: "connection string" },
    { calls: MADE, places: at(0, "password"), what: "password" },
  ],
} satisfies Library;
