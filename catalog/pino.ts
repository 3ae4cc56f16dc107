import type { Library } from "./library.js";

/** pino and what logs through it: the loggers of fastify, pino-http and nestjs-pino. An error as the first argument is put under the key. */
const pino: Library = {
  name: "pino",
  packages: ["pino", "pino-http", "nestjs-pino", "fastify", "express"],
  docs: "https://getpino.io/#/docs/api?id=logger",
  instances: [
    {
      is: "pino:()",
      also: ["pino:pino()", "pino:().child()", "fastify:().log", "fastify:FastifyRequest().log", "fastify:FastifyReply().log", "express:Request().log", "pino-http:().logger", "pino-http:pinoHttp().logger", "nestjs-pino:PinoLogger()", "pino:().logger"],
      types: ["pino:Logger", "pino:pino.Logger", "pino:BaseLogger", "fastify:FastifyBaseLogger", "fastify:FastifyLoggerInstance"],
    },
  ],
  loggers: [{ loggers: ["pino:()"], levels: ["trace", "debug", "info", "warn", "error", "fatal"], order: "fieldsFirst", errorKey: "err", errors: { by: "key", options: ["", "logger"] } }],
};

export default pino;
