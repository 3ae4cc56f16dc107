import type { Library } from "./library.js";
import { under } from "./names.js";

const lodash = ["lodash:", "lodash-es:"];
const whole = [
  "get", "pick", "omit", "clone", "cloneDeep", "trim", "trimStart", "trimEnd", "toString", "toLower", "toUpper", "capitalize",
  "camelCase", "kebabCase", "snakeCase", "startCase", "upperFirst", "lowerFirst", "padStart", "padEnd", "truncate", "replace", "split", "join", "concat", "compact", "flatten", "uniq", "head", "first",
  "last", "nth", "values", "entries", "toPairs", "fromPairs", "castArray", "mapKeys", "keys", "pickBy", "omitBy", "zipObject", "unescape",
];
const merging = ["merge", "defaults", "defaultsDeep", "assign", "assignIn", "extend"];
const named = (names: readonly string[]): string[] => [...under(lodash, names), ...names.flatMap((name) => [`lodash/${name}:`, `lodash/${name}.js:`, `lodash.${name.toLowerCase()}:`])];

/** Functions that hand on what they are given, whole or in another shape. What takes the danger out of it has rows of validators. */
const passes: Library = {
  name: "passes",
  packages: ["global", "path", "path/posix", "url", "util", "querystring", "buffer", "fs", "qs", "lodash", "lodash-es", "deepmerge", "slash", "normalize-path", "js-yaml", "yaml", "json5", "superjson", "class-transformer", "fast-json-parse", "secure-json-parse", "cookie", "stream", "co-body", "raw-body", "fast-safe-stringify", "json-stringify-safe", "safe-stable-stringify", "flatted", "fast-json-stable-stringify", "serialize-error", "strip-ansi", "ansi-html", "he", "querystringify", "query-string", "parseqs", "url-parse", "urijs", "uri-js", "printf", "sprintf-js", "sprintf", "string-template", "util-format", "pupa", "dedent", "common-tags", "vm", "clone", "fclone", "rfdc", "just-clone", "klona", "clone-deep", "sort-keys", "json-cycle", "camelcase-keys", "snakecase-keys"],
  docs: "https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects",
  passes: [
    { calls: [...under(["global:"], ["String", "decodeURIComponent", "decodeURI", "encodeURIComponent", "encodeURI", "escape", "unescape", "atob", "btoa", "String.raw"])], from: ["all"], text: true },
    { calls: ["global:Object", "global:Array", "global:structuredClone", "global:URL", "global:URLSearchParams", "global:Request", "global:Set", "global:Map", "global:Headers"], from: ["all"] },
    { calls: [...under(["global:Object"], ["keys", "values", "entries", "fromEntries", "freeze", "seal", "create", "groupBy"]), "global:Array.from", "global:Array.of", ...under(["global:Promise"], ["resolve", "all", "allSettled", "race", "any"])], from: ["all"] },
    { calls: ["global:Object.assign"], from: ["all"], into: 0 },
    { calls: ["global:JSON.parse"], from: [0], undoes: ["code", "nosql"] },
    { calls: ["json5:parse", "superjson:parse", "secure-json-parse:", "secure-json-parse:parse", "js-yaml:load", "js-yaml:safeLoad", "yaml:parse"], from: [0] },
    // Its quotes and all in them are escaped: a literal in whatever code.
    { calls: ["global:JSON.stringify"], from: [0], text: true, proves: ["code"] },
    { calls: ["json5:stringify", "superjson:stringify", "js-yaml:dump", "yaml:stringify", "fast-safe-stringify:", "fast-safe-stringify:stable", "json-stringify-safe:", "safe-stable-stringify:", "safe-stable-stringify:stringify", "flatted:stringify", "fast-json-stable-stringify:", "serialize-error:serializeError", "superjson:serialize"], from: [0], text: true },
    { calls: ["strip-ansi:", "ansi-html:", "he:decode"], from: [0], text: true },
    { calls: ["global:Buffer", "global:Buffer.from", "buffer:Buffer.from", "global:Buffer.concat", "global:TextDecoder().decode", "global:TextEncoder().encode"], from: ["all"] },
    { calls: [...under(["path:", "path:posix", "path:win32", "path/posix:"], ["join", "resolve", "normalize", "relative", "dirname", "parse", "format", "toNamespacedPath"]), "slash:", "normalize-path:"], from: ["all"] },
    { calls: [...under(["fs:", "fs-extra:", "graceful-fs:"], ["realpath", "realpathSync", "promises.realpath"]), "fs/promises:realpath"], from: [0], proves: ["up"] },
    { calls: under(["url:"], ["parse", "format", "resolve", "URL", "fileURLToPath", "pathToFileURL", "URLSearchParams"]), from: ["all"] },
    { calls: under(["util:"], ["format", "formatWithOptions", "inspect", "stripVTControlCharacters"]), from: ["all"], text: true },
    { calls: [...under(["querystring:", "qs:"], ["parse", "unescape", "decode"]), "cookie:parse"], from: [0] },
    { calls: under(["querystring:", "qs:"], ["stringify", "escape", "encode"]), from: [0], text: true },
    { calls: named(whole), from: ["all"] },
    { calls: named(merging), from: ["all"], into: 0 },
    { calls: ["global:Reflect.get", "vm:createContext"], from: [0] },
    { calls: [...under(["querystringify:", "query-string:"], ["parse", "parseUrl"]), "parseqs:decode", "url-parse:", "urijs:", "uri-js:parse"], from: [0] },
    // Formatters put what they are given into their text.
    { calls: ["printf:", "sprintf-js:sprintf", "sprintf-js:vsprintf", "sprintf:", "string-template:", "util-format:", "pupa:", "dedent:", "common-tags:html"], from: ["all"], text: true },
    { calls: ["clone:", "fclone:", "rfdc:()", "just-clone:", "klona:klona", "klona/json:klona", "clone-deep:", "sort-keys:", "json-cycle:decycle", "json-cycle:retrocycle", "json-cycle:parse", "camelcase-keys:", "snakecase-keys:"], from: [0] },
    { calls: ["deepmerge:", "deepmerge:all"], from: ["all"] },
    { calls: under(["class-transformer:"], ["plainToInstance", "plainToClass", "instanceToPlain", "classToPlain"]), from: [0, 1] },
    { calls: ["co-body:", "co-body:json", "co-body:form", "co-body:text", "raw-body:"], from: [0] },
    { calls: ["global:RegExp().exec"], from: [0] },
  ],
};

export default passes;
