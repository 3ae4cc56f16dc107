import type { Library } from "./library.js";
import { under } from "./names.js";
import { at } from "./places.js";

const READ = ["access", "readFile", "readdir", "stat", "lstat", "statfs", "readlink", "realpath", "exists", "opendir"];
const WRITE = ["appendFile", "chmod", "chown", "copyFile", "cp", "lchown", "link", "lutimes", "mkdir", "mkdtemp", "open", "rename", "rm", "rmdir", "symlink", "truncate", "unlink", "utimes", "writeFile"];
const DESCRIPTOR = ["read", "readv", "write", "writev", "close", "fstat", "fsync", "fdatasync", "ftruncate", "futimes"];
const EXTRA = ["copy", "move", "remove", "emptyDir", "ensureDir", "ensureFile", "ensureLink", "ensureSymlink", "mkdirp", "mkdirs", "outputFile", "outputJson", "readJson", "writeJson", "readJSON", "writeJSON", "outputJSON", "pathExists", "createFile", "createLink", "createSymlink"];
/** What a synchronous call gives is another thing than what the promise holds. */
const OTHERWISE = new Set(["exists", "open", "opendir"]);
const alike = [...READ, ...WRITE].filter((name) => !OTHERWISE.has(name));

const CALLBACK = ["fs:", "graceful-fs:"];
const PROMISES = ["fs/promises:", "fs:promises"];
const HANDLE = "fs/promises:open()";
const sync = (names: readonly string[]): string[] => names.map((name) => `${name}Sync`);

export default {
  name: "node:fs",
  packages: ["fs", "fs/promises", "fs-extra", "graceful-fs"],
  docs: "https://nodejs.org/api/fs.html",
  instances: [{ is: HANDLE, also: ["fs:promises.open()"], types: ["fs/promises:FileHandle", "fs:promises.FileHandle"] }],
  effects: [
    { calls: under(PROMISES, READ.filter((name) => name !== "exists")), effect: "file", idempotent: true },
    { calls: under(PROMISES, WRITE), effect: "file" },
    { calls: under([HANDLE], ["appendFile", "chmod", "chown", "datasync", "read", "readFile", "readv", "stat", "sync", "truncate", "utimes", "write", "writeFile", "writev"]), effect: "file" },
    { calls: under([HANDLE], ["createReadStream", "createWriteStream", "readLines", "readableWebStream"]), effect: "file", shape: "stream" },
    { calls: under(CALLBACK, [...READ, ...WRITE, ...DESCRIPTOR]), effect: "file", shape: "callback" },
    { calls: under([...CALLBACK, "fs-extra:"], ["createReadStream", "createWriteStream", "watch", "watchFile"]), effect: "file", shape: "stream" },
    { calls: under(CALLBACK, sync(alike)), effect: "file", sync: true, promised: "promises" },
    { calls: under([...CALLBACK, "fs-extra:"], sync([...OTHERWISE, "glob", ...DESCRIPTOR])), effect: "file", sync: true },
    // Without a callback fs-extra gives a promise.
    { calls: under(["fs-extra:"], [...READ, ...WRITE, ...DESCRIPTOR, ...EXTRA]), effect: "file" },
    { calls: under(["fs-extra:"], sync([...alike, ...EXTRA])), effect: "file", sync: true, promised: "beside" },
  ],
  signalPlaces: [
    { calls: under([...PROMISES, ...CALLBACK], ["readFile"]), places: at(1, "signal"), textIs: "encoding" },
    { calls: under([...PROMISES, ...CALLBACK], ["writeFile"]), places: at(2, "signal"), textIs: "encoding" },
    { calls: under([HANDLE], ["readFile"]), places: at(0, "signal"), textIs: "encoding" },
    { calls: under([HANDLE], ["writeFile"]), places: at(1, "signal"), textIs: "encoding" },
    { calls: under(PROMISES, ["watch"]), places: at(1, "signal"), textIs: "encoding" },
  ],
} satisfies Library;
