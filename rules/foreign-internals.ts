import { posix } from "node:path";
import { type Crossing, type FileView, type Glance, rule } from "../core/rule.js";
import { type ModuleReference, moduleReferences } from "../analyzers/module-references.js";

export default rule({
  name: "foreign-internals",
  promise: "one path",
  finds: "an import of another module's inside past its public entry",
  why: "What a module checks, logs and promises stands at its entry; a call that comes in through the back has none of it, and no file inside can be changed any more without reading everybody else's.",
  fine: [
    "`import type`, `import { type A }`, and names that stand in types alone: nothing of it is left at run time",
    "a module's own files, its index or `exports` of its package.json, and any file of a module that has no entry",
    "the composition root: files directly in a package's folder or its `src/`, outside of all modules",
    "a project without modules: config `modules`, else workspace packages, else `src/{modules,features,domains}/*`",
    "tests and scripts",
  ],
  depth: "file",
  fix: "none",
  fixNote: "Either the entry begins to export what is needed, or the caller asks for something else: that is the module's own decision. Onto the pipeline, a `contract` at the entry and its `implement` inside.",
  roles: ["server"],
  preset: "recommended",
  looksFor: { told: mayLeadInside },
  judge(file, report) {
    for (const reference of file.get(moduleReferences)) {
      const crossings = crossingsOf(file, reference);
      const [first] = crossings;
      if (first === undefined) continue;
      const inside = crossings.find(({ to }) => to === "inside");
      const lost = crossings.find(({ to }) => to === "lost");
      if (reference.typeOnly || (inside === undefined && lost === undefined)) report.clear(reference.at);
      else if (inside !== undefined) report.found(reference.at, `\`${inside.name}\` reaches into the module \`${inside.module}\`, past its entry`, { subject: inside.target });
      else if (reference.specifiers === null) report.unknown(reference.at, "which file of another module is loaded is known at run time only");
      else report.unknown(reference.at, `there is no file at \`${first.name}\``);
    }
  },
});

interface Named extends Crossing {
  readonly name: string;
}

/** The boundaries that the names of a reference cross. */
function crossingsOf({ settings, path }: FileView, { specifiers, prefix }: ModuleReference): readonly Named[] {
  const across = (name: string): Named[] => {
    const crossing = settings.crossing(name, path);
    return crossing === null ? [] : [{ ...crossing, name }];
  };
  if (specifiers !== null) return specifiers.flatMap(across);
  // Of a path that is put together at run time the folders may be written down.
  const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  return (folder.startsWith(".") ? across(`${folder}*`) : []).flatMap((crossing) => {
    if (crossing.dir.includes("*")) return [{ ...crossing, to: "lost" as const }];
    if (crossing.to !== "lost") return [];
    // Below a folder of the module there is no entry; beside the entry it may be meant.
    const isDeep = ![crossing.dir, `${crossing.dir}/src`].includes(posix.dirname(crossing.target));
    return [{ ...crossing, to: isDeep ? ("inside" as const) : ("lost" as const), name: `${folder}…` }];
  });
}

const GAP = String.raw`(?:\s|/\*(?:[^*]|\*(?!/))*\*/|//[^\n]*\n)*`;
/** A text where a module is named. */
const NAMED = new RegExp(String.raw`\b(?:from|import|require)\b${GAP}\(?${GAP}(["'])([^"'\n]*)\1`, "g");
/** The name stands elsewhere: `import(path)`, `const load = require`. */
const ELSEWHERE = new RegExp(String.raw`\b(?:import|require)\b${GAP}\(${GAP}[^\s"'/]|\brequire\b(?!\s*[(.:\w"'])|\bcreateRequire\b`);

function mayLeadInside({ text, path, settings }: Glance): boolean {
  for (const [, , name = ""] of text.matchAll(NAMED)) {
    if (name.includes("\\")) return true;
    const to = settings.crossing(name, path)?.to;
    if (to === "inside" || to === "lost") return true;
  }
  return ELSEWHERE.test(text);
}
