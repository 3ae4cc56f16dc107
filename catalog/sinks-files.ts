import type { Library } from "./library.js";
import { under } from "./names.js";

const run = ["exec", "execSync", "spawn", "spawnSync", "execFile", "execFileSync", "fork"];
const variants = (names: readonly string[]): readonly string[] => names.flatMap((name) => [name, `${name}.sync`, `${name}Sync`]);
const pages = ["puppeteer:Page()", "playwright:Page()"];

/** Libraries that read, write, make and remove files under the path they are given, and options that name one. */
const sinks: Library = {
  name: "sinks-files",
  packages: [
    "mkdirp", "make-dir", "rimraf", "del", "trash", "chownr", "read-pkg", "read-pkg-up", "write-file-atomic", "load-json-file", "write-json-file", "jsonfile", "cpy", "move-file", "prettier", "resolve", "open", "opener",
    "fs-extra", "child_process", "execa", "puppeteer", "playwright", "express-fileupload", "readdirp", "klaw", "sharp", "bun", "archiver", "adm-zip",
    "pify", "thenify", "thenify-all", "es6-promisify", "util.promisify", "util.promisify-all", "util-promisify", "@gar/promisify", "@google-cloud/promisify", "bluebird", "sb-promisify", "promisify-node", "universalify",
  ],
  docs: "https://owasp.org/www-community/attacks/Path_Traversal",
  sinks: [
    { calls: ["mkdirp:", ...under(["mkdirp:"], [...variants(["mkdirp", "native", "manual", "mkdirpNative", "mkdirpManual"]), "sync"])], arg: 0, danger: "path" },
    { calls: ["make-dir:", ...under(["make-dir:"], ["sync", "makeDirectory", "makeDirectorySync"])], arg: 0, danger: "path" },
    { calls: ["rimraf:", ...under(["rimraf:"], [...variants(["rimraf", "native", "manual", "windows", "posix", "moveRemove"]), "sync"])], arg: 0, danger: "path" },
    { calls: ["del:", "del:sync", "del:deleteAsync", "del:deleteSync", "trash:", "chownr:", "chownr:sync", "write-file-atomic:", "write-file-atomic:sync", "load-json-file:", "load-json-file:sync", "load-json-file:loadJsonFile", "load-json-file:loadJsonFileSync", "write-json-file:", "write-json-file:sync", "write-json-file:writeJsonFile", "write-json-file:writeJsonFileSync", ...under(["jsonfile:"], ["readFile", "readFileSync", "writeFile", "writeFileSync"]), "readdirp:", "klaw:"], arg: 0, danger: "path" },
    ...[0, 1].map((arg) => ({ calls: ["cpy:", "move-file:", "move-file:sync", "move-file:moveFile", "move-file:moveFileSync"], arg, danger: "path" as const })),
    { calls: under(["read-pkg:"], ["readPackage", "readPackageAsync", "readPackageSync", "sync"]), arg: 0, path: "cwd", danger: "path" },
    { calls: ["prettier:resolveConfig", "prettier:resolveConfig.sync", "prettier:getFileInfo"], arg: 0, danger: "path" },
    { calls: ["prettier:resolveConfig", "prettier:resolveConfig.sync"], arg: 1, path: "config", danger: "path" },
    // Another module than meant is loaded, or another program opened.
    { calls: ["resolve:", "resolve:sync", "open:", "open:openApp"], arg: 0, danger: "path" },
    { calls: under(["fs-extra:"], ["emptydir", "emptydirSync"]), arg: 0, danger: "path" },
    { calls: ["fs:openAsBlob", "fs-extra:openAsBlob"], arg: 0, danger: "path" },

    ...[1, 2].map((arg) => ({ calls: [...under(["child_process:"], run), "cross-spawn:", "execa:", ...under(["execa:"], ["execa", "execaSync", "execaCommand"])], arg, path: "cwd", danger: "path" as const })),
    ...["inputFile", "cwd"].map((path) => ({ calls: ["execa:$"], arg: 0, path, danger: "path" as const })),
    ...[1, 2].map((arg) => ({ calls: ["execa:", "execa:execa", "execa:execaSync"], arg, path: "inputFile", danger: "path" as const })),
    { calls: ["execa:execa().pipeStdout", "execa:execa().pipeStderr", "execa:execa().pipeAll"], arg: 0, danger: "path" },
    { calls: under(pages, ["pdf", "screenshot"]), arg: 0, path: "path", danger: "path" },
    { calls: ["sharp:().toFile", "global:Bun.file", "global:Bun.write", "bun:file", "bun:write"], arg: 0, danger: "path" },
    { calls: under(["archiver:()"], ["file", "directory", "glob"]), arg: 0, danger: "path" },
    { calls: ["adm-zip:().extractAllTo", "adm-zip:().writeZip", "adm-zip:().addLocalFile", "adm-zip:().addLocalFolder"], arg: 0, danger: "path" },
    { calls: ["adm-zip:().extractEntryTo"], arg: 1, danger: "path" },
    // `mv` of express-fileupload
    { calls: ["express:Request().files.*.mv"], arg: 0, danger: "path" },
  ],
  wraps: [
    { calls: ["pify:", "thenify:", "thenify-all:", "thenify-all:withCallback", "es6-promisify:", "es6-promisify:promisify", "es6-promisify:promisifyAll", "util.promisify:", "util.promisify-all:", "util-promisify:", "@gar/promisify:", "@google-cloud/promisify:promisify", "@google-cloud/promisify:promisifyAll", "bluebird:promisifyAll", "sb-promisify:", "promisify-node:", "universalify:fromCallback", "universalify:fromPromise"], arg: 0 },
  ],
};

export default sinks;
