import type { Library } from "../library.js";

const TYPES =
  "string,text,integer,tinyint,smallint,mediumint,bigint,bigInteger,boolean,float,double,decimal,date,datetime,dateTime,time,timestamp,timestamptz,binary,enum,enu,json,jsonb,uuid,geometry,geography,point,increments,bigIncrements";

export default {
  name: "knex migrations",
  packages: ["knex"],
  docs: "https://knexjs.org/guide/schema-builder.html",
  migrations: [
    {
      ways: "exports",
      given: { names: ["knex", "trx"], types: ["Knex", "Knex.Transaction"] },
      down: "own",
      transaction: { usual: "perhaps", freedBy: "`export const config = { transaction: false }`", off: { export: "config.transaction" } },
      steps: [
        { call: "schema.{createTable,createTableIfNotExists,createTableLike}", does: "createTable", table: 0, builder: 1 },
        { call: "schema.{createView,createViewOrReplace,createMaterializedView}", does: "createTable", table: 0 },
        { call: "schema.{table,alterTable}", does: "table", table: 0, builder: 1 },
        { call: "schema.{dropTable,dropTableIfExists}", does: "dropTable", table: 0 },
        { call: "schema.renameTable", does: "renameTable", table: 0, to: 1 },
        { call: "schema.{dropSchema,dropSchemaIfExists}", does: "dropSchema", name: 0 },
        { call: "schema.raw", does: "sql", sql: 0 },
        { call: "raw", does: "sql", sql: 0 },
        { call: "transaction", does: "scope", builder: 0 },
        { call: "().truncate", does: "truncate", table: { of: "()" } },
        { call: "().{update,increment,decrement}", does: "rows", table: { of: "()" } },
        { call: "().{del,delete}", does: "rows", table: { of: "()" } },
        // Of the table that a function is handed.
        { call: "table().{dropColumn,dropColumns}", does: "dropColumn", name: 0 },
        { call: "table().{dropTimestamps}", does: "dropColumn" },
        { call: "table().renameColumn", does: "renameColumn", name: 0, to: 1 },
        { call: "table().dropNullable", does: "setNotNull", name: 0 },
        { call: "table().{index}", does: "addIndex" },
        { call: "table().unique", does: "addUnique" },
        { call: "table().primary", does: "addPrimaryKey" },
        { call: "table().foreign", does: "addForeignKey" },
        { call: "table().{check,checkPositive,checkIn,checkBetween}", does: "addCheck" },
        { call: "table().specificType", does: "addColumn", name: 0, type: 1, column: { in: "chain" } },
        { call: `table().{${TYPES}}`, does: "addColumn", name: 0, type: "call", column: { in: "chain" } },
      ],
      columns: {
        notNull: { words: ["notNullable"] },
        nullable: { words: ["nullable"] },
        default: ["defaultTo"],
        unique: ["unique"],
        primary: ["primary"],
        index: ["index"],
        references: ["references"],
        referencesApart: true,
        change: "alter",
        volatile: ["uuid"],
      },
      types: { string: "varchar(255)", integer: "int4", bigInteger: "int8", bigint: "int8", decimal: "numeric(8,2)", increments: "serial", bigIncrements: "bigserial", boolean: "bool", dateTime: "timestamptz", datetime: "timestamptz", timestamp: "timestamptz" },
    },
  ],
} satisfies Library;
