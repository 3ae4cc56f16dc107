import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const CLIENT = "@slack/web-api:WebClient()";
// Three levels are enough for all methods: `admin.users.session.reset` is the deepest.
const calls = under([CLIENT], ["apiCall", "*.*", "*.*.*", "*.*.*.*", "filesUploadV2"]);

export default {
  name: "slack",
  packages: ["@slack/web-api", "@slack/bolt"],
  docs: "https://docs.slack.dev/tools/node-slack-sdk/web-api/",
  instances: [{ is: CLIENT, also: ["@slack/bolt:App().client"] }],
  effects: [{ calls, effect: "network" }],
  callBounds: [
    {
      calls,
      options: [],
      client: { made: ["@slack/web-api:WebClient"], options: atUnless([0], 1, "timeout") },
      defaultMs: null,
      docs: "https://docs.slack.dev/tools/node-slack-sdk/reference/web-api/interfaces/WebClientOptions",
    },
  ],
  credentials: [
    { calls: ["@slack/web-api:WebClient"], places: at(0, ""), what: "token" },
    { calls: ["@slack/bolt:App"], places: at(0, "token", "appToken", "clientSecret", "stateSecret"), what: "token" },
    { calls: ["@slack/bolt:App"], places: at(0, "signingSecret"), what: "signing key" },
  ],
} satisfies Library;
