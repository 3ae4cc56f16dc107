import { dirname } from "node:path";
import { sourcesOfBuilt } from "./built-from.js";
import { DOM_ONLY, isBuildPlugin, isCommand, isRendered, record, servedBins, serves, strings, taskSources, dependsOn } from "./package-purpose.js";
import { isFile, readText } from "./disk.js";
import { parseJsonc } from "./jsonc.js";
import { toPosix } from "./path.js";

/** The part of a package.json that decides anything here. */
export interface PackageInfo {
  /** Absolute, POSIX. */
  readonly dir: string;
  readonly name: string | undefined;
  /** Nobody can install it. */
  readonly isPrivate: boolean;
  /** Sources that the `bin` targets may be built from, relative to `dir`. */
  readonly binSources: ReadonlySet<string>;
  /** Sources that its scripts run to build, check or fill something, relative to `dir`. */
  readonly taskSources: ReadonlySet<string>;
  /** Folders `bin/` from which its scripts start what serves, relative to `dir`. */
  readonly servedBins: ReadonlySet<string>;
  /** It is a command and nothing else, or a plugin of a build tool: nothing of it serves. */
  readonly isTool: boolean;
  readonly main: readonly string[];
  readonly exports: unknown;
  readonly imports: unknown;
  readonly workspaces: readonly string[];
  /** `"type": "module"`. */
  readonly isModule: boolean;
  /** What is there at run time: not the development tools. */
  readonly dependencies: ReadonlySet<string>;
  /** It depends on a server framework. */
  readonly serves: boolean;
  /** It depends on what only a browser can run, and on no server framework. */
  readonly isFrontend: boolean;
  /** It depends on what only a browser can run, whatever it serves beside. */
  readonly hasPages: boolean;
  /** A meta framework renders its pages, and no server framework stands beside: then a folder of components holds components. */
  readonly isRendered: boolean;
  /** An application of Meteor, whose folders say where a file is loaded. */
  readonly isMeteor: boolean;
  /** Which of the validators that a schema can be written for it depends on. */
  readonly validators: readonly Validator[];
}

export type Validator = "zod" | "valibot" | "arktype";
const VALIDATORS: readonly Validator[] = ["zod", "valibot", "arktype"];

/**
 * Nearest package.json of a folder. Remembers every answer, also "none", so it is a snapshot: whoever lives long
 * makes a new one from time to time (config/project.ts).
 */
export class PackageLookup {
  private readonly near = new Map<string, PackageInfo | undefined>();
  private readonly at = new Map<string, PackageInfo | undefined>();

  /** The package that a folder (absolute, POSIX) belongs to. */
  nearest(dir: string): PackageInfo | undefined {
    if (this.near.has(dir)) return this.near.get(dir);
    const parent = toPosix(dirname(dir));
    const found = this.exactly(dir) ?? (parent === dir ? undefined : this.nearest(parent));
    this.near.set(dir, found);
    return found;
  }

  /** The package.json in this very folder. */
  exactly(dir: string): PackageInfo | undefined {
    if (!this.at.has(dir)) this.at.set(dir, readPackage(dir));
    return this.at.get(dir);
  }
}

/** A package.json that cannot be read counts as empty: it still bounds the package, and npm itself will complain. */
function readPackage(dir: string): PackageInfo | undefined {
  let text: string;
  // A stat that finds nothing costs a tenth of a read that throws.
  if (!isFile(`${dir}/package.json`)) return undefined;
  try {
    text = readText(`${dir}/package.json`);
    // nobypass-disable-next-line swallowed-error -- none here
  } catch {
    return undefined;
  }
  let json: unknown;
  try {
    json = parseJsonc(text);
    // nobypass-disable-next-line swallowed-error -- one that does not parse counts as empty, as said above
  } catch {
    json = {};
  }
  const pkg = record(json);
  const bin = typeof pkg["bin"] === "string" ? [pkg["bin"]] : strings(Object.values(record(pkg["bin"])));
  const workspaces = Array.isArray(pkg["workspaces"]) ? pkg["workspaces"] : record(pkg["workspaces"])["packages"];
  return {
    dir,
    name: typeof pkg["name"] === "string" ? pkg["name"] : undefined,
    isPrivate: pkg["private"] === true,
    binSources: new Set(bin.flatMap(sourcesOfBuilt)),
    taskSources: taskSources(pkg),
    servedBins: servedBins(pkg),
    isTool: isBuildPlugin(pkg) || isCommand(pkg, bin, dir),
    main: strings(["types", "typings", "module", "main"].map((key) => pkg[key])),
    exports: pkg["exports"],
    imports: pkg["imports"],
    workspaces: Array.isArray(workspaces) ? strings(workspaces) : [],
    isModule: pkg["type"] === "module",
    dependencies: new Set(["dependencies", "optionalDependencies", "peerDependencies"].flatMap((key) => Object.keys(record(pkg[key])))),
    serves: serves(pkg),
    hasPages: DOM_ONLY.some((name) => dependsOn(pkg, name)),
    isFrontend: DOM_ONLY.some((name) => dependsOn(pkg, name)) && !serves(pkg),
    isRendered: isRendered(pkg),
    isMeteor: "meteor" in pkg,
    validators: VALIDATORS.filter((name) => dependsOn(pkg, name)),
  };
}

/** `@team/kit/http` is the package `@team/kit` and, in it, `/http`. */
export function splitPackageName(name: string): { readonly packageName: string; readonly subpath: string } {
  const [, packageName = name, subpath = ""] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(name) ?? [];
  return { packageName, subpath };
}
