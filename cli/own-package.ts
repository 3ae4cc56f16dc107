import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

interface OwnPackage {
  readonly version: string;
  readonly homepage: string | undefined;
  readonly bugs: string | undefined;
}

let own: OwnPackage | undefined;

/** Our own package.json: beside `cli/` in the sources, one folder higher in `dist/`. */
function ownPackage(): OwnPackage {
  for (let dir = dirname(fileURLToPath(import.meta.url)); own === undefined; dir = dirname(dir)) {
    const json = readJson(join(dir, "package.json"));
    if (json?.["name"] === "nobypass") own = { version: text(json["version"]) ?? "0.0.0", homepage: text(json["homepage"]), bugs: text(json["bugs"]) ?? text(record(json["bugs"])["url"]) };
    else if (dirname(dir) === dir) own = { version: "0.0.0", homepage: undefined, bugs: undefined };
  }
  return own;
}

export const version = (): string => ownPackage().version;

/** " at <url>", where package.json names one. */
export const reportAt = (): string => (ownPackage().bugs === undefined ? "" : ` at ${ownPackage().bugs}`);

/** Where nobypass lives, if package.json says it. */
export const homepage = (): string | undefined => ownPackage().homepage;

/** A rule's page: its path in the repository, or its address where package.json has a `homepage`. */
export const docsPage = (rule: string): string => `${docsBase()}docs/rules/${rule}.md`;

/** The same as an absolute address, which formats for machines ask for. */
export const docsAddress = (rule: string): string | undefined => (docsBase() === "" ? undefined : docsPage(rule));

const docsBase = (): string => {
  const home = ownPackage().homepage?.replace(/#.*$/, "").replace(/\/$/, "");
  return home === undefined ? "" : `${home}${/^https:\/\/github\.com\/[^/]+\/[^/]+$/.test(home) ? "/blob/main" : ""}/`;
};

function readJson(file: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return record(JSON.parse(readFileSync(file, "utf8")));
    // nobypass-disable-next-line swallowed-error -- none here: the next folder up is looked into
  } catch {
    return undefined;
  }
}

const record = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {});
const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
