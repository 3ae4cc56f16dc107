import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const CLIENT = "mqtt:connect()";
const MADE = ["mqtt:connect", "mqtt:connectAsync"];

export default {
  name: "mqtt",
  packages: ["mqtt"],
  docs: "https://github.com/mqttjs/MQTT.js#client",
  instances: [{ is: CLIENT, also: ["mqtt:connectAsync()"], types: ["mqtt:MqttClient"] }],
  entries: [{ framework: "mqtt", kind: "message", register: { by: "call", calls: [`${CLIENT}.on`], handler: 1, when: { arg: 0, values: ["message"] } } }],
  sources: [0, 1].map((param) => ({ from: { framework: "mqtt", param, path: "" }, what: "message" })),
  effects: [
    { calls: under([CLIENT], ["publish"]), effect: "queue", idempotent: false, promise: false },
    { calls: under([CLIENT], ["publishAsync"]), effect: "queue", idempotent: false },
    { calls: under([CLIENT], ["subscribe", "subscribeAsync"]), effect: "queue", shape: "stream" },
  ],
  clientBounds: [{ makes: MADE, connect: { places: [...atUnless([0], 0, "connectTimeout"), ...atUnless([0], 1, "connectTimeout")], defaultMs: 30_000 }, docs: "https://github.com/mqttjs/MQTT.js#client" }],
  credentials: [
    { calls: MADE, places: [...at(0, "password"), ...at(1, "password")], what: "password" },
    { calls: MADE, places: at(0, ""), what: "connection string" },
  ],
} satisfies Library;
