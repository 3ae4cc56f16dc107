import type { Library } from "./library.js";
import { under } from "./names.js";

const modules = (names: readonly string[]): readonly string[] => names.flatMap((name) => [`fp-ts/${name}:`, `fp-ts/lib/${name}:`]);
const TASKS = modules(["Task", "TaskEither", "TaskOption", "ReaderTaskEither", "ReaderTask", "TaskThese"]);
const VALUES = modules(["Either", "Option", "IO", "IOEither", "Reader", "ReaderEither", "These", "function"]);
const LISTS = modules(["Array", "ReadonlyArray", "NonEmptyArray", "ReadonlyNonEmptyArray", "Record", "ReadonlyRecord"]);
const ONE = ["map", "chain", "chainW", "chainFirst", "chainFirstW", "flatMap", "tap", "tapError", "mapLeft", "orElse", "orElseW", "orElseFirst", "orElseFirstW", "fromTask", "fromIO", "tryCatchK", "chainTaskK", "chainEitherK", "chainEitherKW", "chainOptionK", "chainFirstTaskK", "getOrElse", "getOrElseW", "getOrElseE", "alt", "altW"];
const TWO = ["fold", "foldW", "match", "matchW", "matchE", "matchEW", "bimap", "tryCatch", "filterOrElse", "filterOrElseW", "fromPredicate"];
const NAMED = ["bind", "bindW", "let"];
const EACH = ["map", "filter", "filterMap", "chain", "traverse", "mapWithIndex", "partition", "findFirst", "some", "every", "reduce", "traverseWithIndex"];
const EACH_TASK = ["traverseArray", "traverseSeqArray", "traverseReadonlyArrayWithIndex"];

/** Functions that are run by what is made with them; a task that a step gives is run as the step is. */
const fp: Library = {
  name: "fp-ts",
  packages: [...TASKS, ...VALUES, ...LISTS].map((module) => module.slice(0, -1)),
  docs: "https://gcanti.github.io/fp-ts/modules/TaskEither.ts.html",
  callbacks: [
    { calls: under(TASKS, [...ONE, ...TWO]), arg: 0, when: "later", times: "once", errors: "reject", runsResult: true },
    { calls: under(TASKS, [...TWO, ...NAMED]), arg: 1, when: "later", times: "once", errors: "reject", runsResult: true },
    { calls: under(TASKS, EACH_TASK), arg: 0, when: "later", times: "many", errors: "reject", runsResult: true },
    { calls: under(VALUES, [...ONE, ...TWO]), arg: 0, when: "sync", times: "once", errors: "propagate", runsResult: true },
    { calls: under(VALUES, [...TWO, ...NAMED]), arg: 1, when: "sync", times: "once", errors: "propagate", runsResult: true },
    { calls: under(LISTS, EACH), arg: 0, when: "sync", times: "many", errors: "propagate", runsResult: true },
  ],
};

export default fp;
