import type { Library } from "./library.js";
import { under } from "./names.js";

const PART = "busboy:Part()";
const NAME = "multiparty:Name()";
const FIELDS = "formidable:Fields()";
const FILES = "formidable:Files()";
const forms = ["formidable:()", "multiparty:Form()"];

/** Forms with files in them, as their parsers hand them over. What a parser names itself, as the place on the disk, is no part of the request. */
const uploads: Library = {
  name: "uploads",
  packages: ["busboy", "@fastify/busboy", "connect-busboy", "formidable", "multiparty"],
  docs: "https://github.com/node-formidable/formidable#parserequest-callback",
  instances: [
    { is: "busboy:()", also: ["busboy:Busboy()", "@fastify/busboy:()", "@fastify/busboy:Busboy()", "express:Request().busboy", "busboy:().on()", "busboy:().once()"], types: ["busboy:Busboy", "@fastify/busboy:Busboy"] },
    { is: "formidable:()", also: ["formidable:IncomingForm()", "formidable:Formidable()", "formidable:formidable()", "formidable:().on()", "formidable:().once()"], types: ["formidable:IncomingForm", "formidable:Formidable"] },
    { is: "multiparty:Form()", also: ["multiparty:Form().on()", "multiparty:Form().once()"], types: ["multiparty:Form"] },
  ],
  callbacks: [
    // `(name, stream, info)` of a file, `(name, value, info)` of a field.
    { calls: under(["busboy:()"], ["on", "once"]), arg: 1, when: "event", times: "many", errors: "uncaught", params: [PART, PART, PART, PART, PART] },
    { calls: under(forms, ["parse"]), arg: 1, when: "later", times: "once", errors: "uncaught", errorFirst: true, params: [null, FIELDS, FILES] },
    { calls: under(forms, ["on", "once"]), arg: 1, when: "event", times: "many", errors: "uncaught", params: [NAME, FILES] },
  ],
  sources: [
    { from: { values: [PART, NAME] }, what: "param" },
    { from: { values: [FIELDS, "formidable:().parse().0"] }, what: "body" },
    { from: { values: [FILES, "formidable:().parse().1"] }, what: "file" },
  ],
};

export default uploads;
