import { Cache } from "../engine/cached-run.js";
import { changeOf } from "../engine/cache/change.js";
import type { Trace } from "../engine/cache/trace.js";
import type { CheckDependencies } from "./check.js";
import type { ExitCode, Io } from "./io.js";

/** Also what has scrolled away: two reports must not look like one. */
const CLEAR = "\x1b[2J\x1b[3J\x1b[H";

/**
 * Judges, waits until something changes that the judgement depends on, and judges again. Facts stay in memory. On a terminal each report
 * takes the place of the last one; elsewhere they follow each other on stdout, and on stderr a line ends each.
 */
export async function watchAndJudge(io: Io, check: (run: CheckDependencies["run"]) => Promise<ExitCode>): Promise<ExitCode> {
  let trace: Trace | undefined;
  let cache: Cache | undefined;
  let isFirst = true;
  const run: CheckDependencies["run"] = async (options, onNote) => {
    cache ??= new Cache(options.cwd, { staysOpen: true, ...(onNote !== null && { onNote }) });
    const traced = await cache.run(options);
    trace = traced.trace;
    // Only now: until there is a new report, the old one can be read.
    if (io.stdout.isTTY === true && !isFirst) io.stdout.write(CLEAR);
    isFirst = false;
    return traced.result;
  };
  for (;;) {
    const exitCode = await check(run);
    // What was thrown has been reported, and there is nothing that a change could be told by.
    if (trace === undefined) return exitCode;
    const ending = new AbortController();
    const end = (): void => ending.abort();
    // Only while we wait: a run keeps the process busy, and Ctrl-C must end that too, at once.
    const signals = ["SIGINT", "SIGTERM"] as const;
    for (const signal of signals) process.once(signal, end);
    io.stderr.write("nobypass: watching for changes (Ctrl-C ends)\n");
    const changed = await changeOf(trace, ending.signal);
    for (const signal of signals) process.off(signal, end);
    if (!changed) return exitCode;
  }
}
