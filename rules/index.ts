import type { Rule } from "../core/rule.js";
import bypass from "./bypass.js";
import bareEntry from "./bare-entry.js";
import foreignInternals from "./foreign-internals.js";
import missingTimeout from "./missing-timeout.js";
import droppedSignal from "./dropped-signal.js";
import blockingCall from "./blocking-call.js";
import rawThrow from "./raw-throw.js";
import swallowedError from "./swallowed-error.js";
import leakedError from "./leaked-error.js";
import droppedResult from "./dropped-result.js";
import unsafeRetry from "./unsafe-retry.js";
import console from "./console.js";
import unstructuredLog from "./unstructured-log.js";
import sensitiveLog from "./sensitive-log.js";
import floatingPromise from "./floating-promise.js";
import lostContext from "./lost-context.js";
import hardcodedSecret from "./hardcoded-secret.js";
import unvalidatedInput from "./unvalidated-input.js";
import rawEnv from "./raw-env.js";
import stringSql from "./string-sql.js";
import missingPolicy from "./missing-policy.js";
import unboundedConcurrency from "./unbounded-concurrency.js";
import queryInLoop from "./query-in-loop.js";
import unboundedQuery from "./unbounded-query.js";
import unsafeMigration from "./unsafe-migration.js";

/** Every rule, in the order of the promises. */
export const rules: readonly Rule[] = [
  bypass,
  bareEntry,
  foreignInternals,
  missingTimeout,
  droppedSignal,
  blockingCall,
  rawThrow,
  swallowedError,
  leakedError,
  droppedResult,
  unsafeRetry,
  console,
  unstructuredLog,
  sensitiveLog,
  floatingPromise,
  lostContext,
  hardcodedSecret,
  unvalidatedInput,
  rawEnv,
  stringSql,
  missingPolicy,
  unboundedConcurrency,
  queryInLoop,
  unboundedQuery,
  unsafeMigration,
];
