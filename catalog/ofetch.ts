import type { Library } from "./library.js";
import { under } from "./names.js";
import { AUTH_HEADERS, at, atUnless } from "./places.js";

const CLIENT = "ofetch:ofetch.create()";
const calls = [...under(["ofetch:"], ["ofetch", "$fetch", "ofetch.raw", "$fetch.raw"]), CLIENT, `${CLIENT}.raw`];
const made = under(["ofetch:"], ["ofetch.create", "$fetch.create"]);

export default {
  name: "ofetch",
  packages: ["ofetch"],
  docs: "https://github.com/unjs/ofetch#%EF%B8%8F-timeout",
  instances: [{ is: CLIENT, also: ["ofetch:$fetch.create()"], types: ["ofetch:$Fetch"] }],
  effects: [{ calls, effect: "network", method: at(1, "method") }],
  callBounds: [
    {
      calls,
      options: [...atUnless([0], 1, "timeout"), ...at(1, "signal")],
      client: { made, options: atUnless([0], 0, "timeout") },
      defaultMs: 300_000,
      signal: { arg: 1, path: "signal" },
      docs: "https://github.com/unjs/ofetch#%EF%B8%8F-timeout",
    },
  ],
  credentials: [
    { calls, places: at(1, ...AUTH_HEADERS), what: "auth header" },
    { calls: made, places: at(0, ...AUTH_HEADERS), what: "auth header" },
  ],
} satisfies Library;
