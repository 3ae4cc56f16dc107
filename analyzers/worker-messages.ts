import type { ExportFact, FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { type Call, calls } from "./calls.js";
import { flow } from "./flow.js";
import { LISTENS } from "./listeners.js";

/** What somebody sends to a thread or process that the program starts. */
export interface Posted {
  readonly value: ValueId;
  readonly at: ValueId;
}

export interface WorkerMessages {
  /** What the first parameter of a function gets, as the listener of a worker's messages or as the work of a pool. */
  to(fn: FnId): readonly Posted[];
  /** What `workerData` holds in a file. */
  data(module: FnId): readonly Posted[];
}

/** Names under which a worker is sent something, by the one argument. */
const SENDS = new Set(["postMessage", "send", "run", "runTask"]);
const NONE: readonly Posted[] = [];
const NOBODY: WorkerMessages = { to: () => NONE, data: () => NONE };

/** What the files of a program send to those that they start as threads and processes. */
export const workerMessages: Answer<WorkerMessages> = {
  name: "worker messages",
  of(file) {
    const workers = file.facts.workers ?? [];
    if (workers.length === 0) return NOBODY;
    const modules = new Map(workers.map((w) => [w.at, w.module]));
    const sent = new Map<FnId, Posted[]>();
    const data = new Map<FnId, Posted[]>();
    const listeners: { readonly module: FnId; readonly listener: ValueId }[] = [];
    const { sources, functions } = file.get(flow);
    const started = new Set(modules.values());
    for (const call of file.get(calls)) {
      const given = optionOf(file, call, modules);
      if (given !== null) listAt(data, given.module).push({ value: given.value, at: call.id });
      const callee = file.facts.values[call.target] as Value;
      const [first, second] = call.value.args;
      if (callee.kind !== "member" || callee.name === null || first === undefined) continue;
      if (SENDS.has(callee.name)) for (const worker of sources(callee.object)) if (modules.has(worker)) listAt(sent, modules.get(worker) as FnId).push({ value: first, at: call.id });
      const home = second !== undefined && LISTENS.has(callee.name) && file.get(flow).constant(first) === "message" ? file.homeOf({ value: call.id }).module : -1;
      if (second !== undefined && started.has(home) && isOwnPort(file, callee.object)) listeners.push({ module: home, listener: second });
    }
    const to = new Map<FnId, Posted[]>();
    const hand = (module: FnId, fns: readonly FnId[]): void => fns.forEach((fn) => sent.get(module)?.forEach((posted) => listAt(to, fn).push(posted)));
    for (const { module, listener } of listeners) hand(module, functions(listener));
    // A pool runs the one thing that the file exports.
    for (const e of file.facts.exports) {
      const module = (e.name === "default" || e.name === "=") && sent.size > 0 ? file.homeOf({ mark: e.at }).module : -1;
      if (sent.has(module)) hand(module, exported(file, e));
    }
    return { to: (fn) => to.get(fn) ?? NONE, data: (module) => data.get(module) ?? NONE };
  },
};


/** `new Worker(file, { workerData })` */
function optionOf(file: FileView, { id, value }: Call, modules: ReadonlyMap<ValueId, FnId>): { readonly module: FnId; readonly value: ValueId } | null {
  const module = modules.get(id);
  const options = module === undefined || value.args[1] === undefined ? undefined : (file.facts.values[file.get(flow).sameAs(value.args[1])] as Value);
  const data = options?.kind === "object" ? options.props.findLast((p) => p.name === "workerData") : undefined;
  return module === undefined || data === undefined ? null : { module, value: data.value };
}

/** `parentPort` of worker_threads, or `process` of a child. */
function isOwnPort(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[file.get(flow).sameAs(id)] as Value;
  if (value.kind === "global") return value.name === "process" || value.name === "self";
  if (value.kind === "member") return value.name === "parentPort";
  const from = value.kind === "var" ? file.facts.bindings[value.binding]?.from : undefined;
  const name = from === undefined ? undefined : file.facts.imports[from.import]?.names[from.name]?.imported;
  return name === "parentPort" || (name === "default" && file.facts.imports[from?.import ?? -1]?.module.endsWith("process") === true);
}

function exported(file: FileView, { value, binding }: ExportFact): readonly FnId[] {
  const held = value ?? (binding === undefined ? undefined : file.facts.bindings[binding]?.versions[0]?.value);
  return held === undefined ? [] : file.get(flow).functions(held);
}
