import type { Library, SinkRow } from "./library.js";
import { under } from "./names.js";

const text = (calls: readonly string[], path?: string): readonly SinkRow[] => [
  { calls, arg: 0, danger: "sql" },
  ...(path === undefined ? [] : [{ calls, arg: 0, path, danger: "sql" } as const]),
];
const knexRaw = ["raw", "whereRaw", "orWhereRaw", "andWhereRaw", "havingRaw", "orHavingRaw", "orderByRaw", "groupByRaw", "joinRaw", "fromRaw"];
const knexStarts = ["select", "distinct", "from", "into", "table", "where", "join", "leftJoin", "with", "queryBuilder"];
const pgPromise = ["any", "each", "many", "manyOrNone", "map", "multi", "multiResult", "none", "one", "oneOrNone", "query", "result"];
const mongo = ["find", "findOne", "findOneAndDelete", "findOneAndReplace", "findOneAndUpdate", "countDocuments", "deleteMany", "deleteOne", "replaceOne", "updateMany", "updateOne"];

/** Query texts, and query objects of MongoDB. */
const sinks: Library = {
  name: "sinks-sql",
  packages: [
    "pg", "mysql2", "knex", "sequelize", "typeorm", "@prisma/client", "drizzle-orm", "kysely", "postgres", "pg-promise", "@neondatabase/serverless", "better-sqlite3",
    "sqlite3", "sqlite", "bun:sqlite", "mssql", "mongodb", "mongoose", "@nestjs/typeorm",
  ],
  docs: "https://cheatsheetseries.owasp.org/cheatsheets/SQL_Injection_Prevention_Cheat_Sheet.html",
  sinks: [
    ...text(under(["pg:Pool()", "pg:Client()", "@neondatabase/serverless:Pool()", "@neondatabase/serverless:Client()"], ["query"]), "text"),
    ...text(under(["mysql2:createPool()", "mysql2:createConnection()"], ["query", "execute", "prepare"]), "sql"),
    ...text([...under(["knex:()"], knexRaw), ...knexStarts.flatMap((start) => under([`knex:().${start}()`, `knex:()().${start}()`], knexRaw)), ...under(["knex:()()"], knexRaw)]),
    ...text(["sequelize:Sequelize().query"], "query"),
    ...text(["sequelize:literal", "sequelize:Sequelize.literal", "sequelize:Sequelize().literal"]),
    ...text(under(["typeorm:DataSource()", "typeorm:EntityManager()", "typeorm:Repository()", "typeorm:QueryRunner()"], ["query"])),
    ...text(under(["typeorm:SelectQueryBuilder()"], ["where", "andWhere", "orWhere", "having", "andHaving", "orHaving"])),
    ...text(under(["@prisma/client:PrismaClient()"], ["$queryRawUnsafe", "$executeRawUnsafe"])),
    ...text(["@prisma/client:Prisma.raw"]),
    ...text(["drizzle-orm:sql.raw", "kysely:sql.raw", "kysely:CompiledQuery.raw"]),
    ...text(["postgres:().unsafe", "@neondatabase/serverless:neon().query", "@neondatabase/serverless:neon().unsafe"]),
    ...text(under(["pg-promise:()()"], pgPromise), "text"),
    ...text(under(["better-sqlite3:()", "sqlite:DatabaseSync()"], ["prepare", "exec"])),
    ...text(under(["sqlite3:Database()"], ["run", "all", "get", "each", "exec", "prepare"])),
    ...text([...under(["mssql:Request()"], ["query", "batch"]), "mssql:query", ...under(["mssql:ConnectionPool()"], ["query", "batch"])]),
    { calls: [...under(["mongodb:Collection()", "mongoose:Model()"], mongo), "mongoose:Model().exists"], arg: 0, danger: "nosql" },
  ],
};

export default sinks;
