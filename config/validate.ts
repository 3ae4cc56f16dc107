import { nearestName } from "./nearest-name.js";
import type { ConfigProblem } from "./problem.js";
import { DISPATCH_SHAPES, PIPELINE_NAMES, POLICY_KINDS, PRESETS, ROLES, SQL_DIALECTS, type NobypassConfig } from "./schema.js";

export type Validated =
  | { readonly config: NobypassConfig; readonly problems: readonly [] }
  | { readonly config: undefined; readonly problems: readonly ConfigProblem[] };

/**
 * Is this a config? Every problem is collected: a config with three mistakes must not take three runs to repair.
 * Without `ruleNames` (the caller does not know them) names of rules are taken as they are.
 */
export function validateConfig(value: unknown, ruleNames?: readonly string[]): Validated {
  const check = new Check(ruleNames);
  check.config(value);
  if (check.problems.length > 0) return { config: undefined, problems: check.problems };
  return { config: value as NobypassConfig, problems: [] }; // the only cast: everything the type says was checked above
}

type Fields = Readonly<Record<string, (value: unknown, path: string) => void>>;

const LEVELS = ["error", "warn", "off"] as const;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

class Check {
  readonly problems: ConfigProblem[] = [];
  constructor(private readonly ruleNames: readonly string[] | undefined) {}

  config(value: unknown): void {
    if (typeof value === "function") return this.add("", "the config is a function", "export the object itself: it is read synchronously, also by editors");
    if (value instanceof Promise) return this.add("", "the config is a promise", "export the object itself: it is read synchronously, also by editors");
    this.fields(value, "", "an object", 'export default { preset: "recommended" }', {
      $schema: (v, p) => this.text(v, p, '"./node_modules/nobypass/schema.json"'),
      preset: (v, p) => this.oneOf(v, p, PRESETS),
      project: (v, p) => this.text(v, p, '"tsconfig.json"'),
      types: (v, p) => this.oneOf(v, p, ["auto", "off"]),
      modules: (v, p) => this.globs(v, p, '["src/modules/*"]'),
      adapters: (v, p) => this.globs(v, p, '["src/adapters/**"]'),
      config: (v, p) => this.globs(v, p, '["src/config.ts"]'),
      pipeline: (v, p) => this.pipeline(v, p),
      ambient: (v, p) => this.record(v, p, '{ express: ["pipeline"] }', (names, at) => this.texts(names, at, '["pipeline"]')),
      policies: (v, p) => this.list(v, p, '[{ entries: "POST /login", require: ["rateLimit"] }]', (policy, at) => this.policy(policy, at)),
      roles: (v, p) =>
        this.fields(v, p, "an object", '{ script: ["tools/**"] }', Object.fromEntries(ROLES.map((r) => [r, (globs, at) => this.globs(globs, at, '["tools/**"]')]))),
      catalog: (v, p) => this.texts(v, p, '["./nobypass/*.ts"]'),
      rules: (v, p) => this.record(v, p, '{ console: "error" }', (setting, at, rule) => this.rule(setting, at, rule)),
      exemptions: (v, p) =>
        this.list(v, p, '[{ rule: "bypass", files: ["src/legacy/**"], reason: "moved in Q3" }]', (exemption, at) => this.exemption(exemption, at)),
    });
  }

  private pipeline(value: unknown, path: string): void {
    const example = '"@nobypass/pipeline", or { dispatch: "#infra/http:call" }';
    if (typeof value === "string") {
      if (!this.text(value, path, example)) return;
      if (symbolPath(value)) this.add(path, `\`${value}\` names one export, but \`pipeline\` as text is a module that exports all names`, `say which name it is: { dispatch: "${value}" }`);
      return;
    }
    const target = (v: unknown, p: string, name: string): void => {
      if (typeof v === "string") return this.symbol(v, p);
      const seen = this.fields(v, p, "text or an object", '{ use: "#infra/http:call", shape: "(name, fn)" }', {
        use: (use, at) => this.symbol(use, at),
        shape: (shape, at) => (name === "dispatch" ? this.oneOf(shape, at, DISPATCH_SHAPES) : void this.text(shape, at, '"(name, fn)"')),
      });
      if (seen && seen["use"] === undefined) this.add(`${p}.use`, "is missing", 'example: "#infra/http:call"');
    };
    this.fields(value, path, "text or an object", example, Object.fromEntries(PIPELINE_NAMES.map((n) => [n, (v, p) => target(v, p, n)])));
  }

  private symbol(value: unknown, path: string): void {
    if (!this.text(value, path, '"#infra/http:call"')) return;
    if (!symbolPath(value)) this.add(path, `\`${value}\` does not say which export is meant`, `write module:export, for example "${value.replace(/:+$/, "")}:dispatch"`);
  }

  private policy(value: unknown, path: string): void {
    const example = '{ entries: "POST /login", require: ["rateLimit"] }';
    const seen = this.fields(value, path, "an object", example, {
      entries: (v, p) => (typeof v === "string" ? void this.text(v, p, '"POST /login"') : this.texts(v, p, '["POST /login"]')),
      require: (v, p) => this.list(v, p, '["rateLimit"]', (kind, at) => this.oneOf(kind, at, POLICY_KINDS)),
    });
    for (const key of ["entries", "require"]) if (seen && seen[key] === undefined) this.add(`${path}.${key}`, "is missing", `example: ${example}`);
  }

  private rule(value: unknown, path: string, rule: string): void {
    this.ruleName(rule, path);
    if (!Array.isArray(value)) return this.oneOf(value, path, LEVELS);
    const [level, options] = value as readonly unknown[];
    this.oneOf(level, `${path}[0]`, LEVELS);
    if (value.length > 2) this.add(path, `has ${value.length} items`, 'at most a level and its options: ["error", { allow: ["src/boot/**"] }]');
    if (options !== undefined)
      this.fields(options, `${path}[1]`, "an object", '{ allow: ["src/boot/**"] }', {
        allow: (v, p) => this.globs(v, p, '["src/boot/**"]'),
        ...(rule === "unsafe-migration" && { dialect: (v: unknown, p: string) => this.oneOf(v, p, SQL_DIALECTS) }),
      });
  }

  private exemption(value: unknown, path: string): void {
    const example = '{ rule: "bypass", files: ["src/legacy/**"], reason: "moved in Q3", owner: "@payments", until: "2027-03-01" }';
    const seen = this.fields(value, path, "an object", example, {
      rule: (v, p) => {
        if (typeof v === "string") return this.ruleName(v, p);
        this.list(v, p, '"bypass"', (name, at) => this.text(name, at, '"bypass"') && this.ruleName(name, at));
      },
      files: (v, p) => this.globs(v, p, '["src/legacy/**"]'),
      reason: (v, p) => void this.text(v, p, '"moved in Q3"'),
      owner: (v, p) => void this.text(v, p, '"@payments"'),
      until: (v, p) => this.date(v, p),
    });
    if (!seen) return;
    if (seen["reason"] === undefined) this.add(`${path}.reason`, "is missing", "say why these files are exempt: the reason is printed in every report");
    for (const key of ["rule", "files"]) if (seen[key] === undefined) this.add(`${path}.${key}`, "is missing", `example: ${example}`);
  }

  private ruleName(name: string, path: string): void {
    if (this.ruleNames === undefined || this.ruleNames.includes(name)) return;
    const prefixed = name.replace(/^nobypass\//, "");
    const meant = this.ruleNames.includes(prefixed) ? prefixed : nearestName(prefixed, this.ruleNames);
    this.add(path, `there is no rule \`${name}\``, meant ? `did you mean \`${meant}\`?` : `the rules are ${this.ruleNames.join(", ")}`);
  }

  private date(value: unknown, path: string): void {
    const parts = typeof value === "string" ? DATE.exec(value) : null;
    if (!parts) return this.wrong(value, path, "a day, YYYY-MM-DD", '"2027-03-01"');
    const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
    const date = new Date(Date.UTC(year, month - 1, day));
    if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) this.add(path, `there is no day ${parts[0]}`, 'write YYYY-MM-DD, for example "2027-03-01"');
  }

  private globs(value: unknown, path: string, example: string): void {
    this.list(value, path, example, (glob, at) => {
      if (!this.text(glob, at, example)) return;
      const bare = glob.replace(/^!/, "");
      if (/^(?:\/|[A-Za-z]:[\\/])/.test(bare)) this.add(at, `\`${glob}\` is an absolute path`, "globs are relative to the config file");
      else if (bare.startsWith("../")) this.add(at, `\`${glob}\` lies outside of the config file's folder, so it matches nothing`, "put the config file into the folder that holds them all");
      else if (/\\(?![[\]{}*?!\\])/.test(bare)) this.add(at, `\`${glob}\` has a backslash`, "globs have forward slashes on every platform");
    });
  }

  private texts(value: unknown, path: string, example: string): void {
    this.list(value, path, example, (item, at) => void this.text(item, at, example));
  }

  private text(value: unknown, path: string, example: string): value is string {
    if (typeof value === "string" && value.trim() !== "") return true;
    this.wrong(value, path, "text", example);
    return false;
  }

  private oneOf(value: unknown, path: string, allowed: readonly string[]): void {
    if (typeof value === "string" && allowed.includes(value)) return;
    const meant = typeof value === "string" ? nearestName(value, allowed) : undefined;
    this.add(path, `expected ${allowed.map((a) => `"${a}"`).join(", ")}, found ${found(value)}`, meant ? `did you mean "${meant}"?` : `example: "${allowed[0]}"`);
  }

  private list(value: unknown, path: string, example: string, item: (value: unknown, path: string) => void): void {
    if (!Array.isArray(value)) return this.wrong(value, path, "a list", example);
    value.forEach((v: unknown, i) => item(v, `${path}[${i}]`));
  }

  private record(value: unknown, path: string, example: string, item: (value: unknown, path: string, key: string) => void): void {
    if (!isObject(value)) return this.wrong(value, path, "an object", example);
    for (const [key, v] of Object.entries(value)) if (v !== undefined) item(v, join(path, key), key);
  }

  /** An object with known keys; `undefined` counts as absent, as it does for everyone who writes `cond ? x : undefined`. */
  private fields(value: unknown, path: string, what: string, example: string, known: Fields): Readonly<Record<string, unknown>> | undefined {
    if (!isObject(value)) { this.wrong(value, path, what, example); return undefined; }
    for (const [key, v] of Object.entries(value)) {
      const check = Object.hasOwn(known, key) ? known[key] : undefined;
      const meant = check ? undefined : nearestName(key, Object.keys(known));
      if (!check) this.add(join(path, key), `there is no key \`${key}\`${path ? ` in \`${path}\`` : ""}`, meant ? `did you mean \`${meant}\`?` : `the keys are ${Object.keys(known).filter((k) => k !== "$schema").join(", ")}`);
      else if (v !== undefined) check(v, join(path, key));
    }
    return value;
  }

  private wrong(value: unknown, path: string, expected: string, example: string): void {
    this.add(path, `expected ${expected}, found ${found(value)}`, `example: ${example}`);
  }

  private add(path: string, message: string, hint: string): void {
    this.problems.push({ path, message, hint });
  }
}

/** `module:export`, split at the last colon; undefined if it names no export. Members are allowed: `./infra:http.get`. */
export function symbolPath(text: string): { readonly module: string; readonly export: string } | undefined {
  const colon = text.lastIndexOf(":");
  const [module, name] = [text.slice(0, colon), text.slice(colon + 1)];
  return colon > 0 && /^[\p{ID_Start}$_][\p{ID_Continue}$.]*$/u.test(name) ? { module, export: name } : undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);
const join = (path: string, key: string): string => (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? (path ? `${path}.${key}` : key) : `${path}["${key}"]`);

/** What was found, short and without its contents: a config may hold what must not be printed. */
function found(value: unknown): string {
  if (value === "") return "empty text";
  if (typeof value === "string") return value.trim() === "" ? "blank text" : `the text ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
  if (value === null || value === undefined || typeof value === "boolean" || typeof value === "number") return String(value);
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
