import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { flow } from "./flow.js";

/**
 * `fetch(new URL("./font.ttf", import.meta.url))` reads what lies beside the file, as edge runtimes and bundlers want it:
 * no request goes out. A base that is itself an address, or a path from elsewhere, may lead anywhere.
 */
export function isOfOwnAsset(file: FileView, call: Value & { kind: "call" }): boolean {
  const address = call.args[0];
  if (address === undefined) return false;
  const sources = file.get(flow).sources(address);
  return sources.length > 0 && sources.every((source) => isBesideFile(file, source));
}

function isBesideFile(file: FileView, id: ValueId): boolean {
  const made = file.facts.values[id] as Value;
  if (made.kind !== "call" || made.form !== "new" || made.args.length !== 2) return false;
  const [path, base] = made.args as readonly [ValueId, ValueId];
  const { symbols, constant } = file.get(flow);
  const text = constant(path);
  if (typeof text !== "string" || /^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(text)) return false;
  const from = file.facts.values[file.get(flow).sameAs(base)] as Value;
  return from.kind === "member" && from.name === "url" && (file.facts.values[from.object] as Value).kind === "importMeta" && symbols(made.callee).some((s) => s.text === "global:URL" || s.text === "url:URL");
}
