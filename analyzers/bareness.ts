import type { FnId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { ambient } from "./ambient.js";
import { bootstraps } from "./bootstraps.js";
import { type Entry } from "./entries.js";

/** Does an entry point go around the pipeline? */
export type Bareness =
  /** Wrapped by `entry`, or under a pipeline that is registered for it. */
  | { readonly is: "entered" }
  /** The function that its framework calls as it is; null for a method of a decorated class. */
  | { readonly is: "bare"; readonly fn: FnId | null }
  /** Another file decides. */
  | { readonly is: "unknown"; readonly reason: string };

const ENTERED: Bareness = { is: "entered" };

export const bareness: Answer<(entry: Entry) => Bareness> = {
  name: "bareness",
  of(file) {
    const known = new Map<Entry, Bareness>();
    return (entry) => {
      let is = known.get(entry);
      if (!is) known.set(entry, (is = entry.by === "decorator" ? ofMethod(file, entry) : ofHandler(file, entry)));
      return is;
    };
  },
};

function ofHandler(file: FileView, entry: Entry): Bareness {
  const { ways } = entry.handed;
  const bare = ways.find((w) => w.kind === "bare");
  const unknown = ways.find((w) => w.kind === "unknown");
  if (!bare && !unknown) return ENTERED;
  const covered = file.get(ambient).covers(entry, "pipeline");
  if (covered === true) return ENTERED;
  if (entry.doubt !== null) return { is: "unknown", reason: entry.doubt };
  if (covered === null) return { is: "unknown", reason: "whether the pipeline is registered before it depends on who calls these functions" };
  return bare ? { is: "bare", fn: bare.fn } : { is: "unknown", reason: unknown?.reason ?? "" };
}

/** What serves a class is registered where the application starts: here, or as config `ambient` says. */
function ofMethod(file: FileView, entry: Entry): Bareness {
  if (file.get(ambient).covers(entry, "pipeline") === true) return ENTERED;
  const started = file.get(bootstraps).filter((b) => b.rows.includes(entry.row));
  if (started.length > 0 && started.every((b) => file.get(ambient).coversAll(b, "pipeline"))) return ENTERED;
  return entry.doubt === null ? { is: "bare", fn: null } : { is: "unknown", reason: entry.doubt };
}
