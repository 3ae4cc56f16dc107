import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless, orFactory } from "./places.js";

const QUEUE = "bull:()";
const JOB = "bull:Job()";
const MADE = ["bull:"];
const MODULES = under(["@nestjs/bull:BullModule"], ["forRoot", "forRootAsync", "registerQueue", "registerQueueAsync"]);
const docs = "https://github.com/OptimalBits/bull/blob/develop/REFERENCE.md#queue";

export default {
  name: "bull",
  packages: ["bull", "@nestjs/bull"],
  docs,
  instances: [
    { is: QUEUE, types: ["bull:Queue", "bull:"] },
    { is: JOB, also: under([QUEUE], ["add()", "getJob()"]), types: ["bull:Job"] },
  ],
  effects: [
    { calls: under([QUEUE], ["add", "addBulk"]), effect: "queue", idempotent: false },
    { calls: under([QUEUE], ["getJob", "getJobs", "getJobCounts", "getJobLogs", "getWaiting", "getActive", "getDelayed", "getCompleted", "getFailed", "getRepeatableJobs", "count", "isPaused"]), effect: "queue", idempotent: true },
    { calls: under([QUEUE], ["pause", "resume", "empty", "clean", "obliterate", "removeJobs", "removeRepeatable", "removeRepeatableByKey", "getNextJob"]), effect: "queue" },
    { calls: under([JOB], ["progress", "log", "update", "remove", "retry", "finished", "moveToCompleted", "moveToFailed", "promote", "getState", "isCompleted", "isFailed", "isActive", "isDelayed", "isWaiting"]), effect: "queue" },
  ],
  clientBounds: [
    // Bull opens its blocking client with the same options, so a command bound cannot be asked for.
    { makes: MADE, connect: { places: [...atUnless([0], 1, "redis.connectTimeout"), ...atUnless([0], 2, "redis.connectTimeout")], defaultMs: 10_000 }, docs },
    { makes: MODULES, connect: { places: atUnless([0], 0, ...orFactory("redis.connectTimeout")), defaultMs: 10_000 }, docs },
  ],
  credentials: [
    { calls: MADE, places: [...at(1, "redis.password"), ...at(2, "redis.password")], what: "password" },
    { calls: MADE, places: at(1, ""), what: "connection string" },
    { calls: MODULES, places: at(0, ...orFactory("redis.password")), what: "password" },
  ],
} satisfies Library;
