import type { Library } from "./library.js";
import { under } from "./names.js";

/** Validation as middleware or in place, and of the environment. */
const validators: Library = {
  name: "request-validators",
  packages: ["class-validator", "jsonschema", "express-validator", "celebrate", "express-openapi-validator", "@middy/validator", "@conform-to/zod", "@conform-to/valibot", "@conform-to/yup", "envalid", "@t3-oss/env-core", "@t3-oss/env-nextjs", "znv"],
  docs: "https://express-validator.github.io/docs/guides/validation-chain",
  validators: [
    { calls: ["class-validator:validateOrReject"], accepts: "inPlace", arg: 0 },
    { calls: under(["class-validator:"], ["validate", "validateSync"]), accepts: "inPlace", arg: 0, tells: "errors" },
    // https://github.com/tdegrunt/jsonschema#results
    { calls: ["jsonschema:validate", "jsonschema:Validator().validate"], accepts: "inPlace", arg: 0, tells: "valid" },

    { calls: ["express-validator:body"], accepts: "middleware", arg: 0, covers: ["body"] },
    { calls: ["express-validator:query"], accepts: "middleware", arg: 0, covers: ["query"] },
    { calls: ["express-validator:param"], accepts: "middleware", arg: 0, covers: ["param"] },
    { calls: ["express-validator:header"], accepts: "middleware", arg: 0, covers: ["header"] },
    { calls: ["express-validator:cookie"], accepts: "middleware", arg: 0, covers: ["cookie"] },
    { calls: under(["express-validator:"], ["check", "checkSchema", "checkExact", "oneOf"]), accepts: "middleware", arg: 0 },
    { calls: ["express-validator:matchedData"], accepts: "result", arg: 0 },

    { calls: ["celebrate:celebrate", "celebrate:celebrator()", "celebrate:celebrator()()"], accepts: "middleware", arg: 0, covers: "keys" },
    { calls: ["express-openapi-validator:middleware"], accepts: "middleware", arg: 0, path: "apiSpec" },
    { calls: ["@middy/validator:"], accepts: "middleware", arg: 0, path: "eventSchema" },

    { calls: [...under(["@conform-to/zod:", "@conform-to/zod/v4:"], ["parseWithZod", "parse"]), ...under(["@conform-to/valibot:"], ["parseWithValibot", "parse"]), ...under(["@conform-to/yup:"], ["parseWithYup", "parse"])], accepts: "result", arg: 0, under: "value" },

    { calls: ["envalid:cleanEnv", "znv:parseEnv"], accepts: "result", arg: 0 },
    { calls: ["@t3-oss/env-core:createEnv", "@t3-oss/env-nextjs:createEnv"], accepts: "result", arg: 0, path: "runtimeEnv" },
  ],
};

export default validators;
