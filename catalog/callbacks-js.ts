import type { Library } from "./library.js";
import { under } from "./names.js";

const arrays = ["global:Array()", "global:Int8Array()", "global:Uint8Array()", "global:Float64Array()"];

/**
 * The language itself. Methods stand under the built-in type: `global:Array().map`. With `errors: "propagate"` what
 * the callback throws leaves the call; an async callback gives its promise to the result instead.
 */
const callbacks: Library = {
  name: "callbacks-js",
  packages: ["global", "timers", "process", "stream/web"],
  docs: "https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/Array",
  instances: [
    { is: "global:Promise()", also: [...under(["global:Promise"], ["resolve", "reject", "all", "allSettled", "race", "any", "try"]), ...under(["global:Promise()"], ["then", "catch", "finally"])].map((p) => `${p}()`), types: ["global:PromiseLike"] },
    { is: "global:Array()", also: [...under(["global:Array"], ["from", "of"]), ...under(["global:Object"], ["keys", "values", "entries"]), ...under(["global:Array()"], ["map", "filter", "flatMap", "slice", "concat", "sort", "reverse", "flat", "toSorted", "toReversed", "toSpliced", "splice", "fill"])].map((p) => `${p}()`), types: ["global:ReadonlyArray"] },
  ],
  callbacks: [
    { calls: under(arrays, ["forEach", "map", "filter", "some", "every", "find", "findIndex", "findLast", "findLastIndex", "flatMap", "reduce", "reduceRight", "sort", "toSorted"]), arg: 0, when: "sync", times: "many", errors: "propagate" },
    { calls: under(["global:Map()", "global:Set()", "global:URLSearchParams()", "global:Headers()", "global:FormData()"], ["forEach"]), arg: 0, when: "sync", times: "many", errors: "propagate" },
    { calls: under(["global:Iterator()"], ["forEach", "map", "filter", "some", "every", "find", "flatMap", "reduce"]), arg: 0, when: "sync", times: "many", errors: "propagate" },
    { calls: ["global:Array.from", "global:Object.groupBy", "global:Map.groupBy"], arg: 1, when: "sync", times: "many", errors: "propagate", each: { list: 0, param: 0 } },
    { calls: ["global:JSON.parse", "global:JSON.stringify", "global:String().replace", "global:String().replaceAll"], arg: 1, when: "sync", times: "many", errors: "propagate" },
    { calls: ["global:Array.fromAsync"], arg: 1, when: "microtask", times: "many", errors: "reject", each: { list: 0, param: 0 } },
    { calls: ["global:Promise", "global:Promise.try"], arg: 0, when: "sync", times: "once", errors: "reject" },
    { calls: under(["global:Promise()"], ["then", "catch", "finally"]), arg: 0, when: "microtask", times: "once", errors: "reject" },
    { calls: ["global:Promise().then"], arg: 1, when: "microtask", times: "once", errors: "reject" },
    { calls: ["ReadableStream", "WritableStream", "TransformStream"].flatMap((c) => [`global:${c}`, `stream/web:${c}`]), arg: 0, when: "later", times: "many", errors: "reject" },
    { calls: ["global:queueMicrotask"], arg: 0, when: "microtask", times: "once", errors: "uncaught" },
    { calls: [...under(["global:", "timers:"], ["setTimeout", "setImmediate"]), "global:process.nextTick", "process:nextTick"], arg: 0, when: "later", times: "once", errors: "uncaught" },
    { calls: under(["global:", "timers:"], ["setInterval"]), arg: 0, when: "later", times: "many", errors: "uncaught" },
    { calls: ["global:EventTarget().addEventListener", "global:AbortSignal().addEventListener"], arg: 1, when: "event", times: "many", errors: "uncaught" },
  ],
};

export default callbacks;
