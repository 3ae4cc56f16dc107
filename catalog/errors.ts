import type { Library } from "./library.js";
import { under } from "./names.js";

const statuses = [
  "badRequest", "unauthorized", "paymentRequired", "forbidden", "notFound", "methodNotAllowed", "notAcceptable", "proxyAuthRequired", "clientTimeout", "conflict",
  "resourceGone", "lengthRequired", "preconditionFailed", "entityTooLarge", "uriTooLong", "unsupportedMediaType", "rangeNotSatisfiable", "expectationFailed", "teapot",
  "badData", "locked", "failedDependency", "tooEarly", "preconditionRequired", "tooManyRequests", "illegal", "internal", "badImplementation", "notImplemented",
  "badGateway", "serverUnavailable", "gatewayTimeout",
];

const HIDDEN = new Set(["internal", "badImplementation"]);

/** Errors made to be answered with. `boomify` is not one: it takes the message of whatever error it gets. */
const errors: Library = {
  name: "http-errors",
  packages: ["http-errors", "@hapi/boom", "multer", "express-jwt", "express-oauth2-jwt-bearer", "restify-errors", "@feathersjs/errors", "routing-controllers", "@tsed/exceptions", "@loopback/rest", "h3", "@orpc/server"],
  docs: "https://github.com/jshttp/http-errors#readme",
  errors: [
    { classes: ["http-errors:", "http-errors:*"], public: true },
    { classes: ["@hapi/boom:Boom", "@hapi/boom:isBoom", "@hapi/boom:Boom.isBoom", ...under(["@hapi/boom:", "@hapi/boom:Boom"], statuses.filter((s) => !HIDDEN.has(s)))], public: true },
    // With 500 the message stays on the server.
    { classes: under(["@hapi/boom:", "@hapi/boom:Boom"], [...HIDDEN]), public: true, masks: true },
    { classes: ["restify-errors:*", "@feathersjs/errors:*", "@tsed/exceptions:*", "@loopback/rest:HttpErrors.*", "h3:createError", "h3:H3Error", "h3:HTTPError", "@orpc/server:ORPCError"], public: true },
    { classes: under(["routing-controllers:"], ["HttpError", "BadRequestError", "UnauthorizedError", "ForbiddenError", "NotFoundError", "MethodNotAllowedError", "NotAcceptableError", "InternalServerError"]), public: true },
    // Limits of an upload, and what is wrong with a token: texts about the request alone.
    { classes: ["multer:MulterError", "express-jwt:UnauthorizedError", ...under(["express-oauth2-jwt-bearer:"], ["UnauthorizedError", "InvalidTokenError", "InsufficientScopeError"])], public: true },
  ],
};

export default errors;
