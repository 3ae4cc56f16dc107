import type { Library } from "./library.js";
import { calling, under } from "./names.js";

const lodash = ["lodash:", "lodash-es:"];
const each = [
  "map", "filter", "reject", "forEach", "each", "forEachRight", "eachRight", "find", "findLast", "findIndex", "findLastIndex", "some", "every", "flatMap", "flatMapDeep",
  "groupBy", "keyBy", "countBy", "partition", "sortBy", "orderBy", "uniqBy", "sumBy", "meanBy", "minBy", "maxBy", "mapValues", "mapKeys",
  "pickBy", "omitBy", "forOwn", "forIn", "remove", "takeWhile", "dropWhile", "sortedUniqBy",
];
const fold = ["reduce", "reduceRight", "transform"];
const collect = [
  "each", "eachSeries", "forEach", "forEachSeries", "eachOf", "eachOfSeries", "forEachOf", "forEachOfSeries", "map", "mapSeries", "mapValues", "mapValuesSeries", "filter",
  "filterSeries", "reject", "rejectSeries", "detect", "detectSeries", "some", "someSeries", "every", "everySeries", "concat", "concatSeries", "flatMap", "flatMapSeries",
  "groupBy", "groupBySeries", "sortBy",
];
const limited = ["eachLimit", "forEachLimit", "eachOfLimit", "forEachOfLimit", "mapLimit", "mapValuesLimit", "filterLimit", "rejectLimit", "detectLimit", "someLimit", "everyLimit", "concatLimit", "flatMapLimit", "groupByLimit"];
const tasks = ["parallel", "parallelLimit", "series", "waterfall", "auto", "autoInject", "race", "tryEach", "whilst", "until", "doWhilst", "doUntil", "forever", "during", "times", "timesSeries", "timesLimit", "reduce", "reduceRight", "transform"];

/** Libraries that run what they are given. lodash under its one-function packages (`lodash/map`) is named too. */
const callbacks: Library = {
  name: "callbacks-libs",
  packages: [
    "lodash", "lodash-es", "async", "bluebird", "p-limit", "p-map", "p-queue", "p-retry", "p-all", "p-each-series", "p-filter", "p-memoize", "memoize", "mem", "fast-memoize", "once", "onetime", "memoize-one", "micro-memoize", "moize", "underscore", "async-retry", "async-mutex", "bottleneck",
    "exponential-backoff", "dataloader", "opossum", "rxjs", "memoizee", "@opentelemetry/api", "@sentry/node", "ts-pattern", "jsonwebtoken", "bcrypt", "bcryptjs", "next/server", "next/cache", "react",
  ],
  docs: "https://lodash.com/docs/",
  instances: [
    { is: "p-queue:()", types: ["p-queue:"] },
    { is: "rxjs:Observable()", also: [
      "rxjs:Observable().pipe()", "rxjs:from()", "rxjs:of()", "rxjs:interval()", "rxjs:timer()", "rxjs:fromEvent()", "rxjs:merge()", "rxjs:Subject()",
      "rxjs:BehaviorSubject()", "rxjs:ReplaySubject()", "rxjs:Observable().asObservable()",
    ] },
    { is: "ts-pattern:match()", also: calling(under(["ts-pattern:match()"], ["with", "when", "returnType", "narrow"])) },
    { is: "@opentelemetry/api:trace.getTracer()", types: ["@opentelemetry/api:Tracer"] },
  ],
  wraps: [
    { calls: [...under(lodash, ["debounce", "throttle", "partial", "partialRight", "bind", "ary", "unary", "flip", "rest", "spread", "negate"]), ...["debounce", "throttle"].flatMap((f) => [`lodash/${f}:`, `lodash.${f}:`])], arg: 0 },
    { calls: [...under([...lodash, "underscore:"], ["memoize", "once"]), ...["memoize", "once"].flatMap((f) => [`lodash/${f}:`, `lodash.${f}:`]), "p-memoize:", "memoizee:", "memoize:", "mem:", "fast-memoize:", "once:", "onetime:", "memoize-one:", "micro-memoize:", "moize:", "async:memoize"], arg: 0, remembers: true },
    { calls: ["next/cache:unstable_cache", "react:cache"], arg: 0 },
    { calls: ["async:asyncify", "async:reflect", "bluebird:promisify", "bluebird:method", "bluebird:coroutine"], arg: 0 },
    { calls: under(lodash, ["after", "before", "wrap"]), arg: 1 },
  ],
  callbacks: [
    { calls: [...under(lodash, each), ...each.map((f) => `lodash/${f}:`)], arg: 1, when: "sync", times: "many", errors: "propagate", each: { list: 0, param: 0 } },
    { calls: [...under(lodash, fold), ...fold.map((f) => `lodash/${f}:`)], arg: 1, when: "sync", times: "many", errors: "propagate", each: { list: 0, param: 1 } },
    { calls: [...under(lodash, ["times"]), "lodash/times:"], arg: 1, when: "sync", times: "many", errors: "propagate" },
    { calls: under(lodash, ["delay", "defer"]), arg: 0, when: "later", times: "once", errors: "uncaught" },
    { calls: under(lodash, ["attempt"]), arg: 0, when: "sync", times: "once", errors: "swallow" },

    { calls: [...under(["async:"], collect)], arg: 1, when: "later", times: "many", errors: "reject", each: { list: 0, param: 0 } },
    { calls: under(["async:"], limited), arg: 2, when: "later", times: "many", errors: "reject", each: { list: 0, param: 0 }, limits: true },
    { calls: ["async:queue", "async:priorityQueue", "async:cargo"], arg: 0, when: "later", times: "many", errors: "reject" },
    { calls: ["async:retry"], arg: "last", when: "later", times: "many", errors: "reject" },
    { calls: ["async:retry"], arg: 1, when: "later", times: "many", errors: "reject" },
    // Several functions, in a list or by name: each runs once.
    { calls: under(["async:"], ["parallel", "parallelLimit", "series", "waterfall", "auto", "autoInject", "race", "tryEach"]), arg: 0, when: "later", times: "once", errors: "reject" },
    { calls: under(["async:"], ["whilst", "until", "doWhilst", "doUntil", "forever", "during"]), arg: 0, when: "later", times: "many", errors: "reject" },
    { calls: under(["async:"], ["whilst", "until", "doWhilst", "doUntil", "during", "times", "timesSeries"]), arg: 1, when: "later", times: "many", errors: "reject" },
    { calls: under(["async:"], ["timesLimit"]), arg: 2, when: "later", times: "many", errors: "reject" },
    { calls: under(["async:"], ["reduce", "reduceRight"]), arg: 2, when: "later", times: "many", errors: "reject", each: { list: 0, param: 1 } },
    // What all that tells how it went.
    { calls: under(["async:"], [...collect, ...limited, ...tasks]), arg: "last", when: "later", times: "once", errors: "uncaught", errorFirst: true },

    { calls: under(["bluebird:"], ["map", "filter"]), arg: 1, when: "microtask", times: "many", errors: "reject", each: { list: 0, param: 0 }, limits: { arg: 2, path: "concurrency" } },
    { calls: under(["bluebird:"], ["each", "mapSeries"]), arg: 1, when: "microtask", times: "many", errors: "reject", each: { list: 0, param: 0 }, limits: true },
    { calls: ["bluebird:reduce"], arg: 1, when: "microtask", times: "many", errors: "reject", each: { list: 0, param: 1 }, limits: true },
    { calls: ["bluebird:try", "bluebird:"], arg: 0, when: "sync", times: "once", errors: "reject" },
    { calls: ["bluebird:using", "bluebird:join"], arg: "last", when: "microtask", times: "once", errors: "reject" },
    { calls: under(["bluebird:()"], ["then", "catch", "finally", "tap"]), arg: 0, when: "microtask", times: "once", errors: "reject" },

    { calls: [...under(["jsonwebtoken:"], ["sign", "verify"]), ...["bcrypt:", "bcryptjs:"].flatMap((of) => under([of], ["hash", "compare", "genSalt"]))], arg: "last", when: "later", times: "once", errors: "uncaught", errorFirst: true },

    { calls: ["p-limit:()", "p-queue:().add", "async-mutex:Mutex().runExclusive", "async-mutex:Semaphore().runExclusive"], arg: 0, when: "later", times: "once", errors: "reject", limits: true },
    { calls: ["bottleneck:().schedule"], arg: "last", when: "later", times: "once", errors: "reject", limits: true },
    { calls: ["p-map:", "p-filter:"], arg: 1, when: "later", times: "many", errors: "reject", each: { list: 0, param: 0 }, limits: { arg: 2, path: "concurrency" } },
    { calls: ["p-each-series:"], arg: 1, when: "later", times: "many", errors: "reject", each: { list: 0, param: 0 }, limits: true },
    { calls: ["p-retry:", "async-retry:", "exponential-backoff:backOff"], arg: 0, when: "later", times: "many", errors: "reject" },
    { calls: ["dataloader:"], arg: 0, when: "later", times: "many", errors: "reject" },
    { calls: ["opossum:"], arg: 0, when: "later", times: "many", errors: "reject" },
    { calls: ["rxjs:Observable"], arg: 0, when: "later", times: "once", errors: "reject" },
    { calls: ["rxjs:Observable().subscribe", "rxjs:Observable().forEach"], arg: 0, when: "event", times: "many", errors: "uncaught" },
    { calls: under(["rxjs:", "rxjs/operators:"], ["map", "tap", "filter", "mergeMap", "switchMap", "concatMap", "exhaustMap", "flatMap", "catchError", "finalize", "scan", "reduce", "takeWhile", "skipWhile", "distinctUntilChanged", "defer", "expand"]), arg: 0, when: "microtask", times: "once", errors: "reject" },
    { calls: under(["ts-pattern:match()"], ["with", "when", "otherwise"]), arg: "last", when: "sync", times: "once", errors: "propagate" },
    { calls: ["next/server:after", "next/server:unstable_after"], arg: 0, when: "microtask", times: "once", errors: "swallow" },
    { calls: ["@opentelemetry/api:trace.getTracer().startActiveSpan"], arg: "last", when: "sync", times: "once", errors: "propagate", params: ["@opentelemetry/api:Span()"] },
    { calls: ["@opentelemetry/api:context.with", "@sentry/node:startSpan", "@sentry/node:startSpanManual"], arg: 1, when: "sync", times: "once", errors: "propagate" },
    { calls: ["@sentry/node:withScope", "@sentry/node:withIsolationScope"], arg: "last", when: "sync", times: "once", errors: "propagate", params: ["@sentry/node:Scope()"] },
  ],
};

export default callbacks;
