import type { Rule } from "../core/rule.js";
import missingTimeout from "./missing-timeout.js";
import console from "./console.js";
import rawEnv from "./raw-env.js";
import swallowedError from "./swallowed-error.js";

/** Every rule, in the order of the promises. */
export const rules: readonly Rule[] = [missingTimeout, swallowedError, console, rawEnv];
