import type { EntryRow, Library } from "./library.js";

const job = { framework: "temporal", kind: "job" } as const satisfies Partial<EntryRow>;
const worker = "@temporalio/worker:Worker.create";

/** Activities are where effects are: workflows run without any, and are played again. What an activity is given a workflow of the same program has made. */
const temporal: Library = {
  name: "temporal",
  packages: ["@temporalio/worker", "@temporalio/activity", "nestjs-temporal-core", "nestjs-temporal"],
  docs: "https://docs.temporal.io/develop/typescript/core-application#develop-activities",
  entries: [
    { ...job, register: { by: "call", calls: [worker], handler: { arg: 0, path: "activities.*" } } },
    { ...job, register: { by: "decorator", cls: ["nestjs-temporal-core:Activity"], method: ["nestjs-temporal-core:ActivityMethod"], bootstrap: [] } },
    { ...job, register: { by: "decorator", cls: ["nestjs-temporal:Activities"], method: ["nestjs-temporal:Activity"], bootstrap: [] } },
  ],
};

export default temporal;
