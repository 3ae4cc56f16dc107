export { defineConfig } from "./config/define.js";
export type { NobypassConfig } from "./config/schema.js";
export type { Edit, Finding, Fix, Position, Span } from "./core/finding.js";
export type { RunOptions, RunProblem, RunResult, UnknownSite } from "./engine/result.js";
import type { RunOptions, RunResult } from "./engine/result.js";

/** Checks a project as `nobypass check` does. The engine, and with it the parser, is loaded at the first call. */
export async function check(options: RunOptions): Promise<RunResult> {
  const { run } = await import("./engine/run.js");
  return run(options);
}
