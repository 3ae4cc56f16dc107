import type { Library, ValidatorRow } from "./library.js";
import { calling, under } from "./names.js";

const schema = "zod:core.$ZodType()";
const modules = ["zod", "zod/v3", "zod/v4", "zod/mini", "zod/v4/mini", "zod/v4-mini", "zod/v4/core", "@hono/zod-openapi"];
/** Methods that give a schema again. */
const builders = [
  "check", "with", "clone", "brand", "register", "refine", "superRefine", "overwrite", "optional", "exactOptional", "nullable", "nullish", "nonoptional", "array", "or", "and", "transform", "default", "prefault", "catch", "pipe", "readonly", "describe", "meta", "apply", "openapi",
  "regex", "includes", "startsWith", "endsWith", "min", "max", "length", "nonempty", "lowercase", "uppercase", "trim", "normalize", "toLowerCase", "toUpperCase", "slugify", "email", "url", "jwt", "emoji", "guid", "uuid", "uuidv4", "uuidv6", "uuidv7", "nanoid", "cuid", "cuid2", "ulid",
  "base64", "base64url", "xid", "ksuid", "ip", "ipv4", "ipv6", "cidr", "cidrv4", "cidrv6", "e164", "datetime", "date", "time", "duration", "gt", "gte", "lt", "lte", "int", "safe", "positive", "nonnegative", "negative", "nonpositive", "multipleOf", "step", "finite", "keyof", "catchall",
  "passthrough", "loose", "strict", "strip", "nonstrict", "extend", "safeExtend", "augment", "setKey", "merge", "pick", "omit", "partial", "exactPartial", "deepPartial", "required", "unwrap", "extract", "exclude", "size", "mime", "innerType", "sourceType", "removeDefault", "promise",
];
const functions = (names: readonly string[]): ValidatorRow["calls"] => modules.flatMap((m) => under([`${m}:z`, `${m}:`], names));

/** Names of a type that is no schema, with and without `z.`. */
const types = (names: readonly string[]): readonly string[] => modules.flatMap((m) => under([`${m}:z`, `${m}:`], names));

/** `z.any()` and `z.unknown()` accept whatever they get; only in front of a handler are they told apart (`analyzers/believed.ts`). */
const zod: Library = {
  name: "zod",
  packages: ["zod", "drizzle-zod", "@hono/zod-openapi"],
  docs: "https://zod.dev/basics",
  instances: [
    {
      is: schema,
      also: [
        ...modules.flatMap((m) => [`${m}:*()`, `${m}:z.*()`, `${m}:coerce.*()`, `${m}:z.coerce.*()`, `${m}:iso.*()`, `${m}:z.iso.*()`]),
        ...calling(under(["drizzle-zod:"], ["createInsertSchema", "createSelectSchema", "createUpdateSchema"])),
        ...calling(under([schema], builders)),
        `${schema}.shape.*`,
        `${schema}.element`,
      ],
    },
    // What a schema gives is no schema, and neither is what a failure says.
    { is: "zod:core.output()", types: types(["infer", "output", "input", "TypeOf"]) },
    { is: "zod:core.safeParse()", types: types(["SafeParseReturnType", "SafeParseSuccess", "SafeParseError", "ZodSafeParseResult", "ZodSafeParseSuccess", "ZodSafeParseError"]) },
  ],
  validators: [
    { calls: under([schema], ["parse", "parseAsync", "decode", "decodeAsync"]), accepts: "result", arg: 0 },
    { calls: under([schema], ["safeParse", "safeParseAsync", "spa", "safeDecode", "safeDecodeAsync"]), accepts: "result", arg: 0, under: "data" },
    { calls: [`${schema}.validate`], accepts: "guard", arg: 0 },
    { calls: functions(["parse", "parseAsync", "decode", "decodeAsync"]), accepts: "result", arg: 1 },
    { calls: functions(["safeParse", "safeParseAsync", "safeDecode", "safeDecodeAsync"]), accepts: "result", arg: 1, under: "data" },
  ],
};

export default zod;
