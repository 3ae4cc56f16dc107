import type { Library } from "./library.js";
import { under } from "./names.js";
import { at } from "./places.js";

const CLIENT = "octokit:Octokit()";
const MADE = under(["octokit:", "@octokit/rest:", "@octokit/core:"], ["Octokit"]);
// `request.timeout` bounds where the client brings node-fetch (core 4 and older); a `request.fetch` of one's own is judged itself.
const client = { made: MADE, options: at(0, "request.timeout", "request.signal", "request.fetch") };
const REQUEST = under([CLIENT], ["request", "graphql", "paginate"]);
const REST = under([CLIENT], ["rest.*.*", "*.*"]);
const docs = "https://github.com/octokit/core.js#options";

export default {
  name: "octokit",
  packages: ["octokit", "@octokit/rest", "@octokit/core"],
  docs: "https://github.com/octokit/octokit.js#readme",
  instances: [{ is: CLIENT, also: ["@octokit/rest:Octokit()", "@octokit/core:Octokit()"] }],
  effects: [{ calls: [...REQUEST, ...REST], effect: "network" }],
  quiet: under([CLIENT], ["hook.*", "log.*", "auth.*"]),
  callBounds: [
    { calls: REQUEST, options: at(1, "request.signal"), client, defaultMs: null, signal: { arg: 1, path: "request.signal" }, docs },
    { calls: REST, options: at(0, "request.signal"), client, defaultMs: null, signal: { arg: 0, path: "request.signal" }, docs },
  ],
  credentials: [{ calls: MADE, places: at(0, "auth", "auth.privateKey", "auth.clientSecret"), what: "token" }],
} satisfies Library;
