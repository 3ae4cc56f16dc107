import type { Library } from "./library.js";
import { at, atUnless } from "./places.js";

const SEND = ["nodemailer:createTransport().sendMail", "nodemailer:createTransport().verify"];

export default {
  name: "nodemailer",
  packages: ["nodemailer"],
  docs: "https://nodemailer.com/smtp/",
  instances: [{ is: "nodemailer:createTransport()", types: ["nodemailer:Transporter"] }],
  effects: [
    { calls: ["nodemailer:createTransport().sendMail"], effect: "mail", idempotent: false },
    { calls: ["nodemailer:createTransport().verify"], effect: "mail", idempotent: true },
  ],
  callBounds: [
    {
      // Connecting is bounded by default (2 min, greeting 30 s); an idle server only by `socketTimeout`, 10 min.
      calls: SEND,
      options: [],
      client: { made: ["nodemailer:createTransport"], options: atUnless([0], 0, "socketTimeout") },
      defaultMs: 600_000,
      docs: "https://nodemailer.com/smtp/#connection-options",
    },
  ],
  credentials: [
    { calls: ["nodemailer:createTransport"], places: at(0, "auth.pass"), what: "password" },
    { calls: ["nodemailer:createTransport"], places: at(0, "auth.clientSecret", "auth.refreshToken", "auth.accessToken"), what: "token" },
    { calls: ["nodemailer:createTransport"], places: at(0, ""), what: "connection string" },
  ],
} satisfies Library;
