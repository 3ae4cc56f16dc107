import type { Facts, Value, ValueId } from "../core/facts.js";

/** A file whose top level a value runs, in its own course or as a thread or process of its own. */
export interface Load {
  /** As the file that loads would import it. */
  readonly module: string;
  readonly kind: "require" | "dynamic import" | "worker";
}

/** Names under which libraries start a file by itself, and where they are told which: an argument, or a property of one. */
const STARTS: ReadonlyMap<string, { readonly from: readonly string[]; readonly arg: string | null; readonly isNew: boolean | null }> = new Map([
  ["Worker", { from: ["worker_threads", "node:worker_threads", "web-worker", "tiny-worker", "threads"], arg: null, isNew: true }],
  ["SharedWorker", { from: [], arg: null, isNew: true }],
  ["fork", { from: ["child_process", "node:child_process"], arg: null, isNew: false }],
  ["Piscina", { from: ["piscina"], arg: "filename", isNew: true }],
  ["Tinypool", { from: ["tinypool"], arg: "filename", isNew: true }],
  ["pool", { from: ["workerpool"], arg: null, isNew: false }],
  ["setupPrimary", { from: ["cluster", "node:cluster"], arg: "exec", isNew: false }],
  ["setupMaster", { from: ["cluster", "node:cluster"], arg: "exec", isNew: false }],
]);
/** Packages whose one thing is what starts a file. */
const DEFAULTS: ReadonlyMap<string, string> = new Map([["piscina", "Piscina"], ["tinypool", "Tinypool"], ["tiny-worker", "Worker"], ["web-worker", "Worker"]]);

/** The file that a value loads, where its name is constant. */
export function loadOf(facts: Facts, value: Value): Load | null {
  if (value.kind === "dynamicImport") return named(textOf(facts, value.source), "dynamic import");
  const first = value.kind === "call" ? value.args[0] : undefined;
  if (value.kind !== "call" || first === undefined || value.form === "tag") return null;
  if (value.form === undefined && isRequire(facts, value.callee)) return named(textOf(facts, first), "require");
  const by = calledAs(facts, value.callee);
  const row = by === null ? undefined : STARTS.get(by.name);
  if (by === null || row === undefined || row.isNew !== (value.form === "new") || (by.module !== null && !row.from.includes(by.module))) return null;
  const told = row.arg === null ? first : propertyOf(facts, first, row.arg);
  return told === undefined ? null : named(placeOf(facts, told, 0), "worker");
}

const named = (module: string | undefined, kind: Load["kind"]): Load | null => (module === undefined ? null : { module, kind });

/** `require`, or what `createRequire(import.meta.url)` gave. */
export function isRequire(facts: Facts, id: ValueId): boolean {
  const callee = facts.values[id] as Value;
  if (callee.kind === "global") return callee.name === "require";
  const only = callee.kind === "var" ? facts.bindings[callee.binding]?.versions : undefined;
  const made = only?.length === 1 && only[0]?.value !== undefined ? facts.values[only[0].value] : undefined;
  return made?.kind === "call" && made.form === undefined && calledAs(facts, made.callee)?.name === "createRequire";
}

/** What a module calls it, and which; no module where it is one of the host's, or taken from something made by hand. */
function calledAs(facts: Facts, id: ValueId): { readonly name: string; readonly module: string | null } | null {
  const value = facts.values[id] as Value;
  if (value.kind === "global") return { name: value.name, module: null };
  if (value.kind === "member") {
    const module = moduleOf(facts, value.object);
    return value.name === null || module === null ? null : { name: value.name, module };
  }
  if (value.kind !== "var") return null;
  const binding = facts.bindings[value.binding];
  const from = binding?.from;
  const fact = from === undefined ? undefined : facts.imports[from.import];
  const imported = from === undefined ? undefined : fact?.names[from.name]?.imported;
  if (fact !== undefined && imported !== undefined) return { name: imported === "default" || imported === "*" ? (DEFAULTS.get(fact.module) ?? imported) : imported, module: fact.module };
  const held = binding?.versions.length === 1 ? binding.versions[0]?.value : undefined;
  const of = held === undefined ? undefined : facts.values[held];
  if (of?.kind === "member" && of.name !== null) return { name: of.name, module: moduleOf(facts, of.object) };
  const module = held === undefined ? null : requiredBy(facts, held);
  const thing = module === null ? undefined : DEFAULTS.get(module);
  return thing === undefined ? null : { name: thing, module };
}

/** `import * as cp from "node:child_process"`, `require("node:child_process")` and a name for it. */
function moduleOf(facts: Facts, id: ValueId): string | null {
  const value = facts.values[id] as Value;
  const required = requiredBy(facts, id);
  if (required !== null || value.kind !== "var") return required;
  const binding = facts.bindings[value.binding];
  if (binding?.from !== undefined) return facts.imports[binding.from.import]?.module ?? null;
  const held = binding?.versions.length === 1 ? binding.versions[0]?.value : undefined;
  return held === undefined ? null : requiredBy(facts, held);
}

function requiredBy(facts: Facts, id: ValueId): string | null {
  const value = facts.values[id] as Value;
  const callee = value.kind === "call" ? facts.values[value.callee] : undefined;
  const first = value.kind === "call" ? value.args[0] : undefined;
  return callee?.kind === "global" && callee.name === "require" && first !== undefined ? (textOf(facts, first) ?? null) : null;
}

function propertyOf(facts: Facts, id: ValueId, name: string): ValueId | undefined {
  const value = facts.values[onlyValue(facts, id)] as Value;
  return value.kind === "object" ? value.props.findLast((p) => p.name === name && p.form === "init")?.value : undefined;
}

/** A name that holds one thing is that thing. */
function onlyValue(facts: Facts, id: ValueId): ValueId {
  const value = facts.values[id] as Value;
  const versions = value.kind === "var" ? facts.bindings[value.binding]?.versions : undefined;
  return versions?.length === 1 ? (versions[0]?.value ?? id) : id;
}

/** Constant text, also of a template without holes, or of a name that never holds another. */
function textOf(facts: Facts, id: ValueId): string | undefined {
  const value = facts.values[onlyValue(facts, id)] as Value;
  if (value.kind === "literal" && typeof value.value === "string") return value.value;
  return value.kind === "template" && value.holes.length === 0 ? value.chunks[0] : undefined;
}

const DEEPEST = 6;
const ITSELF = "./";

/** A file told by where the one that tells it stands: `new URL("./w.js", import.meta.url)`, `path.join(__dirname, "w.js")`. */
function placeOf(facts: Facts, id: ValueId, depth: number): string | undefined {
  const value = facts.values[onlyValue(facts, id)] as Value;
  if (depth > DEEPEST) return undefined;
  const at = (next: ValueId | undefined): string | undefined => (next === undefined ? undefined : placeOf(facts, next, depth + 1));
  switch (value.kind) {
    case "global":
      return value.name === "__dirname" ? ITSELF : undefined;
    case "member":
      // `url.href`, `url.pathname`; `import.meta.dirname`
      return value.name === "dirname" ? ITSELF : value.name === "href" || value.name === "pathname" ? at(value.object) : undefined;
    case "template":
      return value.holes.length === 1 && value.chunks[0] === "" ? beside(at(value.holes[0]), value.chunks[1]) : textOf(facts, id);
    case "binary":
      return value.op === "+" ? beside(at(value.left), textOf(facts, value.right)) : undefined;
    case "call": {
      const callee = facts.values[value.callee] as Value;
      const name = callee.kind === "member" || callee.kind === "global" ? callee.name : callee.kind === "var" ? (facts.bindings[callee.binding]?.name ?? null) : null;
      const [first, ...rest] = value.args;
      if (first === undefined) return undefined;
      // A URL is seen from `import.meta.url`, its second argument; what is resolved is seen from the file.
      if (name === "URL" || (name === "resolve" && value.args.length === 1)) return beside(ITSELF, textOf(facts, first));
      if (name === "fileURLToPath" || name === "pathToFileURL" || name === "dirname") return at(first) ?? (name === "dirname" ? ITSELF : undefined);
      if (name !== "join" && name !== "resolve") return undefined;
      return rest.reduce<string | undefined>((dir, part) => beside(dir, textOf(facts, part)), at(first));
    }
    default:
      return textOf(facts, id);
  }
}

function beside(dir: string | undefined, name: string | undefined): string | undefined {
  if (dir === undefined || name === undefined || !dir.startsWith(".")) return undefined;
  return `${dir.replace(/\/$/, "")}/${name.replace(/^\.?\//, "")}`;
}
