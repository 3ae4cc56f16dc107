import type { Value, ValueId } from "../core/facts.js";
import type { Edit } from "../core/finding.js";
import type { FileView } from "../core/rule.js";
import { calls } from "../analyzers/calls.js";
import { flow } from "../analyzers/flow.js";
import { sanctioned } from "../analyzers/sanctioned.js";
import { addProperty } from "./edit.js";
import { inStyle } from "./style.js";

/** A row of the policy table, `pipeline.configure({ ops: { … } })`, in this file or in the one that sets up the pipeline; null where there is none, or it has a row of the name. */
export function policyRow(file: FileView, op: string, row: string): readonly Edit[] | null {
  for (const path of [file.path, ...file.settings.places(file.path).setups]) {
    const view = path === file.path ? file : file.others.view(path);
    const given = view?.get(calls).find((c) => view.get(sanctioned)(c.target) === "pipeline.configure")?.value.args[0];
    const settings = view && given !== undefined ? objectAt(view, given) : null;
    if (!view || settings === null) continue;
    const { props } = view.facts.values[settings] as Value & { kind: "object" };
    const table = props.find((p) => p.name === "ops");
    const ops = table === undefined ? null : objectAt(view, table.value);
    if (props.some((p) => p.name === null) || (table !== undefined && (ops === null || hasRow(view, ops, op)))) return null;
    const text = `${inStyle(view, op)}: ${row}`;
    const edits = ops === null ? addProperty(view, settings, `ops: { ${text} }`) : addProperty(view, ops, text);
    return edits && edits.map((e) => ({ ...e, ...(view !== file && { file: path }), ...(e.text.includes(text) && { beside: { ...e.beside, adds: ops === null ? "ops" : op } }) }));
  }
  return null;
}

function objectAt(view: FileView, id: ValueId): ValueId | null {
  const [source, ...others] = view.get(flow).sources(id);
  return source !== undefined && others.length === 0 && (view.facts.values[source] as Value).kind === "object" ? source : null;
}

const hasRow = (view: FileView, ops: ValueId, op: string): boolean => (view.facts.values[ops] as Value & { kind: "object" }).props.some((p) => p.name === null || p.name === op);
