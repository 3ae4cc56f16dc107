import type { ClientBoundRow, Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless, orFactory } from "./places.js";

const REPOSITORY = "typeorm:Repository()";
const MANAGER = "typeorm:EntityManager()";
const SOURCE = "typeorm:DataSource()";
const BUILDER = "typeorm:SelectQueryBuilder()";
const ENTITY = "typeorm:BaseEntity";
const ONE = ["findOne", "findOneBy", "findOneOrFail", "findOneByOrFail", "findOneById", "exists", "existsBy", "exist", "count", "countBy", "sum", "average", "minimum", "maximum", "preload"];
const CHANGE = ["save", "update", "updateAll", "upsert", "delete", "deleteAll", "softDelete", "softRemove", "remove", "recover", "restore", "increment", "decrement", "clear"];
const MADE = ["typeorm:DataSource", "typeorm:createConnection", "@nestjs/typeorm:TypeOrmModule.forRoot"];
const ASYNC = ["@nestjs/typeorm:TypeOrmModule.forRootAsync"];

type Bounds = { readonly types: readonly string[]; readonly connect: readonly string[]; readonly connectMs: number | null; readonly statement: readonly string[]; readonly statementMs: number | null };
const DRIVERS: readonly Bounds[] = [
  { types: ["postgres", "cockroachdb"], connect: ["connectTimeoutMS", "extra.connectionTimeoutMillis"], connectMs: null, statement: ["extra.statement_timeout", "extra.query_timeout"], statementMs: null },
  // `enableQueryTimeout` makes `maxQueryExecutionTime`, else only a threshold for the log, the bound of a query.
  { types: ["mysql", "mariadb"], connect: ["connectTimeout"], connectMs: 10_000, statement: ["enableQueryTimeout"], statementMs: null },
  { types: ["mssql"], connect: ["connectionTimeout", "options.connectTimeout"], connectMs: 15_000, statement: ["requestTimeout"], statementMs: 15_000 },
  { types: ["mongodb"], connect: ["connectTimeoutMS"], connectMs: 30_000, statement: ["socketTimeoutMS"], statementMs: null },
];
const bounds = (makes: readonly string[], under: string): ClientBoundRow[] =>
  DRIVERS.map((driver) => ({
    makes,
    connect: { places: atUnless([0], 0, ...driver.connect.map((path) => under + path)), defaultMs: driver.connectMs },
    statement: { places: atUnless([0, false], 0, ...driver.statement.map((path) => under + path)), defaultMs: driver.statementMs },
    when: { place: { arg: 0, path: `${under}type` }, values: driver.types },
    docs: "https://typeorm.io/docs/data-source/data-source-options",
  }));

export default {
  name: "typeorm",
  packages: ["typeorm", "@nestjs/typeorm"],
  docs: "https://typeorm.io/docs/working-with-entity-manager/repository-api",
  instances: [
    { is: SOURCE, also: ["typeorm:createConnection()", "typeorm:getConnection()", `${SOURCE}.initialize()`], types: ["typeorm:Connection"] },
    { is: MANAGER, also: [`${SOURCE}.manager`, `${REPOSITORY}.manager`, `${SOURCE}.createEntityManager()`, "typeorm:QueryRunner().manager", "typeorm:getManager()"] },
    {
      is: REPOSITORY,
      also: [...under([SOURCE, MANAGER], ["getRepository()", "getTreeRepository()", "getMongoRepository()"]), `${MANAGER}.withRepository()`, `${REPOSITORY}.extend()`, "typeorm:getRepository()", `${ENTITY}.getRepository()`],
      types: ["typeorm:TreeRepository", "typeorm:MongoRepository", "typeorm:AbstractRepository"],
    },
    { is: `${ENTITY}()`, also: under([ENTITY], ["find()[]", "findBy()[]", "findOne()", "findOneBy()", "findOneOrFail()", "findOneByOrFail()", "create()"]) },
    { is: "typeorm:QueryRunner()", also: [`${SOURCE}.createQueryRunner()`], types: ["typeorm:QueryRunner"] },
    {
      is: BUILDER,
      also: [...under([SOURCE, MANAGER, REPOSITORY, ENTITY, "typeorm:QueryRunner()"], ["createQueryBuilder()"]), `${BUILDER}.*()`],
      types: ["typeorm:SelectQueryBuilder", "typeorm:QueryBuilder", "typeorm:UpdateQueryBuilder", "typeorm:DeleteQueryBuilder", "typeorm:InsertQueryBuilder"],
    },
  ],
  effects: [
    // Before 0.3 the conditions could stand for the options.
    { calls: under([REPOSITORY, ENTITY], ["find", "findAndCount"]), effect: "database", idempotent: true, list: { limit: at(0, "take"), where: at(0, "where", "") } },
    { calls: under([MANAGER], ["find", "findAndCount"]), effect: "database", idempotent: true, list: { limit: at(1, "take"), where: at(1, "where", "") } },
    { calls: under([REPOSITORY, ENTITY], ["findBy", "findAndCountBy"]), effect: "database", idempotent: true, list: { where: at(0, "") } },
    { calls: under([MANAGER], ["findBy", "findAndCountBy"]), effect: "database", idempotent: true, list: { where: at(1, "") } },
    { calls: under([REPOSITORY, ENTITY, MANAGER], ONE), effect: "database", idempotent: true },
    { calls: under([REPOSITORY], ["findTrees", "findRoots", "findDescendants", "findDescendantsTree", "findAncestors", "findAncestorsTree", "countDescendants", "countAncestors"]), effect: "database", idempotent: true },
    { calls: under([REPOSITORY, ENTITY, MANAGER], ["insert"]), effect: "database", idempotent: false },
    { calls: under([REPOSITORY, ENTITY, MANAGER], CHANGE), effect: "database" },
    { calls: under([`${ENTITY}()`], ["save", "remove", "softRemove", "recover", "reload"]), effect: "database", record: true },
    { calls: under([REPOSITORY, ENTITY, MANAGER, SOURCE, "typeorm:QueryRunner()"], ["query"]), effect: "database", list: { text: at(0, "") } },
    { calls: under([SOURCE, MANAGER], ["transaction"]), effect: "database" },
    { calls: under(["typeorm:QueryRunner()"], ["connect", "startTransaction", "commitTransaction", "rollbackTransaction"]), effect: "database" },
    { calls: under([SOURCE], ["initialize", "synchronize", "runMigrations", "undoLastMigration", "dropDatabase"]), effect: "database" },
    // `limit` counts joined rows, `take` entities; either bounds what comes back.
    { calls: under([BUILDER], ["getMany", "getManyAndCount", "getRawMany", "getRawAndEntities"]), effect: "database", idempotent: true, list: { changes: true, chain: ["take", "limit"], conditions: ["where", "andWhere", "whereInIds", "andWhereInIds"] } },
    { calls: under([BUILDER], ["getOne", "getOneOrFail", "getRawOne", "getCount", "getExists"]), effect: "database", idempotent: true },
    { calls: under([BUILDER], ["execute"]), effect: "database" },
    { calls: under([BUILDER], ["stream"]), effect: "database", shape: "stream" },
  ],
  clientBounds: [...bounds(MADE, ""), ...bounds(ASYNC, "useFactory().")],
  callbacks: [{ calls: under([SOURCE, MANAGER], ["transaction"]), arg: "last", when: "later", times: "once", errors: "reject", params: [MANAGER] }],
  credentials: [
    { calls: [...MADE, ...ASYNC], places: at(0, ...orFactory("password")), what: "password" },
    { calls: [...MADE, ...ASYNC], places: at(0, ...orFactory("url")), what: "connection string" },
  ],
} satisfies Library;
