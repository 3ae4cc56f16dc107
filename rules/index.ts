import type { Rule } from "../core/rule.js";
import console from "./console.js";
import rawEnv from "./raw-env.js";

/** Every rule, in the order of the promises. */
export const rules: readonly Rule[] = [console, rawEnv];
