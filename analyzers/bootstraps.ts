import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import type { EntryRow } from "../catalog/library.js";
import { type Call, callsThatMayHave } from "./calls.js";
import { context } from "./context.js";
import { entryRowsOf } from "./entry-rows.js";
import { isVar } from "./passes-on.js";

/** A call that starts serving what classes elsewhere declare: `NestFactory.create(AppModule)`. */
export interface Bootstrap {
  readonly call: Call;
  readonly rows: readonly EntryRow[];
  readonly framework: string;
}

export const bootstraps: Answer<readonly Bootstrap[]> = {
  name: "bootstraps",
  of(file) {
    const found: Bootstrap[] = [];
    for (const call of callsThatMayHave(file, ["entries"])) {
      const rows = entryRowsOf(call).filter((row) => row.register.by === "decorator");
      if (rows[0] && (!rows.some((row) => row.kind === "http") || mayServe(file, call))) found.push({ call, rows, framework: rows[0].framework });
    }
    return found;
  },
};

/** What an application that only lends its services is used for. */
const LENDS = new Set(["get", "resolve", "select", "close", "useLogger", "enableShutdownHooks", "flushLogs"]);

/** `const app = await NestFactory.create(SeedModule); await app.get(Seeds).run(); await app.close();` serves nobody. */
function mayServe(file: FileView, call: Call): boolean {
  const { facts } = file;
  const where = file.get(context);
  const binding = facts.bindings.findIndex((b) => b.versions.some((v) => v.value !== undefined && (v.value === call.id || awaits(facts.values[v.value], call.id))));
  if (binding === -1 || facts.exports.some((e) => e.binding === binding && e.linked !== true)) return true;
  const uses = facts.values.flatMap((v, id) => (isVar(v, binding) ? [id] : []));
  return uses.length === 0 || uses.some((use) => {
    const parent = where.parent(use);
    const link = parent === null ? undefined : facts.values[parent];
    // With a server of its own given to it, `init` is all that it takes to serve.
    return link?.kind !== "member" || link.object !== use || link.name === null || !(LENDS.has(link.name) || (link.name === "init" && call.value.args.length === 1));
  });
}

const awaits = (value: Value | undefined, call: ValueId): boolean => value?.kind === "await" && value.of === call;
