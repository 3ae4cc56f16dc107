import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const SSH = "ssh2:Client()";
const LDAP = "ldapjs:createClient()";
const FTP = "basic-ftp:Client()";
const SSH_CALLS = under([SSH], ["exec", "shell", "sftp", "forwardOut", "forwardIn"]);
// Nothing answers `unbind`.
const LDAP_CALLS = under([LDAP], ["bind", "search", "add", "modify", "modifyDN", "del", "compare", "exop"]);
const FTP_CALLS = under([FTP], ["access", "connect", "uploadFrom", "downloadTo", "appendFrom", "list", "remove", "rename", "size", "lastMod", "cd", "ensureDir", "uploadFromDir", "downloadToDir", "removeDir", "send"]);

export default {
  name: "remote hosts",
  packages: ["ssh2", "ldapjs", "basic-ftp"],
  docs: "https://github.com/mscdex/ssh2#client-methods",
  effects: [
    { calls: [`${SSH}.connect`], effect: "network", shape: "stream" },
    { calls: SSH_CALLS, effect: "network", shape: "callback" },
    { calls: LDAP_CALLS, effect: "network", shape: "callback" },
    { calls: FTP_CALLS, effect: "network" },
  ],
  callBounds: [
    { calls: [`${SSH}.connect`], options: atUnless([0], 0, "readyTimeout"), defaultMs: 20_000, docs: "https://github.com/mscdex/ssh2#client-methods" },
    // No option bounds a command.
    { calls: SSH_CALLS, options: [], defaultMs: null, docs: "https://github.com/mscdex/ssh2#client-methods" },
    { calls: LDAP_CALLS, options: [], client: { made: ["ldapjs:createClient"], options: atUnless([0], 0, "timeout") }, defaultMs: null, docs: "https://github.com/ldapjs/node-ldapjs/blob/master/docs/client.md" },
    { calls: FTP_CALLS, options: [], client: { made: ["basic-ftp:Client"], options: atUnless([0], 0, "") }, defaultMs: 30_000, docs: "https://github.com/patrickjuchli/basic-ftp#client-api" },
  ],
  credentials: [
    { calls: [`${SSH}.connect`], places: at(0, "password", "passphrase"), what: "password" },
    { calls: [`${SSH}.connect`], places: at(0, "privateKey"), what: "signing key" },
    { calls: [`${LDAP}.bind`], places: at(1, ""), what: "password" },
    { calls: [`${FTP}.access`], places: at(0, "password"), what: "password" },
  ],
} satisfies Library;
