import type { Library } from "./library.js";
import { under } from "./names.js";

const directories = ["ldapjs:createClient()", "ldapts:Client()", "ldap-async:()", "promised-ldap:()"];

/** Directories and XML documents that are asked by a text, and parsers of XML that fetch what it names. */
const sinks: Library = {
  name: "sinks-lookups",
  packages: ["ldapjs", "ldapts", "ldap-async", "promised-ldap", "activedirectory", "activedirectory2", "xpath", "xpath.js", "xpath-ts", "libxmljs", "libxmljs2"],
  docs: "https://cheatsheetseries.owasp.org/cheatsheets/LDAP_Injection_Prevention_Cheat_Sheet.html",
  instances: [
    { is: "ldapjs:createClient()", types: ["ldapjs:Client"], also: ["ldapjs:Client()", "@ldapjs/client:createClient()"] },
    { is: "activedirectory:()", also: ["activedirectory2:()"] },
  ],
  sinks: [
    // Not `bind`: whoever names somebody there has to know the password too.
    { calls: under(directories, ["search", "searchReturnAll", "add", "modify", "modifyDN", "del", "compare"]), arg: 0, danger: "lookup" },
    { calls: under(directories, ["search", "searchReturnAll"]), arg: 1, path: "filter", danger: "lookup" },
    { calls: ["ldapjs:parseFilter", "ldapjs:filters.parseString", "ldapjs:parseDN"], arg: 0, danger: "lookup" },
    ...[undefined, "filter"].map((path) => ({ calls: under(["activedirectory:()"], ["find", "findUsers", "findGroups"]), arg: 0, ...(path !== undefined && { path }), danger: "lookup" as const })),
    { calls: [...under(["xpath:", "xpath-ts:"], ["select", "select1", "evaluate", "parse"]), "xpath:useNamespaces()", "xpath-ts:useNamespaces()"], arg: 0, danger: "lookup" },
    { calls: ["xpath.js:"], arg: 1, danger: "lookup" },
    // `noent` puts in place of an entity what the file or address behind it holds.
    ...["noent", "replaceEntities"].map((path) => ({ calls: under(["libxmljs:", "libxmljs2:"], ["parseXml", "parseXmlString", "parseXmlAsync"]), arg: 0, only: { place: { arg: 1, path }, values: "on" as const }, danger: "deserialise" as const })),
    // These do so whatever they are told.
    { calls: [...under(["libxmljs:SaxParser()", "libxmljs2:SaxParser()"], ["parseString"]), ...under(["libxmljs:SaxPushParser()", "libxmljs2:SaxPushParser()"], ["push"])], arg: 0, danger: "deserialise" },
  ],
};

export default sinks;
