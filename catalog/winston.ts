import type { Library } from "./library.js";

/** The error goes into the fields under a key that the configured format names: none by default. */
const winston: Library = {
  name: "winston",
  packages: ["winston", "nest-winston"],
  docs: "https://github.com/winstonjs/winston#logging",
  instances: [
    {
      is: "winston:createLogger()",
      also: ["winston:createLogger().child()", "winston:child()", "winston:loggers.get()", "winston:loggers.add()", "winston:Container().get()", "winston:Container().add()"],
      types: ["winston:Logger"],
    },
  ],
  loggers: [
    {
      loggers: ["winston:", "winston:createLogger()"],
      // The npm, syslog and cli levels.
      levels: ["error", "warn", "info", "http", "verbose", "debug", "silly", "emerg", "alert", "crit", "warning", "notice", "help", "data", "prompt", "input"],
      leveled: ["log"],
      order: "messageFirst",
      fields: true,
      errors: { by: "format", options: ["format"] },
    },
  ],
};

export default winston;
