import type { BindsRow } from "./binds.js";
import type { CredentialRow } from "./credential-row.js";
import type { LoggerRow, TelemetryRow } from "./logger-row.js";
import type { GuardRow, MiddlewareRow } from "./middleware-rows.js";
import type { MigrationRow } from "./migration-rows.js";
import type { PassRow } from "./pass-row.js";
import type { PromiseRow, ResultRow } from "./returned.js";

export type { GuardRow, MiddlewareRow } from "./middleware-rows.js";

/**
 * What a library does, as data. A row names calls by *symbol path*, the same words the facts yield:
 *
 *   `pg:Pool().query`      the method `query` of what `new Pool()` of module `pg` makes (`new` and a call are one `()`)
 *   `axios:get`            `get` of the module's default export or of its namespace: `default` is left out
 *   `axios:`               the default export itself
 *   `global:fetch`         a global; `globalThis.` and `window.` are left out
 *   `fs:promises.readFile` built-in modules without `node:`; `fs/promises:` is written so
 *   `*`                    any one name: `@prisma/client:PrismaClient().*.findMany`; in a module, within its segment: `@aws-sdk/client-*:`
 *   `[]`                   an element of a list: `sequelize:Model.findAll()[]`
 *   `**`                   at the end: any further names and calls. The outermost call of the chain is the one meant
 *
 * A row that judges a call names what is called (`pg:Pool`, `pg:Pool().query`), its result has the `()` (`pg:Pool()`).
 * `await` leaves no trace in a path: `(await pool.connect()).query` is `pg:Pool().connect().query`.
 */
export type SymbolPath = string;

export type { PassRow } from "./pass-row.js";
export type { PromiseRow, ResultRow } from "./returned.js";

export type EffectKind = "network" | "database" | "cache" | "queue" | "mail" | "file" | "process";

export interface Library {
  /** One word for messages and `explain`: `pg`, `axios`. */
  readonly name: string;
  readonly packages: readonly string[];
  /** The modules of a project into which a generator writes the classes of the first of them. */
  readonly generatedTo?: RegExp;
  /** Where the facts of these rows are documented. */
  readonly docs: string;
  /** Objects that several roads lead to, under one canonical path. */
  readonly instances?: readonly InstanceRow[];
  readonly effects?: readonly EffectRow[];
  /** Calls that a `*` of an effect row would catch but that send nothing: `ioredis:().on`. Between rows, the one with fewer `*` wins. */
  readonly quiet?: readonly SymbolPath[];
  readonly callBounds?: readonly CallBoundRow[];
  /** Calls that take an AbortSignal and need no time bound by `callBounds`, whose rows say so themselves. */
  readonly signalPlaces?: readonly SignalPlaceRow[];
  readonly abortSignals?: readonly AbortSignalRow[];
  readonly clientBounds?: readonly ClientBoundRow[];
  readonly blocking?: readonly BlockingRow[];
  readonly entries?: readonly EntryRow[];
  readonly middleware?: readonly MiddlewareRow[];
  readonly guards?: readonly GuardRow[];
  readonly wraps?: readonly WrapRow[];
  readonly sources?: readonly SourceRow[];
  readonly validators?: readonly ValidatorRow[];
  readonly sinks?: readonly SinkRow[];
  readonly loggers?: readonly LoggerRow[];
  readonly telemetry?: readonly TelemetryRow[];
  readonly errors?: readonly ErrorRow[];
  readonly ambient?: readonly AmbientRow[];
  readonly callbacks?: readonly CallbackRow[];
  readonly passes?: readonly PassRow[];
  readonly credentials?: readonly CredentialRow[];
  readonly promises?: readonly PromiseRow[];
  readonly results?: readonly ResultRow[];
  readonly errorDetails?: readonly ErrorDetailRow[];
  readonly migrations?: readonly MigrationRow[];
}

/** `also` and `types` lead to what `is` names. `pg:Pool()` also is what the type `pg:Pool` declares: a class's own name needs no row. */
export interface InstanceRow {
  readonly is: SymbolPath;
  /** Calls whose result it is: `axios:create()` … A builder whose methods give itself: `kysely:SelectQueryBuilder().*()`. */
  readonly also?: readonly SymbolPath[];
  /** Declared types that mean it: `axios:AxiosInstance`. */
  readonly types?: readonly SymbolPath[];
}

/**
 * Where an option stands. `path` is dotted from the argument: `retry.limit`; an empty path is the argument itself.
 * `useFactory()` goes on in what the function returns; what a call made (`new NodeHttpHandler({ … })`) in its first argument. Where other places of the row go deeper, a place means a plain
 * value, not an object. Names under `headers` are compared without case; `*` is any name. An array at the end means each element.
 */
export interface OptionPlace {
  readonly arg: number | "last";
  readonly path: string;
  /** A value that switches the bound off although the option is there (axios: 0). */
  readonly offWhen?: readonly (number | string | boolean)[];
  /** Of the last argument: it holds options only behind so many others, given one by one (`pipeline(from, to)`). */
  readonly after?: number;
}

export interface EffectRow {
  readonly calls: readonly SymbolPath[];
  readonly effect: EffectKind;
  /** Blocks the thread until done. */
  readonly sync?: true;
  readonly promised?: Promised;
  /** A query that may return a list. */
  readonly list?: ListQuery;
  /** Where the HTTP method stands, for a call that takes it as an option: GET if it is absent. */
  readonly method?: readonly OptionPlace[];
  /** A method of one stored record, which is what it is asked about: `user.save()`. */
  readonly record?: true;
  /** The call may be repeated without harm; absent: unknown. */
  readonly idempotent?: boolean;
  /** The call opens something that goes on (a stream, a cursor, a subscription), or begins a chain that is awaited later: the whole chain is one effect. */
  readonly shape?: "stream" | "builder" | "callback";
  /** It gives no promise although it neither blocks nor has a shape that says so; `from`: it gives one in files that import one of these modules only. */
  readonly promise?: false | { readonly from: readonly string[] };
}

/** What bounds a query that returns a list. */
export interface ListQuery {
  /** Options that limit it. */
  readonly limit?: readonly OptionPlace[];
  /** Where the conditions are: an equality on a unique key needs no limit. */
  readonly where?: readonly OptionPlace[];
  /** Methods of the chain that limit it, read it in pieces, ask for one row or an aggregate only, or make something else of it. */
  readonly chain?: readonly string[];
  /** Each call of the chain changes the builder it is called on, so that statements of their own count. */
  readonly changes?: true;
  /** Methods of the chain that add a condition. */
  readonly conditions?: readonly string[];
  /** Where the text of the query is: what it says decides. */
  readonly text?: readonly OptionPlace[];
  /** The earlier call of the chain that is given the text: `prepare`. */
  readonly textOf?: string;
}

/** A call that blocks the thread until done without being an effect. (Effects that block have `sync`.) */
export interface BlockingRow {
  readonly calls: readonly SymbolPath[];
  readonly what: "crypto" | "compression";
  readonly promised?: Promised;
}

/** A blocking call has an equal that gives a promise of the same, under its name without `Sync`: on the same object, or on that one's `promises`. */
export type Promised = "beside" | "promises";

/** What bounds an outgoing call in time (rule missing-timeout, at the call). Any one place that holds is enough. */
export interface CallBoundRow {
  readonly calls: readonly SymbolPath[];
  /** Options on the call itself. */
  readonly options: readonly OptionPlace[];
  /** Methods of the builder that the call returns, or that stand before it in the chain: superagent's `.timeout()`. */
  readonly chain?: readonly string[];
  /** Calls that bound what the call gives where they are handed to a method of it: rxjs's `.pipe(timeout(500))`. */
  readonly operators?: { readonly method: string; readonly calls: readonly SymbolPath[] };
  /** The client these calls go through, and the options at its creation that bound all of them. */
  readonly client?: {
    readonly made: readonly SymbolPath[];
    readonly options: readonly OptionPlace[];
    /** Handed to a module by its name alone it makes a client without options: `imports: [HttpModule]`. */
    readonly bare?: readonly SymbolPath[];
    /** Where the call takes the client, if it is not what the method belongs to: fetch's `dispatcher`. */
    readonly through?: readonly OptionPlace[];
  };
  /** Assignments that bound every call: `axios:defaults.timeout`. */
  readonly assigned?: readonly SymbolPath[];
  /** Calls that set options for every later call: `needle:defaults`. */
  readonly configured?: { readonly calls: readonly SymbolPath[]; readonly options: readonly OptionPlace[] };
  /** Emits an event only, so it bounds only with a listener that destroys (node:http); `signal` needs none. */
  readonly needsListener?: { readonly event: string; readonly methods: readonly string[] };
  /** The documented bound if nothing is given, in milliseconds; null if none. */
  readonly defaultMs: number | null;
  readonly older?: OlderDefault;
  /** Where the call takes a signal: for the native fix, and for handing one on. */
  readonly signal?: OptionPlace;
  /** Where the call takes a duration, if it takes no signal. */
  readonly duration?: OptionPlace & { readonly unit: "ms" | "s" };
  readonly docs: string;
}

/** Where a call takes an AbortSignal. */
export interface SignalPlaceRow {
  readonly calls: readonly SymbolPath[];
  /** Any of them; the first is where a fix writes it. */
  readonly places: readonly OptionPlace[];
  /** A text in place of the options is the encoding: `readFile(path, "utf8")`. */
  readonly textIs?: "encoding";
}

/** Values that are AbortSignals, or (as `controllers`) have one as `signal`. */
export interface AbortSignalRow {
  readonly values: readonly SymbolPath[];
  readonly are: "signals" | "controllers" | "options";
}

/** Another default before a major version. With the version unknown, the one that bounds counts. */
export interface OlderDefault {
  readonly below: number;
  readonly defaultMs: number | null;
}

/** What bounds a client of a database, cache or queue, judged where it is created. */
export interface ClientBoundRow {
  readonly makes: readonly SymbolPath[];
  /** Options object at the creation. `connect` and `statement` each need one place, or a default. */
  readonly connect?: ClientBound;
  readonly statement?: ClientBound;
  /** How the driver is chosen, for builders: `{ place: client, value: "pg" }` limits the row to that driver. */
  readonly when?: { readonly place: OptionPlace; readonly values: readonly string[] };
  /** Without any of these nothing is made here: it takes what another call made. */
  readonly given?: readonly OptionPlace[];
  readonly docs: string;
}

export interface ClientBound {
  readonly places: readonly OptionPlace[];
  /** Parameters of a connection string that set it: `connect_timeout`. */
  readonly urlParams?: readonly string[];
  readonly defaultMs: number | null;
  readonly older?: OlderDefault;
}

export type EntryKind = "http" | "rpc" | "graphql" | "message" | "job" | "schedule" | "serverless" | "socket";

export interface EntryRow {
  readonly framework: string;
  readonly kind: EntryKind;
  readonly register: EntryRegistration;
  /** The subpath of `@nobypass/pipeline` whose `entry` wraps it, if there is one. */
  readonly adapter?: string;
  /** What the framework hands to the function, in order: `express:Request()` is what the type `express:Request` declares. */
  readonly params?: readonly (SymbolPath | null)[];
  /** What `this` is in the function. */
  readonly self?: SymbolPath;
  /** What the function returns reaches the client. */
  readonly returns?: "response";
  /** A parameter that answers when it is called, with this argument of its: `callback(null, response)`. */
  readonly callback?: { readonly param: number | "last"; readonly arg: number | "all" };
  /** The framework answers for every error, and sends what its own hook makes of it: none leaves as a crash. */
  readonly answersErrors?: true;
  /** A schema of its own has decoded what it is called with: protobuf checks the shape of a message, not what its texts say. */
  readonly decoded?: true;
}

export type EntryRegistration =
  /** A call: the handlers are arguments, or properties of an argument. */
  | {
      readonly by: "call";
      readonly calls: readonly SymbolPath[];
      /** `last`: the last argument (of an array, its last item); `all`: each is one. In a `path`, `*` is any property: `resolvers.*.*`. */
      readonly handler: number | "last" | "all" | { readonly arg: number | "last"; readonly path: string };
      /** Needs at least so many arguments (express `app.get("setting")` registers nothing). */
      readonly minArgs?: number;
      /** The argument (or a property of it) that names the route, queue or event. */
      readonly named?: OptionPlace;
      /** The method, where the call's name is none: `route({ method })`. */
      readonly method?: OptionPlace | string;
      /** Only when the argument, or what stands under a name of it, is one of these (`server.on("request", …)`); `not`: when it is none of them. */
      readonly when?: { readonly arg: number; readonly path?: string; readonly values: readonly string[]; readonly not?: true };
      /** Only where it runs at start-up; set while serving, it is work of that entry. */
      readonly atStartup?: true;
      /** Where the receiver comes from a place nobody can resolve: the root's name (a pattern) and the method that ends the chain. */
      readonly shape?: { readonly root: string; readonly ends: readonly string[] };
    }
  /** A decorated class's methods, decorated or of these names; the finding stands at the bootstrap. */
  | { readonly by: "decorator"; readonly cls?: readonly SymbolPath[]; readonly method: readonly SymbolPath[]; readonly methodNames?: readonly string[]; readonly bootstrap: readonly SymbolPath[] }
  /** An export with one of these names, in a file at one of these places; `types`: the platform's types that mark it anywhere. */
  | { readonly by: "export"; readonly names: readonly string[]; readonly files: readonly string[]; readonly types?: readonly SymbolPath[]; readonly directive?: string; /** Only with one of the names, at one of the places and with one of the types. */ readonly both?: true; /** Not where the file exports one of these too: what else has such an export (yargs commands). */ readonly notBeside?: readonly string[] }
  /** A method of one of these names, of the object that a file exports by default: where one of the types declares that object or a parameter, or a parameter without a type has such a name (a pattern). */
  | { readonly by: "object"; readonly names: readonly string[]; readonly types: readonly SymbolPath[]; readonly param: { readonly index: number; readonly name: string } };

/** A call that returns a function doing what its argument does: `asyncHandler(fn)`, `debounce(fn)`. */
export interface WrapRow {
  readonly calls: readonly SymbolPath[];
  readonly arg: number | "last";
  /** Runs it once (for each argument), and gives the first result from then on. */
  readonly remembers?: true;
}

/** Data from outside. */
export interface SourceRow {
  /** A path read from a handler's parameter: `{ framework: "express", param: 0, path: "body" }`, calls in it are written `req.json()`; the result of a call; or a value of that name, which a callback row hands over. */
  readonly from: { readonly framework: string; readonly param: number; readonly path: string } | { readonly calls: readonly SymbolPath[] } | { readonly decorators: readonly SymbolPath[]; /** Which part of what the decorator fills: `@Req() req`, `body`. */ readonly path?: string; /** The framework makes numbers and flags of texts, where the type says so, and checks what is of a class. */ readonly converts?: true } | { readonly values: readonly SymbolPath[] } | { /** Decorators of a method whose parameters have none. */ readonly methods: readonly SymbolPath[]; readonly param: number };
  readonly what: "body" | "query" | "param" | "header" | "cookie" | "file" | "message" | "event" | "text";
  /** Nothing of it is data but what it gives in pieces: to `for await`, or to a listener of `data`. */
  readonly pieces?: true;
  /** The method of the entry's own chain that is given what parses it: a source only where that gives back what it is given. */
  readonly parsedBy?: string;
  /** Decoded by a schema of its own before the handler runs: its shape is checked, what its texts say is not. */
  readonly decoded?: true;
  /** Parts of each of its elements that the platform writes, and no sender: `messageId`. */
  readonly stamps?: readonly string[];
}

/** What accepts outside data. */
export interface ValidatorRow {
  readonly calls: readonly SymbolPath[];
  /** `result`: only what it returns is accepted; `inPlace`: the argument is; `guard`: true means accepted; `middleware`: what follows it on the route. */
  readonly accepts: "result" | "inPlace" | "guard" | "middleware";
  readonly arg: number;
  /** Where in the argument the schema stands (`schema.body` of a fastify route's options); absent: the argument is it. */
  readonly path?: string;
  /** What of the request a middleware accepts; `keys`: the schema's own keys say it (`{ body, query, params }`), `arg`: a literal argument does (`zValidator("json", …)`); absent: all of it. */
  readonly covers?: readonly SourceRow["what"][] | "keys" | { readonly arg: number };
  /** It throws nothing and gives a list of what is wrong: accepted where that list is empty. `valid`: such lists lie in a report, whose `valid` says it too. */
  readonly tells?: "errors" | "valid";
  /** Accepts only where the parameter's declared type is a class that carries constraints (Nest's ValidationPipe). */
  readonly needsClass?: true;
  /** Accepted for these uses only: an escaped string is fine as HTML, not as SQL. Absent: for all. */
  readonly against?: readonly SinkRow["danger"][];
  /** The result holds the value under this property on success (`safeParse().data`). */
  readonly under?: string;
}

export interface SinkRow {
  readonly calls: readonly SymbolPath[];
  /** Places whose assignment does the same: `koa:Context().body = x`. `arg` is then the value. */
  readonly assigned?: readonly SymbolPath[];
  readonly arg: number | "all";
  readonly path?: string;
  /** With this option the call takes the danger away itself: a `root` that no path leaves. */
  readonly safeWith?: OptionPlace | readonly OptionPlace[];
  /** Only with this option, where it is `on`, or one of these: a schema that makes functions of text. */
  readonly only?: { readonly place: OptionPlace; readonly values: readonly SymbolPath[] | "on" };
  /** As markup only where these headers say that it is: a `Response` of its own is plain text. */
  readonly headers?: OptionPlace;
  /** Only in a file that uses one of these too: names that only an older version has. */
  readonly beside?: readonly SymbolPath[];
  /** Only the object as a whole: what stands under its properties is a value to it. */
  readonly whole?: true;
  /** What leads upwards is refused as it is written; what was resolved before has nothing left to refuse. */
  readonly refusesUp?: true;
  /** Only where this argument is one of these, in whatever case: `setHeader("Location", …)`. */
  readonly when?: { readonly arg: number; readonly values: readonly string[] };
  readonly danger: "sql" | "shell" | "code" | "path" | "url" | "redirect" | "html" | "template" | "regexp" | "nosql" | "lookup" | "deserialise" | "response" | "key";
  /** For a query's text: how values are given beside it. Absent: nobody can, or the driver behind it decides. */
  readonly binds?: BindsRow;
}

/** Error classes (or factories) whose message is made for clients. */
export interface ErrorRow {
  readonly classes: readonly SymbolPath[];
  readonly public: true;
  /** The message is not sent after all: always, or where this argument is a status of 5xx. */
  readonly masks?: true | { readonly arg: number };
}

/** A registration made once for everything. */
export interface AmbientRow {
  readonly framework: string;
  /** The name config `ambient` uses. */
  readonly name: string;
  readonly calls: readonly SymbolPath[];
  /** The argument that has to be one of these, where the call alone says nothing. */
  readonly arg?: { readonly index: number | "any"; readonly values: readonly SymbolPath[] };
  /** A provider object with this token (`{ provide: APP_PIPE, useClass | useValue | useFactory | useExisting: … }`) does the same as the call. */
  readonly provide?: SymbolPath;
  /** Only what is registered after it. */
  readonly ordered?: true;
  /** Nothing is changed: only what is made of the call's result has it. */
  readonly made?: true;
  readonly gives: "pipeline" | "validation" | "errors" | "timeout" | "auth" | "rateLimit" | "csrf";
}

/** When and how a callback handed to a call runs, and where its errors go. */
export interface CallbackRow {
  readonly calls: readonly SymbolPath[];
  readonly arg: number | "last";
  /** Not the argument itself: what stands under this name in it. */
  readonly path?: string;
  readonly when: "sync" | "microtask" | "later" | "event";
  readonly times: "once" | "many";
  readonly errors: "propagate" | "reject" | "swallow" | "uncaught";
  /** Its first parameter is the error of the call, if there was one. */
  readonly errorFirst?: true;
  /** It runs once for each element of the list that is the argument `list`, and gets it as its parameter `param`. Attempts, events and queued work are no elements. */
  readonly each?: { readonly list: number; readonly param: number };
  /** Of what it is given only so many run at a time: always, or with this option. */
  readonly limits?: true | OptionPlace;
  /** What the call hands to the callback, in order: a transaction's handle. */
  readonly params?: readonly (SymbolPath | null)[];
  /** The function that it gives back is run too: a task. */
  readonly runsResult?: true;
}

/** A call that has clients told what errors say: always, or where its option is that. */
export interface ErrorDetailRow {
  readonly calls: readonly SymbolPath[];
  readonly option?: OptionPlace;
  readonly is?: boolean;
}
