import type { Value, ValueId } from "../core/facts.js";
import { type FileView, rule } from "../core/rule.js";
import { type Discarded, discarded } from "../analyzers/discarded.js";
import { loadedBy } from "../analyzers/loaded.js";
import { pathOf } from "../analyzers/paths.js";
import { detached } from "../fixes/detach.js";

export default rule({
  name: "floating-promise",
  promise: "observability",
  finds: "a promise that nobody awaits, returns, catches or detaches",
  why: "Its failure ends the process or goes unseen, it runs past the deadline of the call that started it, and no line in the log says what became of it.",
  fine: [
    "`await`, `return`, a promise that is given away or kept under a name that somebody reads",
    "`.catch(handler)` and `.then(done, handler)`; what the handler does is for `swallowed-error`",
    "`detach(name, run)` of the pipeline, or the team's own; `void` is none: it hides the promise and handles nothing",
    "an async function given as a callback: to `forEach` and timers, and to listeners (`lost-context`)",
    "what merely has a `then`: queries that are built further, replies, observables",
    "a call whose result another file decides: unknown, where neither its name nor the catalog tells",
  ],
  depth: "both",
  fix: "review",
  fixNote: "Wraps it in `detach`, under a name made of the call. None at the top of a module, where a start-up that fails has to end the process; none for lists and queries that never ran, where waiting for them or running them is a decision.",
  roles: ["server", "script", "migration"],
  preset: "recommended",
  asks: ["promise"],
  looksFor: { text: /\basync\b|\bPromise\b|\.\s*(?:then|catch|finally)\b|\bimport\s*\(|\bvoid\b|\$1\b/, catalog: ["effects", "promises"] },
  judge(file, report) {
    for (const site of file.get(discarded)) {
      const at = { value: site.whole };
      if (site.is === "handled") report.clear(at);
      else if (site.is === "open") report.unknown(at, "whether it gives a promise is decided in another file");
      else report.found(at, messageFor(file, site, site.is), { subject: site.value, fixIn: (own) => detached(own, site) });
    }
  },
});

function messageFor(file: FileView, { value }: Discarded, { lost, kind }: Exclude<Discarded["is"], string>): string {
  const name = textOf(file, value);
  if (kind === "lazy") return `${name} runs when it is awaited, and nobody awaits it`;
  if (lost === "awaitedList") return `\`await\` does not wait for ${name}: it is a list of promises, which takes \`Promise.all\``;
  const what = kind === "list" ? `${name} is a list of promises that` : `${name} is a promise that`;
  switch (lost) {
    case "void":
      return `${what} nobody awaits, returns or catches; \`void\` hides it and does not handle it`;
    case "unread":
      return `${what} nobody awaits: the name it is kept under is never read`;
    case "chain":
      return `${what} nobody awaits, and nothing in its chain takes a rejection`;
    default:
      return `${what} nobody awaits, returns or catches`;
  }
}

/** What is called, without its arguments: `sendMail(…)`. */
function textOf(file: FileView, id: ValueId): string {
  const value = file.facts.values[id] as Value;
  if (value.kind === "array") return "`[…]`";
  if (loadedBy(file, id) === "import") return "`import(…)`";
  if (value.kind === "call" && file.facts.values[value.callee]?.kind === "function") return "this async function";
  return `\`${pathOf(file, id)}\``;
}
