import type { Preset } from "../config/schema.js";

export const CONFIG_FORMATS = ["ts", "mjs", "json"] as const;
export type ConfigFormat = (typeof CONFIG_FORMATS)[number];

/** What `init` decides; whatever is undefined is left to its default, and so is not written. */
export interface Answers {
  readonly preset: Preset;
  readonly modules: readonly string[];
  readonly config: readonly string[];
  readonly pipeline: string | undefined;
}

const NOTES: Readonly<Record<keyof Answers, string>> = {
  preset: '"strict" adds the rules that ask most of a codebase',
  modules: "each folder is a module; others import its index only",
  config: "the only files that read process.env",
  pipeline: "what every call goes through",
};

/** The config as a value; the one source of what is written. */
export function configOf({ preset, modules, config, pipeline }: Answers): Readonly<Record<string, unknown>> {
  return {
    preset,
    ...(modules.length > 0 ? { modules } : {}),
    ...(config.length > 0 ? { config } : {}),
    ...(pipeline === undefined ? {} : { pipeline }),
  };
}

export function configText(answers: Answers, format: ConfigFormat): string {
  const config = configOf(answers);
  if (format === "json") return `${JSON.stringify(config, null, 2)}\n`;
  const lines = Object.entries(config).map(([key, value]) => [`  ${key}: ${literal(value)},`, NOTES[key as keyof Answers]] as const);
  const width = Math.max(...lines.map(([line]) => line.length).filter((n) => n < 60), 0);
  return [
    'import { defineConfig } from "nobypass";',
    "",
    "export default defineConfig({",
    ...lines.map(([line, note]) => (line.length > width ? `  // ${note}\n${line}` : `${line.padEnd(width)} // ${note}`)),
    "});",
    "",
  ].join("\n");
}

const literal = (value: unknown): string => (Array.isArray(value) ? `[${value.map((v) => JSON.stringify(v)).join(", ")}]` : JSON.stringify(value));
