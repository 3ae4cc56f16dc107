import type { Rule } from "../core/rule.js";
import bareEntry from "./bare-entry.js";
import blockingCall from "./blocking-call.js";
import hardcodedSecret from "./hardcoded-secret.js";
import missingTimeout from "./missing-timeout.js";
import console from "./console.js";
import rawEnv from "./raw-env.js";
import swallowedError from "./swallowed-error.js";
import foreignInternals from "./foreign-internals.js";

/** Every rule, in the order of the promises. */
export const rules: readonly Rule[] = [bareEntry, foreignInternals, missingTimeout, blockingCall, swallowedError, console, hardcodedSecret, rawEnv];
