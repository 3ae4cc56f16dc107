import type { EntryRow, Library } from "./library.js";
import { under } from "./names.js";

const message = { kind: "message" } as const satisfies Partial<EntryRow>;
const job = { kind: "job" } as const satisfies Partial<EntryRow>;
const named = { arg: 0, path: "" } as const;
const channel = "amqplib:connect().createChannel()";
const oldChannel = "amqplib/callback_api:Channel()";
const consumer = "kafkajs:Kafka().consumer()";
const redis = "redis:createClient()";
const ioredis = "ioredis:()";

/** Consumers of queues, streams and topics. Those read by iteration (`for await (const m of subscription)`) are no entry: nobody is handed a function. */
const consumers: Library = {
  name: "queue-consumers",
  packages: [
    "bullmq", "bull", "bee-queue", "kafkajs", "amqplib", "nats", "@nats-io/transport-node", "@nats-io/nats-core", "@google-cloud/pubsub", "sqs-consumer", "redis", "ioredis",
    "pg-boss", "graphile-worker", "inngest", "@trigger.dev/sdk", "moleculer", "@azure/service-bus", "@azure/event-hubs",
  ],
  docs: "https://docs.bullmq.io/guide/workers",
  instances: [
    { is: "bullmq:Worker()", also: ["bullmq:Worker().on()"] },
    { is: "bull:()", also: ["bull:Queue()"], types: ["bull:Queue"] },
    { is: "bull:Job()", types: ["bull:Job"] },
    { is: "bee-queue:()", types: ["bee-queue:"] },
    { is: channel, also: ["amqplib:connect().createConfirmChannel()"], types: ["amqplib:Channel", "amqplib:ConfirmChannel"] },
    { is: oldChannel, types: ["amqplib/callback_api:ConfirmChannel"] },
    { is: consumer, types: ["kafkajs:Consumer"] },
    { is: "nats:connect()", also: ["@nats-io/transport-node:connect()"], types: ["nats:NatsConnection", "@nats-io/nats-core:NatsConnection", "@nats-io/transport-node:NatsConnection"] },
    { is: "@google-cloud/pubsub:PubSub().subscription()", also: ["@google-cloud/pubsub:PubSub().topic().subscription()"], types: ["@google-cloud/pubsub:Subscription"] },
    { is: "pg-boss:PgBoss()", also: ["pg-boss:()"], types: ["pg-boss:"] },
    { is: "@azure/service-bus:ServiceBusClient().createReceiver()", types: ["@azure/service-bus:ServiceBusReceiver"] },
  ],
  entries: [
    { ...job, framework: "bullmq", register: { by: "call", calls: ["bullmq:Worker"], handler: 1, named }, adapter: "bullmq", params: ["bullmq:Job()", null] },
    // `(fn)`, `(name, fn)`, `(concurrency, fn)`, `(name, concurrency, fn)`
    { ...job, framework: "bull", register: { by: "call", calls: ["bull:().process"], handler: "last", minArgs: 1, shape: { root: "[qQ]ueue$", ends: ["process"] } }, params: ["bull:Job()", null] },
    { ...job, framework: "bee-queue", register: { by: "call", calls: ["bee-queue:().process"], handler: "last", minArgs: 1 } },
    { ...message, framework: "kafkajs", register: { by: "call", calls: [`${consumer}.run`], handler: { arg: 0, path: "eachMessage" }, shape: { root: "[cC]onsumer$", ends: ["run"] } } },
    { ...message, framework: "kafkajs", register: { by: "call", calls: [`${consumer}.run`], handler: { arg: 0, path: "eachBatch" }, shape: { root: "[cC]onsumer$", ends: ["run"] } } },
    { ...message, framework: "amqplib", register: { by: "call", calls: [`${channel}.consume`, `${oldChannel}.consume`], handler: 1, named, shape: { root: "[cC]hannel$", ends: ["consume"] } } },
    { ...message, framework: "nats", register: { by: "call", calls: ["nats:connect().subscribe"], handler: { arg: 1, path: "callback" }, named } },
    { ...message, framework: "pubsub", register: { by: "call", calls: ["@google-cloud/pubsub:PubSub().subscription().on"], handler: 1, when: { arg: 0, values: ["message"] } } },
    { ...message, framework: "sqs-consumer", register: { by: "call", calls: ["sqs-consumer:Consumer.create"], handler: { arg: 0, path: "handleMessage" }, named: { arg: 0, path: "queueUrl" } } },
    { ...message, framework: "sqs-consumer-batch", register: { by: "call", calls: ["sqs-consumer:Consumer.create"], handler: { arg: 0, path: "handleMessageBatch" }, named: { arg: 0, path: "queueUrl" } } },
    { ...message, framework: "redis", register: { by: "call", calls: under([redis], ["subscribe", "pSubscribe", "sSubscribe"]), handler: 1, named } },
    { ...message, framework: "ioredis", register: { by: "call", calls: [`${ioredis}.on`], handler: 1, when: { arg: 0, values: ["message", "messageBuffer", "pmessage", "pmessageBuffer", "smessage", "smessageBuffer"] } } },
    { ...job, framework: "pg-boss", register: { by: "call", calls: ["pg-boss:PgBoss().work"], handler: "last", minArgs: 2, named } },
    { ...job, framework: "graphile-worker", register: { by: "call", calls: ["graphile-worker:run", "graphile-worker:runOnce"], handler: { arg: 0, path: "taskList.*" } } },
    { ...job, framework: "trigger.dev", register: { by: "call", calls: ["@trigger.dev/sdk:task", "@trigger.dev/sdk/v3:task"], handler: { arg: 0, path: "run" }, named: { arg: 0, path: "id" } } },
    { ...job, framework: "trigger.dev-checked", register: { by: "call", calls: ["@trigger.dev/sdk:schemaTask", "@trigger.dev/sdk/v3:schemaTask"], handler: { arg: 0, path: "run" }, named: { arg: 0, path: "id" } } },
    { ...job, framework: "moleculer", register: { by: "call", calls: ["moleculer:ServiceBroker().createService"], handler: { arg: 0, path: "actions.*" } } },
    // With a handler of its own an action has parameters that are checked, or nobody says.
    { ...job, framework: "moleculer-checked", register: { by: "call", calls: ["moleculer:ServiceBroker().createService"], handler: { arg: 0, path: "actions.*.handler" } } },
    { ...job, framework: "inngest", register: { by: "call", calls: ["inngest:Inngest().createFunction"], handler: "last", minArgs: 2, named: { arg: 0, path: "id" } } },
    { ...message, framework: "service-bus", register: { by: "call", calls: ["@azure/service-bus:ServiceBusClient().createReceiver().subscribe"], handler: { arg: 0, path: "processMessage" } } },
    { ...message, framework: "event-hubs", register: { by: "call", calls: ["@azure/event-hubs:EventHubConsumerClient().subscribe"], handler: { arg: 0, path: "processEvents" } } },
    // With a partition before the handlers.
    { ...message, framework: "event-hubs", register: { by: "call", calls: ["@azure/event-hubs:EventHubConsumerClient().subscribe"], handler: { arg: 1, path: "processEvents" } } },
  ],
  sources: [
    ...["bullmq", "bull", "bee-queue"].map((framework) => ({ from: { framework, param: 0, path: "data" }, what: "message" as const })),
    { from: { framework: "kafkajs", param: 0, path: "message" }, what: "message" },
    { from: { framework: "kafkajs", param: 0, path: "batch" }, what: "message" },
    { from: { framework: "amqplib", param: 0, path: "content" }, what: "message" },
    { from: { framework: "nats", param: 1, path: "data" }, what: "message" },
    { from: { framework: "nats", param: 1, path: "json()" }, what: "message" },
    { from: { framework: "nats", param: 1, path: "string()" }, what: "message" },
    { from: { framework: "pubsub", param: 0, path: "data" }, what: "message" },
    { from: { framework: "pubsub", param: 0, path: "attributes" }, what: "message" },
    { from: { framework: "sqs-consumer", param: 0, path: "Body" }, what: "message" },
    { from: { framework: "sqs-consumer-batch", param: 0, path: "" }, what: "message" },
    { from: { framework: "redis", param: 0, path: "" }, what: "message" },
    // `(channel, message)`; `(pattern, channel, message)`
    { from: { framework: "ioredis", param: 1, path: "" }, what: "message" },
    { from: { framework: "ioredis", param: 2, path: "" }, what: "message" },
    { from: { framework: "pg-boss", param: 0, path: "" }, what: "message" },
    { from: { framework: "graphile-worker", param: 0, path: "" }, what: "message" },
    { from: { framework: "inngest", param: 0, path: "event" }, what: "event" },
    { from: { framework: "trigger.dev", param: 0, path: "" }, what: "message" },
    { from: { framework: "moleculer", param: 0, path: "params" }, what: "message" },
    { from: { framework: "service-bus", param: 0, path: "body" }, what: "message" },
    { from: { framework: "event-hubs", param: 0, path: "" }, what: "message" },
  ],
};

export default consumers;
