import type { ClientBoundRow, Library } from "./library.js";
import { at, atUnless } from "./places.js";
import { under } from "./names.js";

const ELASTIC = "@elastic/elasticsearch:Client()";
const OPEN = "@opensearch-project/opensearch:Client()";
const READS = ["search", "get", "mget", "msearch", "count", "exists", "scroll", "openPointInTime", "fieldCaps", "explain", "termsEnum", "termvectors", "info", "ping"];
const WRITES = ["index", "create", "update", "delete", "bulk", "updateByQuery", "deleteByQuery", "reindex", "closePointInTime", "clearScroll"];
const SPACES = ["indices.*", "cluster.*", "cat.*", "ingest.*", "security.*", "snapshot.*", "tasks.*", "nodes.*", "helpers.*"];
const makes = ["@elastic/elasticsearch:Client", "@opensearch-project/opensearch:Client"];
const statement = { places: atUnless([0], 0, "requestTimeout") };
const rows: ClientBoundRow[] = [
  {
    makes: ["@elastic/elasticsearch:Client"],
    statement: { ...statement, defaultMs: null, older: { below: 9, defaultMs: 30_000 } },
    docs: "https://www.elastic.co/docs/reference/elasticsearch/clients/javascript/basic-config",
  },
  { makes: ["@opensearch-project/opensearch:Client"], statement: { ...statement, defaultMs: 30_000 }, docs: "https://github.com/opensearch-project/opensearch-js/blob/main/USER_GUIDE.md" },
];

export default {
  name: "elasticsearch",
  packages: ["@elastic/elasticsearch", "@opensearch-project/opensearch", "@nestjs/elasticsearch"],
  docs: "https://www.elastic.co/docs/reference/elasticsearch/clients/javascript/api-reference",
  instances: [{ is: ELASTIC, also: ["@nestjs/elasticsearch:ElasticsearchService()", `${ELASTIC}.child()`] }],
  effects: [
    { calls: under([ELASTIC, OPEN], READS), effect: "database", idempotent: true },
    { calls: under([ELASTIC, OPEN], [...WRITES, ...SPACES]), effect: "database" },
  ],
  clientBounds: rows,
  credentials: [
    { calls: makes, places: at(0, "auth.password"), what: "password" },
    { calls: makes, places: at(0, "auth.apiKey", "auth.apiKey.api_key", "auth.bearer"), what: "token" },
    { calls: makes, places: at(0, "node", "nodes"), what: "connection string" },
  ],
} satisfies Library;
