import type { Role } from "../core/rule.js";
import { isSql } from "./migration-files.js";
import { globTest, type PathTest } from "./glob.js";
import { relativePosix } from "./path.js";
import type { ProjectInfo } from "./project.js";
import { ROLES, type NobypassConfig } from "./schema.js";

/** How much of a file its role may depend on: a licence, the directives and the first imports. */
export const HEAD_LENGTH = 2048;

/**
 * The role of a file (RULES.md, Words): config first, then its path, its head and the `bin` of its package; never what reaches it.
 * Of the defaults the first that fits counts: a test in `generated/` is generated, a migration in `scripts/` a migration.
 * `path` is relative to the project's root; `head` the first `HEAD_LENGTH` characters or more.
 */
export function roleOf(path: string, head: string, project: ProjectInfo, config: NobypassConfig): Role {
  const configured = configuredRole(path, config);
  if (configured !== undefined) return configured;
  if (GENERATED.test(path) || BUILT.test(path)) return "generated";
  const start = head.length > HEAD_LENGTH ? head.slice(0, HEAD_LENGTH) : head;
  if ((/generated/i.test(start) && isMarkedGenerated(leadingComments(start))) || WASM_GLUE.test(start) || isMinified(start)) return "generated";
  if (TEST.test(path) || (!TOOL_CONFIG.test(path) && TEST_RUNNER.test(start)) || SETS_TEST.test(start)) return "test";
  if (MIGRATION.test(path) || isSql(path)) return "migration";
  if (SCRIPT.test(path) || SEEDS.test(path) || PACKAGE_SCRIPT.test(path) || TOOL_CONFIG.test(path) || /^\uFEFF?#!/.test(start) || (BIN.test(path) && (READS_ARGUMENTS.test(start) || !mayServe(path, start, project))) || saysHowToRunIt(path, start) || isRunByHand(path, start, project)) return "script";
  return isBrowser(path, start, project) ? "browser" : "server";
}

const from = (names: string): RegExp => new RegExp(`(?:\\bfrom|\\bimport|\\brequire\\()\\s*["'](?:${names})["'/]`);

const GENERATED =
  /(?:^|\/)(?:(?:assets|public|static|wwwroot)\/(?:[^/]+\/)*vendors?|__generated__|generated|\.next|\.nuxt|\.output|\.svelte-kit|\.turbo|\.vercel|\.serverless|\.wrangler)\/|\.(?:generated|gen|pb)\.[cm]?[jt]sx?$|_pb\.[cm]?[jt]s$|[.-]min\.[cm]?js$/;
/** Build output lies beside `src/`; `src/modules/coverage/` of an insurer is code. */
const BUILT = /^(?:(?!src\/)[^/]+\/)*(?:dist|build|coverage)\//;
const TEST = /(?:^|\/)(?:fakes?|mocks?|__fakes__|__tests?__|__mocks__|__fixtures__|__testfixtures__|__e2e__|(?:(?:integration|functional|acceptance|unit|e2e)[-_])?tests?|e2e(?:[-_](?:common|shared|utils?|helpers?|support|fixtures?|setup|specs?|tests?))?|(?:[\w-]+-)?test-(?:utils?|helpers|support|kit))\/|^(?:packages|libs)\/testing\/|^(?:(?!src\/)[^/]+\/)*(?:spec|acceptance|cypress)\/|(?:^|\/)(?:fake|mock)-[^/]+$|(?:(?:^|[/-])test-|(?:^|\/)test|[a-z]Test)(?:[Uu]tils?|[Hh]elpers?|[Ss]etup)\.[cm]?[jt]sx?$|\.(?:test|spec|e2e(?:-[a-z]+)?|bench|(?:client|server|node|browser|dom|component|unit|int|integration|db|api|contract|system|functional|acceptance|smoke|load|perf|live)[-_]?(?:test|spec)|mocks?|fakes?|stubs?)(?:-d)?\.[^/]+$/;
/** What helps tests under a name of its own imports their runner, or says at its top level that this is a test. */
const TEST_RUNNER = from("vitest|@jest/globals|@playwright/test|node:test|mocha|supertest|@cucumber/cucumber");
const SETS_TEST = /^process\.env(?:\.NODE_ENV|\[["']NODE_ENV["']\])\s*(?:\?\?|\|\|)?=\s*["']test["']/m;
/** Also where the name begins with the time at which it was written: `alterations/1.4.0-1677208902-add-users.ts`. */
const MIGRATION = /(?:^|\/)(?:migrations?|migrate)\/|(?:^|[/_.-])(?:1[4-9]\d{8}|1[4-9]\d{11}|20\d{12})[-_][\w.-]+\.[cm]?[jt]s$/;
/** `build.js` beside a package.json builds the package; `src/deploy.ts` is a part of it. */
const PACKAGE_SCRIPT = /^(?:(?!src\/)[^/]+\/)*(?:build|bundle|release|publish|prepare|preinstall|postinstall)\.[cm]?[jt]s$/;
const SCRIPT = /^(?:(?!src\/)[^/]+\/)*ci\/|(?:^|\/)(?:[\w.-]*scripts|cli|dev-server|\.(?:github|gitlab|circleci|buildkite|husky|devcontainer))\/|(?:^|\/)(?:dev[-.]?server|devServer|server[-.]dev|[Gg]ulpfile|[Gg]runtfile|\.[\w-]+rc)\.[cm]?[jt]s$/;
/** What fills a database for development: `prisma/seed.ts`, `database/seeders/users.ts`. A garden shop has seeds too, in a module. */
const SEEDS = /(?:^|\/)seeders\/|(?:^|\/)(?:prisma|drizzle|knex|typeorm|database|db)\/seed(?:s|ing)?(?:\/|[\w.-]*\.[cm]?[jt]s$)/;
/** A command that no package.json lists; `bin/www.ts` and `bin/worker.ts` go on serving, and read no arguments. */
const BIN = /(?:^|\/)bin\/[^/]+$/;
const READS_ARGUMENTS = /\bprocess\.argv\b/;
const SERVES_BY_NAME = /(?:^|[/_.-])(?:www|web|http|api|app|main|index|run|start|boot(?:strap)?|serve|server|gateway|workers?|consumers?|processor|scheduler|cron|daemon|listener|bot|lambda|handler)(?:[_.-][^/]*)?\.[cm]?[jt]s$/;
const SERVES_BY_HEAD = /\.listen\(|\bcreateServer\b|\bNestFactory\b/;
/** `vite.config.ts` configures a tool; `src/config/database.config.ts`, as Nest projects name theirs, configures the server and is one of its files. */
const TOOL_CONFIG = /^(?:(?!src\/)[^/]+\/)*[^/]*\.config\.[^/]+$/;

const compiled = new WeakMap<NobypassConfig, readonly { readonly role: Role; readonly test: PathTest }[]>();

function configuredRole(path: string, config: NobypassConfig): Role | undefined {
  if (config.roles === undefined) return undefined;
  let roles = compiled.get(config);
  if (roles === undefined) {
    roles = Object.entries(config.roles).flatMap(([name, globs]) => {
      const role = ROLES.find((r) => r === name);
      return role === undefined || globs === undefined ? [] : [{ role, test: globTest(globs) }];
    });
    compiled.set(config, roles);
  }
  return roles.findLast(({ test }) => test(path))?.role;
}

/** A package among the tools of a repository: `tools/migrate/`, `packages/tools/`. */
const TOOLS = /^(?:(?!src\/)[^/]+\/)*tools(?:\/|$)/;

/** What its package installs as a command or runs as a task; in a package that is a tool, everything. */
function isRunByHand(path: string, head: string, project: ProjectInfo): boolean {
  const pkg = project.packageOf(path);
  if (pkg === undefined || pkg.isTool) return pkg !== undefined;
  if (!pkg.serves && TOOLS.test(relativePosix(project.root, pkg.dir))) return true;
  if (pkg.binSources.size === 0 && pkg.taskSources.size === 0) return false;
  const inPackage = relativePosix(pkg.dir, `${project.root}/${path}`);
  if (pkg.binSources.has(inPackage) || pkg.taskSources.has(inPackage)) return true;
  // Beside commands lie more of them, and what they share; a server says what it serves with.
  return BIN.test(inPackage) && pkg.taskSources.has(inPackage.slice(0, inPackage.lastIndexOf("/") + 1)) && !SERVER_PACKAGE.test(head);
}

/** By its name, by what stands in it, or since a server is started from beside it. */
function mayServe(path: string, start: string, project: ProjectInfo): boolean {
  const pkg = project.packageOf(path);
  const folder = pkg === undefined ? "" : relativePosix(pkg.dir, `${project.root}/${path.slice(0, path.lastIndexOf("/") + 1)}`);
  return SERVES_BY_NAME.test(path) || SERVES_BY_HEAD.test(start) || SERVING_PACKAGE.test(start) || pkg?.servedBins.has(folder) === true;
}

const RUNNER = /\b(?:node|tsx|ts-node|bun|deno run|k6 run)\b/;

/** "Run with: tsx src/fill.ts": the comment at its top says of this very file how to run it by hand. A server is started so too. */
function saysHowToRunIt(path: string, start: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (!start.includes(name) || !RUNNER.test(start) || SERVES_BY_NAME.test(path) || SERVES_BY_HEAD.test(start)) return false;
  // A command goes on behind a backslash.
  const lines = leadingComments(start).join("\n").replace(/\\\s*\n[\s/*#]*/g, " ").split("\n");
  return lines.some((line) => {
    const runner = RUNNER.exec(line);
    return runner !== null && line.slice(runner.index).split(/[\s`"']+/).some((word) => word === name || word.endsWith(`/${name}`));
  });
}

/** Comments before the first code; a comment that the head cuts off counts as far as it goes. */
function leadingComments(head: string): string[] {
  const comments: string[] = [];
  const piece = /\s+|#![^\n]*|\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/|$)|(["'])use \w+\1;?/y;
  if (head.charCodeAt(0) === 0xfeff) piece.lastIndex = 1;
  for (let match = piece.exec(head); match !== null && match[0] !== ""; match = piece.exec(head)) if (match[0].startsWith("/")) comments.push(match[0]);
  return comments;
}

/**
 * Says of the file that it is generated. "Ids are auto-generated by the database" at the top of a file does not: it takes
 * the mark, "do not edit" beside it, or a comment that begins with it or says "this file is".
 */
function isMarkedGenerated(comments: readonly string[]): boolean {
  const text = comments.join("\n");
  if (/@generated\b/.test(text)) return true;
  const says = text.replace(/(?<!\s)\s*\n[\s/*!#-]*/g, " ");
  return (
    (/generated/i.test(says) && /\b(?:do not|don't|never) (?:manually )?(?:edit|modify|change|touch)\b/i.test(says)) ||
    /\b(?:this|the) (?:file|code|module|class|client)\b[^.]{0,40}\b(?:auto[- ]?|automatically )generated\b/i.test(says) ||
    comments.some((c) => /^[\s/*!#=-]*(?:<?auto-?generated\b|(?:this is an )?auto[- ]?generated (?:file|code|by)\b|automatically generated\b)/i.test(c))
  );
}

/** What wasm-bindgen and Emscripten write around a module of WebAssembly. */
const WASM_GLUE = /__wbindgen_placeholder__|\bfunction __wbg_set_wasm\b|\bfunction __wbindgen_|\bvar Module ?= ?(?:\(\(\) ?=> ?\{|\(function ?\(\) ?\{|typeof Module\b)/;

/** Who writes by hand breaks the line before the eighth statement; a long text of data or markup has few words of code. */
function isMinified(start: string): boolean {
  return start.length >= LONG_LINE && start.split("\n").some((line) => line.length >= LONG_LINE && count(line, /;/g) >= 8 && count(line, /\b(?:function|return|var|let|const|if)\b|=>/g) >= 5);
}

const LONG_LINE = 700;
const count = (text: string, what: RegExp): number => text.match(what)?.length ?? 0;

const DOM_PACKAGE = from(
  "react-dom(?!/server)|react-native|react-router-dom|@angular/(?!ssr|platform-server)[\\w-]+|vue|vue-router|pinia|svelte|solid-js|next/router|@testing-library/[\\w-]+|@tanstack/react-query|jquery|@stripe/(?:react-)?stripe-js|posthog-js|web-vitals|mixpanel-browser|@sentry/(?:browser|react|vue)|@datadog/browser-[\\w-]+|@tauri-apps/[\\w-]+|monaco-editor|@monaco-editor/[\\w-]+|@connectrpc/connect-web",
);
/** The same, loaded when it is wanted. */
const DOM_LOADED = /\bimport\(\s*["']@tauri-apps\//;
/** What no server has. Behind a question for `window` it may run on both; a page is then what it is written for. */
const DOM = /\b(?:localStorage|sessionStorage)\s*(?:\.|\?\.|\[)|\bdocument\.(?:createElement|getElementById|querySelector(?:All)?|addEventListener|execCommand|documentElement)\b|\bwindow\.(?:addEventListener|location|localStorage|sessionStorage|matchMedia|history|open|requestAnimationFrame)\b|\bnavigator\.(?:clipboard|serviceWorker|sendBeacon)\b/;
/** `useCart.ts`, where there are pages, and what lies among the components of an application that a meta framework renders. */
const HOOK_FILE = /(?:^|\/)use[A-Z]\w*\.[jt]s$/;
const COMPONENTS = /(?:^|\/)components\//;
/** A file that reads hooks from React is a component's, though React itself runs on servers too. */
const HOOK = /\{[^{}]*\buse[A-Z]\w*[^{}]*\}\s*from\s*["']react["']/;
/** `(window => { … })(window);`, `(function (window, document) { … })`: a script that a page loads. */
const PAGE_SCRIPT = /(?:^|[;}/\s!])\(\s*(?:async\s+)?(?:function\s*\w*\s*\(\s*window\b|\(?\s*window\s*(?:,[^()]*)?\)?\s*=>)/;
/** Modules of AMD: `define("shop/cart", ["jquery"], function ($) { … })`. */
const AMD = /^(?:["']use strict["'];?\s*)?define\(\s*(?:["'][^"'\n]*["']\s*,\s*)?\[/m;
/** What a server hands out as it is; `src/public/` of a server may be its public API. */
const HANDED_OUT = /^(?:(?!src\/)[^/]+\/)*public\//;
/** Meteor loads what lies there into browsers alone: https://docs.meteor.com/tutorials/application-structure/ */
const METEOR_CLIENT = /(?:^|\/)client\//;
const OF_METEOR = from("meteor");
/** Hono renders `.tsx` on the server (its client runs in browsers too), Next has server components: what imports these does not run in a browser. */
const SERVER_PACKAGE = from("hono(?!/client\\b|/jsx/dom\\b)|express|fastify|koa|elysia|h3|@nestjs/[\\w-]+|@trpc/server|server-only|next/(?:headers|server|cache)|(?:node:)?(?:fs|http|https|net|tls|http2|cluster|async_hooks)");

/** Of these, what serves: any command reads files. */
const SERVING_PACKAGE = from("hono(?!/client\\b|/jsx/dom\\b)|express|fastify|koa|elysia|h3|@nestjs/[\\w-]+|@trpc/server|(?:node:)?(?:http|https|net|tls|http2|cluster)");

/** Next takes requests here, also where the answer is made of JSX: https://nextjs.org/docs/app/api-reference/file-conventions/route */
const ROUTE = /(?:^|\/)app\/(?:.*\/)?route\.[jt]sx?$/;

/** Next runs this before a page: https://nextjs.org/docs/app/api-reference/file-conventions/instrumentation-client */
const CLIENT_START = /(?:^|\/)instrumentation-client\.[jt]s$/;

function isBrowser(path: string, head: string, project: ProjectInfo): boolean {
  if (ROUTE.test(path)) return false;
  if (CLIENT_START.test(path)) return true;
  if (/["']use (?:client|server)["']/.test(head)) {
    const directive = /^(?:\s|(["'])use strict\1;?)*["']use (client|server)["']/.exec(afterComments(head))?.[2];
    if (directive !== undefined) return directive === "client";
  }
  if (METEOR_CLIENT.test(path) && (project.packageOf(path)?.isMeteor === true || OF_METEOR.test(head))) return true;
  const pkg = project.packageOf(path);
  const mayBe = /\.[jt]sx$/.test(path) || DOM_PACKAGE.test(head) || DOM_LOADED.test(head) || HOOK.test(head) || PAGE_SCRIPT.test(head) || AMD.test(head) || HANDED_OUT.test(path) || pkg?.isFrontend === true || (pkg?.hasPages === true && (DOM.test(head) || HOOK_FILE.test(path))) || (pkg?.isRendered === true && COMPONENTS.test(path));
  return mayBe && !SERVER_PACKAGE.test(head);
}

const afterComments = (head: string): string => head.replace(/^(?:\uFEFF|\s|\/\/[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*/, "");
