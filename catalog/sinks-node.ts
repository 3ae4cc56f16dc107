import type { Library } from "./library.js";
import { under } from "./names.js";

const one = [
  "access", "appendFile", "chmod", "chown", "createReadStream", "createWriteStream", "cp", "copyFile", "exists", "lchown", "link", "lstat", "lutimes", "mkdir", "mkdtemp",
  "open", "opendir", "readFile", "readdir", "readlink", "rename", "rm", "rmdir", "stat", "statfs", "symlink", "truncate", "unlink", "unwatchFile", "utimes",
  "watch", "watchFile", "writeFile",
];
const two = ["cp", "copyFile", "link", "rename", "symlink"];
const extra = ["copy", "move", "remove", "emptyDir", "ensureDir", "ensureFile", "ensureLink", "ensureSymlink", "mkdirp", "mkdirs", "outputFile", "outputJson", "outputJSON", "pathExists", "readJson", "readJSON", "writeJson", "writeJSON"];
const sync = (names: readonly string[]): readonly string[] => names.map((name) => `${name}Sync`);
const roots = ["fs:", "fs/promises:", "fs:promises", "fs-extra:", "graceful-fs:", "original-fs:"];

/** Where text becomes code, a command, a path or a pattern. js-yaml is safe from version 4 on and not in here. */
const sinks: Library = {
  name: "sinks-node",
  packages: [
    "vm", "vm2", "child_process", "cross-spawn", "execa", "shelljs", "fs", "fs-extra", "graceful-fs", "original-fs", "send", "worker_threads", "node-serialize", "lodash", "lodash-es",
    "lodash.template", "lodash.set", "ejs", "pug", "handlebars", "nunjucks", "mustache", "dot-prop", "object-path",
  ],
  docs: "https://nodejs.org/api/child_process.html#child_processexeccommand-options-callback",
  sinks: [
    { calls: ["global:eval", "vm:runInContext", "vm:runInNewContext", "vm:runInThisContext", "vm:compileFunction", "vm:Script", "vm:SourceTextModule", "vm2:VM().run", "vm2:NodeVM().run"], arg: 0, danger: "code" },
    { calls: ["global:Function"], arg: "all", danger: "code" },
    { calls: ["global:RegExp"], arg: 0, danger: "regexp" },

    { calls: [...under(["child_process:"], ["exec", "execSync", "spawn", "spawnSync", "execFile", "execFileSync"]), "cross-spawn:", "cross-spawn:sync", "execa:", ...under(["execa:"], ["execa", "execaSync", "sync", "execaCommand", "execaCommandSync", "command", "commandSync"]), "shelljs:exec"], arg: 0, danger: "shell" },
    { calls: ["send:"], arg: 1, safeWith: { arg: 2, path: "root" }, refusesUp: true, danger: "path" },
    { calls: ["child_process:fork", "worker_threads:Worker"], arg: 0, danger: "path" },

    { calls: under(roots, [...one, ...sync(one)]), arg: 0, danger: "path" },
    { calls: under(roots, [...two, ...sync(two)]), arg: 1, danger: "path" },
    { calls: under(["fs-extra:"], [...extra, ...sync(extra)]), arg: 0, danger: "path" },
    { calls: under(["fs-extra:"], ["copy", "move", "copySync", "moveSync"]), arg: 1, danger: "path" },

    { calls: [...under(["ejs:"], ["render", "compile"]), ...under(["pug:"], ["render", "compile"]), ...under(["handlebars:"], ["compile", "precompile"]), ...under(["nunjucks:"], ["renderString", "compile"]), "nunjucks:Environment().renderString", "nunjucks:configure().renderString", "mustache:render", "lodash:template", "lodash-es:template", "lodash/template:", "lodash.template:"], arg: 0, danger: "template" },
    { calls: ["ejs:renderFile", "pug:renderFile", "pug:compileFile"], arg: 0, danger: "path" },

    { calls: ["node-serialize:unserialize"], arg: 0, danger: "deserialise" },
    // A path of names into an object.
    { calls: ["set", "setWith", "update", "updateWith"].flatMap((name) => [`lodash:${name}`, `lodash-es:${name}`, `lodash/${name}:`, `lodash.${name.toLowerCase()}:`]), arg: 1, danger: "key" },

    { calls: ["lodash:set", "lodash-es:set", "lodash/set:", "lodash.set:", "lodash:setWith", "lodash-es:setWith", "dot-prop:setProperty", "object-path:set", "global:Reflect.set", "global:Object.defineProperty"], arg: 1, danger: "key" },
  ],
};

export default sinks;
