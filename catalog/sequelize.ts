import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const MODEL = "sequelize:Model";
const DB = "sequelize:Sequelize()";
const MADE = ["sequelize:Sequelize", "sequelize:", "sequelize-typescript:Sequelize"];
const ASYNC = ["@nestjs/sequelize:SequelizeModule.forRoot", "@nestjs/sequelize:SequelizeModule.forRootAsync"];
const all = [...MADE, ...ASYNC];
const option = (...paths: readonly string[]) => atUnless([0, false], "last", ...paths, ...paths.map((path) => `useFactory().${path}`));
// The pool gives up after 60 s, connecting included.
const connect = { places: option("pool.acquire"), defaultMs: 60_000 };
const docs = "https://sequelize.org/api/v6/class/src/sequelize.js~sequelize";

export default {
  name: "sequelize",
  packages: ["sequelize", "sequelize-typescript", "@nestjs/sequelize"],
  docs: "https://sequelize.org/docs/v6/core-concepts/model-querying-finders/",
  instances: [
    { is: DB, also: ["sequelize:()", "sequelize-typescript:Sequelize()"] },
    { is: MODEL, also: [`${DB}.define()`, `${DB}.model()`, "sequelize-typescript:Model", `${MODEL}.scope()`, `${MODEL}.unscoped()`, `${MODEL}.schema()`], types: ["sequelize:ModelStatic", "sequelize:ModelCtor", "sequelize-typescript:ModelCtor"] },
    { is: `${MODEL}()`, also: ["sequelize-typescript:Model()", ...under([MODEL], ["create()", "build()", "findOne()", "findByPk()", "findAll()[]", "findAndCountAll().rows[]", "bulkCreate()[]"])] },
    { is: "sequelize:Transaction()", also: [`${DB}.transaction()`] },
  ],
  effects: [
    { calls: under([MODEL], ["findAll", "findAndCountAll"]), effect: "database", idempotent: true, list: { limit: at(0, "limit"), where: at(0, "where") } },
    { calls: under([MODEL], ["findOne", "findByPk", "count", "max", "min", "sum", "aggregate"]), effect: "database", idempotent: true },
    { calls: under([MODEL], ["create", "bulkCreate"]), effect: "database", idempotent: false },
    { calls: under([MODEL], ["update", "upsert", "destroy", "restore", "truncate", "increment", "decrement", "findOrCreate", "findCreateFind", "sync", "drop"]), effect: "database" },
    { calls: under([`${MODEL}()`], ["save", "update", "destroy", "restore", "reload", "increment", "decrement"]), effect: "database", record: true },
    // sequelize-typescript's ways to what a row is associated with.
    { calls: under([`${MODEL}()`], ["$get", "$count", "$has"]), effect: "database", idempotent: true },
    { calls: under([`${MODEL}()`], ["$set", "$add", "$remove", "$create"]), effect: "database" },
    { calls: under([DB], ["query"]), effect: "database", list: { text: at(0, "", "query"), limit: atUnless([false], 1, "plain") } },
    { calls: under([DB], ["transaction", "authenticate", "sync", "drop", "truncate"]), effect: "database" },
    { calls: under(["sequelize:Transaction()"], ["commit", "rollback"]), effect: "database" },
  ],
  clientBounds: [
    {
      makes: all,
      connect,
      statement: { places: option("dialectOptions.statement_timeout", "dialectOptions.query_timeout"), defaultMs: null },
      when: { place: { arg: "last", path: "dialect" }, values: ["postgres"] },
      docs,
    },
    // The mysql driver bounds no statement at the connection.
    { makes: all, connect, when: { place: { arg: "last", path: "dialect" }, values: ["mysql", "mariadb"] }, docs },
    {
      makes: all,
      connect,
      statement: { places: option("dialectOptions.options.requestTimeout"), defaultMs: 15_000 },
      when: { place: { arg: "last", path: "dialect" }, values: ["mssql"] },
      docs,
    },
  ],
  callbacks: [{ calls: [`${DB}.transaction`], arg: "last", when: "later", times: "once", errors: "reject", params: ["sequelize:Transaction()"] }],
  credentials: [
    // new Sequelize(database, username, password, options)
    { calls: MADE, places: at(2, ""), what: "password" },
    { calls: all, places: at("last", "password", "useFactory().password"), what: "password" },
    { calls: all, places: at(0, "", "uri", "useFactory().uri"), what: "connection string" },
  ],
} satisfies Library;
