import type { Library } from "./library.js";
import { under } from "./names.js";

const common = ["trace", "debug", "info", "warn", "error", "fatal"];

const loggers: Library = {
  name: "loggers",
  packages: ["bunyan", "log4js", "tslog", "signale", "consola", "loglevel", "roarr", "debug", "@nestjs/common", "@aws-lambda-powertools/logger", "firebase-functions", "nestjs-pino"],
  docs: "https://docs.nestjs.com/techniques/logger",
  instances: [
    { is: "bunyan:createLogger()", also: ["bunyan:createLogger().child()", "bunyan:()", "bunyan:Logger()"], types: ["bunyan:", "bunyan:Logger"] },
    { is: "log4js:getLogger()", also: ["log4js:configure().getLogger()"], types: ["log4js:Logger"] },
    { is: "tslog:Logger()", also: ["tslog:Logger().getSubLogger()"] },
    { is: "signale:Signale()", also: ["signale:Signale().scope()", "signale:scope()"] },
    { is: "consola:createConsola()", also: ["consola:consola", "consola:createConsola().withTag()", "consola:createConsola().withDefaults()", "consola:create()", "consola:withTag()", "consola:createConsola().create()"], types: ["consola:ConsolaInstance"] },
    { is: "loglevel:getLogger()", types: ["loglevel:Logger"] },
    { is: "roarr:Roarr", also: ["roarr:Roarr.child()"], types: ["roarr:Logger"] },
    { is: "@nestjs/common:Logger()", also: ["@nestjs/common:ConsoleLogger()"], types: ["@nestjs/common:LoggerService", "@nestjs/common:ConsoleLogger", "nestjs-pino:Logger"] },
    { is: "@aws-lambda-powertools/logger:Logger()", also: ["@aws-lambda-powertools/logger:Logger().createChild()"] },
  ],
  loggers: [
    { loggers: ["bunyan:createLogger()"], levels: common, order: "fieldsFirst", errorKey: "err", errors: { by: "key", options: [""] } },
    { loggers: ["roarr:Roarr"], levels: common, order: "fieldsFirst" },
    { loggers: ["log4js:getLogger()"], levels: [...common, "mark"], leveled: ["log"], order: "messageFirst" },
    // Takes values of any kind in any order, errors too.
    { loggers: ["tslog:Logger()"], levels: ["silly", ...common], leveled: ["log"], order: "messageFirst" },
    { loggers: ["signale:", "signale:Signale()"], levels: ["await", "complete", "debug", "error", "fatal", "fav", "info", "log", "note", "pause", "pending", "star", "start", "success", "wait", "warn", "watch"], order: "messageFirst" },
    { loggers: ["consola:", "consola:createConsola()"], levels: ["fatal", "error", "warn", "log", "info", "success", "fail", "ready", "start", "box", "debug", "trace", "verbose"], order: "messageFirst" },
    { loggers: ["loglevel:", "loglevel:getLogger()"], levels: ["trace", "debug", "info", "log", "warn", "error"], order: "messageFirst" },
    // `(message, stack?, context?)`: no fields.
    { loggers: ["@nestjs/common:Logger()", "@nestjs/common:Logger"], levels: ["log", "error", "warn", "debug", "verbose", "fatal"], order: "messageFirst", messageKey: "message" },
    { loggers: ["@aws-lambda-powertools/logger:Logger()"], levels: ["trace", "debug", "info", "warn", "error", "critical"], order: "messageFirst", fields: true, errorKey: "error" },
    { loggers: under(["firebase-functions:", "firebase-functions/v1:", "firebase-functions/v2:"], ["logger"]), levels: ["debug", "log", "info", "warn", "error", "write"], order: "messageFirst", fields: true },
    { loggers: ["firebase-functions/logger:"], levels: ["debug", "log", "info", "warn", "error", "write"], order: "messageFirst", fields: true },
  ],
};

export default loggers;
