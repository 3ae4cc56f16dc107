import type { EntryRow, Library } from "./library.js";

const SMTP = "smtp-server:SMTPServer";
const files = ["ts", "mts", "cts", "js", "mjs", "cjs"].map((extension) => `**/*.${extension}`);
/** Hooks of a connection and its mails; the name of the export registers it. */
const HOOKS = [
  ...["lookup_rdns", "connect", "capabilities", "unrecognized_command", "disconnect", "helo", "ehlo", "quit", "vrfy", "noop", "rset", "mail", "rcpt", "rcpt_ok"],
  ...["data", "data_post", "max_data_exceeded", "queue", "queue_outbound", "queue_ok", "reset_transaction", "deny", "get_mx", "deferred", "bounce", "delivered", "send_email", "pre_send_trans_email"],
].map((name) => `hook_${name}`);
const LAST = ["onConnect", "onSecure", "onAuth", "onMailFrom", "onRcptTo", "onData"];

/** Servers that take mail: whoever connects sends what the hooks are called with, and reads what they call back with. */
export default {
  name: "mail servers",
  packages: ["smtp-server", "haraka", "Haraka"],
  docs: "https://haraka.github.io/core/Plugins",
  entries: [
    // The client reads the error's message, behind its response code.
    ...LAST.map((name): EntryRow => ({ framework: "smtp-server", kind: "socket", register: { by: "call", calls: [SMTP], handler: { arg: 0, path: name } }, callback: { param: "last", arg: 0 } })),
    // `next(DENY, "no such user")`: the second argument goes to the client.
    { framework: "haraka", kind: "socket", register: { by: "export", names: HOOKS, files }, callback: { param: 0, arg: 1 } },
  ],
  sources: [
    // An address has been taken apart; what else a command says is text.
    { from: { framework: "haraka", param: 2, path: "0" }, what: "text" },
    { from: { framework: "haraka", param: 2, path: "1" }, what: "text" },
    { from: { framework: "smtp-server", param: 0, path: "username" }, what: "text" },
    { from: { framework: "smtp-server", param: 0, path: "password" }, what: "text" },
    { from: { framework: "smtp-server", param: 0, path: "address" }, what: "text" },
  ],
} satisfies Library;
