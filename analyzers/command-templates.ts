import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { Call } from "./calls.js";
import { flow } from "./flow.js";

const RUNS = /^(?:execa|zx):\$(?:\(\))?(?:\.(?:sync|s))?$/;

/** `$\`${program} ${argument}\``: what stands first is the program; the arguments are quoted, unless a shell was asked for. */
export function commandOfTemplate(file: FileView, call: Call): readonly ValueId[] {
  if (call.value.form !== "tag" || !call.symbols.some((s) => RUNS.test(s.text))) return [];
  const template = call.value.args[0] === undefined ? undefined : file.facts.values[call.value.args[0]];
  if (template?.kind !== "template") return [];
  if (asksForShell(file, call.value.callee)) return template.holes;
  return template.chunks[0]?.trim() === "" ? template.holes.slice(0, 1) : [];
}

/** `$({ shell: true })` */
function asksForShell(file: FileView, callee: ValueId): boolean {
  const value = file.facts.values[callee] as Value;
  if (value.kind === "member") return asksForShell(file, value.object);
  return file.get(flow).sources(callee).some((s) => {
    const made = file.facts.values[s] as Value;
    const options = made.kind === "call" && made.args[0] !== undefined ? file.get(flow).sources(made.args[0]).map((o) => file.facts.values[o] as Value) : [];
    return options.some((o) => o.kind === "object" && o.props.some((p) => p.name === "shell" && file.get(flow).constant(p.value) !== false));
  });
}
