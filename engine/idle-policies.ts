import { idlePatterns } from "../analyzers/needed-policies.js";
import type { ProgramView } from "../analyzers/program-view.js";
import type { LoadedConfig } from "../config/load.js";
import { nearestName } from "../config/nearest-name.js";
import type { RunProblem } from "./result.js";

const SHOWN = 5;

/** Config `policies` that protect nothing, because no entry has the name they give: a slip that nobody else would notice. */
export function idlePolicies({ config, file, dir }: LoadedConfig, program: ProgramView | undefined): RunProblem[] {
  if ((config.policies ?? []).length === 0 || program === undefined) return [];
  const { idle, names } = program.get(idlePatterns);
  return idle.map(({ at, text }) => ({ kind: "config", file: file ?? dir, message: `${at}: \`${text}\` names no HTTP entry, so nothing is asked of any`, hint: hintFor(text, names) }));
}

function hintFor(text: string, names: readonly string[]): string {
  if (names.length === 0) return "No HTTP entry was found in the files of this run: is the code that registers them part of the project?";
  const meant = nearestName(text, names);
  if (meant !== undefined) return `did you mean \`${meant}\`?`;
  const more = names.length - SHOWN;
  return `Entries are named by method and path (\`*\` stands for anything): ${names.slice(0, SHOWN).map((n) => `\`${n}\``).join(", ")}${more > 0 ? ` and ${more} more` : ""}.`;
}
