import type { Library } from "./library.js";
import { under } from "./names.js";

const RESPONSES = ["global:fetch()", "undici:fetch()", "node-fetch:()", "@nobypass/pipeline:http.fetch()"];
const ITERATORS = ["global:AsyncGenerator()", "global:AsyncIterator()", "global:AsyncIterableIterator()"];

/** What the language and Node give as promises without doing anything outside. */
const promises: Library = {
  name: "promises-js",
  packages: ["global", "bluebird", "timers/promises", "events", "stream", "stream/promises", "readline/promises", "dns", "dns/promises", "crypto", "worker_threads", "undici", "node-fetch", "@nobypass/pipeline"],
  docs: "https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/Promise",
  promises: [
    { calls: [...under(["global:Promise", "bluebird:"], ["resolve", "reject", "all", "allSettled", "race", "any", "try"]), ...under(["bluebird:"], ["map", "each", "mapSeries", "filter", "reduce", "delay", "props", "join"])], runs: true },
    { calls: [...under(["global:Promise()", "bluebird:()"], ["then", "catch", "finally"]), ...under(["bluebird:()"], ["tap", "timeout", "delay", "spread", "map", "each"])], runs: true },
    { calls: under(["global:Array"], ["fromAsync"]), runs: true },
    { calls: under(RESPONSES, ["json", "text", "blob", "arrayBuffer", "formData", "bytes"]) },
    { calls: under(["global:Blob()", "global:File()"], ["text", "arrayBuffer", "bytes"]) },
    { calls: under(ITERATORS, ["next", "return", "throw"]) },
    { calls: under(["global:crypto.subtle", "crypto:webcrypto.subtle", "crypto:subtle"], ["digest", "encrypt", "decrypt", "sign", "verify", "generateKey", "importKey", "exportKey", "deriveKey", "deriveBits", "wrapKey", "unwrapKey"]) },
    { calls: under(["timers/promises:"], ["setTimeout", "setImmediate", "scheduler.wait", "scheduler.yield"]) },
    { calls: ["events:once", "events:EventEmitter.once"] },
    { calls: [...under(["stream/promises:", "stream:promises"], ["pipeline", "finished"])], runs: true },
    { calls: ["readline/promises:createInterface().question"] },
    { calls: under(["dns/promises:", "dns:promises"], ["lookup", "lookupService", "resolve", "resolve4", "resolve6", "resolveCname", "resolveMx", "resolveNs", "resolveSrv", "resolveTxt", "reverse"]) },
    { calls: ["worker_threads:Worker().terminate"] },
  ],
};

export default promises;
