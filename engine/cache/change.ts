import { watch } from "node:fs";
import { dirname } from "node:path";
import { stillHolds, type Trace } from "./trace.js";

/** Editors write a file in several steps, and a checkout writes many: they count as one change. */
const SETTLE_MS = 60;
/** Where the system tells nothing, or not as many folders as there are. */
const POLL_MS = 1000;
const DAY_MS = 60_000;

export type WatchFolder = (dir: string, onEvent: () => void) => Watcher;

interface Watcher {
  on(event: "error", told: () => void): unknown;
  close(): void;
}

const watchFolder: WatchFolder = (dir, onEvent) => watch(dir, onEvent);

/** Waits until something is no longer as a run found it: true; or until nobody waits any more: false. */
export function changeOf(trace: Trace, ended: AbortSignal, watching: WatchFolder = watchFolder): Promise<boolean> {
  return new Promise((done) => {
    const watchers: Watcher[] = [];
    const timers: NodeJS.Timeout[] = [];
    let settling: NodeJS.Timeout | undefined;
    let isOver = false;
    const finish = (changed: boolean): void => {
      if (isOver) return;
      isOver = true;
      ended.removeEventListener("abort", onEnd);
      clearTimeout(settling);
      for (const timer of timers) clearInterval(timer);
      for (const watcher of watchers) watcher.close();
      done(changed);
    };
    const onEnd = (): void => finish(false);
    const look = (): void => {
      if (!isOver && stillHolds(trace) === null) finish(true);
    };
    const onEvent = (): void => {
      clearTimeout(settling);
      settling = setTimeout(look, SETTLE_MS);
    };
    const poll = (): void => {
      if (timers.length === 0 && !isOver) timers.push(setInterval(look, POLL_MS));
    };
    if (ended.aborted) return finish(false);
    ended.addEventListener("abort", onEnd);
    if (trace.day !== null) timers.push(setInterval(look, DAY_MS));
    try {
      for (const dir of foldersOf(trace)) {
        const watcher = watching(dir, onEvent);
        watchers.push(watcher);
        watcher.on("error", poll);
      }
      // nobypass-disable-next-line swallowed-error -- too many folders, or one that is gone: then we look by ourselves
    } catch {
      timers.splice(0).forEach((timer) => clearInterval(timer));
      poll();
    }
    // What changed while the run went on, and nobody was watching.
    look();
  });
}

/** The folders in which anything can happen that a run would see. */
function foldersOf({ files, folders, kinds, realPaths }: Trace): ReadonlySet<string> {
  const of = (path: string): string => dirname(path);
  return new Set([...folders.map((f) => f.path), ...files.map(([path]) => of(path)), ...kinds.filter(([, kind]) => kind === "file").map(([path]) => of(path)), ...realPaths.map(([, target]) => of(target))]);
}
