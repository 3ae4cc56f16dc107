import { ConfigError } from "../config/problem.js";
import { reportAt } from "./own-package.js";

/** The command cannot do what was asked: exit 2. The message says what is wrong, the hint what to do. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

export interface Failure {
  readonly message: string;
  readonly hint: string;
  /** Only of what nobody expected: for `--verbose`. */
  readonly stack?: string;
}

/** Whatever was thrown, in the words of a terminal. What is neither the user's doing nor the system's is our fault, and says so. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommandError) return { message: error.message, hint: error.hint };
  if (error instanceof ConfigError) {
    const lines = error.message.split("\n");
    const hint = error.hint === "" ? "" : (lines.pop() ?? "");
    return { message: lines.join("\n"), hint };
  }
  const message = error instanceof Error ? error.message || error.name : String(error);
  const stack = error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {};
  return { message: `internal error: ${message}`, hint: faultHint(), ...stack };
}

/** What to do about a fault of nobypass itself. */
export const faultHint = (): string => `this is a fault of nobypass; please report it${reportAt()} with the output of \`nobypass doctor\` and of the same command with --verbose`;
