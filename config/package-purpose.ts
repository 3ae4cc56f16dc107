import { sourcesOfBuilt } from "./built-from.js";

type Json = Readonly<Record<string, unknown>>;

export const DOM_ONLY = ["@angular/core", "react-dom", "react-native", "vue", "svelte", "preact", "solid-js"];
const FRAMEWORKS = ["express", "fastify", "koa", "hono", "@nestjs/core", "@hapi/hapi"];
/** These render a front end and serve it; their templates list them with the tools. */
const META_FRAMEWORKS = ["next", "nuxt", "@sveltejs/kit", "@remix-run/node", "@react-router/node", "@tanstack/react-start", "astro"];

/**
 * Does a package serve requests? A framework among the tools serves what is built in development, where the front end itself
 * is a dependency; where all are tools, a bundler put them together, and nothing says which.
 */
export function serves(pkg: Json): boolean {
  if (META_FRAMEWORKS.some((name) => dependsOn(pkg, name)) || FRAMEWORKS.some((name) => runsWith(pkg, name))) return true;
  return FRAMEWORKS.some((name) => dependsOn(pkg, name)) && !DOM_ONLY.some((name) => runsWith(pkg, name));
}

/** `next` or another that renders pages, and no framework whose services would stand among them. */
export const isRendered = (pkg: Json): boolean => META_FRAMEWORKS.some((name) => runsWith(pkg, name)) && !FRAMEWORKS.some((name) => runsWith(pkg, name));

const COMMAND_PACKAGES = /^(?:commander|yargs|arg|cac|meow|minimist|mri|sade|citty|clipanion|inquirer|prompts|enquirer|oclif|@(?:inquirer|clack|oclif)\/.+)$/;
const COMMAND_NAME = /(?:^|\/)(?:create-.+|(?:.+-)?(?:cli|codemods?))$/;

/** `packages/app-cli`: a folder among packages; what a whole checkout is called says nothing. */
const COMMAND_FOLDER = /\/(?:packages|apps|libs|modules|tools|workspaces)\/(?:[\w-]+-)?cli$/;

/** "CLI for orders", "A command line tool …"; not "Library and CLI". */
const SAYS_COMMAND = /^(?:an?\s+|the\s+)?(?:[\w-]+\s+)?(?:CLI|command[- ]line)\b/i;

/**
 * It has a `bin`, says by its name, its folder's, its description or by what it reads arguments with that it is a command, and offers nothing to import.
 * One that is private is run where it lies, and has no `bin`: there both have to say so.
 */
export function isCommand(pkg: Json, bin: readonly string[], dir: string): boolean {
  const isNamedSo = COMMAND_NAME.test(String(pkg["name"] ?? "")) || COMMAND_FOLDER.test(dir) || SAYS_COMMAND.test(String(pkg["description"] ?? ""));
  const readsArguments = Object.keys(record(pkg["dependencies"])).some((name) => COMMAND_PACKAGES.test(name));
  if (bin.length === 0) return pkg["private"] === true && isNamedSo && readsArguments && !serves(pkg);
  if (serves(pkg) || !(isNamedSo || readsArguments)) return false;
  if (isNamedSo) return true;
  const sources = new Set(bin.flatMap(sourcesOfBuilt));
  const offered = [pkg["main"], pkg["module"], pkg["exports"]].filter((target) => target !== undefined);
  return offered.every((target) => typeof target === "string" && sourcesOfBuilt(target).some((source) => sources.has(source)));
}

const BUILD_PLUGIN = /(?:^|[/-])(?:vite|webpack|rollup|rolldown|esbuild|babel|swc|eslint|stylelint|postcss|prettier)-(?:plugin|loader|preset|config)(?:-|$)/;

/** `vite-plugin-icons`, `@shop/eslint-plugin`, `admin-vite-plugin`: it runs while something is built. */
export const isBuildPlugin = (pkg: Json): boolean => BUILD_PLUGIN.test(String(pkg["name"] ?? ""));

const TASK = /^(?:pre|post)?(?:build|bundle|ci|check|lint|format|clean|codegen|gen|generate|seed|reset|migrate|migrations?|release|publish|version|prepare|install|docs?|verify|validate|admin|setup|changelog|bench|benchmark)$/;
const SERVING = /^(?:start|serve|server|worker|watch)$/;
const RUNNER = /^(?:node|nodemon|tsx|ts-node(?:-[\w-]+)?|babel-node|bun|jiti|esno)$/;
const TAKES_A_FILE = /^(?:-r|--require|--import|--loader|--experimental-loader|-P|--project|--env-file|--tsconfig|-C)$/;
/** A server that a task starts to do its work in is a server: `node app.js migrate`. */
const MAIN = /(?:^|\/)(?:index|main|app|server|www)(?:\.[cm]?[jt]s)?$/;

const BIN_FOLDER = /^(?:.*\/)?bin\//;

/** What `"db:seed": "tsx src/seed.ts"` runs, unless a script that serves runs it too; and as `src/bin/` the folder of commands that it lies in, where nothing in it serves. */
export function taskSources(pkg: Json): ReadonlySet<string> {
  const tasks = new Set<string>();
  const served = new Set<string>();
  for (const [name, command] of Object.entries(record(pkg["scripts"]))) {
    if (typeof command !== "string") continue;
    const words = name.split(/[:_.-]/);
    const isTask = words.some((word) => TASK.test(word)) && !words.some((word) => SERVING.test(word));
    for (const file of filesRun(command)) (isTask && !MAIN.test(file) ? tasks : served).add(file);
  }
  const found = [...tasks].filter((file) => !served.has(file));
  const others = servedBins(pkg);
  const folders = found.flatMap((file) => BIN_FOLDER.exec(file)?.[0] ?? []).filter((dir) => !others.has(dir));
  return new Set([...found.flatMap(sourcesOfBuilt), ...folders]);
}

/** The folders `bin/` from which a script starts what serves: what lies there too may be the server's. */
export function servedBins(pkg: Json): ReadonlySet<string> {
  const started = Object.entries(record(pkg["scripts"])).filter(([name]) => name.split(/[:_.-]/).some((word) => SERVING.test(word) || word === "dev"));
  return new Set(started.flatMap(([, command]) => (typeof command === "string" ? filesRun(command) : [])).flatMap((file) => BIN_FOLDER.exec(file)?.[0] ?? []));
}

function filesRun(command: string): string[] {
  return command.split(/&&|\|\|?|;/).flatMap((part) => {
    const words = part.trim().split(/\s+/);
    const at = words.findIndex((word) => RUNNER.test(word));
    const file = at < 0 ? undefined : words.find((word, i) => i > at && !word.startsWith("-") && word !== "run" && word !== "watch" && !TAKES_A_FILE.test(words[i - 1] ?? ""));
    return file !== undefined && /^[\w@./-]+\.[cm]?[jt]s$/.test(file) ? [file.replace(/^(?:\.\/)+/, "")] : [];
  });
}

export function dependsOn(pkg: Json, name: string): boolean {
  return runsWith(pkg, name) || name in record(pkg["devDependencies"]);
}

const runsWith = (pkg: Json, name: string): boolean => ["dependencies", "peerDependencies"].some((key) => name in record(pkg[key]));

export const record = (value: unknown): Json => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {});
export const strings = (values: readonly unknown[]): string[] => values.filter((v) => typeof v === "string");
