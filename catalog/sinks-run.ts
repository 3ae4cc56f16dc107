import type { Library } from "./library.js";
import { under } from "./names.js";

const pages = ["puppeteer:Page()", "playwright:Page()", "phantom:Page()"];
const browsers = ["puppeteer:launch()", "puppeteer-core:launch()", "puppeteer:connect()", "puppeteer-core:connect()", "playwright:*.launch()"];
const devtools = ["chrome-remote-interface:()", "chrome-remote-interface:Client()"];

/** Browsers that are driven, sandboxes, command runners, template engines and parsers beside those of Node. */
const sinks: Library = {
  name: "sinks-run",
  packages: [
    "puppeteer", "puppeteer-core", "playwright", "phantom", "chrome-remote-interface", "wkhtmltopdf", "wkhtmltoimage", "sandbox", "vm2", "safe-eval", "notevil", "static-eval", "expression-eval", "mathjs", "isolated-vm",
    "exec-sh", "exec-async", "node-cmd", "child-process-promise", "remote-exec", "ssh2", "ssh2-streams", "opener", "open", "node-pty", "execa", "cross-spawn-async", "foreground-child", "exec", "liquidjs", "jade", "dot", "hogan.js", "eta", "squirrelly", "template7", "whiskers", "velocityjs", "marko", "twig", "jsrender", "vue", "vue-template-compiler", "art-template", "swig", "swig-templates",
    "serialize-to-js", "funcster", "cryo", "js-yaml", "node-ssh", "jsonpath", "jsonpath-plus", "ioredis", "redis",
  ],
  docs: "https://owasp.org/www-community/attacks/Code_Injection",
  instances: [
    { is: "puppeteer:Page()", types: ["puppeteer:Page", "puppeteer-core:Page"], also: under(browsers.slice(0, 4), ["newPage()"]) },
    { is: "playwright:Page()", types: ["playwright:Page", "playwright-core:Page"], also: ["playwright:*.launch().newPage()", "playwright:*.launch().newContext().newPage()"] },
    { is: "phantom:Page()", also: ["phantom:create().createPage()", "phantom:create().then().createPage()"] },
  ],
  sinks: [
    { calls: under(pages, ["goto", "open", "openUrl", "navigate"]), arg: 0, danger: "url" },
    { calls: under(pages, ["setContent"]), arg: 0, danger: "html" },
    { calls: ["phantom:Page().property"], arg: 1, when: { arg: 0, values: ["content"] }, danger: "html" },
    { calls: under(pages, ["evaluate", "evaluateHandle", "evaluateOnNewDocument", "addInitScript", "evaluateJavaScript", "$eval", "$$eval"]), arg: 0, danger: "code" },
    { calls: under(devtools, ["Page.navigate"]), arg: 0, path: "url", danger: "url" },
    { calls: under(devtools, ["Page.setDocumentContent"]), arg: 0, path: "html", danger: "html" },
    { calls: under(devtools, ["Runtime.evaluate"]), arg: 0, path: "expression", danger: "code" },
    { calls: under(devtools, ["Runtime.compileScript"]), arg: 0, path: "expression", danger: "code" },
    // What begins as an address is loaded, anything else is rendered.
    { calls: ["wkhtmltopdf:", "wkhtmltoimage:", "wkhtmltoimage:generate"], arg: 0, danger: "url" },

    { calls: ["global:setTimeout", "global:setInterval", "global:setImmediate", "global:WebAssembly.compile", "module:()._compile", "module:Module()._compile", "vm2:VMScript", "global:VMScript", "sandbox:().run", "safe-eval:", "notevil:", "notevil:Function", "static-eval:", "isolated-vm:Isolate().compileScript", "mathjs:eval", "mathjs:parser().eval", "isolated-vm:Isolate().compileScriptSync"], arg: 0, danger: "code" },
    { calls: ["global:require", "global:require.resolve", "global:module.require", "module:createRequire()"], arg: 0, danger: "path" },
    { calls: ["exec-sh:", "exec-sh:promise", "exec-async:", "node-cmd:get", "node-cmd:run", "node-cmd:runSync", "shelljs:**.exec", "child-process-promise:exec", "child-process-promise:spawn", "ssh2:Client().exec", "ssh2:().exec", "cross-spawn-async:", "foreground-child:", "exec:", ...under(["execa:"], ["shell", "shellSync", "stdout", "stderr", "node"])], arg: 0, danger: "shell" },
    { calls: ["node-ssh:NodeSSH().execCommand", "node-ssh:NodeSSH().exec", "node-ssh:().execCommand"], arg: 0, danger: "shell" },
    // Paths of these languages may call functions, and what evaluates them runs what they say.
    { calls: [...under(["jsonpath:"], ["query", "paths", "nodes", "value", "parent", "apply"])], arg: 1, danger: "code" },
    { calls: ["jsonpath-plus:JSONPath"], arg: 0, path: "path", danger: "code" },
    // Lua.
    { calls: [...under(["ioredis:()", "redis:createClient()"], ["eval"])], arg: 0, danger: "code" },
    { calls: ["remote-exec:", "ssh2-streams:SSH2Stream().exec", "ssh2-streams:().exec"], arg: 1, danger: "shell" },
    { calls: ["node-pty:spawn().write", "node-pty:fork().write"], arg: 0, danger: "shell" },
    { calls: ["opener:", "open:"], arg: 1, path: "command", danger: "shell" },

    { calls: [...under(["jade:", "eta:", "eta:Eta()", "squirrelly:", "twig:"], ["render", "compile", "renderString", "renderStringAsync", "twig"]), ...under(["dot:"], ["template", "compile"]), ...under(["hogan.js:"], ["compile", "parse", "scan"]), "template7:compile", "whiskers:render", "velocityjs:parse", "velocityjs:render", "velocityjs:Parser.parse", "marko/compiler:compileSync", "marko/compiler:compile", "liquidjs:Liquid().parse", "liquidjs:Liquid().parseAndRender"], arg: 0, danger: "template" },
    { calls: ["underscore:template", "mustache:parse", "handlebars:template", "jsrender:templates", "vue:compile", "vue-template-compiler:compile", "art-template:render", "art-template:compile", "swig:render", "swig:compile", "swig-templates:render", "lodash.template:"], arg: 0, danger: "template" },

    // Version 3 made functions of what says it is one; since 4 only with a schema that does.
    { calls: under(["js-yaml:"], ["load", "loadAll"]), arg: 0, safeWith: [{ arg: 1, path: "schema" }, { arg: 2, path: "schema" }], beside: under(["js-yaml:"], ["safeLoad", "safeLoadAll", "safeDump"]), danger: "deserialise" },
    ...[["load", 1], ["safeLoad", 1], ["loadAll", 2], ["safeLoadAll", 1], ["safeLoadAll", 2]].map(([name, arg]) => ({ calls: [`js-yaml:${name}`], arg: 0, only: { place: { arg: arg as number, path: "schema" }, values: ["js-yaml:DEFAULT_FULL_SCHEMA", "js-yaml:DEFAULT_SCHEMA.extend()"] }, danger: "deserialise" as const })),
    { calls: ["serialize-to-js:deserialize", "funcster:deepDeserialize", "cryo:parse", "v8:deserialize"], arg: 0, danger: "deserialise" },
  ],
};

export default sinks;
