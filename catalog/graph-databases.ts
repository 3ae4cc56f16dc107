import type { Library } from "./library.js";
import { under } from "./names.js";
import { at } from "./places.js";

const SESSION = "neo4j-driver:driver().session()";
const RUNS = [SESSION, `${SESSION}.beginTransaction()`, "neo4j-driver:ManagedTransaction()"];
const ARANGO = "arangojs:Database()";
const EDGE = ["edgedb:createClient()", "gel:createClient()"];
const ASKS = ["query", "querySingle", "queryRequired", "queryRequiredSingle", "queryJSON", "querySingleJSON", "execute"];

/** Databases of nodes, edges and documents that are asked in a language of their own. */
export default {
  name: "graph databases",
  packages: ["neo4j-driver", "arangojs", "edgedb", "gel", "surrealdb"],
  docs: "https://neo4j.com/docs/javascript-manual/current/transactions/",
  instances: [
    { is: SESSION, also: ["neo4j-driver:default.driver().session()"], types: ["neo4j-driver:Session"] },
    { is: "neo4j-driver:driver()", also: ["neo4j-driver:default.driver()"], types: ["neo4j-driver:Driver"] },
    { is: `${SESSION}.beginTransaction()`, types: ["neo4j-driver:Transaction", "neo4j-driver:ManagedTransaction"] },
    { is: ARANGO, also: ["arangojs:arangojs()", "arangojs:()"] },
    ...EDGE.map((is) => ({ is, types: [is.replace("createClient()", "Client")] })),
  ],
  callbacks: [{ calls: under([SESSION], ["executeRead", "executeWrite", "readTransaction", "writeTransaction"]), arg: 0, when: "microtask", times: "once", errors: "reject", params: [`${SESSION}.beginTransaction()`] }],
  effects: [
    { calls: under(RUNS, ["run"]), effect: "database" },
    { calls: ["neo4j-driver:driver().executeQuery"], effect: "database" },
    { calls: [`${ARANGO}.query`], effect: "database" },
    { calls: under([`${ARANGO}.collection()`], ["document", "documents", "documentExists", "save", "saveAll", "update", "updateAll", "replace", "replaceAll", "remove", "removeAll", "import", "count", "firstExample", "byExample"]), effect: "database" },
    { calls: under(EDGE, ASKS), effect: "database" },
    { calls: under(["surrealdb:Surreal()"], ["query", "select", "create", "insert", "update", "upsert", "merge", "patch", "delete", "relate"]), effect: "database" },
  ],
  sinks: [
    { calls: [...under(RUNS, ["run"]), "neo4j-driver:driver().executeQuery", `${ARANGO}.query`, ...under(EDGE, ASKS), "surrealdb:Surreal().query"], arg: 0, danger: "sql" },
  ],
  credentials: [
    { calls: ["neo4j-driver:auth.basic", "neo4j-driver:default.auth.basic"], places: at(1, ""), what: "password" },
    { calls: ["arangojs:Database"], places: at(0, "auth.password"), what: "password" },
  ],
} satisfies Library;
