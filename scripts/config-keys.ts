/** A config key that changes what a rule says, beside the level, roles, exemptions and `allow` that every rule has. */
export interface ConfigKey {
  readonly example: string;
  readonly says: string;
}

/** What `rules/<name>` asks `Settings` for. A rule that asks for nothing of its own is not listed. */
export const CONFIG_KEYS: Readonly<Record<string, readonly ConfigKey[]>> = {
  bypass: [
    { example: 'pipeline: { dispatch: "#infra/http:call" }', says: "what runs in your own `dispatch`, `http`, `port` or `implement` has crossed" },
    { example: 'adapters: ["src/adapters/**"]', says: "raw effects may live in these files alone; elsewhere they are found even if dispatched" },
    { example: 'catalog: ["./nobypass/*.ts"]', says: "clients and entries of your own: rows `effects` and `entries`" },
  ],
  "bare-entry": [
    { example: 'pipeline: { entry: "#infra/serve:serve" }', says: "a wrapper of your own counts as `entry`" },
    { example: 'ambient: { express: ["pipeline"], nest: ["PipelineInterceptor"] }', says: "the pipeline is registered for all routes, in a file that the editor does not see" },
    { example: 'catalog: ["./nobypass/*.ts"]', says: "frameworks of your own: rows `entries` and `wraps`" },
  ],
  "foreign-internals": [{ example: 'modules: ["src/modules/*"]', says: "what a module is, where neither workspace packages nor `src/{modules,features,domains}/*` say it" }],
  "missing-timeout": [
    { example: 'pipeline: { dispatch: "#infra/http:call" }', says: "what runs in your own `dispatch`, `http` or `port` is bounded" },
    { example: 'catalog: ["./nobypass/*.ts"]', says: "clients of your own: rows `callBounds` and `clientBounds`" },
  ],
  "swallowed-error": [
    { example: 'pipeline: { fail: "#infra/errors:fail", log: "#infra/log:log" }', says: "your own `fail` and `log` count as handling" },
    { example: 'catalog: ["./nobypass/*.ts"]', says: "loggers of your own: rows `loggers`" },
  ],
  console: [{ example: 'pipeline: { log: "#infra/log:log" }', says: "the module that holds `log` may write to the console" }],
  "dropped-result": [
    { example: 'pipeline: { Result: "#infra/result:Result", attempt: "#infra/result:attempt" }', says: "your own `Result` and what gives one" },
    { example: 'catalog: ["./nobypass/*.ts"]', says: "results of other libraries: rows `results`" },
  ],
  "floating-promise": [
    { example: 'pipeline: { detach: "#infra/background:run" }', says: "your own `detach` is what sends work off on purpose" },
    { example: 'catalog: ["./nobypass/*.ts"]', says: "calls that give a promise: rows `effects` and `promises`" },
  ],
  "hardcoded-secret": [{ example: 'catalog: ["./nobypass/*.ts"]', says: "arguments that are credentials: rows `credentials`" }],
  "raw-env": [
    { example: 'config: ["src/config.ts"]', says: "these files may read the environment" },
    { example: 'pipeline: { config: "#infra/config:config" }', says: "your own `config` counts as what validates the environment" },
  ],
  "unbounded-concurrency": [
    { example: 'pipeline: { map: "#infra/map:map" }', says: "your own `map` is what the fix writes, and where a list is gone through a few at a time" },
    { example: 'catalog: ["./nobypass/*.ts"]', says: "limiters of your own: rows `callbacks` with `limits`" },
  ],
  "query-in-loop": [{ example: 'catalog: ["./nobypass/*.ts"]', says: "clients of your own: rows `effects`; what runs a function for each element of a list: rows `callbacks` with `each`" }],
  "unsafe-migration": [
    { example: 'rules: { "unsafe-migration": ["error", { dialect: "mysql" }] }', says: "what migrations are written in, where neither the tool's lock file nor the package's only driver says it: postgresql, mysql, sqlite or mssql" },
    { example: 'roles: { migration: ["db/changes/**"] }', says: "migrations in other folders, `.sql` files too" },
    { example: 'catalog: ["./nobypass/*.ts"]', says: "tools of your own: rows `migrations`" },
  ],
  "unbounded-query": [{ example: 'catalog: ["./nobypass/*.ts"]', says: "queries of your own: rows `effects` with `list`" }],
};
