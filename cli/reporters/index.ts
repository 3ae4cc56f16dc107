import type { Reporter } from "./reporter.js";

export const FORMATS = ["pretty", "json", "sarif"] as const;
export type Format = (typeof FORMATS)[number];

/** Each is loaded when it is asked for. */
export const reporters: Readonly<Record<Format, () => Promise<Reporter>>> = {
  pretty: async () => (await import("./pretty.js")).pretty,
  json: async () => (await import("./json.js")).json,
  sarif: async () => (await import("./sarif.js")).sarif,
};
