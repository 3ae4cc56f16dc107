import type { Library } from "./library.js";
import { under } from "./names.js";

const SENT = ["fetch", "fetchAll", "fetchPage", "fetchOne", "save", "destroy", "count"];
const MODELS = ["bookshelf:()().model()", "bookshelf:().model()", "bookshelf:().Model.extend()"];

/** Models over knex, whose driver has the options that bound them. */
export default {
  name: "objection",
  packages: ["objection", "bookshelf"],
  docs: "https://vincit.github.io/objection.js/api/query-builder/",
  effects: [
    { calls: ["objection:Model.query", "objection:Model().$query", "objection:Model().$relatedQuery", "objection:Model.relatedQuery"], effect: "database", shape: "builder" },
    { calls: under(["objection:Model"], ["fetchGraph", "loadRelated"]), effect: "database" },
    { calls: under(["objection:Model()"], ["$fetchGraph", "$loadRelated"]), effect: "database", record: true },
    { calls: MODELS.flatMap((model) => [...under([model], [...SENT, "findOne"]), ...under([`${model}.where()`, `${model}.forge()`, `${model}.query()`, `${model}()`, `${model}().where()`], SENT)]), effect: "database" },
  ],
} satisfies Library;
