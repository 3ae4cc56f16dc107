import type { Library } from "./library.js";
import { under } from "./names.js";

const SHELL = ["cat", "chmod", "cp", "find", "grep", "head", "ln", "ls", "mkdir", "mv", "rm", "sed", "sort", "tail", "test", "touch", "uniq", "which"];

export default {
  name: "files",
  packages: ["glob", "fast-glob", "globby", "tinyglobby", "rimraf", "mkdirp", "del", "find-up", "tmp", "jsonfile", "write-file-atomic", "adm-zip", "xlsx", "shelljs", "cross-spawn", "v8", "which", "read-pkg", "read-package-up", "read-pkg-up", "pkg-up", "pkg-dir", "package-up", "load-json-file", "cosmiconfig", "esbuild", "@babel/core"],
  docs: "https://github.com/isaacs/node-glob#readme",
  instances: [{ is: "adm-zip:()", types: ["adm-zip:"] }],
  effects: [
    { calls: ["glob:globSync", "glob:sync", "glob:glob.sync", "fast-glob:sync", "fast-glob:globSync", "globby:sync", "globby:globbySync", "globby:globby.sync", "tinyglobby:globSync"], effect: "file", sync: true, idempotent: true },
    { calls: ["rimraf:sync", "rimraf:rimrafSync", "rimraf:rimraf.sync", "mkdirp:sync", "mkdirp:mkdirpSync", "mkdirp:mkdirp.sync", "del:sync", "del:deleteSync"], effect: "file", sync: true },
    { calls: ["find-up:sync", "find-up:findUpSync", "find-up:pathExistsSync"], effect: "file", sync: true, idempotent: true },
    { calls: under(["tmp:"], ["fileSync", "dirSync", "tmpNameSync"]), effect: "file", sync: true },
    { calls: [...under(["jsonfile:"], ["readFileSync", "writeFileSync"]), "write-file-atomic:sync", "write-file-atomic:writeFileSync", "v8:writeHeapSnapshot"], effect: "file", sync: true },
    { calls: under(["adm-zip:()"], ["extractAllTo", "extractEntryTo", "addLocalFile", "addLocalFolder", "writeZip"]), effect: "file", sync: true },
    { calls: under(["xlsx:"], ["readFile", "writeFile", "writeFileXLSX"]), effect: "file", sync: true },
    { calls: under(["shelljs:"], SHELL), effect: "file", sync: true },
    { calls: ["which:sync", "read-pkg:readPackageSync", "read-pkg:sync", "read-package-up:readPackageUpSync", "read-pkg-up:readPackageUpSync", "read-pkg-up:sync", "pkg-up:sync", "pkg-dir:sync", "package-up:packageUpSync", "load-json-file:loadJsonFileSync", "load-json-file:sync"], effect: "file", sync: true, idempotent: true },
    { calls: under(["cosmiconfig:cosmiconfigSync()"], ["search", "load"]), effect: "file", sync: true, idempotent: true },
    { calls: [...under(["esbuild:"], ["buildSync"]), ...under(["@babel/core:"], ["transformFileSync"])], effect: "file", sync: true },
    { calls: ["cross-spawn:sync"], effect: "process", sync: true },
  ],
} satisfies Library;
