import { packageOf } from "../catalog/symbol-path.js";
import type { Answer } from "../core/rule.js";
import { calls } from "./calls.js";
import { flow } from "./flow.js";
import { sanctioned } from "./sanctioned.js";

/** Names of the pipeline that wrap a client. */
const WRAPS = /^(?:port|http\.axios)$/;

/** The packages of which a client is wrapped by the pipeline somewhere; `*` where nobody can say what is wrapped. */
export const wrappedPackages: Answer<ReadonlySet<string>> = {
  name: "packages with wrapped clients",
  of(file) {
    const found = new Set<string>();
    for (const { target, args } of file.get(calls)) {
      if (!WRAPS.test(file.get(sanctioned)(target) ?? "")) continue;
      const nodes = (args ?? []).flatMap((arg) => file.get(flow).symbols(arg)).filter((node) => node.leadsSomewhere);
      if (nodes.length === 0) found.add("*");
      for (const node of nodes) found.add(packageOf(node.text));
    }
    return found;
  },
};
