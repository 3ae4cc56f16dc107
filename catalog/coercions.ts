import type { Library } from "./library.js";
import { under } from "./names.js";

const formats = [
  "isAlpha", "isAlphanumeric", "isBase32", "isBoolean", "isDate", "isDecimal", "isEmail", "isFQDN", "isFloat", "isHexadecimal", "isIn", "isInt", "isIP", "isISO8601",
  "isJWT", "isMongoId", "isNumeric", "isPort", "isRFC3339", "isSemVer", "isULID", "isUUID", "isWhitelisted",
];

/** What takes the danger out of a value: for every use, or for some. */
const coercions: Library = {
  name: "coercions",
  packages: [
    "net", "path", "crypto", "validator", "escape-html", "html-entities", "he", "lodash", "lodash-es", "sanitize-html", "dompurify", "isomorphic-dompurify", "xss", "html-escaper", "entities", "escape-string-regexp",
    "sanitize-filename", "is-path-inside", "path-is-inside", "contains-path", "is-path-in-cwd", "pg", "pg-format", "mysql2", "mysql", "sqlstring", "mongodb", "mongoose", "mongo-sanitize", "express-mongo-sanitize", "shell-quote", "uuid",
  ],
  docs: "https://cheatsheetseries.owasp.org/cheatsheets/Input_Validation_Cheat_Sheet.html",
  validators: [
    { calls: ["global:Number", "global:parseInt", "global:parseFloat", "global:Number.parseInt", "global:Number.parseFloat", "global:BigInt", "global:Boolean", "global:Date", "global:Date.parse"], accepts: "result", arg: 0 },
    { calls: ["global:Number.isInteger", "global:Number.isSafeInteger", "global:Number.isFinite", "net:isIP", "net:isIPv4", "net:isIPv6", "uuid:validate", ...under(["validator:"], formats)], accepts: "guard", arg: 0 },
    // What a driver takes for an operator is an object: a string is harmless to it.
    { calls: ["global:String"], accepts: "result", arg: 0, against: ["nosql"] },
    { calls: ["mongodb:ObjectId", "mongodb:ObjectId.createFromHexString", "mongoose:Types.ObjectId", "mongo-sanitize:"], accepts: "result", arg: 0, against: ["nosql"] },
    { calls: ["express-mongo-sanitize:"], accepts: "middleware", arg: 0, against: ["nosql"] },
    { calls: ["global:encodeURIComponent"], accepts: "result", arg: 0, against: ["url", "redirect"] },
    { calls: [
      "escape-html:", "html-entities:encode", "he:encode", "he:escape", "lodash:escape", "lodash-es:escape", "lodash/escape:", "validator:escape", "sanitize-html:", "dompurify:sanitize",
      "dompurify:().sanitize", "isomorphic-dompurify:sanitize", "xss:", "xss:filterXSS", "html-escaper:escape", "entities:encode", "entities:escape",
    ], accepts: "result", arg: 0, against: ["html"] },
    { calls: ["escape-string-regexp:", "lodash:escapeRegExp", "lodash-es:escapeRegExp", "lodash/escapeRegExp:", "global:RegExp.escape"], accepts: "result", arg: 0, against: ["regexp"] },
    { calls: [...under(["path:", "path:posix", "path:win32", "path/posix:"], ["basename", "extname"]), "sanitize-filename:"], accepts: "result", arg: 0, against: ["path"] },
    { calls: ["is-path-inside:", "path-is-inside:", "contains-path:", "is-path-in-cwd:"], accepts: "guard", arg: 0, against: ["path"] },
    { calls: ["shell-quote:quote"], accepts: "result", arg: 0, against: ["shell"] },
    { calls: ["pg:escapeLiteral", "pg:escapeIdentifier", "pg:Client().escapeLiteral", "pg:Client().escapeIdentifier", "pg-format:literal", "pg-format:ident", ...under(["mysql2:", "mysql:", "sqlstring:", "mysql2:createPool()", "mysql2:createConnection()"], ["escape", "escapeId"])], accepts: "result", arg: 0, against: ["sql"] },
  ],
};

export default coercions;
