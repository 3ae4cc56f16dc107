import type { EntryRow, Library } from "./library.js";
import { under } from "./names.js";

const request = "express:Request()";
const response = "express:Response()";
const http = { framework: "express", kind: "serverless", params: [request, response] } as const satisfies Partial<EntryRow>;
const call = { framework: "firebase-call", kind: "serverless", returns: "response" } as const satisfies Partial<EntryRow>;
const event = { framework: "gcp-event", kind: "serverless" } as const satisfies Partial<EntryRow>;

/** Subpath modules of the second generation, and what each exports. */
const v2: Readonly<Record<string, readonly string[]>> = {
  scheduler: ["onSchedule"],
  tasks: ["onTaskDispatched"],
  pubsub: ["onMessagePublished"],
  storage: ["onObjectFinalized", "onObjectDeleted", "onObjectArchived", "onObjectMetadataUpdated"],
  database: ["onValueCreated", "onValueUpdated", "onValueDeleted", "onValueWritten"],
  firestore: ["Created", "Updated", "Deleted", "Written"].flatMap((e) => [`onDocument${e}`, `onDocument${e}WithAuthContext`]),
  eventarc: ["onCustomEventPublished"],
  identity: ["beforeUserCreated", "beforeUserSignedIn"],
  remoteConfig: ["onConfigUpdated"],
};
const of = (part: string, names: readonly string[]): readonly string[] => [...under([`firebase-functions/v2/${part}:`, `firebase-functions/${part}:`], names), ...under([`firebase-functions/v2:${part}`, `firebase-functions:${part}`], names)];

/** First generation: namespaces of the root (until version 5; `https.onCall` there is read as the second) or of `/v1`, with an optional builder of region and resources before. */
const roots = ["firebase-functions:", "firebase-functions/v1:"].flatMap((m) => [m, `${m}region().`, `${m}runWith().`, `${m}region().runWith().`, `${m}runWith().region().`]);
const v1 = (names: readonly string[]): readonly string[] => roots.flatMap((root) => names.map((name) => root + name));

const functions: Library = {
  name: "gcp-functions",
  packages: ["@google-cloud/functions-framework", "firebase-functions"],
  docs: "https://cloud.google.com/functions/docs/writing",
  entries: [
    { ...http, register: { by: "call", calls: ["@google-cloud/functions-framework:http"], handler: 1, named: { arg: 0, path: "" } } },
    { ...event, register: { by: "call", calls: ["@google-cloud/functions-framework:cloudEvent"], handler: 1, named: { arg: 0, path: "" } } },
    { ...http, register: { by: "export", names: [], files: [], types: ["@google-cloud/functions-framework:HttpFunction"] } },
    { ...event, register: { by: "export", names: [], files: [], types: ["@google-cloud/functions-framework:CloudEventFunction", "@google-cloud/functions-framework:EventFunction"] } },
    { ...http, register: { by: "call", calls: [...new Set([...of("https", ["onRequest"]), ...v1(["https.onRequest"])])], handler: "last" } },
    { ...call, register: { by: "call", calls: of("https", ["onCall"]), handler: "last" } },
    { ...call, framework: "firebase-call-v1", register: { by: "call", calls: v1(["https.onCall"]).filter((path) => path !== "firebase-functions:https.onCall"), handler: "last" } },
    { ...event, register: { by: "call", calls: Object.entries(v2).flatMap(([part, names]) => of(part, names)), handler: "last" } },
    {
      ...event,
      framework: "gcp-event-v1",
      register: {
        by: "call",
        calls: v1([
          "pubsub.schedule().onRun", "pubsub.schedule().timeZone().onRun", "pubsub.topic().onPublish", "storage.object().onFinalize", "storage.object().onDelete",
          "storage.bucket().object().onFinalize", "firestore.document().onCreate", "firestore.document().onUpdate", "firestore.document().onDelete",
          "firestore.document().onWrite", "database.ref().onCreate", "database.ref().onUpdate", "database.ref().onDelete", "database.ref().onWrite", "auth.user().onCreate",
          "auth.user().onDelete", "tasks.taskQueue().onDispatch",
        ]),
        handler: 0,
      },
    },
  ],
  sources: [
    { from: { framework: "firebase-call", param: 0, path: "data" }, what: "body" },
    { from: { framework: "firebase-call-v1", param: 0, path: "" }, what: "body" },
    { from: { framework: "gcp-event", param: 0, path: "data" }, what: "event" },
  ],
  errors: [{ classes: [...of("https", ["HttpsError"]), "firebase-functions/v1:https.HttpsError", "firebase-functions/v1/https:HttpsError"], public: true }],
};

export default functions;
