import type { Library } from "./library.js";
import { under } from "./names.js";
import { at } from "./places.js";

const SYNC = ["better-sqlite3:()", "sqlite:DatabaseSync()"];
const ASYNC = ["sqlite3:Database()"];
const STATEMENTS = [...SYNC.map((db) => `${db}.prepare()`)];

export default {
  // A file on this machine: nothing to bound while connecting.
  name: "sqlite",
  packages: ["better-sqlite3", "sqlite3", "sqlite"],
  docs: "https://github.com/WiseLibs/better-sqlite3/blob/master/docs/api.md",
  instances: [
    { is: "better-sqlite3:()", types: ["better-sqlite3:Database"] },
    { is: "better-sqlite3:().prepare()", also: under(["better-sqlite3:().prepare()"], ["bind()", "pluck()", "raw()", "expand()"]), types: ["better-sqlite3:Statement"] },
    { is: "sqlite:DatabaseSync().prepare()", types: ["sqlite:StatementSync"] },
    { is: "sqlite3:Database()", also: ["sqlite3:verbose().Database()", "sqlite3:cached.Database()"] },
  ],
  effects: [
    { calls: under(STATEMENTS, ["all"]), effect: "database", sync: true, list: { textOf: "prepare" } },
    { calls: under(STATEMENTS, ["run", "get", "iterate"]), effect: "database", sync: true },
    { calls: under(SYNC, ["exec"]), effect: "database", sync: true },
    { calls: under(["better-sqlite3:()"], ["pragma"]), effect: "database", sync: true },
    { calls: under(ASYNC, ["all"]), effect: "database", shape: "callback", list: { text: at(0, "") } },
    { calls: under(ASYNC, ["run", "get", "each", "exec"]), effect: "database", shape: "callback" },
    { calls: under(ASYNC.map((db) => `${db}.prepare()`), ["all"]), effect: "database", shape: "callback", list: { textOf: "prepare" } },
    { calls: under(ASYNC.map((db) => `${db}.prepare()`), ["run", "get", "each"]), effect: "database", shape: "callback" },
  ],
  callbacks: [{ calls: ["better-sqlite3:().transaction"], arg: 0, when: "later", times: "many", errors: "propagate" }],
} satisfies Library;
