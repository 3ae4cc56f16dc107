import type { CommandSpec, Options, OptionSpec } from "./command.js";
import type { ExitCode } from "./io.js";
import { version } from "./own-package.js";
import { wrap } from "./reporters/width.js";

/** What every command's exit code means; a command says more where its own words are clearer. */
const EXITS: Readonly<Record<ExitCode, string>> = {
  0: "clean",
  1: "findings",
  2: "the outcome cannot be trusted: wrong usage, bad config, unreadable project, internal error",
};

export function commandHelp(spec: Pick<CommandSpec<Options>, "name" | "takes" | "about" | "options" | "examples" | "exits">): string {
  const options = Object.entries(spec.options).map(([name, option]) => [spelling(name, option), option.help] as const);
  const exits = Object.entries(spec.exits).map(([code, meaning]) => [code, meaning] as const);
  return sections([
    ["Usage", [`nobypass ${spec.name} ${spec.takes}`.trimEnd() + " [options]"]],
    ["", spec.about],
    ["Options", columns(options)],
    ["Examples", columns(spec.examples.map(([line, meaning]) => [line, meaning] as const))],
    ["Exit codes", columns(exits)],
  ]);
}

export function overview(commands: readonly { readonly name: string; readonly takes: string; readonly summary: string }[]): string {
  return `nobypass ${version()}\n\n${sections([
    ["", ["Makes the right call path the only one: finds every place where a TypeScript", "backend goes around its call pipeline."]],
    ["Usage", ["nobypass <command> [options]"]],
    ["Commands", columns(commands.map((c) => [`${c.name} ${c.takes}`.trimEnd(), c.summary] as const))],
    ["Options", columns([["-h, --help", "this text; after a command, what it takes"], ["-v, --version", "the version"]])],
    ["Examples", columns([["npx nobypass check", "the whole project, with no config needed"], ["npx nobypass check src/orders", "one folder"], ["npx nobypass explain console", "what a rule is about"]])],
    ["Exit codes", columns(Object.entries(EXITS).map(([code, meaning]) => [code, meaning] as const))],
  ])}`;
}

function spelling(name: string, option: OptionSpec): string {
  const value = option.type === "value" || option.type === "list" ? ` ${option.oneOf?.join("|") ?? option.value ?? "VALUE"}` : "";
  return `${option.short === undefined ? "" : `-${option.short}, `}--${option.type === "switch" ? "[no-]" : ""}${name}${value}`;
}

function sections(parts: readonly (readonly [title: string, lines: readonly string[]])[]): string {
  const filled = parts.filter(([, lines]) => lines.length > 0);
  return `${filled.map(([title, lines]) => [...(title === "" ? [] : [title]), ...lines.map((l) => (title === "" ? l : `  ${l}`))].join("\n")).join("\n\n")}\n`;
}

/** Two aligned columns; what is too long for the first gets a line of its own, what is too long for the second goes on below. */
export function columns(rows: readonly (readonly [left: string, right: string])[]): string[] {
  const width = Math.max(0, ...rows.map(([left]) => left.length).filter((n) => n <= WIDEST_LEFT));
  const indent = " ".repeat(width + 2);
  return rows.flatMap(([left, right]) => {
    const text = wrap(right, LINE - indent.length, indent);
    return (left.length > width ? `${left}\n${indent}${text}` : `${left.padEnd(width)}  ${text}`.trimEnd()).split("\n");
  });
}

const WIDEST_LEFT = 54;
const LINE = 96;
