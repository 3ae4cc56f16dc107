import type { Library } from "./library.js";
import { under } from "./names.js";

const CLIENT = "@nestjs/microservices:ClientProxy()";
const CLIENTS = ["ClientKafka", "ClientRMQ", "ClientRedis", "ClientNats", "ClientMqtt", "ClientTCP"];

/** `send` gives an observable. */
const operators = { method: "pipe", calls: ["rxjs", "rxjs/operators"].flatMap((module) => [`${module}:timeout`, `${module}:timeoutWith`]) };

export default {
  name: "nest microservices",
  packages: ["@nestjs/microservices"],
  docs: "https://docs.nestjs.com/microservices/basics#client-producer-class",
  instances: [{ is: CLIENT, also: ["@nestjs/microservices:ClientProxyFactory.create()", ...CLIENTS.map((name) => `@nestjs/microservices:${name}()`)], types: ["@nestjs/microservices:ClientKafkaProxy"] }],
  effects: [
    // Observables; `emit` sends without a subscriber.
    { calls: under([CLIENT], ["send"]), effect: "queue", promise: false },
    { calls: [`${CLIENT}.emit`], effect: "queue", idempotent: false, promise: false },
    { calls: [`${CLIENT}.connect`], effect: "queue" },
  ],
  callBounds: [
    // The transport's options bound connecting; an answer is waited for as long as it takes.
    { calls: under([CLIENT], ["send"]), options: [], operators, defaultMs: null, docs: "https://docs.nestjs.com/microservices/basics#handling-timeouts" },
  ],
} satisfies Library;
