import type { Library } from "./library.js";
import type { OpenRow } from "./returned.js";
import { calling, under } from "./names.js";

/** Methods of a result that give another one: what nobody looks at then is that one. */
const CHAIN = ["map", "mapErr", "andThen", "orElse", "asyncMap", "asyncAndThen", "andTee", "andThrough", "asyncAndThrough"];
const RUST = ["map", "mapErr", "andThen", "orElse", "and", "or", "mapError", "toAsyncResult"];
const SAFE = ["ok", "err"];

const FROM_PROMISE = under(["neverthrow:", "neverthrow:ResultAsync"], ["fromPromise"]);
const THROWABLE = ["fromThrowable", "fromAsyncThrowable"];
const FROM_THROWABLE = calling(under(["neverthrow:", "neverthrow:Result", "neverthrow:ResultAsync"], THROWABLE));
const HOLDS = { value: "value", error: "error" };
const RUST_OPENS: readonly OpenRow[] = [
  { methods: ["match"], value: "Ok", error: "Err", gives: "returned" },
  { methods: ["map"], value: 0, gives: "part" },
  { methods: ["mapErr"], error: 0, gives: "part" },
  { methods: ["andThen"], value: 0, gives: "result" },
  { methods: ["orElse"], error: 0, gives: "result" },
  { methods: ["unwrapOr"], gives: "value" },
  { methods: ["unwrapOrElse"], error: 0, gives: "value" },
  { methods: ["unwrap", "expect"], gives: "value" },
  { methods: ["unwrapErr", "expectErr"], gives: "error" },
];

const FP = ["fp-ts/Either:", "fp-ts/lib/Either:"];
const TASKS = ["fp-ts/TaskEither:", "fp-ts/lib/TaskEither:"];
/** What is given a function and gives one from Either to Either, for `pipe`. */
const STEPS = ["map", "mapLeft", "bimap", "chain", "chainW", "chainFirst", "chainFirstW", "flatMap", "orElse", "orElseW", "orElseFirst", "filterOrElse", "filterOrElseW", "tap", "tapError", "bind", "bindW", "let", "apS", "as", "asUnit", "flatten"];
const TRUE_MYTH = ["true-myth/result:", "true-myth:Result", "true-myth:result", "true-myth/result:Result"];
const SCHEMA = "zod:core.$ZodType()";

/** Results as values: either what was asked for, or why it failed. */
const results: Library = {
  name: "results",
  packages: [
    "neverthrow", "ts-results", "ts-results-es", "oxide.ts", "true-myth", "effect", "fp-ts", "@badrap/result", "purify-ts", "@praha/byethrow", "better-result", "io-ts", "zod", "valibot", "@effect/schema",
  ],
  docs: "https://github.com/supermacro/neverthrow#top-level-api",
  passes: [
    { calls: [...under(["neverthrow:"], ["err", "errAsync", "Err"]), "oxide.ts:Err", ...under(TRUE_MYTH, ["err"]), "@badrap/result:Result.err"], from: [0], under: "error" },
    { calls: [...under(["neverthrow:"], ["ok", "okAsync", "Ok"]), ...under(TRUE_MYTH, ["ok"]), "@badrap/result:Result.ok"], from: [0], under: "value" },
    { calls: ["ts-results:Err", "ts-results-es:Err"], from: [0], under: "val" },
    { calls: ["ts-results:Ok", "ts-results-es:Ok"], from: [0], under: "val" },
    { calls: FROM_PROMISE, from: [0], under: "value" },
    { calls: FROM_PROMISE, from: [1], returned: true, under: "error" },
  ],
  callbacks: [
    { calls: FROM_PROMISE, arg: 1, when: "microtask", times: "once", errors: "reject", errorFirst: true },
    { calls: under(["neverthrow:", "neverthrow:Result", "neverthrow:ResultAsync"], THROWABLE), arg: 1, when: "later", times: "many", errors: "propagate", errorFirst: true },
  ],
  results: [
    {
      calls: [
        ...under(["neverthrow:"], [...SAFE, "Ok", "Err", "okAsync", "errAsync", "fromPromise", "fromSafePromise", "safeTry"]),
        ...under(["neverthrow:Result"], ["combine", "combineWithAllErrors"]),
        ...under(["neverthrow:ResultAsync"], ["fromPromise", "fromSafePromise", "combine", "combineWithAllErrors"]),
        ...FROM_THROWABLE,
      ],
      types: under(["neverthrow:"], ["Result", "ResultAsync", "Ok", "Err"]),
      chain: CHAIN,
      holds: HOLDS,
      opens: [
        { methods: ["match"], value: 0, error: 1, gives: "returned" },
        { methods: ["map", "asyncMap"], value: 0, gives: "part" },
        { methods: ["mapErr"], error: 0, gives: "part" },
        { methods: ["andThen", "asyncAndThen"], value: 0, gives: "result" },
        { methods: ["orElse"], error: 0, gives: "result" },
        { methods: ["andTee", "andThrough", "asyncAndThrough"], value: 0, gives: "itself" },
        { methods: ["orTee"], error: 0, gives: "itself" },
        { methods: ["unwrapOr", "_unsafeUnwrap"], gives: "value" },
        { methods: ["_unsafeUnwrapErr"], gives: "error" },
      ],
    },
    { calls: ["ts-results", "ts-results-es"].flatMap((m) => [...under([`${m}:`], ["Ok", "Err"]), ...under([`${m}:Result`], ["wrap", "wrapAsync", "all", "any"])]), types: ["ts-results", "ts-results-es"].flatMap((m) => under([`${m}:`], ["Result", "Ok", "Err"])), chain: RUST, holds: { value: "val", error: "val" }, opens: RUST_OPENS },
    { calls: [...under(["oxide.ts:"], ["Ok", "Err"]), ...under(["oxide.ts:Result"], ["from", "safe", "all", "any", "nonNull"])], types: under(["oxide.ts:"], ["Result", "Ok", "Err"]), chain: [...RUST, "filter", "flatten"], holds: HOLDS, opens: RUST_OPENS },
    { calls: under(TRUE_MYTH, [...SAFE, "tryOr", "tryOrElse", "fromMaybe"]), types: ["true-myth:Result", "true-myth/result:Result", "true-myth/result:", "true-myth:result.Result"], chain: RUST, holds: HOLDS, opens: RUST_OPENS },
    { calls: [...under(["effect:Effect"], ["runSyncExit", "runPromiseExit"]), ...under(["effect:Either"], ["right", "left", "try", "fromNullable"]), ...under(["effect:Exit"], ["succeed", "fail", "die"])], types: ["effect:Either.Either", "effect:Exit.Exit"], chain: [] },
    { calls: calling(["effect:Schema", "@effect/schema:Schema"].flatMap((s) => under([s], ["decodeUnknownEither", "decodeEither", "encodeEither", "validateEither"]))), chain: [] },
    { calls: [...under(FP, ["right", "left", "of", "tryCatch", "fromNullable", "fromOption", "fromPredicate"]), ...calling(under(FP, STEPS))], types: under(FP, ["Either"]), chain: [] },
    // A task gives its Either when it is called.
    { calls: [...calling(under(TASKS, ["right", "left", "of", "tryCatch", "fromEither", "fromTask", "fromIO"])), ...calling(calling(under(TASKS, STEPS)))], given: under(TASKS, ["TaskEither"]), chain: [] },
    { calls: under(["@badrap/result:Result"], [...SAFE, "all"]), types: ["@badrap/result:Result"], chain: ["map", "chain"] },
    { calls: under(["purify-ts:Either", "purify-ts/Either:Either"], ["of", "encase"]), types: ["purify-ts:Either", "purify-ts/Either:Either"], chain: ["map", "mapLeft", "chain", "chainLeft"] },
    { calls: under(["@praha/byethrow:Result"], ["succeed", "fail", "try", "pipe"]), types: ["@praha/byethrow:Result.Result", "@praha/byethrow:Result.ResultAsync"], chain: [] },
    { calls: [...under(["better-result:Result"], [...SAFE, "try", "tryPromise"])], types: ["better-result:Result"], chain: RUST },
    { calls: ["type", "interface", "partial", "union", "intersection", "array"].map((t) => `io-ts:${t}().decode`), chain: [] },
    { calls: under([SCHEMA, "zod:", "zod:z"], ["safeParse", "safeParseAsync", "spa"]), types: ["zod:SafeParseReturnType", "zod:ZodSafeParseResult"], chain: [] },
    { calls: under(["valibot:"], ["safeParse", "safeParseAsync"]), types: ["valibot:SafeParseResult"], chain: [] },
  ],
};

export default results;
