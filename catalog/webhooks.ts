import type { Library } from "./library.js";

const result = (arg: number, calls: readonly string[], path?: string) => ({ calls, accepts: "result", arg, ...(path !== undefined && { path }) }) as const;

/** What their senders sign: a body that passes is what the sender's own library says it is, and nothing a stranger has written. */
const webhooks: Library = {
  name: "webhooks",
  packages: ["stripe", "svix", "standardwebhooks", "@polar-sh/sdk", "@workos-inc/node", "@paddle/paddle-node-sdk", "livekit-server-sdk", "openai"],
  docs: "https://docs.stripe.com/webhooks#verify-official-libraries",
  validators: [
    result(0, ["stripe:().webhooks.constructEvent", "stripe:().webhooks.constructEventAsync"]),
    result(0, ["svix:Webhook().verify", "standardwebhooks:Webhook().verify"]),
    result(0, ["@polar-sh/sdk/webhooks:validateEvent"]),
    result(0, ["@workos-inc/node:WorkOS().webhooks.constructEvent"], "payload"),
    result(0, ["@paddle/paddle-node-sdk:Paddle().webhooks.unmarshal"]),
    result(0, ["livekit-server-sdk:WebhookReceiver().receive"]),
    result(0, ["openai:().webhooks.unwrap"]),
  ],
};

export default webhooks;
