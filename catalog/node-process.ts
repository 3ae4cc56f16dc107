import type { Library } from "./library.js";
import { under } from "./names.js";

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
} satisfies Library;
