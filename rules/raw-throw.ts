import type { Related } from "../core/finding.js";
import { type FileView, type Report, rule } from "../core/rule.js";
import { isAssertion } from "../analyzers/assertions.js";
import { type Left, leaving } from "../analyzers/leaving.js";
import { type Raising, raisings } from "../analyzers/raisings.js";
import { type Thrown, thrown } from "../analyzers/thrown.js";
import { calledAs, described } from "../analyzers/witness.js";
import { asFailure, asError } from "../fixes/failure.js";

export default rule({
  name: "raw-throw",
  promise: "stable failures",
  finds: "an error of our own that is no failure of the contract and leaves an entry point, or comes out in another module's code, and anything thrown that is no Error",
  why: "Whoever calls cannot tell it from a crash: it has no code to act on, and what the client sees of it is up to the framework. A string or an object thrown has no stack either, and no `instanceof` knows it.",
  fine: [
    "`fail(…)`, error classes that the pipeline maps, and those made to be answered with (`HttpException`, http-errors, Boom, `TRPCError`, `GraphQLError`), also from a factory",
    "what is caught on the way, by a catch that does not throw it on; `instanceof` and other questions to the error are followed",
    "in Nest, classes that an exception filter registered for the entry answers for: `@Catch(Declined)`, or `instanceof Declined` in one for everything",
    "elsewhere, classes that an error handler of the same framework asks for: `err instanceof Declined`, a kind that the class lists (`case DomainError.Types.NOT_FOUND`), or a guard of the type or an interface that the class implements; in Koa the middleware that catches what `next()` throws, in tRPC the `errorFormatter`, and the middleware that asks for the error in what `next()` gives. Such a class may come out in other modules too",
    "an entry that `entry` wraps, or that stands under an ambient pipeline: unknown errors are masked there",
    "rethrowing what was caught: the place where it arises is reported",
    "assertions (`invariant`, a function typed `never`), unreachable branches, and what is not implemented; a check of input counts",
    "a project without modules (config `modules`, else workspace packages, else `src/{modules,features,domains}/*`) has only its entry points; a module whose call catches it, and one that is only called back, or only decorates, get none",
    "start-up, and work that nobody waits for: those errors leave no entry",
    "`next(error)` with an error made there: neither a throw nor a rejection. What a catch hands to `next` leaves, as if it was thrown on",
    "errors whose class or factory is in another file: the whole program decides",
  ],
  depth: "both",
  fix: "review",
  fixNote: "`throw new Error(\"…\")` becomes `throw fail(\"INTERNAL\", {}, { message: \"…\" })`, which keeps its message and stays an `Error`. Which code says more (`NOT_FOUND`, `CONFLICT`) is for a human to decide, as is a class of your own: a row under `errors` of `pipeline.configure` maps it for all its throws. A thrown text becomes `new Error(…)`.",
  roles: ["server"],
  preset: "recommended",
  asks: ["type"],
  looksFor: { words: ["throw", "reject", "withResolvers", "Promise"], text: /\bthrow\b|\breject\b|\bwithResolvers\b|\bnew\s+(?:\/[^]{0,200}?\/\s*)*Promise\b|=\s*Promise\s*[;,)\r\n]/ },
  judge(file, report) {
    for (const raising of file.get(raisings)) {
      const what = file.get(thrown)(raising.value);
      if (what.is === "passed") continue;
      if (what.is === "nonError") {
        report.found(raising.at, `${raising.promise === null ? "thrown" : "rejected with"} is ${what.what}: no Error, without a stack, and no \`instanceof\` knows it`, { fix: () => asError(file, raising) });
      } else if (what.is === "contract" || isAssertion(file, raising)) report.clear(raising.at);
      else judgeError(file, report, raising, what);
    }
  },
});

function judgeError(file: FileView, report: Report, raising: Raising, what: Thrown & { is: "raw" | "elsewhere" }): void {
  const left = file.get(leaving).of(raising, what);
  if (left === null) {
    if (what.is === "raw" && file.get(leaving).isReached(raising)) report.clear(raising.at);
  } else if (what.is === "elsewhere") report.unknown(raising.at, `whether \`${what.name}\` is a failure of the contract is decided in another file`);
  else if (left.doubt !== null) report.unknown(raising.at, left.doubt);
  else {
    report.found(raising.at, `\`${what.name}\` leaves ${whom(file, left)}, and is no failure of the contract: who calls cannot tell it from a crash`, {
      related: crossing(file, left),
      fixIn: (own) => asFailure(own, raising, what),
    });
  }
}

function whom(file: FileView, { entry, module }: Left): string {
  return entry === null ? `its module into \`${module ?? ""}\`` : described(file, entry);
}

/** From the entry point that the error leaves, or from the call of another module that gets it, to where it is thrown. */
function crossing(file: FileView, { entry, module, route }: Left): readonly Related[] {
  const gets = (i: number): string => (entry === null && i === 0 ? `the module \`${module ?? ""}\` gets the error` : "the error comes back");
  const steps = route.map((at, i): Related => {
    const value = file.facts.values[at];
    const who = value?.kind === "call" ? value.callee : at;
    return { ...file.span({ value: who }), message: `${value?.kind === "call" ? "calls" : "reads"} \`${calledAs(file, who)}\`, and ${gets(i)}`, step: true };
  });
  return entry === null ? steps : [{ ...file.span(entry.at), message: "the entry point, which the error leaves around the pipeline", step: true }, ...steps];
}
