import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const CLIENT = "@prisma/client:PrismaClient()";
const MODEL = `${CLIENT}.*`;
const MADE = ["@prisma/client:PrismaClient"];

export default {
  name: "prisma",
  packages: ["@prisma/client", "@prisma/client/edge", "@prisma/adapter-pg"],
  // A client generated to a path of one's own is the same class under that path. Where the project has a file of its own there, the linker leads to it.
  generatedTo: /(?:^|\/)[\w.-]*(?:prisma|generated)[\w.-]*(?:\/|$)/i,
  docs: "https://www.prisma.io/docs/orm/reference/prisma-client-reference",
  instances: [
    { is: CLIENT, also: ["@prisma/client/edge:PrismaClient()", `${CLIENT}.$extends()`], types: ["@prisma/client:Prisma.TransactionClient", "@prisma/client/edge:PrismaClient"] },
  ],
  effects: [
    { calls: under([MODEL], ["findMany"]), effect: "database", idempotent: true, list: { limit: at(0, "take"), where: at(0, "where") } },
    { calls: under([MODEL], ["findUnique", "findUniqueOrThrow", "findFirst", "findFirstOrThrow", "count", "aggregate", "groupBy", "findRaw", "aggregateRaw"]), effect: "database", idempotent: true },
    { calls: under([MODEL], ["create", "createMany", "createManyAndReturn"]), effect: "database", idempotent: false },
    { calls: under([MODEL], ["update", "updateMany", "updateManyAndReturn", "upsert", "delete", "deleteMany"]), effect: "database" },
    { calls: under([CLIENT], ["$queryRaw", "$queryRawUnsafe"]), effect: "database", list: { text: at(0, "") } },
    { calls: under([CLIENT], ["$queryRawTyped", "$executeRaw", "$executeRawUnsafe", "$runCommandRaw", "$transaction", "$connect"]), effect: "database" },
  ],
  clientBounds: [
    // `connect_timeout` is 5 s by default; `socket_timeout`, the bound of a query, exists only in the URL, which schema.prisma reads from the environment.
    { makes: MADE, connect: { places: [], urlParams: ["connect_timeout"], defaultMs: 5_000 }, docs: "https://www.prisma.io/docs/orm/overview/databases/postgresql#connection-details" },
    {
      makes: ["@prisma/adapter-pg:PrismaPg"],
      connect: { places: atUnless([0], 0, "connectionTimeoutMillis"), defaultMs: null },
      statement: { places: atUnless([0, false], 0, "statement_timeout", "query_timeout"), urlParams: ["statement_timeout", "query_timeout"], defaultMs: null },
      docs: "https://www.prisma.io/docs/orm/prisma-client/setup-and-configuration/databases-connections/connection-pool",
    },
  ],
  callbacks: [{ calls: [`${CLIENT}.$transaction`], arg: 0, when: "later", times: "once", errors: "reject", params: [CLIENT] }],
  credentials: [
    { calls: MADE, places: at(0, "datasourceUrl", "datasources.db.url", "accelerateUrl"), what: "connection string" },
    { calls: ["@prisma/adapter-pg:PrismaPg"], places: at(0, "connectionString"), what: "connection string" },
    { calls: ["@prisma/adapter-pg:PrismaPg"], places: at(0, "password"), what: "password" },
  ],
} satisfies Library;
