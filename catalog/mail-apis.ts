import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const SENDGRID = ["@sendgrid/mail:send", "@sendgrid/mail:sendMultiple", "@sendgrid/mail:MailService().send", "@sendgrid/mail:MailService().sendMultiple"];
const POSTMARK = under(["postmark:ServerClient()"], ["sendEmail", "sendEmailBatch", "sendEmailWithTemplate", "sendEmailBatchWithTemplates"]);
const RESEND = under(["resend:Resend()"], ["emails.send", "emails.create", "batch.send", "batch.create"]);
const MAILGUN = ["mailgun.js:().client().messages.create"];

export default {
  name: "mail APIs",
  packages: ["@sendgrid/mail", "postmark", "resend", "mailgun.js"],
  docs: "https://github.com/sendgrid/sendgrid-nodejs/tree/main/packages/mail",
  effects: [{ calls: [...SENDGRID, ...POSTMARK, ...RESEND, ...MAILGUN], effect: "mail", idempotent: false }],
  callBounds: [
    { calls: SENDGRID, options: [], configured: { calls: ["@sendgrid/mail:setTimeout"], options: at(0, "") }, defaultMs: null, docs: "https://github.com/sendgrid/sendgrid-nodejs/blob/main/docs/use-cases/timeout.md" },
    { calls: POSTMARK, options: [], client: { made: ["postmark:ServerClient"], options: at(1, "timeout") }, defaultMs: 60_000, docs: "https://github.com/ActiveCampaign/postmark.js/wiki/Getting-Started" },
    { calls: RESEND, options: at(1, "signal"), defaultMs: 300_000, docs: "https://resend.com/docs/api-reference/emails/send-email" },
    { calls: MAILGUN, options: [], client: { made: ["mailgun.js:().client"], options: atUnless([0], 0, "timeout") }, defaultMs: null, docs: "https://github.com/mailgun/mailgun.js#options" },
  ],
  credentials: [
    { calls: ["@sendgrid/mail:setApiKey", "@sendgrid/mail:MailService().setApiKey", "resend:Resend", "postmark:ServerClient", "postmark:AccountClient"], places: at(0, ""), what: "token" },
    { calls: ["mailgun.js:().client"], places: at(0, "key"), what: "token" },
  ],
} satisfies Library;
