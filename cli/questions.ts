import { createInterface } from "node:readline";
import { nearestName } from "../config/nearest-name.js";
import { CommandError } from "./failure.js";
import type { Io } from "./io.js";

/** Asks one thing; the answer, or what stands in brackets if only Enter is pressed. */
export type Ask = (question: string, byDefault: string, oneOf?: readonly string[]) => Promise<string>;

/** Questions on a terminal, which echoes and edits the line itself. On stderr: stdout is for what has been done. */
export async function withQuestions<T>(io: Io, body: (ask: Ask) => Promise<T>): Promise<T> {
  const lines = createInterface({ input: io.stdin });
  const answers = lines[Symbol.asyncIterator]();
  try {
    return await body(async (question, byDefault, oneOf) => {
      for (;;) {
        io.stderr.write(`${question} [${byDefault}] `);
        const next = await answers.next();
        // Ctrl-D, or input that ends: half an answer is none.
        if (next.done === true) throw new CommandError("stopped, and nothing was written", "`nobypass init --yes` asks nothing");
        const answer = next.value.trim() || byDefault;
        if (oneOf === undefined || oneOf.includes(answer)) return answer;
        const meant = nearestName(answer, oneOf);
        io.stderr.write(`  one of ${oneOf.join(", ")}${meant === undefined ? "" : `; did you mean ${meant}?`}\n`);
      }
    });
  } finally {
    lines.close();
  }
}
