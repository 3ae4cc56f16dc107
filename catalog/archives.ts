import type { Library } from "./library.js";
import { under } from "./names.js";

const ZIP = "adm-zip:()";
const JSZIP = "jszip:()";

/** What is read of an archive is what somebody has put into it: the names of its entries above all. */
const archives: Library = {
  name: "archives",
  packages: ["adm-zip", "jszip", "unzipper", "yauzl", "fflate"],
  docs: "https://github.com/cthackers/adm-zip",
  instances: [
    { is: ZIP, types: ["adm-zip:IZip"] },
    { is: JSZIP, also: ["jszip:loadAsync()", "jszip:().loadAsync()"], types: ["jszip:JSZip"] },
  ],
  passes: [
    { calls: ["adm-zip:", "jszip:loadAsync", "unzipper:Open.buffer", "fflate:unzipSync"], from: [0] },
    { calls: [...under([ZIP], ["getEntries", "getEntry"]), ...under([JSZIP], ["file", "folder", "filter"])], from: ["this"] },
    { calls: under([JSZIP], ["loadAsync"]), from: [0] },
  ],
};

export default archives;
