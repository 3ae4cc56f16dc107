import type { EntryRow, Library } from "./library.js";
import { under } from "./names.js";

const cron = { kind: "schedule" } as const satisfies Partial<EntryRow>;

/** Jobs that a clock starts. */
const schedulers: Library = {
  name: "schedulers",
  packages: ["node-cron", "cron", "node-schedule", "croner", "toad-scheduler", "agenda", "@hokify/agenda"],
  docs: "https://nodecron.com/api-reference.html",
  instances: [
    { is: "agenda:Agenda()", also: ["agenda:()", "@hokify/agenda:Agenda()"] },
  ],
  entries: [
    { ...cron, framework: "node-cron", adapter: "cron", register: { by: "call", calls: ["node-cron:schedule", "node-cron:createTask"], handler: 1, named: { arg: 0, path: "" } } },
    { ...cron, framework: "cron", register: { by: "call", calls: ["cron:CronJob"], handler: 1, named: { arg: 0, path: "" } } },
    // Up to version 2 the constructor takes the options of `from` too.
    { ...cron, framework: "cron", register: { by: "call", calls: ["cron:CronJob.from", "cron:CronJob"], handler: { arg: 0, path: "onTick" }, named: { arg: 0, path: "cronTime" } } },
    { ...cron, framework: "node-schedule", register: { by: "call", calls: ["node-schedule:scheduleJob"], handler: "last", minArgs: 2, named: { arg: 0, path: "" } } },
    // `(pattern, fn)`, `(pattern, options, fn)` and `(pattern, fn, options)`
    ...[1, 2].map((handler): EntryRow => ({ ...cron, framework: "croner", register: { by: "call", calls: ["croner:Cron", "croner:"], handler, named: { arg: 0, path: "" } } })),
    { ...cron, framework: "toad-scheduler", register: { by: "call", calls: ["toad-scheduler:AsyncTask", "toad-scheduler:Task"], handler: 1, named: { arg: 0, path: "" } } },
    // `(name, fn, options)`; up to version 4 also `(name, options, fn)`
    ...[1, 2].map((handler): EntryRow => ({ framework: "agenda", kind: "job", register: { by: "call", calls: ["agenda:Agenda().define"], handler, named: { arg: 0, path: "" } }, params: ["agenda:Job()", null] })),
    { ...cron, framework: "timers", register: { by: "call", calls: ["global:setInterval", "timers:setInterval"], handler: 0, atStartup: true } },
  ],
  sources: [{ from: { framework: "agenda", param: 0, path: "attrs.data" }, what: "message" }],
  callbacks: [{ calls: under(["toad-scheduler:"], ["AsyncTask", "Task"]), arg: 2, when: "event", times: "many", errors: "uncaught" }],
};

export default schedulers;
