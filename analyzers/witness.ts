import type { Value, ValueId } from "../core/facts.js";
import type { Related } from "../core/finding.js";
import type { FileView } from "../core/rule.js";
import type { Entry } from "./entries.js";
import type { Invocation } from "./invocations.js";
import { occurrences } from "./occurrences.js";
import type { Middleware } from "./on-the-way.js";
import type { Reached } from "./reach.js";

/** Whom a way begins with: `` `GET /users` ``, `` the trpc handler `rename` ``, `this express handler`. */
export function described(file: FileView, by: Entry | Middleware): string {
  if ("runs" in by) return `every request that passes \`${calledAs(file, by.call.value.callee)}\``;
  const route = by.by === "export" && by.kind === "http" ? routeOfFile(file.homeOf(by.at).path) : null;
  if (route !== null) return by.name === null ? `\`${route}\`` : `\`${by.name} ${route}\``;
  if (by.name !== null && by.name !== "") return `\`${by.name}\``;
  const held = by.call === null ? null : holderOf(file, by.call.id);
  return held === null ? `this ${by.framework} handler` : `the ${by.framework} handler \`${held}\``;
}

/** `/api/orders/[id]` of `app/(shop)/api/orders/[id]/route.ts`: where a framework finds by the place of a file what serves a path. */
function routeOfFile(path: string): string | null {
  const below = /(?:^|\/)(?:app|pages|routes)\/(.+)\.\w+$/.exec(path)?.[1];
  if (below === undefined) return null;
  const steps = below.replace(/(?:^|\/)(?:route|index|\+server)$/, "").split("/").filter((step) => step !== "" && !/^\(.*\)$/.test(step));
  return `/${steps.join("/")}`;
}

/** The property or the name that what a registering call gives is kept under: `rename: procedure.mutation(…)`. */
function holderOf(file: FileView, call: ValueId): string | null {
  const found = file.get(occurrences);
  const parent = found.parent(call);
  const object = parent === null ? undefined : file.facts.values[parent];
  if (object?.kind === "object") return object.props.find((p) => p.value === call)?.name ?? null;
  const [holder] = found.holders(call);
  return holder === undefined ? null : (file.facts.bindings[holder.binding]?.name ?? null);
}

/** The way as places: the registration, and each step from there to the call. */
export function witness(file: FileView, { entry, path }: Pick<Reached<Entry | Middleware>, "entry" | "path">): readonly Related[] {
  const first: Related = { ...file.span(entry.at), step: true, message: "runs" in entry ? "runs on the way of every entry it is registered for" : "the entry point" };
  return [first, ...path.map((step) => ({ ...file.span({ value: step.at.value.callee }), message: stepOf(file, step), step: true as const }))];
}

const HOW: Readonly<Record<Exclude<Invocation["how"], "call">, string>> = {
  callback: "runs the function it is given",
  crossing: "dispatches the function it is given",
  detached: "detaches the function it is given",
  later: "runs the function it is given later",
  event: "keeps the function it is given as a listener",
  maybe: "is given the function",
};

function stepOf(file: FileView, { at, run, how }: Invocation): string {
  if (how !== "call") return HOW[how];
  const name = file.facts.functions[run.fn]?.name ?? null;
  const argument = name === null ? null : ARGUMENT.exec(name);
  if (argument) return `calls \`${calledAs(file, at.value.callee)}\`, the function given to \`${argument[1]}\``;
  return `calls \`${name === null || name === RESULT ? calledAs(file, at.value.callee) : name}\``;
}

/** What functions without a name are called by the extractor: `arg1 of retry`, and `result` for one that is returned. */
const ARGUMENT = /^arg\d+ of (\S+)/;
const RESULT = "result";

/** A callee as it is written, on one line and not too long. */
export function calledAs(file: FileView, callee: ValueId): string {
  const { start, end } = file.span({ value: callee });
  const text = file.text.slice(start, end).replace(/(?<!\s)\s*(\??\.)\s*/g, "$1").replace(/\s+/g, " ");
  return text.length > 60 ? `…${text.slice(-50)}` : text;
}

/** What a call is called by, `new` included. */
export function callText(file: FileView, { value }: { readonly value: Value & { kind: "call" } }): string {
  return `${value.form === "new" ? "new " : ""}${calledAs(file, value.callee)}`;
}
