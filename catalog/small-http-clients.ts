import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const VERBS = ["get", "post", "put", "patch", "delete", "head"];
const PHIN = ["phin:", "phin:phin", "phin:defaults()"];
const REDAXIOS = ["redaxios:", ...under(["redaxios:", "redaxios:create()"], VERBS), "redaxios:create()"];
/** Steps of a chain that bound nothing; after `options` and `signal` a bound may be there. */
const STEPS = ["url", "auth", "query", "headers", "accept", "content", "json", "body", "formData", "formUrl", "middlewares", "catcher", "addon", "errorType"];
const STARTS = ["wretch:()", ...STEPS.map((step) => `wretch:().${step}()`), ...STEPS.flatMap((one) => STEPS.map((two) => `wretch:().${one}().${two}()`))];
const WRETCH = under(STARTS, VERBS);
const PARTY = ["partysocket:fetch", "partysocket:PartySocket.fetch"];
const SHEETS = "google-spreadsheet:GoogleSpreadsheet()";
const SHEET = "google-spreadsheet:GoogleSpreadsheetWorksheet()";
const SHEET_CALLS = [
  ...under([SHEETS], ["loadInfo", "updateProperties", "addSheet", "deleteSheet"]),
  ...under([SHEET], ["loadHeaderRow", "setHeaderRow", "loadCells", "saveUpdatedCells", "getRows", "addRow", "addRows", "clear", "clearRows", "delete"]),
];
const bent = "https://github.com/mikeal/bent#readme";

/** What wraps the platform's own requests in a few lines. */
export default {
  name: "small http clients",
  packages: ["bent", "phin", "wretch", "redaxios", "partysocket", "google-spreadsheet"],
  docs: bent,
  instances: [{ is: SHEET, also: [`${SHEETS}.sheetsByIndex.*`, `${SHEETS}.sheetsByTitle.*`, `${SHEETS}.sheetsById.*`, `${SHEETS}.addSheet()`] }],
  effects: [
    { calls: ["bent:()", ...PHIN, ...REDAXIOS, ...PARTY], effect: "network" },
    { calls: SHEET_CALLS, effect: "network" },
    { calls: WRETCH, effect: "network", shape: "builder" },
  ],
  callBounds: [
    // Neither has an option that ends a request.
    { calls: ["bent:()", ...REDAXIOS], options: [], defaultMs: null, docs: bent },
    // The platform's own `fetch`, with its options second.
    { calls: PARTY, options: at(1, "signal"), defaultMs: 300_000, docs: "https://docs.partykit.io/reference/partysocket-api" },
    // Since version 5 it is built on ky, with ky's bound; before that on axios, with none.
    { calls: SHEET_CALLS, options: [], defaultMs: 10_000, docs: "https://theoephraim.github.io/node-google-spreadsheet/" },
    { calls: PHIN, options: atUnless([0], 0, "timeout"), client: { made: ["phin:defaults"], options: at(0, "timeout") }, defaultMs: null, docs: "https://github.com/ethanent/phin#readme" },
    { calls: WRETCH, options: [], chain: ["setTimeout", "controller"], defaultMs: null, docs: "https://elbywan.github.io/wretch/api/interfaces/addons_abort.AbortResolver" },
  ],
} satisfies Library;
