import type { SymbolPath } from "./library.js";

const child = ["exec", "execSync", "execFile", "execFileSync", "spawn", "spawnSync"];
const modules: Readonly<Record<string, readonly string[]>> = {
  axios: ["axios"], got: ["got"], needle: ["needle"], superagent: ["superagent"], request: ["request"], urllib: ["urllib"],
  fs: ["fs"], path: ["path"], crypto: ["crypto"], child_process: ["child_process", "childProcess"], http: ["http"], https: ["https"], url: ["url"], util: ["util"], vm: ["vm"], net: ["net"],
  express: ["express"], "express-session": ["session"], "express-jwt": ["expressJwt", "expressJWT", "expressjwt"], "cookie-session": ["cookieSession"], passport: ["passport"],
  jsonwebtoken: ["jwt", "jsonwebtoken"], jose: ["jose"], bcrypt: ["bcrypt"], "crypto-js": ["CryptoJS"],
  mysql: ["mysql"], mysql2: ["mysql2"], pg: ["pg"], mongoose: ["mongoose"], knex: ["Knex"],
  ejs: ["ejs"], pug: ["pug"], jade: ["jade"], handlebars: ["handlebars", "Handlebars"], mustache: ["mustache", "Mustache"], nunjucks: ["nunjucks"], dot: ["doT", "dot"], "hogan.js": ["Hogan", "hogan"],
  eta: ["Eta", "eta"], squirrelly: ["Sqrl", "squirrelly"], template7: ["Template7"], whiskers: ["whiskers"], lodash: ["_", "lodash"], underscore: ["underscore"],
  "js-yaml": ["jsyaml", "yaml"], xpath: ["xpath"], yaml: ["YAML"], puppeteer: ["puppeteer"], playwright: ["playwright"], shelljs: ["shelljs"],
  winston: ["winston"], pino: ["pino"], "@sentry/node": ["Sentry"], zod: ["z"], joi: ["Joi", "joi"], validator: ["validator"], dompurify: ["DOMPurify"], "aws-sdk": ["AWS"],
};

/** What a name that nobody declares stands for where a file leaves its imports out: by convention, the package or export of that name. */
const NAMES: ReadonlyMap<string, SymbolPath> = new Map([
  ...Object.entries(modules).flatMap(([module, names]) => names.map((name) => [name, `${module}:`] as const)),
  ...child.map((name) => [name, `child_process:${name}`] as const),
  ["knex", "knex:()"],
  ["sequelize", "sequelize:Sequelize()"],
  ["Sequelize", "sequelize:Sequelize"],
  ["prisma", "@prisma/client:PrismaClient()"],
  ["pool", "pg:Pool()"],
  ["pgPool", "pg:Pool()"],
  ["pgClient", "pg:Client()"],
  ["redis", "ioredis:()"],
  // What Meteor's packages export to all files.
  ["Meteor", "meteor/meteor:Meteor"],
  ["check", "meteor/check:check"],
  ["Match", "meteor/check:Match"],
]);

export const conventional = (name: string): SymbolPath | undefined => NAMES.get(name);

/** The module that such a name belongs to. */
export function conventionalModule(name: string): string | undefined {
  const path = NAMES.get(name);
  return path?.slice(0, path.lastIndexOf(":"));
}
