import type { Library } from "./library.js";
import { under } from "./names.js";
import { at } from "./places.js";

const CIPHERS = ["AES", "DES", "TripleDES", "Rabbit", "RabbitLegacy", "RC4", "RC4Drop", "Blowfish"];
const HMACS = ["HmacMD5", "HmacSHA1", "HmacSHA224", "HmacSHA256", "HmacSHA384", "HmacSHA512", "HmacSHA3", "HmacRIPEMD160"];
// `crypto-js/aes` is the cipher itself.
const FILES = ["aes", "tripledes", "rabbit", "rc4"].map((name) => `crypto-js/${name}:`);

export default {
  // Passwords and salts given to hash functions are data, not credentials of ours.
  name: "crypto libraries",
  packages: ["bcrypt", "bcryptjs", "bcrypt-nodejs", "bcrypt-ts", "@node-rs/bcrypt", "@node-rs/argon2", "pbkdf2", "pako", "fflate", "snappy", "adm-zip", "crypto-js", "crypto-js/*"],
  docs: "https://github.com/kelektiv/node.bcrypt.js#api",
  blocking: [
    // bcryptjs is JavaScript: its asynchronous form yields between chunks, the synchronous one does not.
    { calls: under(["bcrypt:", "bcryptjs:"], ["hashSync", "compareSync", "genSaltSync"]), what: "crypto", promised: "beside" },
    { calls: under(["bcrypt-nodejs:", "bcrypt-ts:", "@node-rs/bcrypt:"], ["hashSync", "compareSync", "genSaltSync"]), what: "crypto" },
    { calls: ["@node-rs/bcrypt:verifySync", ...under(["@node-rs/argon2:"], ["hashSync", "hashRawSync", "verifySync"]), "pbkdf2:pbkdf2Sync"], what: "crypto" },
    { calls: under(["pako:"], ["gzip", "ungzip", "deflate", "deflateRaw", "inflate", "inflateRaw"]), what: "compression" },
    { calls: under(["fflate:"], ["gzipSync", "gunzipSync", "zipSync", "unzipSync", "zlibSync", "unzlibSync", "deflateSync", "inflateSync", "compressSync", "decompressSync"]), what: "compression" },
    { calls: [...under(["snappy:"], ["compressSync", "uncompressSync"]), "adm-zip:().toBuffer"], what: "compression" },
    { calls: under(["crypto-js:"], ["PBKDF2", "EvpKDF"]), what: "crypto" },
  ],
  credentials: [
    { calls: [...CIPHERS.flatMap((name) => under([`crypto-js:${name}`], ["encrypt", "decrypt"])), ...under(FILES, ["encrypt", "decrypt"])], places: at(1, ""), what: "cipher key" },
    { calls: [...under(["crypto-js:"], HMACS), ...HMACS.map((name) => `crypto-js/${name.replace("Hmac", "hmac-").toLowerCase()}:`)], places: at(1, ""), what: "signing key" },
    { calls: ["crypto-js:PBKDF2"], places: at(0, ""), what: "password" },
  ],
} satisfies Library;
