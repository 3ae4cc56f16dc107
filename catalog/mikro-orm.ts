import type { Library } from "./library.js";
import { under } from "./names.js";
import { at } from "./places.js";

const PACKAGES = ["core", "postgresql", "mysql", "mariadb", "sqlite", "better-sqlite", "libsql", "mssql", "mongodb"].map((name) => `@mikro-orm/${name}`);
const MANAGER = "@mikro-orm/core:EntityManager()";
const REPOSITORY = "@mikro-orm/core:EntityRepository()";
const ONE = ["findOne", "findOneOrFail", "count", "upsert", "nativeUpdate", "nativeDelete", "populate", "refresh"];

export default {
  name: "mikro-orm",
  packages: PACKAGES,
  docs: "https://mikro-orm.io/docs/entity-manager",
  instances: [
    {
      is: MANAGER,
      also: [...PACKAGES.flatMap((name) => [`${name}:MikroORM.init().em`, `${name}:MikroORM().em`, `${name}:MikroORM.initSync().em`]), `${MANAGER}.fork()`, `${REPOSITORY}.getEntityManager()`],
      types: PACKAGES.flatMap((name) => under([`${name}:`], ["EntityManager", "SqlEntityManager"])),
    },
    { is: REPOSITORY, also: [`${MANAGER}.getRepository()`], types: PACKAGES.flatMap((name) => under([`${name}:`], ["EntityRepository", "SqlEntityRepository"])) },
  ],
  effects: [
    { calls: under([MANAGER], ["find", "findAndCount"]), effect: "database", idempotent: true, list: { limit: [...at(2, "limit"), ...at(2, "first"), ...at(2, "last")], where: at(1, "") } },
    { calls: under([REPOSITORY], ["find", "findAndCount"]), effect: "database", idempotent: true, list: { limit: [...at(1, "limit"), ...at(1, "first"), ...at(1, "last")], where: at(0, "") } },
    { calls: under([MANAGER], ["findAll"]), effect: "database", idempotent: true, list: { limit: at(1, "limit"), where: at(1, "where") } },
    { calls: under([REPOSITORY], ["findAll"]), effect: "database", idempotent: true, list: { limit: at(0, "limit"), where: at(0, "where") } },
    { calls: under([MANAGER, REPOSITORY], [...ONE, "findByCursor"]), effect: "database" },
    { calls: under([MANAGER, REPOSITORY], ["insert", "insertMany"]), effect: "database", idempotent: false },
    { calls: under([MANAGER], ["flush", "persistAndFlush", "removeAndFlush", "transactional", "begin", "commit", "rollback"]), effect: "database" },
    { calls: under([MANAGER], ["execute"]), effect: "database", list: { text: at(0, "") } },
  ],
  sinks: [{ calls: [`${MANAGER}.execute`, `${MANAGER}.getConnection().execute`], arg: 0, danger: "sql", binds: { mark: "?", into: { arg: 1 } } }],
  callbacks: [{ calls: [`${MANAGER}.transactional`], arg: 0, when: "later", times: "once", errors: "reject", params: [MANAGER] }],
} satisfies Library;
