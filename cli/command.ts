import { CommandError } from "./failure.js";
import { commandHelp } from "./help.js";
import type { ExitCode, Io } from "./io.js";
import { type ParsedArguments, parseArguments } from "./parse-arguments.js";

/** flag: there or not · switch: `--x` and `--no-x`, undefined if neither · value: `--x V` · list: may be given several times, or with commas. */
export interface OptionSpec {
  readonly type: "flag" | "switch" | "value" | "list";
  /** One line for the help. */
  readonly help: string;
  /** What the value is called in the help: `FILE`. */
  readonly value?: string;
  /** The only values that may be given. */
  readonly oneOf?: readonly string[];
  readonly short?: string;
}

export type Options = Readonly<Record<string, OptionSpec>>;

type ValueOf<O extends OptionSpec> = O["type"] extends "flag" ? boolean : O["type"] extends "switch" ? boolean | undefined : O["type"] extends "value" ? string | undefined : readonly string[];
export type Values<O extends Options> = { readonly [K in keyof O]: ValueOf<O[K]> };

/** Every command has these. */
export const COMMON = {
  color: { type: "switch", help: "colours, whatever the terminal and NO_COLOR or FORCE_COLOR say" },
  verbose: { type: "flag", help: "more detail, and the stack of an internal error" },
  help: { type: "flag", short: "h", help: "this text" },
} as const satisfies Options;

export interface CommandSpec<O extends Options> {
  readonly name: string;
  /** After the name: `[paths…]`. */
  readonly takes: string;
  /** How many arguments it takes at most, options apart. */
  readonly atMost: number;
  readonly about: readonly string[];
  readonly options: O;
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  readonly exits: Readonly<Partial<Record<ExitCode, string>>>;
  run(args: ParsedArguments<O & typeof COMMON>, io: Io): Promise<ExitCode>;
}

/** A command whose types are closed: given words, it works or says how it is used. */
export interface Command {
  main(words: readonly string[], io: Io): Promise<ExitCode>;
}

export function command<const O extends Options>(spec: CommandSpec<O>): Command {
  const options = { ...spec.options, ...COMMON };
  return {
    async main(words, io) {
      if (words.some((w, i) => (w === "--help" || w === "-h") && !words.slice(0, i).includes("--"))) {
        io.stdout.write(commandHelp({ ...spec, options }));
        return 0;
      }
      const args = parseArguments(spec.name, options, words);
      const extra = args.operands[spec.atMost];
      if (extra !== undefined) throw new CommandError(`${spec.name} takes ${spec.atMost === 0 ? "no arguments" : `at most ${spec.atMost === 1 ? "one argument" : `${spec.atMost} arguments`}`}, and "${extra}" is one more`, `\`nobypass ${spec.name} --help\` shows how it is used`);
      return spec.run(args, io);
    },
  };
}
