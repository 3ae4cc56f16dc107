import type { FunctionFact, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { callAt } from "./calls.js";
import { flow } from "./flow.js";
import { occurrences } from "./occurrences.js";

const READS_BYTES = /^(?:arrayBuffer|bytes|blob)$/;
/** Bytes in another box. */
const KEEPS = new Set(["from", "concat", "Uint8Array", "Buffer", "Blob", "File", "slice", "subarray"]);
/** Make something else of them, whose shape somebody believes in. */
const DECODES = /decode|parse|toString|^text$|^json$|String$|^formData$|unzip|inflate|unpack|deserial/i;
/** Names of names; further nobody looks. */
const MOST = 60;

/** `put(name, await request.arrayBuffer())`: bytes that go on as they came have no shape that anything could accept. */
export function isOnlyBytes(file: FileView, read: ValueId): boolean {
  const { values, functions, bindings } = file.facts;
  const made = values[read] as Value;
  const callee = made.kind === "call" ? (values[made.callee] as Value) : undefined;
  if (callee?.kind !== "member" || !READS_BYTES.test(callee.name ?? "")) return false;
  const found = file.get(occurrences);
  const all = new Set([read]);
  for (const id of all) {
    if (all.size > MOST) return false;
    for (const { binding, version } of found.holders(id)) {
      for (const use of found.reads(binding)) {
        const { version: at } = values[use] as Value & { kind: "var" };
        if (at === version || at < 0 || bindings[binding]?.versions[at]?.of?.includes(version)) all.add(use);
      }
    }
    for (const user of found.users(id)) {
      const value = values[user] as Value;
      if (value.kind === "member") {
        if (DECODES.test(value.name ?? "")) return false;
        if (KEEPS.has(value.name ?? "")) found.users(user).forEach((call) => all.add(call));
      } else if (value.kind === "call") {
        const target = values[value.callee] as Value;
        const name = (target.kind === "var" ? bindings[target.binding]?.name : target.kind === "member" || target.kind === "global" ? target.name : null) ?? "";
        if (DECODES.test(name)) return false;
        if (KEEPS.has(name)) all.add(user);
        else for (const fn of file.get(flow).functions(file.get(callAt)(user)?.target ?? value.callee)) {
          const param = (functions[fn] as FunctionFact).params[value.args.indexOf(id)];
          if (param !== undefined) all.add(param.value);
        }
      } else if (/^(?:cast|await|default|logical|choice|assign|spread)$/.test(value.kind)) all.add(user);
    }
  }
  return true;
}
