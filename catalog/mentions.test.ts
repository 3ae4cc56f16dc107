import { describe, expect, it } from "vitest";
import { Catalog, type Mentioned } from "./catalog.js";
import { importedModules } from "./imported.js";
import type { Library } from "./library.js";
import { wordOf, Words } from "./words.js";

const library: Library = {
  name: "acme",
  packages: ["acme"],
  docs: "https://example.com",
  instances: [
    { is: "acme:Client()", also: ["acme-extra:connect()", "global:openAcme()"], types: ["acme-types:Acme"] },
    { is: "acme:Client().session()", also: ["acme-session:start()"] },
  ],
  effects: [{ effect: "network", calls: ["acme:Client().session().send", "global:acmeFetch"] }],
  callBounds: [{ calls: ["acme:()"], options: [], none: "always" } as unknown as NonNullable<Library["callBounds"]>[number]],
};
const catalog = new Catalog([library]);
const mentions = (text: string, aspect: Mentioned): boolean => catalog.mentions(new Words(text), importedModules(text), aspect);

describe("what a text mentions of the catalog", () => {
  it.each([
    ['import { Client } from "acme"; new Client().session().send();', true],
    ['import { Client } from "acme"; new Client().close();', false],
    ['import { connect } from "acme-extra"; const { send: go } = connect().session();', true],
    ['import type { Acme } from "acme-types"; const f = (a: Acme) => a.session()["send"]();', true],
    ['import { start } from "acme-session"; start().send();', true],
    ["openAcme().session().send();", true],
    ["acmeFetch(url);", true],
    ['import { x } from "other"; x.send();', false],
    ["const sender = acmeFetcher;", false],
  ])("%s", (text, expected) => expect(mentions(text, "effects")).toBe(expected));

  it("asks for a default import where the module itself is called", () => {
    for (const text of ['import acme from "acme";', 'import acme, { Client } from "acme";', 'import * as acme from "acme";', 'const acme = require("acme");', 'import { default as acme } from "acme";']) expect(mentions(text, "callBounds")).toBe(true);
    expect(mentions('import { Client } from "acme";', "callBounds")).toBe(false);
    expect(mentions('import type { Client }\n  from "node:acme";', "callBounds")).toBe(false);
  });
});

describe("words", () => {
  it("tells whole words and parts apart, and finds what is no plain word", () => {
    const words = new Words("const écran = $fetch(url)\u00a0+ a_b; // use server");
    for (const word of ["const", "$fetch", "url", "a_b", "use server", "écran"]) expect(words.has(wordOf(word)), word).toBe(true);
    for (const word of ["fetch", "con", "a", "b", "URL"]) expect(words.has(wordOf(word)), word).toBe(false);
  });
});
