import type { BindsRow } from "./binds.js";
import type { Library, SinkRow } from "./library.js";
import { under } from "./names.js";

const text = (calls: readonly string[], path?: string, binds?: BindsRow): readonly SinkRow[] => {
  const beside = binds === undefined || typeof binds.into !== "object" || !("arg" in binds.into) ? binds : { ...binds, into: binds.into.path === undefined ? { beside: "values" } : binds.into };
  return [
    { calls, arg: 0, danger: "sql", ...(binds && { binds }) },
    ...(path === undefined ? [] : [{ calls, arg: 0, path, danger: "sql", ...(beside && { binds: beside }) } as const]),
  ];
};
const POSTGRES: BindsRow = { mark: "$1", into: { arg: 1 }, dialect: "postgres", lists: "any" };
const MYSQL: BindsRow = { mark: "?", into: { arg: 1 }, dialect: "mysql" };
const SQLITE: BindsRow = { mark: "?", into: { arg: 1 }, dialect: "sqlite" };
const SEQUELIZE: BindsRow = { mark: "$1", into: { arg: 1, path: "bind" } };
const NAMED: BindsRow = { mark: ":name", into: { arg: 1 }, lists: "expanded", part: true };
const tag = (name: string, more: Partial<BindsRow> = {}): BindsRow => ({ mark: "${}", into: { tag: name }, ...more });
const knexRaw = ["raw", "whereRaw", "orWhereRaw", "andWhereRaw", "havingRaw", "orHavingRaw", "orderByRaw", "groupByRaw", "joinRaw", "fromRaw"];
const knexParts = knexRaw.filter((name) => name !== "raw");
const pgPromise = ["any", "each", "many", "manyOrNone", "map", "multi", "multiResult", "none", "one", "oneOrNone", "query", "result"];
const MIKRO = ["core", "knex", "postgresql", "mysql", "mariadb", "sqlite", "better-sqlite", "libsql", "mssql"].map((driver) => `@mikro-orm/${driver}`);
const mongo = ["find", "findOne", "findOneAndDelete", "findOneAndReplace", "findOneAndUpdate", "findOneAndRemove", "count", "countDocuments", "deleteMany", "deleteOne", "remove", "replaceOne", "update", "updateMany", "updateOne", "aggregate"];
const conditions = ["find", "findOne", "where", "and", "or", "nor", "count", "countDocuments", "merge", "elemMatch"];

/** Query texts, and query objects of MongoDB. */
const sinks: Library = {
  name: "sinks-sql",
  packages: [
    "pg", "mysql2", "knex", "sequelize", "typeorm", "@prisma/client", "drizzle-orm", "kysely", "postgres", "pg-promise", "@neondatabase/serverless", "better-sqlite3",
    "sqlite3", "sqlite", "bun:sqlite", "mssql", "mongodb", "mongoose", "@nestjs/typeorm", "marsdb", "minimongo", "nedb", "@seald-io/nedb", "aws-sdk", "aws-sdk/clients/*", "@aws-sdk/client-dynamodb", "@aws-sdk/lib-dynamodb", "@aws-sdk/client-athena", "@aws-sdk/client-rds-data", "@aws-sdk/client-s3", "@sap/hana-client", "@sap/hdbext", "hdbext", "hdb",
    "@google-cloud/bigquery", "@clickhouse/client", "@libsql/client", "@planetscale/database", "objection", "sql-template-strings", "snowflake-sdk", "cassandra-driver",
    "mariadb", "tedious", "pg-cursor", "pg-query-stream", "pg-copy-streams", "pg-native", "drizzle-orm/*", "zapatos/db", "@databases/pg", "@databases/mysql", "@databases/sqlite", "alasql", "@aws-sdk/client-redshift-data", "@aws-sdk/client-timestream-query",
    ...MIKRO,
  ],
  docs: "https://cheatsheetseries.owasp.org/cheatsheets/SQL_Injection_Prevention_Cheat_Sheet.html",
  sinks: [
    ...text(under(["pg:Pool()", "pg:Client()", "@neondatabase/serverless:Pool()", "@neondatabase/serverless:Client()"], ["query"]), "text", POSTGRES),
    ...text(under(["mysql2:createPool()", "mysql2:createConnection()"], ["query"]), "sql", { ...MYSQL, lists: "expanded" }),
    ...text(under(["mysql2:createPool()", "mysql2:createConnection()"], ["execute"]), "sql", MYSQL),
    ...text(under(["mysql2:createPool()", "mysql2:createConnection()"], ["prepare"]), "sql"),
    ...text([...under(["knex:()"], ["raw", "schema.raw"]), ...under(["knex:()()"], ["raw"])], undefined, { mark: "?", into: { arg: 1 }, part: true }),
    ...text([...under(["knex:()"], knexParts), ...under(["knex:().**"], knexParts), ...under(["knex:()()"], knexParts)], undefined, { mark: "?", into: { arg: 1 }, part: true }),
    ...text(["sequelize:Sequelize().query"], "query", SEQUELIZE),
    ...text(["sequelize:literal", "sequelize:Sequelize.literal", "sequelize:Sequelize().literal"]),
    // Behind these stands any driver.
    ...text(under(["typeorm:DataSource()", "typeorm:EntityManager()", "typeorm:Repository()", "typeorm:QueryRunner()"], ["query"])),
    ...text(under(["typeorm:SelectQueryBuilder()"], ["where", "andWhere", "orWhere", "having", "andHaving", "orHaving"]), undefined, NAMED),
    ...text(under(["typeorm:SelectQueryBuilder()"], ["orderBy", "addOrderBy", "groupBy", "addGroupBy", "select", "addSelect"])),
    // `Raw("now()")`, `Raw((alias) => `${alias} > :date`, { date })`
    ...text(["typeorm:Raw"], "()"),
    ...text(under(["@prisma/client:PrismaClient()"], ["$queryRawUnsafe"]), undefined, tag("$queryRaw", { typed: true })),
    ...text(under(["@prisma/client:PrismaClient()"], ["$executeRawUnsafe"]), undefined, tag("$executeRaw", { typed: true })),
    ...text(["@prisma/client:Prisma.raw"], undefined, tag("sql", { part: true, typed: true })),
    ...text(["drizzle-orm:sql.raw", "kysely:sql.raw"], undefined, tag("", { part: true })),
    ...text(["kysely:CompiledQuery.raw"]),
    ...text(["postgres:().unsafe"], undefined, tag("", { part: true, dialect: "postgres", lists: "called" })),
    ...text(["@neondatabase/serverless:neon().query"], undefined, POSTGRES),
    // Called as a function, as it could be until version 1, it binds nothing of its text.
    ...text(["@neondatabase/serverless:neon().unsafe", "@neondatabase/serverless:neon()"]),
    ...text(under(["@google-cloud/bigquery:BigQuery()"], ["query", "createQueryJob", "createQueryStream"]), "query"),
    ...under(["@clickhouse/client:createClient()"], ["query", "command", "exec"]).map((call): SinkRow => ({ calls: [call], arg: 0, path: "query", danger: "sql" })),
    ...text(under(["@libsql/client:createClient()", "@libsql/client:createClient().transaction()"], ["execute", "executeMultiple"]), "sql"),
    ...text(under(["@planetscale/database:connect()", "@planetscale/database:Client()", "@planetscale/database:Client().connection()"], ["execute"])),
    ...["execute"].map((name): SinkRow => ({ calls: [`snowflake-sdk:createConnection().${name}`], arg: 0, path: "sqlText", danger: "sql" })),
    ...text(under(["cassandra-driver:Client()"], ["execute", "eachRow", "stream"])),
    ...text([...under(["objection:Model.query()", "objection:Model.query().**", "objection:QueryBuilder()", "objection:QueryBuilder().**"], knexParts), "objection:raw"]),
    ...text(under(["mariadb:createPool()", "mariadb:createConnection()"], ["query", "execute", "batch", "prepare", "queryStream"]), "sql", MYSQL),
    // Whatever runs it: these hold the text.
    ...text(["tedious:Request", "pg-cursor:", "pg-query-stream:", "pg-copy-streams:from", "pg-copy-streams:to", "pg-copy-streams:both"]),
    ...text(under(["pg-native:()"], ["query", "querySync", "prepare", "prepareSync"])),
    ...text(under(["drizzle-orm/*:drizzle()"], ["execute", "run", "all", "get", "values"])),
    ...text(["zapatos/db:raw", "@databases/pg:sql.__dangerous__rawValue", "@databases/mysql:sql.__dangerous__rawValue", "@databases/sqlite:sql.__dangerous__rawValue", "alasql:"]),
    ...text(MIKRO.map((name) => `${name}:raw`), undefined, { mark: "?", into: { arg: 1 }, part: true }),
    // `SQL`…`` binds; what is appended to it as a text is glued.
    ...text(["sql-template-strings:SQL().append", "sql-template-strings:().append"]),
    ...text(under(["pg-promise:()()"], pgPromise), "text", POSTGRES),
    // A function's name is put in as it is.
    ...text(under(["pg-promise:()()"], ["func", "proc"])),
    ...text(under(["better-sqlite3:()", "sqlite:DatabaseSync()"], ["prepare"]), undefined, { mark: "?", into: "run", dialect: "sqlite" }),
    ...text(under(["better-sqlite3:()", "sqlite:DatabaseSync()"], ["exec"])),
    ...text(under(["sqlite3:Database()"], ["run", "all", "get", "each"]), undefined, SQLITE),
    ...text(under(["sqlite3:Database()"], ["exec", "prepare"])),
    ...text(["mssql:Request().query"], undefined, { mark: "@name", into: "input" }),
    ...text(["mssql:query", "mssql:ConnectionPool().query"], undefined, tag("query", { lists: "expanded" })),
    ...text([...under(["mssql:Request()", "mssql:ConnectionPool()"], ["batch"])]),
    { calls: [...under(["mongodb:Collection()", "mongoose:Model()"], mongo), "mongoose:Model().exists", "mongoose:Model().where", ...under(["mongoose:Query()"], conditions)], arg: 0, danger: "nosql" },
    { calls: ["mongoose:Model().distinct", "mongodb:Collection().distinct"], arg: 1, danger: "nosql" },
    // `findById(id)` is `findOne({ _id: id })`, operators included.
    { calls: under(["mongoose:Model()"], ["findById", "geoSearch"]), arg: 0, danger: "nosql" },
    ...[["@aws-sdk/client-dynamodb:ExecuteStatementCommand", "Statement"], ["@aws-sdk/lib-dynamodb:ExecuteStatementCommand", "Statement"], ["@aws-sdk/client-athena:StartQueryExecutionCommand", "QueryString"], ["@aws-sdk/client-athena:CreateNamedQueryCommand", "QueryString"], ["@aws-sdk/client-athena:UpdateNamedQueryCommand", "QueryString"], ["@aws-sdk/client-rds-data:ExecuteStatementCommand", "sql"], ["@aws-sdk/client-rds-data:BatchExecuteStatementCommand", "sql"], ["@aws-sdk/client-rds-data:ExecuteSqlCommand", "sqlStatements"], ["aws-sdk:RDSDataService().executeStatement", "sql"], ["aws-sdk:RDSDataService().batchExecuteStatement", "sql"], ["@aws-sdk/client-redshift-data:ExecuteStatementCommand", "Sql"], ["@aws-sdk/client-redshift-data:BatchExecuteStatementCommand", "Sqls"], ["@aws-sdk/client-timestream-query:QueryCommand", "QueryString"], ["@aws-sdk/client-s3:SelectObjectContentCommand", "Expression"], ["aws-sdk:S3().selectObjectContent", "Expression"], ["aws-sdk:DynamoDB().executeStatement", "Statement"], ["aws-sdk:Athena().startQueryExecution", "QueryString"], ["aws-sdk:Athena().createNamedQuery", "QueryString"], ["aws-sdk:Athena().updateNamedQuery", "QueryString"]].map(([call, path]) => ({ calls: [call as string], arg: 0, path: path as string, danger: "sql" as const })),
    ...text(under(["@sap/hana-client:createConnection()", "hdb:createClient()", "hdb:Client()"], ["exec", "execute", "prepare", "execQuery"])),
    { calls: ["@sap/hana-client/extension/Stream:createProcStatement"], arg: 1, danger: "sql" },
    { calls: ["@sap/hdbext:loadProcedure", "hdbext:loadProcedure"], arg: 2, danger: "sql" },
    { calls: ["mongoose:Query"], arg: 2, danger: "nosql" },
    { calls: [...under(["marsdb:Collection()", "minimongo:*().*", "nedb:()", "@seald-io/nedb:()"], ["find", "findOne", "count", "remove", "update"])], arg: 0, danger: "nosql" },
    // Who writes the whole of a request to DynamoDB names its table, keys and conditions; single values are bound.
    { calls: [...under(["aws-sdk:DynamoDB.DocumentClient()", "aws-sdk/clients/dynamodb:DocumentClient()", "aws-sdk:DynamoDB()", "aws-sdk/clients/dynamodb:()"], ["query", "scan", "get", "put", "update", "delete", "batchGet", "batchWrite", "transactGet", "transactWrite", "getItem", "putItem", "updateItem", "deleteItem", "executeStatement"]), ...under(["@aws-sdk/client-dynamodb:", "@aws-sdk/lib-dynamodb:"], ["QueryCommand", "ScanCommand", "GetCommand", "GetItemCommand", "PutCommand", "PutItemCommand", "UpdateCommand", "UpdateItemCommand", "DeleteCommand", "DeleteItemCommand", "ExecuteStatementCommand"])], arg: 0, whole: true, danger: "nosql" },
    { calls: ["mongoose:Query().$where", "mongoose:Model().$where"], arg: 0, danger: "code" },
  ],
};

export default sinks;
