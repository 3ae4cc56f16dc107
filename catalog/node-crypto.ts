import type { Library } from "./library.js";
import { under } from "./names.js";
import { at } from "./places.js";

const COMPRESSION = ["gzip", "gunzip", "deflate", "inflate", "deflateRaw", "inflateRaw", "unzip", "brotliCompress", "brotliDecompress", "zstdCompress", "zstdDecompress"];

export default {
  name: "node:crypto",
  packages: ["crypto", "zlib", "global"],
  docs: "https://nodejs.org/api/crypto.html",
  blocking: [
    // Not hashes and small random values: they take microseconds.
    { calls: under(["crypto:"], ["pbkdf2Sync", "scryptSync", "argon2Sync", "hkdfSync", "generateKeyPairSync", "generatePrimeSync", "checkPrimeSync"]), what: "crypto" },
    { calls: under(["zlib:"], COMPRESSION.map((name) => `${name}Sync`)), what: "compression" },
  ],
  credentials: [
    { calls: ["crypto:createHmac"], places: at(1, ""), what: "signing key" },
    { calls: under(["crypto:"], ["createCipheriv", "createDecipheriv", "createCipher", "createDecipher"]), places: at(1, ""), what: "cipher key" },
    { calls: ["crypto:createSecretKey"], places: at(0, ""), what: "signing key" },
    { calls: ["crypto:createPrivateKey"], places: at(0, "", "key"), what: "signing key" },
    { calls: ["crypto:createPrivateKey"], places: at(0, "passphrase"), what: "password" },
    { calls: under(["crypto:"], ["privateDecrypt", "privateEncrypt"]), places: at(0, "", "key"), what: "cipher key" },
    { calls: under(["crypto:"], ["privateDecrypt", "privateEncrypt"]), places: at(0, "passphrase"), what: "password" },
    { calls: ["crypto:X509Certificate().checkPrivateKey"], places: at(0, ""), what: "signing key" },
    { calls: ["crypto:sign"], places: at(2, "", "key"), what: "signing key" },
    { calls: ["crypto:sign"], places: at(2, "passphrase"), what: "password" },
    { calls: ["crypto:createSign().sign"], places: at(0, "", "key"), what: "signing key" },
    { calls: under(["crypto:"], ["createECDH().setPrivateKey", "createDiffieHellman().setPrivateKey"]), places: at(0, ""), what: "signing key" },
    // A key derived from a literal is that literal.
    { calls: under(["crypto:"], ["pbkdf2", "pbkdf2Sync", "scrypt", "scryptSync"]), places: at(0, ""), what: "password" },
    { calls: under(["crypto:"], ["hkdf", "hkdfSync"]), places: at(1, ""), what: "cipher key" },
    { calls: ["global:crypto.subtle.importKey", "crypto:subtle.importKey", "crypto:webcrypto.subtle.importKey"], places: at(1, ""), what: "cipher key" },
  ],
} satisfies Library;
