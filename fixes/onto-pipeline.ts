import type { Value, ValueId } from "../core/facts.js";
import { ANY_VERSION } from "../core/facts.js";
import type { Edit, Fix } from "../core/finding.js";
import type { FileView } from "../core/rule.js";
import type { CallBoundRow } from "../catalog/library.js";
import type { Call } from "../analyzers/calls.js";
import { isDispatched } from "../analyzers/call-bounds.js";
import { context } from "../analyzers/context.js";
import { flow } from "../analyzers/flow.js";
import { eachOperand } from "../analyzers/operands.js";
import { addArgument, addProperty, insert } from "./edit.js";
import { pipelineName } from "./pipeline-name.js";

/** What gives no promise of one result: a stream, a cursor, a subscription. Its end is not the call's. */
const NO_RESULT = /^(?:stream|iterate|cursor|subscribe|listen|watch|on|once|pipe|createReadStream|createWriteStream|queryStream|scanIterator|connect|end|close|quit|release)$/i;
/** Clients whose own methods do the work. What others give (`db.collection()`, a repository) does it past a wrapped client. */
const WORKS_ITSELF = new Set(["pg", "ioredis", "redis", "mysql", "mariadb", "bullmq"]);
const GLOBAL_OBJECTS = new Set(["globalThis", "global", "self", "window"]);

/** `fetch(url)` as `http.fetch(url)`: the same call under the caller's deadline. Only where `fetch` stands by its own name. */
export function fetchThroughPipeline(file: FileView, call: Call): Fix | null {
  const callee = file.facts.values[call.value.callee] as Value;
  const object = callee.kind === "member" ? (file.facts.values[callee.object] as Value) : undefined;
  const isFetch = (callee.kind === "global" && callee.name === "fetch") || (callee.kind === "member" && callee.name === "fetch" && object?.kind === "global" && GLOBAL_OBJECTS.has(object.name));
  // A body that flows on into a pipe outlives the call, and wants `{ body: "stream" }`: a human sees that.
  if (!isFetch || call.value.form !== undefined || call.value.optional || !isWaitedFor(file, call.id) || isDispatched(file, call.id)) return null;
  const name = isStreamed(file, call.id) ? null : pipelineName(file, "http", call.id);
  if (name === null) return null;
  return { tier: "review", title: `Fetch through the pipeline: \`${name.text}.fetch\``, edits: [...name.edits, { ...file.span({ value: call.value.callee }), text: `${name.text}.fetch` }] };
}

/** `pool.query(…)` as `dispatch("pg.query", () => pool.query(…))`; a call that takes a signal gets the dispatch's. */
export function dispatched(file: FileView, call: Call, row: CallBoundRow, library: string): Fix | null {
  const method = methodOf(file, call.value.callee);
  if (method === null || NO_RESULT.test(method) || (library === "fetch" && isStreamed(file, call.id)) || call.value.form !== undefined || call.args === null || call.target !== call.value.callee) return null;
  if (!isWaitedFor(file, call.id) || isDispatched(file, call.id) || !mayMove(file, call.id)) return null;
  const name = pipelineName(file, "dispatch", call.id);
  if (name === null) return null;
  const op = JSON.stringify(`${library}.${method}`);
  const { start, end } = file.span({ value: call.id });
  const signal = signalInto(file, call, row);
  const head = `${name.text}(${op}, ${signal === null ? "()" : "({ signal })"} => `;
  return { tier: "review", title: `Dispatch it: \`${name.text}(${op}, …)\``, edits: [...name.edits, insert(start, head), ...(signal ?? []), insert(end, ")")] };
}

/** `new Pool(…)` as `port("pg", new Pool(…))`: every call of the client is then dispatched, without a change where it is made. */
export function ported(file: FileView, call: Call, library: string): Fix | null {
  if (!WORKS_ITSELF.has(library)) return null;
  const where = file.get(context);
  const parent = where.parent(call.id);
  const statement = where.statement(call.id);
  const isHeld = (parent === null && (statement?.kind === "define" || statement?.kind === "return")) || (parent !== null && file.facts.values[parent]?.kind === "assign");
  const isField = parent === null && file.facts.classes.some((cls) => cls.members.some((m) => m.value === call.id));
  if (!isHeld && !isField) return null;
  const name = pipelineName(file, "port", call.id);
  if (name === null) return null;
  const { start, end } = file.span({ value: call.id });
  const op = JSON.stringify(library);
  return { tier: "review", title: `Wrap the client: \`${name.text}(${op}, …)\``, edits: [...name.edits, insert(start, `${name.text}(${op}, `), insert(end, ")")] };
}

/** Awaited here, or returned by a function that is itself asynchronous: then a promise is all that anybody sees. */
function isWaitedFor(file: FileView, id: ValueId): boolean {
  const where = file.get(context);
  const parent = where.parent(id);
  if (parent !== null) return (file.facts.values[parent] as Value).kind === "await";
  return where.statement(id)?.kind === "return" && (file.facts.functions[file.facts.owner[id] as number]?.async ?? false);
}

/** May the call stand in a function of its own? Not with an `await` in its arguments, nor with a name that is written again: its type would be forgotten. */
export function mayMove(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  if (value.kind === "await" || value.kind === "yield" || value.kind === "super") return false;
  if (value.kind === "var" && (value.version === ANY_VERSION || (file.facts.bindings[value.binding]?.versions.length ?? 0) > 1)) return false;
  if (value.kind === "global" && value.name === "arguments") return false;
  let may = true;
  eachOperand(value, (operand) => {
    may &&= mayMove(file, operand);
  });
  return may;
}

/** The dispatch's signal as an option, where the call takes one and its options stand here. */
function signalInto(file: FileView, call: Call, row: CallBoundRow): readonly Edit[] | null {
  const { signal } = row;
  if (!signal || typeof signal.arg !== "number" || signal.path !== "signal" || call.args === null) return null;
  if (file.facts.bindings.some((b) => b.name === "signal")) return null;
  const arg = call.args[signal.arg];
  if (arg === undefined) return call.args.length === signal.arg ? addArgument(file, call.id, "{ signal }") : null;
  const value = file.facts.values[arg] as Value;
  return value.kind === "object" && !value.props.some((p) => p.name === "signal" || p.form === "spread") ? addProperty(file, arg, "signal") : null;
}

/** Does anybody take the body of the response as a stream? */
function isStreamed(file: FileView, id: ValueId): boolean {
  const { sources } = file.get(flow);
  return file.facts.values.some((value) => value.kind === "member" && value.name === "body" && sources(value.object).includes(id));
}

/** What a call is called in the policy table; a client that is itself called makes a request. */
function methodOf(file: FileView, callee: ValueId): string | null {
  const value = file.facts.values[callee] as Value;
  return value.kind === "member" ? value.name : "request";
}
