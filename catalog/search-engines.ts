import type { Library } from "./library.js";
import { under } from "./names.js";

const MEILI = "meilisearch:MeiliSearch()";
const ALGOLIA = "algoliasearch:algoliasearch()";
const PINECONE = "@pinecone-database/pinecone:Pinecone().index()";
const WEAVIATE = ["weaviate-client:connectToLocal()", "weaviate-client:connectToWeaviateCloud()", "weaviate-client:connectToCustom()", "weaviate-client:default.connectToLocal()", "weaviate-client:default.connectToWeaviateCloud()", "weaviate-client:default.connectToCustom()"];

/** Stores that are asked for documents and vectors that are like others. */
export default {
  name: "search engines",
  packages: ["meilisearch", "algoliasearch", "typesense", "@pinecone-database/pinecone", "@qdrant/js-client-rest", "weaviate-client"],
  docs: "https://www.meilisearch.com/docs/reference/api/overview",
  instances: [
    { is: MEILI, also: ["meilisearch:Meilisearch()"] },
    { is: ALGOLIA, also: ["algoliasearch:()"], types: ["algoliasearch:Algoliasearch", "algoliasearch:SearchClient"] },
    { is: PINECONE, also: ["@pinecone-database/pinecone:Pinecone().Index()", `${PINECONE}.namespace()`], types: ["@pinecone-database/pinecone:Index"] },
  ],
  effects: [
    { calls: [`${MEILI}.*`, `${MEILI}.index().*`], effect: "database" },
    { calls: [`${ALGOLIA}.*`, `${ALGOLIA}.initIndex().*`], effect: "database" },
    { calls: ["typesense:Client().collections().documents().*", "typesense:Client().collections().*", "typesense:Client().multiSearch.perform"], effect: "database" },
    { calls: [`${PINECONE}.*`], effect: "database" },
    { calls: ["@qdrant/js-client-rest:QdrantClient().*"], effect: "database" },
    { calls: WEAVIATE.flatMap((client) => [...["query", "data", "generate", "aggregate"].map((part) => `${client}.collections.get().${part}.*`), `${client}.collections.use().query.*`, `${client}.collections.use().data.*`]), effect: "database" },
  ],
  quiet: [...under([MEILI], ["index", "config"]), ...under([`${MEILI}.index()`], ["httpRequest"]), ...under([ALGOLIA], ["initIndex", "addAlgoliaAgent", "setClientApiKey"]), ...under([PINECONE], ["namespace"]), "typesense:Client().collections().documents"],
  credentials: [
    { calls: ["algoliasearch:", "algoliasearch:algoliasearch"], places: [{ arg: 1, path: "" }], what: "token" },
    { calls: ["meilisearch:MeiliSearch", "@pinecone-database/pinecone:Pinecone", "@qdrant/js-client-rest:QdrantClient", "typesense:Client"], places: [{ arg: 0, path: "apiKey" }], what: "token" },
  ],
} satisfies Library;
