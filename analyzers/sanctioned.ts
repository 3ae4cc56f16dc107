import type { ValueId } from "../core/facts.js";
import type { Answer } from "../core/rule.js";
import { flow } from "./flow.js";

/** The pipeline's name that a value is (`dispatch`, `http.fetch`, `entry.stream`), or null. */
export const sanctioned: Answer<(value: ValueId) => string | null> = {
  name: "sanctioned",
  of(file) {
    const answers = file.get(flow);
    return (value) => {
      for (const node of answers.symbols(value)) {
        const name = file.settings.pipelineName(node.text, file.path);
        if (name !== null) return name;
      }
      return null;
    };
  },
};

/** Names that say they repeat, order, guard or observe work, which crosses and bounds nothing. */
export const NO_DISPATCH = /retry|retries|repeat|backoff|attempt|catch|async_?handler|memo|cache|lock|mutex|queue|transaction|transact|measure|trace|span|profile|\btime\b/i;
