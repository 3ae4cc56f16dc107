import { statOf } from "../config/disk.js";
import { nearestName } from "../config/nearest-name.js";
import { absolutePosix } from "../config/path.js";
import { commands } from "./commands.js";
import { CommandError, failureOf } from "./failure.js";
import { overview } from "./help.js";
import type { ExitCode, Io } from "./io.js";
import { version } from "./own-package.js";
import { paintWith, wantsColours } from "./paint.js";

/** The command line from its words to its exit code. Never throws: what was thrown is told on stderr, and the code is 2. */
export async function program(words: readonly string[], io: Io): Promise<ExitCode> {
  try {
    return await dispatchCommand(words, io);
  } catch (error) {
    const { message, hint, stack } = failureOf(error);
    const paint = paintWith(wantsColours(undefined, io.stderr, io.env));
    io.stderr.write(`${paint(["bold", "red"], "nobypass:")} ${message}\n`);
    if (hint !== "") io.stderr.write(`  ${hint}\n`);
    if (stack !== undefined && words.includes("--verbose")) io.stderr.write(`${stack}\n`);
    return 2;
  }
}

async function dispatchCommand(words: readonly string[], io: Io): Promise<ExitCode> {
  const [first, ...rest] = words;
  if (first === undefined) {
    // In a script this is a mistake, and a mistake must not look like a clean run.
    io.stderr.write(overview(commands));
    return 2;
  }
  if (first === "--version" || first === "-v") {
    io.stdout.write(`${version()}\n`);
    return 0;
  }
  if (first === "--help" || first === "-h" || (first === "help" && rest.length === 0)) {
    io.stdout.write(overview(commands));
    return 0;
  }
  if (first === "help") return dispatchCommand([rest[0] ?? "", "--help"], io);
  const entry = commands.find((c) => c.name === first);
  if (entry === undefined) throw unknownCommand(first, io);
  return (await entry.load()).default.main(rest, io);
}

function unknownCommand(word: string, io: Io): CommandError {
  const names = commands.map((c) => c.name);
  const all = `the commands are ${names.join(", ")}; \`nobypass --help\` says more`;
  if (word.startsWith("-")) return new CommandError(`${word} stands where a command is expected`, `options come after the command: nobypass check ${word}; ${all}`);
  if (word !== "" && statOf(absolutePosix(io.cwd, word)) !== undefined) return new CommandError(`there is no command "${word}"`, `to check that path: nobypass check ${word}`);
  const meant = nearestName(word, names);
  return new CommandError(`there is no command "${word}"`, meant === undefined ? all : `did you mean ${meant}? ${all}`);
}
