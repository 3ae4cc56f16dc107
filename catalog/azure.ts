import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const SERVICE = "@azure/storage-blob:BlobServiceClient()";
const CONTAINER = `${SERVICE}.getContainerClient()`;
const BLOB = `${CONTAINER}.getBlockBlobClient()`;
const MADE = ["@azure/storage-blob:BlobServiceClient", "@azure/storage-blob:BlobServiceClient.fromConnectionString", "@azure/storage-blob:ContainerClient", "@azure/storage-blob:BlockBlobClient"];
const BUS = "@azure/service-bus:ServiceBusClient()";
const COSMOS = "@azure/cosmos:CosmosClient()";
const BLOB_CALLS = [
  ...under([BLOB], ["upload", "uploadData", "uploadFile", "uploadStream", "download", "downloadToBuffer", "downloadToFile", "delete", "deleteIfExists", "exists", "getProperties", "setMetadata", "setHTTPHeaders", "beginCopyFromURL", "syncCopyFromURL", "stageBlock", "commitBlockList"]),
  ...under([CONTAINER], ["create", "createIfNotExists", "delete", "deleteIfExists", "exists", "getProperties", "uploadBlockBlob", "deleteBlob"]),
];

export default {
  name: "azure",
  packages: ["@azure/storage-blob", "@azure/service-bus", "@azure/cosmos", "@azure/identity"],
  docs: "https://learn.microsoft.com/en-us/javascript/api/overview/azure/",
  instances: [
    { is: SERVICE, also: ["@azure/storage-blob:BlobServiceClient.fromConnectionString()"] },
    { is: CONTAINER, also: ["@azure/storage-blob:ContainerClient()"], types: ["@azure/storage-blob:ContainerClient"] },
    { is: BLOB, also: [...under([CONTAINER], ["getBlobClient()", "getAppendBlobClient()", "getPageBlobClient()"]), ...under(["@azure/storage-blob:"], ["BlobClient()", "BlockBlobClient()", "AppendBlobClient()"])], types: ["@azure/storage-blob:BlockBlobClient", "@azure/storage-blob:BlobClient"] },
    { is: `${BUS}.createSender()`, types: ["@azure/service-bus:ServiceBusSender"] },
    { is: `${COSMOS}.database().container()`, types: ["@azure/cosmos:Container"] },
  ],
  effects: [
    { calls: BLOB_CALLS, effect: "network" },
    { calls: under([CONTAINER], ["listBlobsFlat", "listBlobsByHierarchy"]), effect: "network", shape: "stream", idempotent: true },
    { calls: under([`${BUS}.createSender()`], ["sendMessages", "scheduleMessages", "cancelScheduledMessages"]), effect: "queue" },
    { calls: under([`${BUS}.createReceiver()`], ["receiveMessages", "completeMessage", "abandonMessage", "deadLetterMessage", "peekMessages"]), effect: "queue" },
    { calls: under([`${COSMOS}.database().container()`], ["items.create", "items.upsert", "items.query().fetchAll", "items.query().fetchNext", "items.readAll().fetchAll", "item().read", "item().replace", "item().delete", "item().patch"]), effect: "database" },
  ],
  callBounds: [
    {
      calls: BLOB_CALLS,
      options: at("last", "abortSignal"),
      client: { made: MADE, options: atUnless([0], "last", "retryOptions.tryTimeoutInMs") },
      defaultMs: null,
      docs: "https://learn.microsoft.com/en-us/javascript/api/@azure/storage-blob/storageretryoptions",
    },
    {
      calls: under([CONTAINER], ["listBlobsFlat", "listBlobsByHierarchy"]),
      options: at("last", "abortSignal"),
      client: { made: MADE, options: atUnless([0], "last", "retryOptions.tryTimeoutInMs") },
      defaultMs: null,
      docs: "https://learn.microsoft.com/en-us/javascript/api/@azure/storage-blob/storageretryoptions",
    },
  ],
  clientBounds: [
    {
      makes: ["@azure/cosmos:CosmosClient"],
      statement: { places: at(0, "connectionPolicy.requestTimeout"), defaultMs: 60_000 },
      docs: "https://learn.microsoft.com/en-us/javascript/api/@azure/cosmos/connectionpolicy",
    },
  ],
  credentials: [
    { calls: ["@azure/storage-blob:BlobServiceClient.fromConnectionString", "@azure/service-bus:ServiceBusClient", "@azure/cosmos:CosmosClient"], places: at(0, ""), what: "connection string" },
    { calls: ["@azure/storage-blob:StorageSharedKeyCredential"], places: at(1, ""), what: "signing key" },
    { calls: ["@azure/cosmos:CosmosClient"], places: at(0, "key"), what: "token" },
    { calls: ["@azure/identity:ClientSecretCredential"], places: at(2, ""), what: "password" },
    { calls: ["@azure/identity:UsernamePasswordCredential"], places: at(3, ""), what: "password" },
  ],
} satisfies Library;
