import type { Output } from "./io.js";

/** Often enough to look alive, seldom enough to cost nothing. */
const EVERY_MS = 80;

export interface Progress {
  onProgress(done: number, total: number): void;
  /** Takes the line away. */
  end(): void;
}

/** One line on stderr that is written over again and again. Only for a terminal: in a log it would be noise. */
export function progressOn(output: Output, wanted: boolean): Progress | undefined {
  if (!wanted || output.isTTY !== true) return undefined;
  let last = 0;
  let shown = false;
  return {
    onProgress(done, total) {
      const now = performance.now();
      if (now - last < EVERY_MS) return;
      last = now;
      shown = true;
      output.write(`\r\x1b[2Kchecking ${done} of ${total} files`);
    },
    end() {
      if (shown) output.write("\r\x1b[2K");
    },
  };
}
