import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const STORAGE = "@google-cloud/storage:Storage()";
const BUCKET = `${STORAGE}.bucket()`;
const FILE = `${BUCKET}.file()`;
const TOPIC = "@google-cloud/pubsub:PubSub().topic()";
const SUBSCRIPTION = "@google-cloud/pubsub:PubSub().subscription()";
const FIRESTORE = "@google-cloud/firestore:Firestore()";
const QUERY = `${FIRESTORE}.collection()`;
const DOC = `${FIRESTORE}.doc()`;
const BIGQUERY = "@google-cloud/bigquery:BigQuery()";
// Generated clients: (request, { timeout }); their method configuration says 20 s for tasks and 60 s for secrets.
const TASKS = under(["@google-cloud/tasks:CloudTasksClient()"], ["createTask", "deleteTask", "getTask", "listTasks", "runTask", "createQueue", "getQueue", "listQueues"]);
const SECRETS = under(["@google-cloud/secret-manager:SecretManagerServiceClient()"], ["accessSecretVersion", "getSecret", "getSecretVersion", "listSecrets", "listSecretVersions", "createSecret", "addSecretVersion", "deleteSecret"]);
const gax = { options: at(1, "timeout"), duration: { arg: 1, path: "timeout", unit: "ms" } } as const;
const STORAGE_CALLS = [
  ...under([FILE], ["save", "download", "delete", "exists", "get", "getMetadata", "setMetadata", "copy", "move", "makePublic", "makePrivate"]),
  ...under([BUCKET], ["upload", "getFiles", "deleteFiles", "exists", "create", "delete", "getMetadata", "setMetadata"]),
  ...under([STORAGE], ["getBuckets", "createBucket"]),
];
const CLIENTS = ["@google-cloud/storage:Storage", "@google-cloud/pubsub:PubSub", "@google-cloud/firestore:Firestore", "@google-cloud/bigquery:BigQuery", "@google-cloud/tasks:CloudTasksClient", "@google-cloud/secret-manager:SecretManagerServiceClient"];

export default {
  name: "google-cloud",
  packages: ["@google-cloud/storage", "@google-cloud/pubsub", "@google-cloud/firestore", "@google-cloud/bigquery", "@google-cloud/tasks", "@google-cloud/secret-manager"],
  docs: "https://cloud.google.com/nodejs/docs/reference",
  instances: [
    { is: BUCKET, types: ["@google-cloud/storage:Bucket"], also: ["firebase-admin:storage().bucket()", "firebase-admin/storage:getStorage().bucket()"] },
    { is: FILE, types: ["@google-cloud/storage:File"] },
    { is: TOPIC, types: ["@google-cloud/pubsub:Topic"] },
    { is: SUBSCRIPTION, types: ["@google-cloud/pubsub:Subscription"], also: [`${TOPIC}.subscription()`] },
    { is: FIRESTORE, also: ["firebase-admin:firestore()", "firebase-admin/firestore:getFirestore()"] },
    { is: DOC, also: [`${QUERY}.doc()`], types: ["@google-cloud/firestore:DocumentReference"] },
    { is: QUERY, also: [`${DOC}.collection()`, `${FIRESTORE}.collectionGroup()`], types: ["@google-cloud/firestore:CollectionReference", "@google-cloud/firestore:Query"] },
    { is: `${QUERY}.where()`, also: [...under([QUERY], ["orderBy()", "limit()", "select()", "count()", "startAfter()", "startAt()", "endAt()", "endBefore()", "offset()"]), `${QUERY}.where().*()`] },
    { is: `${FIRESTORE}.batch()`, also: under([`${FIRESTORE}.batch()`], ["set()", "update()", "delete()", "create()"]) },
  ],
  effects: [
    { calls: STORAGE_CALLS, effect: "network" },
    { calls: under([FILE], ["createReadStream", "createWriteStream"]), effect: "network", shape: "stream" },
    { calls: under([TOPIC], ["publishMessage", "publish", "publishJSON", "exists", "create", "delete"]), effect: "queue" },
    { calls: under([DOC], ["get", "listCollections"]), effect: "database", idempotent: true },
    { calls: under([DOC], ["set", "create", "update", "delete"]), effect: "database" },
    { calls: under([QUERY, `${QUERY}.where()`], ["get"]), effect: "database", idempotent: true, list: { chain: ["limit", "limitToLast", "count", "aggregate", "findNearest", "stream"], conditions: ["where"] } },
    { calls: [`${QUERY}.add`], effect: "database", idempotent: false },
    { calls: [...under([FIRESTORE], ["runTransaction", "getAll", "bulkWriter", "recursiveDelete"]), `${FIRESTORE}.batch().commit`], effect: "database" },
    { calls: under([BIGQUERY], ["query", "createQueryJob", "createJob", "getDatasets"]), effect: "database" },
    { calls: [...TASKS, ...SECRETS], effect: "network" },
  ],
  callBounds: [
    {
      calls: STORAGE_CALLS,
      options: [],
      client: { made: ["@google-cloud/storage:Storage"], options: atUnless([0], 0, "timeout") },
      defaultMs: 60_000,
      docs: "https://cloud.google.com/nodejs/docs/reference/storage/latest/storage/storageoptions",
    },
    {
      calls: under([FILE], ["createReadStream", "createWriteStream"]),
      options: [],
      client: { made: ["@google-cloud/storage:Storage"], options: atUnless([0], 0, "timeout") },
      defaultMs: null,
      docs: "https://cloud.google.com/nodejs/docs/reference/storage/latest/storage/storageoptions",
    },
    { calls: TASKS, ...gax, defaultMs: 20_000, docs: "https://cloud.google.com/nodejs/docs/reference/google-gax/latest/google-gax/calloptions" },
    { calls: SECRETS, ...gax, defaultMs: 60_000, docs: "https://cloud.google.com/nodejs/docs/reference/google-gax/latest/google-gax/calloptions" },
  ],
  callbacks: [{ calls: [`${FIRESTORE}.runTransaction`], arg: 0, when: "later", times: "many", errors: "reject", params: ["@google-cloud/firestore:Transaction()"] }],
  credentials: [{ calls: CLIENTS, places: at(0, "credentials.private_key"), what: "signing key" }],
} satisfies Library;
