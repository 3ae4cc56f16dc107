import { parseArgs, type ParseArgsConfig } from "node:util";
import { nearestName } from "../config/nearest-name.js";
import type { Options, OptionSpec, Values } from "./command.js";
import { CommandError } from "./failure.js";

export interface ParsedArguments<O extends Options> {
  readonly values: Values<O>;
  readonly operands: readonly string[];
}

/**
 * Node splits the words, we judge them: its own strict mode stops at the first mistake with a message that cannot say which option
 * was meant. Nothing is let through that strict mode would refuse.
 */
export function parseArguments<O extends Options>(commandName: string, options: O, words: readonly string[]): ParsedArguments<O> {
  const names = Object.keys(options);
  const spelled = new Map<string, { readonly name: string; readonly spec: OptionSpec; readonly negative: boolean }>();
  for (const name of names) {
    const spec = options[name] as OptionSpec;
    spelled.set(name, { name, spec, negative: false });
    if (spec.type === "switch") spelled.set(`no-${name}`, { name, spec, negative: true });
  }
  const config: NonNullable<ParseArgsConfig["options"]> = {};
  for (const [word, { spec, negative }] of spelled) {
    const type = spec.type === "value" || spec.type === "list" ? "string" : "boolean";
    config[word] = { type, multiple: true, ...(spec.short !== undefined && !negative ? { short: spec.short } : {}) };
  }

  const values: Record<string, unknown> = {};
  for (const name of names) values[name] = emptyValue(options[name] as OptionSpec);
  const operands: string[] = [];
  const seeHelp = `\`nobypass ${commandName} --help\` lists the options`;

  for (const token of parseArgs({ args: [...words], options: config, strict: false, tokens: true }).tokens) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    const known = spelled.get(token.name);
    if (known === undefined) {
      const meant = token.rawName.startsWith("--") ? nearestName(token.name, spelled.keys()) : undefined;
      throw new CommandError(`${commandName} has no option ${token.rawName}`, meant === undefined ? seeHelp : `did you mean --${meant}? ${seeHelp}`);
    }
    const { name, spec, negative } = known;
    const given = `--${token.name}`;
    if (spec.type === "flag" || spec.type === "switch") {
      if (token.value !== undefined) throw new CommandError(`${given} takes no value, but "${token.value}" was given`, seeHelp);
      values[name] = !negative;
      continue;
    }
    if (token.value === undefined || token.value === "" || (!token.inlineValue && token.value.length > 1 && token.value.startsWith("-"))) {
      throw new CommandError(`${given} needs a value`, `write ${given} ${spec.value ?? "VALUE"}${spec.oneOf ? `, one of ${spec.oneOf.join(", ")}` : ""}`);
    }
    const parts = spec.type === "list" ? token.value.split(",").map((p) => p.trim()).filter(Boolean) : [token.value];
    for (const part of parts) checkValue(given, part, spec);
    values[name] = spec.type === "list" ? [...(values[name] as readonly string[]), ...parts] : token.value;
  }
  return { values: values as Values<O>, operands }; // the only cast: each value was made after the type of its option
}

function emptyValue(spec: OptionSpec): unknown {
  if (spec.type === "list") return [];
  return spec.type === "flag" ? false : undefined;
}

function checkValue(given: string, value: string, spec: OptionSpec): void {
  if (spec.oneOf === undefined || spec.oneOf.includes(value)) return;
  const meant = nearestName(value, spec.oneOf);
  throw new CommandError(`${given} cannot be "${value}"`, meant === undefined ? `it is one of ${spec.oneOf.join(", ")}` : `did you mean ${meant}? It is one of ${spec.oneOf.join(", ")}`);
}
