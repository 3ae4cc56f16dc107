import type { Library } from "./library.js";
import { under } from "./names.js";

const statuses = [
  "badRequest", "unauthorized", "paymentRequired", "forbidden", "notFound", "methodNotAllowed", "notAcceptable", "proxyAuthRequired", "clientTimeout", "conflict",
  "resourceGone", "lengthRequired", "preconditionFailed", "entityTooLarge", "uriTooLong", "unsupportedMediaType", "rangeNotSatisfiable", "expectationFailed", "teapot",
  "badData", "locked", "failedDependency", "tooEarly", "preconditionRequired", "tooManyRequests", "illegal", "internal", "badImplementation", "notImplemented",
  "badGateway", "serverUnavailable", "gatewayTimeout",
];

/** Errors made to be answered with. `boomify` is not one: it takes the message of whatever error it gets. */
const errors: Library = {
  name: "http-errors",
  packages: ["http-errors", "@hapi/boom"],
  docs: "https://github.com/jshttp/http-errors#readme",
  errors: [
    { classes: ["http-errors:", "http-errors:*"], public: true },
    { classes: ["@hapi/boom:Boom", ...under(["@hapi/boom:"], statuses)], public: true },
  ],
};

export default errors;
