import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless, orFactory } from "./places.js";

const QUEUE = "bullmq:Queue()";
const JOB = "bullmq:Job()";
const GETTERS = ["getJob", "getJobs", "getJobCounts", "getJobCountByTypes", "getJobLogs", "getJobState", "getWaiting", "getActive", "getDelayed", "getCompleted", "getFailed", "getPrioritized", "getRepeatableJobs", "getJobScheduler", "getJobSchedulers", "getMetrics", "getWorkers", "count", "isPaused"];
const REGISTERED = under(["@nestjs/bullmq:BullModule"], ["registerQueue", "registerQueueAsync"]);
const CONNECTED = ["bullmq:Queue", ...under(["@nestjs/bullmq:BullModule"], ["forRoot", "forRootAsync"])];
const MADE = [...CONNECTED, ...REGISTERED, "bullmq:QueueEvents"];
const connectionOf = (path: string) => [...at(1, `connection.${path}`), ...at(0, ...orFactory(`connection.${path}`))];
const BOUNDS = {
  connect: { places: connectionOf("connectTimeout").map((place) => ({ ...place, offWhen: [0] })), defaultMs: 10_000 },
  statement: { places: connectionOf("commandTimeout").map((place) => ({ ...place, offWhen: [0] })), defaultMs: null },
  docs: "https://docs.bullmq.io/guide/connections",
};

export default {
  name: "bullmq",
  packages: ["bullmq", "@nestjs/bullmq"],
  docs: "https://docs.bullmq.io/guide/connections",
  instances: [
    { is: JOB, also: under([QUEUE], ["add()", "getJob()"]) },
  ],
  effects: [
    // With a `jobId` a second add is ignored: the rule looks for it.
    { calls: under([QUEUE], ["add", "addBulk"]), effect: "queue", idempotent: false },
    { calls: under(["bullmq:FlowProducer()"], ["add", "addBulk", "getFlow"]), effect: "queue" },
    { calls: under([QUEUE], GETTERS), effect: "queue", idempotent: true },
    { calls: under([QUEUE], ["upsertJobScheduler", "removeJobScheduler", "removeRepeatable", "removeRepeatableByKey", "pause", "resume", "drain", "clean", "obliterate", "remove", "retryJobs", "promoteJobs", "updateJobProgress", "addJobLog", "setGlobalConcurrency", "trimEvents"]), effect: "queue" },
    { calls: under([JOB], ["updateData", "updateProgress", "log", "clearLogs", "remove", "retry", "promote", "changeDelay", "changePriority", "extendLock", "getState", "isCompleted", "isFailed", "isActive", "isDelayed", "isWaiting", "moveToDelayed", "moveToCompleted", "moveToFailed", "moveToWait", "moveToWaitingChildren", "waitUntilFinished", "getChildrenValues", "getDependencies"]), effect: "queue" },
  ],
  clientBounds: [
    // An ioredis instance given as the connection is judged where it is made. Workers and those who listen to events block on purpose: a command bound would break them.
    { makes: CONNECTED, ...BOUNDS },
    // Without one of its own a queue has the connection of `forRoot`.
    { makes: REGISTERED, ...BOUNDS, given: at(0, ...orFactory("connection")) },
    { makes: ["bullmq:QueueEvents"], connect: BOUNDS.connect, docs: BOUNDS.docs },
    { makes: ["bullmq:Worker"], connect: { places: atUnless([0], 2, "connection.connectTimeout"), defaultMs: 10_000 }, docs: "https://docs.bullmq.io/guide/connections" },
    {
      makes: ["bullmq:FlowProducer"],
      connect: { places: atUnless([0], 0, "connection.connectTimeout"), defaultMs: 10_000 },
      statement: { places: atUnless([0], 0, "connection.commandTimeout"), defaultMs: null },
      docs: "https://docs.bullmq.io/guide/connections",
    },
  ],
  credentials: [
    { calls: MADE, places: connectionOf("password"), what: "password" },
    { calls: ["bullmq:Worker"], places: at(2, "connection.password"), what: "password" },
    { calls: ["bullmq:FlowProducer"], places: at(0, "connection.password"), what: "password" },
  ],
} satisfies Library;
