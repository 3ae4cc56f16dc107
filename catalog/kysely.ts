import type { Library } from "./library.js";
import { under } from "./names.js";

const DB = "kysely:Kysely()";
const BUILDER = "kysely:SelectQueryBuilder()";
const CONTROLLED = `${DB}.startTransaction().execute()`;
const TRANSACTION = `${DB}.transaction()`;

export default {
  // The pool or connection given to the dialect is judged where the driver makes it.
  name: "kysely",
  packages: ["kysely"],
  docs: "https://kysely-org.github.io/kysely-apidoc/classes/Kysely.html",
  instances: [
    { is: DB, also: under([DB], ["withSchema()", "withPlugin()", "withoutPlugins()", "withTables()", "with()", "withRecursive()"]), types: ["kysely:Transaction", "kysely:QueryCreator"] },
    { is: TRANSACTION, also: [`${TRANSACTION}.setIsolationLevel()`, `${TRANSACTION}.setAccessMode()`] },
    {
      is: BUILDER,
      also: [...under([DB, CONTROLLED], ["selectFrom()", "selectNoFrom()", "insertInto()", "replaceInto()", "updateTable()", "deleteFrom()", "mergeInto()"]), `${BUILDER}.*()`],
      types: ["kysely:InsertQueryBuilder", "kysely:UpdateQueryBuilder", "kysely:DeleteQueryBuilder", "kysely:SelectQueryBuilder"],
    },
    { is: CONTROLLED, types: ["kysely:ControlledTransaction"] },
    { is: `${DB}.schema.*()`, also: [`${DB}.schema.*().*()`] },
  ],
  effects: [
    { calls: under([BUILDER], ["execute"]), effect: "database", list: { chain: ["limit", "top", "fetch", "selectNoFrom", "insertInto", "replaceInto", "updateTable", "deleteFrom", "mergeInto"], conditions: ["where"] } },
    { calls: under([BUILDER], ["executeTakeFirst", "executeTakeFirstOrThrow"]), effect: "database" },
    { calls: under([BUILDER], ["stream"]), effect: "database", shape: "stream" },
    { calls: ["kysely:sql().execute"], effect: "database", list: { textOf: "sql" } },
    { calls: [`${DB}.executeQuery`, `${DB}.schema.*().execute`, `${TRANSACTION}.execute`, `${DB}.connection().execute`, `${DB}.startTransaction().execute`], effect: "database" },
    { calls: under([CONTROLLED], ["commit().execute", "rollback().execute"]), effect: "database" },
  ],
  callbacks: [{ calls: [`${TRANSACTION}.execute`, `${DB}.connection().execute`], arg: 0, when: "later", times: "once", errors: "reject", params: [DB] }],
} satisfies Library;
