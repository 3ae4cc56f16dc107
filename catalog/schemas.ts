import type { Library } from "./library.js";
import { calling, under } from "./names.js";

const joi = "joi:any()";
const yup = "yup:mixed()";
const type = "arktype:type()";
const ajv = "ajv:()";
const runtype = "runtypes:Object()";
const codec = "io-ts:type()";
const ajvs = ["ajv", "ajv/dist/2019", "ajv/dist/2020", "ajv/dist/jtd", "ajv/dist/2019.js", "ajv/dist/2020.js", "ajv/dist/jtd.js"];
const joiMakers = ["alternatives", "alt", "array", "binary", "bool", "boolean", "compile", "date", "func", "function", "lazy", "link", "number", "object", "string", "symbol"];

/** Validators by schema, but for zod. */
const schemas: Library = {
  name: "schemas",
  packages: ["valibot", "arktype", "yup", "joi", "ajv", "superstruct", "@sinclair/typebox", "io-ts", "runtypes", "effect", "@effect/schema", "fastest-validator", "@vinejs/vine", "decoders", "typia"],
  docs: "https://standardschema.dev",
  instances: [
    { is: joi, also: [...calling(under(["joi:", "joi:Joi"], joiMakers)), "joi:Joi.any()", `${joi}.*()`], types: under(["joi:", "joi:Joi"], ["Schema", "AnySchema", "ObjectSchema", "ArraySchema", "StringSchema", "NumberSchema", "AlternativesSchema"]) },
    { is: yup, also: [...calling(under(["yup:"], ["string", "number", "bool", "boolean", "date", "object", "array", "tuple", "lazy"])), `${yup}.*()`], types: under(["yup:"], ["Schema", "AnySchema", "AnyObjectSchema", "ObjectSchema", "ISchema"]) },
    { is: type, also: calling(under([type], [
      "or", "and", "array", "partial", "required", "pick", "omit", "merge", "pipe", "to", "narrow", "describe", "configure", "onUndeclaredKey", "onDeepUndeclaredKey", "brand",
      "default", "optional",
    ])), types: ["arktype:Type", "arktype:type.Any"] },
    { is: ajv, also: [...ajvs.flatMap((m) => [`${m}:()`, `${m}:Ajv()`]).filter((p) => p !== ajv), "ajv-formats:()", "ajv-errors:()", "ajv-keywords:()", ...calling(under([ajv], ["addSchema", "addFormat", "addKeyword", "addMetaSchema", "addVocabulary"]))], types: ["ajv:", "ajv:Ajv"] },
    { is: codec, also: calling(under(["io-ts:"], [
      "partial", "strict", "array", "readonlyArray", "record", "union", "intersection", "tuple", "exact", "literal", "keyof", "readonly", "recursion", "refinement", "brand",
      "Type",
    ])), types: ["io-ts:Mixed", "io-ts:Any"] },
    { is: runtype, also: [...calling(under(["runtypes:"], ["Record", "Array", "Union", "Literal", "Dictionary", "Tuple", "Partial", "Optional", "Intersect", "Template", "Lazy", "InstanceOf"])), ...calling(under([runtype], ["Or", "And", "or", "and", "withConstraint", "withGuard", "withBrand", "optional", "extend", "pick", "omit", "asPartial", "asReadonly"]))], types: ["runtypes:Runtype"] },
    { is: "@sinclair/typebox/compiler:TypeCompiler.Compile()", types: ["@sinclair/typebox/compiler:TypeCheck"] },
  ],
  validators: [
    { calls: under(["valibot:"], ["parse", "parseAsync"]), accepts: "result", arg: 1 },
    { calls: under(["valibot:"], ["safeParse", "safeParseAsync"]), accepts: "result", arg: 1, under: "output" },
    { calls: calling(under(["valibot:"], ["parser", "parserAsync"])), accepts: "result", arg: 0 },
    { calls: calling(under(["valibot:"], ["safeParser", "safeParserAsync"])), accepts: "result", arg: 0, under: "output" },
    { calls: ["valibot:is"], accepts: "guard", arg: 1 },
    { calls: ["valibot:assert"], accepts: "inPlace", arg: 1 },

    // Called, it gives the value or its errors.
    { calls: [type, `${type}.assert`, `${type}.from`], accepts: "result", arg: 0 },
    { calls: [`${type}.allows`], accepts: "guard", arg: 0 },

    { calls: under([yup], ["validate", "validateSync", "cast"]), accepts: "result", arg: 0 },
    { calls: under([yup], ["isValid", "isValidSync"]), accepts: "guard", arg: 0 },

    { calls: [`${joi}.validate`], accepts: "result", arg: 0, under: "value" },
    { calls: [`${joi}.validateAsync`], accepts: "result", arg: 0 },
    { calls: under(["joi:", "joi:Joi"], ["attempt"]), accepts: "result", arg: 0 },
    { calls: under(["joi:", "joi:Joi"], ["assert"]), accepts: "inPlace", arg: 0 },

    { calls: [`${ajv}.validate`], accepts: "guard", arg: 1 },
    { calls: [`${ajv}.compile()`, `${ajv}.getSchema()`], accepts: "guard", arg: 0 },
    { calls: [`${ajv}.compileAsync()`], accepts: "result", arg: 0 },

    { calls: under(["superstruct:"], ["create", "mask"]), accepts: "result", arg: 0 },
    { calls: ["superstruct:assert"], accepts: "inPlace", arg: 0 },
    { calls: ["superstruct:is"], accepts: "guard", arg: 0 },
    { calls: ["superstruct:validate"], accepts: "result", arg: 0, under: "1" },

    { calls: under(["@sinclair/typebox/value:Value"], ["Parse", "Decode"]), accepts: "result", arg: 1 },
    { calls: ["@sinclair/typebox/value:Value.Check"], accepts: "guard", arg: 1 },
    { calls: ["@sinclair/typebox/value:Value.Assert"], accepts: "inPlace", arg: 1 },
    { calls: ["@sinclair/typebox/compiler:TypeCompiler.Compile().Check"], accepts: "guard", arg: 0 },
    { calls: ["@sinclair/typebox/compiler:TypeCompiler.Compile().Decode"], accepts: "result", arg: 0 },

    { calls: [`${codec}.decode`], accepts: "result", arg: 0, under: "right" },
    { calls: [`${codec}.is`], accepts: "guard", arg: 0 },

    // True, or a list of what is wrong; it writes its defaults into what it is given.
    { calls: ["fastest-validator:()", "fastest-validator:Validator()"].flatMap((v) => [`${v}.compile()`]), accepts: "guard", arg: 0 },
    { calls: ["fastest-validator:()", "fastest-validator:Validator()"].flatMap((v) => [`${v}.validate`]), accepts: "guard", arg: 0 },
    { calls: under(["@vinejs/vine:compile()", "@vinejs/vine:create()"], ["validate"]), accepts: "result", arg: 0 },
    { calls: ["@vinejs/vine:validate"], accepts: "result", arg: 0, path: "data" },
    { calls: under(["decoders:object()", "decoders:exact()", "decoders:inexact()", "decoders:array()", "decoders:record()", "decoders:either()", "decoders:taggedUnion()"], ["verify"]), accepts: "result", arg: 0 },
    { calls: under(["decoders:object()", "decoders:exact()", "decoders:inexact()", "decoders:array()", "decoders:record()", "decoders:either()", "decoders:taggedUnion()"], ["value"]), accepts: "result", arg: 0 },
    { calls: under(["typia:"], ["assert", "assertEquals", "assertParse"]), accepts: "result", arg: 0 },
    { calls: under(["typia:"], ["is", "equals"]), accepts: "guard", arg: 0 },
    { calls: under(["typia:"], ["validate", "validateEquals"]), accepts: "result", arg: 0, under: "data" },

    { calls: under([runtype], ["check", "parse"]), accepts: "result", arg: 0 },
    { calls: [`${runtype}.guard`], accepts: "guard", arg: 0 },
    { calls: [`${runtype}.assert`], accepts: "inPlace", arg: 0 },
    // `validate` until version 6, `inspect` since 7
    { calls: under([runtype], ["validate", "inspect"]), accepts: "result", arg: 0, under: "value" },

    { calls: ["effect:Schema", "@effect/schema:Schema"].flatMap((m) => calling(under([m], ["decodeUnknownSync", "decodeUnknownPromise"]))), accepts: "result", arg: 0 },
    { calls: ["effect:Schema", "@effect/schema:Schema"].flatMap((m) => calling(under([m], ["is"]))), accepts: "guard", arg: 0 },
    { calls: ["effect:Schema", "@effect/schema:Schema"].flatMap((m) => calling(under([m], ["asserts"]))), accepts: "inPlace", arg: 0 },
    // Since version 4 not curried.
    { calls: ["effect:Schema.asserts"], accepts: "inPlace", arg: 1 },
  ],
};

export default schemas;
