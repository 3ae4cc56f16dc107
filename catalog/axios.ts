import type { Library } from "./library.js";
import { under } from "./names.js";
import { AUTH_HEADERS, at, atUnless } from "./places.js";

const ROOTS = ["axios:", "axios:create()"];
const SERVICE = ["@nestjs/axios:HttpService()"];
const SAFE = ["get", "head", "options"];
const WITH_BODY = ["post", "put", "patch", "postForm", "putForm", "patchForm", "query"];

const readsOf = (of: readonly string[]) => under(of, [...SAFE, "delete"]);
const writesOf = (of: readonly string[]) => under(of, WITH_BODY);
const requestsOf = (of: readonly string[]) => under(of, ["request"]);
const ALL = [...ROOTS, ...SERVICE];
const [reads, writes, requests] = [readsOf(ALL), writesOf(ALL), requestsOf(ALL)];
const callables = ["axios:", "axios:create()"];

const REGISTERED = ["@nestjs/axios:HttpModule.register", "@nestjs/axios:HttpModule.registerAsync"];
const MADE = ["axios:create", "axios:create().create", "axios:Axios", ...REGISTERED];
const bound = (arg: number) => [...atUnless([0], arg, "timeout"), ...at(arg, "signal", "cancelToken")];
const client = { made: MADE, bare: ["@nestjs/axios:HttpModule"], options: atUnless([0], 0, "timeout", "useFactory().timeout") };
// What a module registers is what its service calls through; instances that others make have nothing to do with it.
const ofService = { ...client, made: REGISTERED };
/** The service gives observables. */
const operators = { method: "pipe", calls: ["rxjs", "rxjs/operators"].flatMap((module) => [`${module}:timeout`, `${module}:timeoutWith`]) };
const assigned = ["axios:defaults.timeout", "axios:create().defaults.timeout"];
const docs = "https://axios-http.com/docs/req_config";
const secrets = [...AUTH_HEADERS];

export default {
  name: "axios",
  packages: ["axios", "@nestjs/axios"],
  docs: "https://axios-http.com/docs/intro",
  instances: [
    { is: "axios:create()", also: ["axios:create().create()", "axios:Axios()", "@nestjs/axios:HttpService().axiosRef"], types: ["axios:AxiosInstance", "axios:AxiosStatic"] },
  ],
  effects: [
    // The service of Nest gives observables.
    ...[{ of: ROOTS }, { of: SERVICE, promise: false as const }].flatMap(({ of, ...gives }) => [
      { calls: under(of, SAFE), effect: "network" as const, idempotent: true, ...gives },
      { calls: under(of, ["delete", "put", "putForm", "query"]), effect: "network" as const, idempotent: true, ...gives },
      { calls: under(of, ["post", "patch", "postForm", "patchForm"]), effect: "network" as const, idempotent: false, ...gives },
      { calls: under(of, ["request"]), effect: "network" as const, method: at(0, "method"), ...gives },
    ]),
    { calls: callables, effect: "network", method: [...at(0, "method"), ...at(1, "method")] },
  ],
  abortSignals: [{ values: ["axios:GenericAbortSignal()"], are: "signals" }, { values: ["axios:AxiosRequestConfig()", "axios:RawAxiosRequestConfig()"], are: "options" }],
  callBounds: [
    ...[{ of: ROOTS, by: { client } }, { of: SERVICE, by: { client: ofService, operators } }].flatMap(({ of, by }) => [
      { calls: readsOf(of), options: bound(1), ...by, assigned, defaultMs: null, signal: { arg: 1, path: "signal" }, docs },
      { calls: writesOf(of), options: bound(2), ...by, assigned, defaultMs: null, signal: { arg: 2, path: "signal" }, docs },
      { calls: requestsOf(of), options: bound(0), ...by, assigned, defaultMs: null, signal: { arg: 0, path: "signal" }, docs },
    ]),
    // axios(config) or axios(url, config): a signal is handed on in the first form only.
    { calls: callables, options: [...bound(0), ...bound(1)], client, assigned, defaultMs: null, docs },
  ],
  credentials: [
    { calls: reads, places: at(1, ...secrets), what: "auth header" },
    { calls: writes, places: at(2, ...secrets), what: "auth header" },
    { calls: requests, places: at(0, ...secrets), what: "auth header" },
    { calls: callables, places: [...at(0, ...secrets), ...at(1, ...secrets)], what: "auth header" },
    { calls: MADE, places: at(0, ...secrets, "headers.common.Authorization", ...secrets.map((path) => `useFactory().${path}`)), what: "auth header" },
    { calls: reads, places: at(1, "auth.password"), what: "password" },
    { calls: writes, places: at(2, "auth.password"), what: "password" },
    { calls: [...requests, ...callables, ...MADE], places: at(0, "auth.password", "proxy.auth.password"), what: "password" },
  ],
} satisfies Library;
