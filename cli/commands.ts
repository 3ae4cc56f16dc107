import type { Command } from "./command.js";

export interface CommandEntry {
  readonly name: string;
  readonly takes: string;
  readonly summary: string;
  /** The command's file is loaded when it is asked for: `--version` must not wait for a parser. */
  readonly load: () => Promise<{ readonly default: Command }>;
}

export const commands: readonly CommandEntry[] = [
  { name: "check", takes: "[paths…]", summary: "find what goes around the pipeline", load: () => import("./check.js") },
  { name: "explain", takes: "[rule | file:line]", summary: "what a rule finds and why; what is said of a line", load: () => import("./explain.js") },
  { name: "facts", takes: "--call-graph [paths…]", summary: "who calls whom, as JSON for other tools", load: () => import("./facts.js") },
  { name: "init", takes: "", summary: "write a config that fits this project", load: () => import("./init.js") },
  { name: "doctor", takes: "", summary: "what nobypass sees here, and what stands in its way", load: () => import("./doctor.js") },
];
