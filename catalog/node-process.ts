import type { Library } from "./library.js";
import { under } from "./names.js";
import { at } from "./places.js";

export default {
  name: "node:child_process",
  packages: ["child_process", "execa"],
  docs: "https://nodejs.org/api/child_process.html",
  instances: [{ is: "execa:execa()", also: under(["execa:"], ["()", "execaCommand()"]) }],
  effects: [
    { calls: under(["child_process:"], ["exec", "execFile"]), effect: "process", shape: "callback" },
    { calls: under(["child_process:"], ["spawn", "fork"]), effect: "process", shape: "stream" },
    { calls: under(["child_process:"], ["execSync", "execFileSync", "spawnSync"]), effect: "process", sync: true },
    { calls: ["execa:", ...under(["execa:"], ["execa", "execaCommand", "execaNode", "$", "command", "node"])], effect: "process" },
    { calls: under(["execa:"], ["execaSync", "execaCommandSync", "sync", "commandSync", "$.sync", "execa.sync", "execa.commandSync"]), effect: "process", sync: true },
  ],
  signalPlaces: [
    { calls: ["child_process:exec"], places: at(1, "signal") },
    // The list of arguments may be left out.
    { calls: under(["child_process:"], ["execFile", "spawn", "fork"]), places: [...at(2, "signal"), ...at(1, "signal")] },
    // `cancelSignal` since version 9, `signal` before.
    { calls: under(["execa:"], ["execa", "execaNode", "node"]), places: [...at(2, "cancelSignal", "signal"), ...at(1, "cancelSignal", "signal")] },
    { calls: ["execa:", ...under(["execa:"], ["execaCommand", "command"])], places: at(1, "cancelSignal", "signal") },
  ],
} satisfies Library;
