import type { Library } from "./library.js";
import { under } from "./names.js";
import { at } from "./places.js";

const TIMERS = ["timers/promises:", "timers:promises"];
const EVENTS = ["events:", "events:EventEmitter"];
const PIPES = ["stream/promises:", "stream:promises"];
const REQUEST = "global:Request()";

/** What in Node is aborted by a signal and is no effect of its own, and what a signal is. */
export default {
  name: "node:signals",
  packages: ["global", "timers", "timers/promises", "events", "stream", "stream/promises", "readline/promises", "abort-controller", "node-abort-controller", "abortcontroller-polyfill"],
  docs: "https://nodejs.org/api/globals.html#class-abortsignal",
  instances: [{ is: "global:AbortController()", also: ["abort-controller:AbortController()", "abort-controller:()", "node-abort-controller:AbortController()"] }],
  abortSignals: [
    { values: ["global:AbortSignal()", ...under(["global:AbortSignal"], ["any()", "timeout()", "abort()"]), "global:AbortController().signal", `${REQUEST}.signal`, "abort-controller:AbortSignal()"], are: "signals" },
    { values: ["global:AbortController()"], are: "controllers" },
    { values: ["global:RequestInit()", "events:Abortable()"], are: "options" },
  ],
  signalPlaces: [
    { calls: under(TIMERS, ["setTimeout"]), places: at(2, "signal") },
    { calls: under(TIMERS, ["setInterval"]), places: at(2, "signal") },
    { calls: under(TIMERS, ["setImmediate", "scheduler.wait"]), places: at(1, "signal") },
    { calls: under(EVENTS, ["once", "on"]), places: at(2, "signal") },
    { calls: under(PIPES, ["pipeline"]), places: at("last", "signal").map((place) => ({ ...place, after: 2 })) },
    { calls: under(PIPES, ["finished"]), places: at(1, "signal") },
    { calls: ["readline/promises:createInterface().question"], places: at(1, "signal") },
  ],
} satisfies Library;
