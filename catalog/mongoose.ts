import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless, orFactory } from "./places.js";

const MODEL = "mongoose:Model()";
const DOCUMENT = "mongoose:Document()";
const QUERY = "mongoose:Query()";
const FIND_ONE = ["findOne", "findById", "findOneAndUpdate", "findByIdAndUpdate", "findOneAndReplace", "findOneAndDelete", "findByIdAndDelete"];
const WRITE_MANY = ["updateOne", "updateMany", "replaceOne", "deleteOne", "deleteMany"];
const COUNT = ["countDocuments", "estimatedDocumentCount", "distinct", "exists"];
const MADE = ["mongoose:connect", "mongoose:createConnection", "mongoose:Mongoose().connect", "mongoose:Mongoose().createConnection", "mongoose:connection.openUri", "@nestjs/mongoose:MongooseModule.forRoot"];
const ASYNC = ["@nestjs/mongoose:MongooseModule.forRootAsync"];
const docs = "https://mongoosejs.com/docs/connections.html#options";

export default {
  name: "mongoose",
  packages: ["mongoose", "@nestjs/mongoose"],
  docs: "https://mongoosejs.com/docs/queries.html",
  instances: [
    { is: MODEL, also: ["mongoose:model()", "mongoose:connection.model()", "mongoose:createConnection().model()", "mongoose:Mongoose().model()", `${MODEL}.discriminator()`], types: ["mongoose:Model", "mongoose:PaginateModel"] },
    { is: DOCUMENT, also: [`${MODEL}()`, `${MODEL}.create()`, `${MODEL}.hydrate()`, `${MODEL}.insertMany()[]`, `${QUERY}[]`], types: ["mongoose:Document", "mongoose:HydratedDocument"] },
    { is: QUERY, also: [...under([MODEL], ["find", "where", ...FIND_ONE]).map((path) => `${path}()`), `${QUERY}.*()`], types: ["mongoose:Query", "mongoose:QueryWithHelpers"] },
    { is: "mongodb:ClientSession()", also: ["mongoose:startSession()", "mongoose:connection.startSession()"], types: ["mongoose:ClientSession"] },
    { is: "mongodb:Collection()", also: ["mongoose:connection.collection()", `${MODEL}.collection`] },
  ],
  effects: [
    {
      calls: under([MODEL], ["find"]),
      effect: "database",
      shape: "builder",
      idempotent: true,
      list: { limit: at(2, "limit"), where: at(0, ""), chain: ["limit", "cursor", "eachAsync", "for await", "countDocuments", "estimatedDocumentCount", "count", "findOne", "distinct", "updateOne", "updateMany", "deleteOne", "deleteMany", "explain"], conditions: ["find", "where"] },
    },
    { calls: under([MODEL], [...COUNT, "findOne", "findById"]), effect: "database", shape: "builder", idempotent: true },
    { calls: under([MODEL], [...FIND_ONE.slice(2), ...WRITE_MANY, "aggregate"]), effect: "database", shape: "builder" },
    { calls: under([MODEL], ["create", "insertMany", "insertOne"]), effect: "database", idempotent: false },
    { calls: under([MODEL], ["bulkWrite", "bulkSave", "populate", "createCollection", "createIndexes", "syncIndexes", "paginate"]), effect: "database" },
    { calls: under([MODEL], ["watch"]), effect: "database", shape: "stream" },
    // `doc.save()` of a found document: its query's path goes on.
    { calls: [...under([DOCUMENT], ["save", "deleteOne", "updateOne", "replaceOne", "populate", "remove"]), `${QUERY}.save`, `${QUERY}.remove`], effect: "database", record: true },
    { calls: under(["mongoose:connection"], ["transaction", "dropDatabase", "syncIndexes"]), effect: "database" },
    { calls: ["mongoose:connect"], effect: "database" },
  ],
  clientBounds: [
    ...[
      { makes: MADE, arg: 1, paths: (path: string) => [path] },
      { makes: ASYNC, arg: 0, paths: (path: string) => [`useFactory().${path}`] },
    ].map(({ makes, arg, paths }) => ({
      makes,
      connect: { places: atUnless([0], arg, ...["connectTimeoutMS", "serverSelectionTimeoutMS"].flatMap(paths)), urlParams: ["connectTimeoutMS", "serverSelectionTimeoutMS"], defaultMs: 30_000 },
      statement: { places: atUnless([0], arg, ...["socketTimeoutMS", "timeoutMS"].flatMap(paths)), urlParams: ["socketTimeoutMS", "timeoutMS"], defaultMs: null },
      docs,
    })),
  ],
  callbacks: [
    { calls: ["mongoose:connection.transaction"], arg: 0, when: "later", times: "many", errors: "reject", params: ["mongodb:ClientSession()"] },
    { calls: ["mongoose:Schema().plugin"], arg: 0, when: "sync", times: "once", errors: "propagate" },
  ],
  credentials: [
    { calls: MADE, places: at(0, ""), what: "connection string" },
    { calls: ASYNC, places: at(0, "useFactory().uri"), what: "connection string" },
    { calls: MADE, places: at(1, "pass", "auth.password"), what: "password" },
    { calls: ASYNC, places: at(0, ...orFactory("pass").slice(1)), what: "password" },
  ],
} satisfies Library;
