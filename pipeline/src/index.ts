export { attempt } from "./attempt.js";
export type { Call } from "./call.js";
export { config, ConfigError, type ConfigOptions } from "./config.js";
export { contract, implement, type Contract, type ContractTerms } from "./contract.js";
export { detach } from "./detach.js";
export { dispatch } from "./dispatch.js";
export { entry } from "./entry.js";
// As a whole: a name exported one by one cannot be extended by `declare module`.
export * from "./failure.js";
export { http, type Fetch } from "./http.js";
export { log, type LogFields } from "./log.js";
export { map, type MapOptions } from "./map.js";
export { AsyncSchemaError, parse, parseAsync } from "./parse.js";
export { pipeline } from "./pipeline.js";
export { port } from "./port.js";
export type { RateLimitRule, RateLimitStore } from "./rate-limit.js";
export { Secret, secret, type SecretSchema } from "./secret.js";
export type { EntryPolicy, ErrorRow, Logger, Mode, Policy, ProblemRow, Settings } from "./settings.js";
