import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { callsThatMayHave } from "./calls.js";
import { flow } from "./flow.js";
import { LISTENS } from "./listeners.js";
import { outside } from "./outside.js";
import { sitesOf } from "./sites.js";
import { taint } from "./taint.js";

/** Calls upon calls: `req.setEncoding("utf8").on("error", fail).on("data", keep)`. */
const DEEPEST = 8;

/** What a piece is a piece of: the `req` of `for await (const piece of req)` and of `req.on("data", (piece) => …)`. */
export function inPieces(file: FileView, id: ValueId): ValueId | null {
  const { values } = file.facts;
  const value = values[id] as Value;
  if (value.kind === "element") return value.awaited ? value.of : null;
  if (value.kind !== "param" || value.index !== 0) return null;
  for (const { call, arg, path } of sitesOf(file.facts).ofFunction(value.fn)) {
    const { callee, args } = values[call] as Value & { kind: "call" };
    const listens = values[callee] as Value;
    if (arg !== 1 || path.length > 0 || listens.kind !== "member" || !LISTENS.has(listens.name ?? "") || file.get(flow).constant(args[0] as ValueId) !== "data") continue;
    return emitterOf(values, listens.object);
  }
  return null;
}

/** What is listened to gives itself for the next listener. */
function emitterOf(values: readonly Value[], id: ValueId): ValueId {
  let at = id;
  for (let depth = 0; depth < DEEPEST; depth++) {
    const value = values[at] as Value;
    const callee = value.kind === "call" ? (values[value.callee] as Value) : undefined;
    if (callee?.kind !== "member" || !(LISTENS.has(callee.name ?? "") || callee.name === "setEncoding")) break;
    at = callee.object;
  }
  return at;
}

/** The calls that read a shape out of a body that came in pieces: before, it is bytes or a text, which have none. */
export const readFromPieces: Answer<ReadonlySet<ValueId>> = {
  name: "read from pieces",
  of(file) {
    const isPiece = (id: ValueId): boolean => inPieces(file, id) !== null && file.get(outside)(id) !== null;
    if (!file.facts.values.some((_, id) => isPiece(id))) return new Set();
    const reads = callsThatMayHave(file, ["passes"]).filter(({ id, args, symbols }) => args?.[0] !== undefined && (file.facts.values[id] as Value).kind === "call" && symbols.some((s) => READS.has(s.text)));
    return new Set(reads.filter(({ args }) => file.get(taint).origins(args?.[0] as ValueId).some(({ at, from, doubt }) => from.kind === "source" && doubt === null && isPiece(at))).map(({ id }) => id));
  },
};

const READS: ReadonlySet<string> = new Set(["global:JSON.parse", "querystring:parse", "qs:parse"]);
