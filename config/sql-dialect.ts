import { dirname } from "node:path";
import type { SqlDialect } from "../core/rule.js";
import { isFile, readText } from "./disk.js";
import { toPosix } from "./path.js";
import type { ProjectInfo } from "./project.js";

/** Files in which a tool keeps the dialect of the migrations beside them, from the folder of a migration upwards. */
const KEPT_IN = ["migration_lock.toml", "meta/_journal.json"];
const SAID = /\b(?:provider|dialect)"?\s*[=:]\s*"(\w+)"/;
const NAMES: Readonly<Record<string, SqlDialect>> = {
  ...{ postgresql: "postgresql", postgres: "postgresql", pg: "postgresql", cockroachdb: "postgresql" },
  ...{ mysql: "mysql", mariadb: "mysql", mysql2: "mysql", singlestore: "mysql" },
  ...{ sqlite: "sqlite", sqlite3: "sqlite", turso: "sqlite", libsql: "sqlite" },
  ...{ sqlserver: "mssql", mssql: "mssql" },
  clickhouse: "clickhouse",
};
/** Drivers that a package depends on; where there are several, the project's main one is anybody's guess, and PostgreSQL is not ruled out by the others. */
const DRIVERS: readonly (readonly [SqlDialect, readonly string[]])[] = [
  ["postgresql", ["pg", "postgres", "@neondatabase/serverless", "@vercel/postgres", "@electric-sql/pglite", "pg-promise", "slonik", "@mikro-orm/postgresql", "@payloadcms/db-postgres", "@payloadcms/db-vercel-postgres"]],
  ["mysql", ["mysql", "mysql2", "mariadb", "@planetscale/database", "@mikro-orm/mysql", "@mikro-orm/mariadb"]],
  ["sqlite", ["sqlite3", "better-sqlite3", "@libsql/client", "sql.js", "sqlite", "@mikro-orm/sqlite", "@mikro-orm/better-sqlite", "@mikro-orm/libsql", "@payloadcms/db-sqlite"]],
  ["mssql", ["mssql", "tedious", "@mikro-orm/mssql"]],
];

/** What the project says of the SQL in a file's folder: the lock file of the tool, or the only driver its package depends on. */
export function dialectAt(project: ProjectInfo, path: string): SqlDialect | null {
  const file = `${project.root}/${path}`;
  let dir = toPosix(dirname(file));
  for (let i = 0; i < 3 && dir.length >= project.root.length; i++, dir = toPosix(dirname(dir))) {
    for (const name of KEPT_IN) if (isFile(`${dir}/${name}`)) return NAMES[SAID.exec(readText(`${dir}/${name}`))?.[1]?.toLowerCase() ?? ""] ?? null;
  }
  const dependencies = project.packageOf(path)?.dependencies;
  if (!dependencies) return null;
  const used = DRIVERS.filter(([, packages]) => packages.some((name) => dependencies.has(name))).map(([dialect]) => dialect);
  return used.length === 1 ? (used[0] as SqlDialect) : null;
}
