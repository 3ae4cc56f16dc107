import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const KAFKA = "kafkajs:Kafka()";
const PRODUCER = `${KAFKA}.producer()`;
const CONSUMER = `${KAFKA}.consumer()`;
const ADMIN = `${KAFKA}.admin()`;
const TRANSACTION = `${PRODUCER}.transaction()`;

export default {
  name: "kafkajs",
  packages: ["kafkajs", "@confluentinc/kafka-javascript"],
  docs: "https://kafka.js.org/docs/getting-started",
  instances: [
    { is: "kafkajs:Kafka()", also: ["@confluentinc/kafka-javascript:KafkaJS.Kafka()"] },
    { is: PRODUCER, types: ["kafkajs:Producer"] },
    { is: CONSUMER, types: ["kafkajs:Consumer"] },
    { is: ADMIN, types: ["kafkajs:Admin"] },
    { is: TRANSACTION, types: ["kafkajs:Transaction"] },
  ],
  effects: [
    { calls: under([PRODUCER, TRANSACTION], ["send", "sendBatch"]), effect: "queue", idempotent: false },
    { calls: under([PRODUCER], ["connect", "disconnect", "transaction"]), effect: "queue" },
    { calls: under([TRANSACTION], ["commit", "abort", "sendOffsets"]), effect: "queue" },
    { calls: under([CONSUMER], ["connect", "subscribe", "commitOffsets", "describeGroup"]), effect: "queue" },
    { calls: under([CONSUMER], ["run"]), effect: "queue", shape: "stream" },
    {
      calls: under([ADMIN], ["connect", "listTopics", "createTopics", "deleteTopics", "createPartitions", "fetchTopicMetadata", "fetchOffsets", "fetchTopicOffsets", "setOffsets", "resetOffsets", "describeCluster", "describeConfigs", "alterConfigs", "listGroups", "describeGroups", "deleteGroups", "deleteTopicRecords"]),
      effect: "queue",
    },
  ],
  clientBounds: [
    {
      makes: ["kafkajs:Kafka"],
      connect: { places: atUnless([0], 0, "connectionTimeout"), defaultMs: 1_000 },
      // `enforceRequestTimeout: false` switches it off.
      statement: { places: at(0, "requestTimeout"), defaultMs: 30_000 },
      docs: "https://kafka.js.org/docs/configuration",
    },
  ],
  credentials: [
    { calls: ["kafkajs:Kafka"], places: at(0, "sasl.password"), what: "password" },
    { calls: ["kafkajs:Kafka"], places: at(0, "sasl.secretAccessKey", "sasl.sessionToken"), what: "token" },
  ],
} satisfies Library;
