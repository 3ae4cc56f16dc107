import type { Library } from "./library.js";
import { under } from "./names.js";

/** `new Console(stream)` is a logger of its own, and not in here. */
const library: Library = {
  name: "console",
  packages: ["console", "process"],
  docs: "https://nodejs.org/api/console.html",
  loggers: [
    {
      loggers: ["global:console", "console:"],
      levels: ["log", "info", "warn", "error", "debug", "trace", "dir", "dirxml", "table", "assert", "count", "countReset", "group", "groupCollapsed", "groupEnd", "time", "timeEnd", "timeLog"],
      order: "messageFirst",
      raw: true,
    },
    { loggers: under(["global:process", "process:"], ["stdout", "stderr"]), levels: ["write"], order: "messageFirst", raw: true },
  ],
};

export default library;
