import type { EntryRow, Library } from "./library.js";

const own = "meteor/meteor:Meteor";
/** What a client gives to a method or a subscription: as many as it likes. */
const GIVEN = [0, 1, 2, 3, 4, 5];

const entry = (framework: string, register: EntryRow["register"]): EntryRow => ({ framework, kind: "rpc", register, answersErrors: true });

/** Methods that clients call, and publications that they subscribe to. `check` throws at what is of another form. */
export default {
  name: "meteor",
  packages: ["meteor/meteor", "meteor/check", "meteor/mdg:validated-method", "meteor/reywood:publish-composite"],
  docs: "https://docs.meteor.com/api/meteor#methods",
  entries: [
    entry("meteor", { by: "call", calls: [`${own}.methods`], handler: { arg: 0, path: "*" } }),
    entry("meteor", { by: "call", calls: [`${own}.publish`, `${own}.publishComposite`, "meteor/reywood:publish-composite:publishComposite"], handler: 1, named: { arg: 0, path: "" } }),
  ],
  sources: GIVEN.map((param) => ({ from: { framework: "meteor", param, path: "" }, what: "message" as const })),
  validators: [{ calls: ["meteor/check:check"], accepts: "inPlace", arg: 0 }, { calls: ["meteor/check:Match.test"], accepts: "guard", arg: 0 }],
  errors: [{ classes: [`${own}.Error`], public: true }],
} satisfies Library;
