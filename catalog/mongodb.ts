import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const CLIENT = "mongodb:MongoClient()";
const DB = "mongodb:Db()";
const COLLECTION = "mongodb:Collection()";
const MADE = ["mongodb:MongoClient", "mongodb:MongoClient.connect"];
const WRITES = ["insertOne", "insertMany", "bulkWrite", "updateOne", "updateMany", "replaceOne", "deleteOne", "deleteMany", "findOneAndUpdate", "findOneAndReplace", "findOneAndDelete"];
/** Drivers before 5 took a callback in the last place. */
const CALLBACKS = [...WRITES, "findOne", "find", "aggregate", "countDocuments", "count", "distinct", "insert", "update", "remove", "save", "findAndModify", "findAndRemove"];

/** What gives the cursor back; `toArray` and `next` give documents, whose methods are their own. */
const GOES_ON = [
  "addCursorFlag", "addQueryModifier", "allowDiskUse", "batchSize", "clone", "collation", "comment", "filter", "hint", "limit", "map", "max", "maxAwaitTimeMS", "maxTimeMS", "min", "project", "returnKey", "setReadPreference",
  "showRecordId", "skip", "snapshot", "sort", "withReadConcern", "withReadPreference",
];
const ADDS = ["addCursorFlag", "addStage", "batchSize", "clone", "comment", "geoNear", "group", "limit", "lookup", "map", "match", "maxTimeMS", "out", "project", "redact", "skip", "sort", "unwind", "withReadConcern", "withReadPreference"];

export default {
  name: "mongodb",
  packages: ["mongodb"],
  docs: "https://www.mongodb.com/docs/drivers/node/current/",
  instances: [
    { is: CLIENT, also: ["mongodb:MongoClient.connect()", `${CLIENT}.connect()`, "fastify:().mongo.client"] },
    { is: DB, also: [`${CLIENT}.db()`, "mongoose:connection.db", "mongoose:createConnection().db", "fastify:().mongo.db"] },
    // What `connect` gives its callback is the client since 3.0, and was the database before.
    { is: COLLECTION, also: [`${DB}.collection()`, `${DB}.createCollection()`, `${CLIENT}.collection()`] },
    { is: `${COLLECTION}.find()`, also: under([`${COLLECTION}.find()`], GOES_ON.map((name) => `${name}()`)), types: ["mongodb:FindCursor"] },
    { is: `${COLLECTION}.aggregate()`, also: [...under([`${COLLECTION}.aggregate()`], ADDS.map((name) => `${name}()`)), `${DB}.aggregate()`], types: ["mongodb:AggregationCursor"] },
    { is: "mongodb:ClientSession()", also: [`${CLIENT}.startSession()`] },
  ],
  effects: [
    {
      calls: under([COLLECTION], ["find"]),
      effect: "database",
      shape: "builder",
      idempotent: true,
      list: { limit: at(1, "limit"), where: at(0, ""), chain: ["limit", "next", "tryNext", "hasNext", "count", "explain", "forEach", "stream", "for await"] },
    },
    { calls: [`${COLLECTION}.aggregate`, `${DB}.aggregate`], effect: "database", shape: "builder" },
    { calls: under([COLLECTION], ["findOne", "countDocuments", "estimatedDocumentCount", "count", "distinct", "listIndexes", "indexes", "indexExists"]), effect: "database", idempotent: true },
    { calls: under([COLLECTION], ["insertOne", "insertMany", "insert"]), effect: "database", idempotent: false },
    // Of drivers before 4 and 5.
    { calls: under([COLLECTION], ["update", "remove", "save", "findAndModify", "findAndRemove", "ensureIndex", "mapReduce"]), effect: "database" },
    { calls: under([COLLECTION], [...WRITES.filter((name) => !name.startsWith("insert")), "createIndex", "createIndexes", "dropIndex", "drop", "rename"]), effect: "database" },
    { calls: under([DB], ["command", "createCollection", "dropCollection", "dropDatabase", "listCollections", "collections", "stats"]), effect: "database" },
    { calls: [...under([CLIENT], ["connect", "bulkWrite"]), "mongodb:MongoClient.connect"], effect: "database" },
    { calls: under(["mongodb:ClientSession()"], ["commitTransaction", "abortTransaction", "withTransaction"]), effect: "database" },
    { calls: under([COLLECTION, DB, CLIENT], ["watch"]), effect: "database", shape: "stream" },
  ],
  clientBounds: [
    {
      makes: MADE,
      connect: { places: atUnless([0], 1, "connectTimeoutMS", "serverSelectionTimeoutMS"), urlParams: ["connectTimeoutMS", "serverSelectionTimeoutMS"], defaultMs: 30_000 },
      // `timeoutMS` bounded an operation in late 6.x and early 7.x; newer drivers ignore it, and warn.
      statement: { places: atUnless([0], 1, "socketTimeoutMS", "timeoutMS"), urlParams: ["socketTimeoutMS", "timeoutMS"], defaultMs: null },
      docs: "https://www.mongodb.com/docs/drivers/node/current/connect/connection-options/",
    },
  ],
  callbacks: [
    { calls: ["mongodb:MongoClient.connect"], arg: "last", when: "later", times: "once", errors: "uncaught", errorFirst: true, params: [null, CLIENT] },
    { calls: under([COLLECTION], CALLBACKS), arg: "last", when: "later", times: "once", errors: "uncaught", errorFirst: true },
    { calls: under([`${COLLECTION}.find()`, `${COLLECTION}.aggregate()`], ["toArray", "next", "count", "each", "forEach"]), arg: "last", when: "later", times: "once", errors: "uncaught", errorFirst: true },
    { calls: ["mongodb:ClientSession().withTransaction"], arg: 0, when: "later", times: "many", errors: "reject", params: ["mongodb:ClientSession()"] },
    { calls: [`${CLIENT}.withSession`], arg: "last", when: "later", times: "once", errors: "reject", params: ["mongodb:ClientSession()"] },
  ],
  credentials: [
    { calls: MADE, places: at(0, ""), what: "connection string" },
    { calls: MADE, places: at(1, "auth.password"), what: "password" },
  ],
} satisfies Library;
