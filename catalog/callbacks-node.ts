import type { Library } from "./library.js";
import { under } from "./names.js";

const emitters = [
  "events:EventEmitter()", "events:()", "stream:Readable()", "stream:Writable()", "stream:Duplex()", "stream:Transform()", "stream:PassThrough()", "http:createServer()",
  "http:IncomingMessage()", "http:ServerResponse()", "http:ClientRequest()", "net:Socket()", "net:createServer()", "child_process:ChildProcess()",
  "worker_threads:Worker()", "global:process", "process:", "eventemitter3:()", "eventemitter3:EventEmitter()", "@nestjs/event-emitter:EventEmitter2()",
  "eventemitter2:EventEmitter2()",
];
const files = [
  "access", "appendFile", "chmod", "chown", "close", "copyFile", "cp", "exists", "fstat", "fsync", "ftruncate", "link", "lstat", "mkdir", "mkdtemp", "open", "opendir",
  "read", "readFile", "readdir", "readlink", "readv", "realpath", "rename", "rm", "rmdir", "stat", "statfs", "symlink", "truncate", "unlink", "utimes", "write",
  "writeFile", "writev",
];
const zlib = ["brotliCompress", "brotliDecompress", "deflate", "deflateRaw", "gunzip", "gzip", "inflate", "inflateRaw", "unzip"];
const crypto = ["pbkdf2", "scrypt", "hkdf", "generateKeyPair", "generateKey", "randomBytes", "randomFill", "randomInt", "generatePrime", "checkPrime", "sign", "verify"];
const dns = ["lookup", "lookupService", "resolve", "resolve4", "resolve6", "resolveAny", "resolveCname", "resolveMx", "resolveNs", "resolveSrv", "resolveTxt", "reverse"];

/** Callbacks of Node. A listener runs in the context of whoever emits; what it throws goes to the emitter's caller, seldom anyone's. */
const callbacks: Library = {
  name: "callbacks-node",
  packages: [
    "global", "events", "stream", "fs", "graceful-fs", "zlib", "crypto", "dns", "child_process", "http", "https", "net", "tls", "worker_threads", "async_hooks",
    "diagnostics_channel", "util", "perf_hooks", "process", "readline", "eventemitter3", "eventemitter2", "@nestjs/event-emitter",
  ],
  docs: "https://nodejs.org/api/events.html",
  instances: [
    { is: "http:ClientRequest()", also: ["http:request()", "http:get()", "https:request()", "https:get()"] },
    { is: "stream:Readable()", also: ["stream:Readable.from()", "fs:createReadStream()"], types: ["fs:ReadStream", "global:NodeJS.ReadableStream"] },
    { is: "stream:Writable()", also: ["fs:createWriteStream()"], types: ["fs:WriteStream", "global:NodeJS.WritableStream"] },
    { is: "child_process:ChildProcess()", also: ["child_process:spawn()", "child_process:exec()", "child_process:execFile()", "child_process:fork()"] },
  ],
  wraps: [
    { calls: ["util:promisify", "util:callbackify", "util:deprecate", "async_hooks:AsyncResource.bind", "async_hooks:AsyncLocalStorage.bind", "async_hooks:AsyncResource().bind", "perf_hooks:performance.timerify"], arg: 0 },
  ],
  callbacks: [
    { calls: under(emitters, ["on", "addListener", "prependListener"]), arg: 1, when: "event", times: "many", errors: "uncaught" },
    { calls: under(emitters, ["once", "prependOnceListener"]), arg: 1, when: "event", times: "once", errors: "uncaught" },
    { calls: ["async_hooks:AsyncLocalStorage().run"], arg: 1, when: "sync", times: "once", errors: "propagate" },
    { calls: ["async_hooks:AsyncLocalStorage().exit", "async_hooks:AsyncResource().runInAsyncScope"], arg: 0, when: "sync", times: "once", errors: "propagate" },
    { calls: ["diagnostics_channel:subscribe"], arg: 1, when: "sync", times: "many", errors: "uncaught" },
    { calls: under(["stream:"], ["pipeline", "finished"]), arg: "last", when: "later", times: "once", errors: "uncaught", errorFirst: true },
    { calls: [...under(["fs:", "graceful-fs:"], files), ...under(["zlib:"], zlib), ...under(["crypto:"], crypto), ...under(["dns:"], dns), ...under(["child_process:"], ["exec", "execFile"])], arg: "last", when: "later", times: "once", errors: "uncaught", errorFirst: true },
    { calls: [...under(["http:", "https:"], ["request", "get"]), ...under(["net:"], ["connect", "createConnection"]), "tls:connect"], arg: "last", when: "event", times: "once", errors: "uncaught" },
    { calls: under(["http:createServer()", "net:createServer()"], ["listen", "close"]), arg: "last", when: "event", times: "once", errors: "uncaught" },
    { calls: ["readline:createInterface().question"], arg: "last", when: "event", times: "once", errors: "uncaught" },
  ],
};

export default callbacks;
