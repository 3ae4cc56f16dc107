import { readFileSync } from "node:fs";
import { absolutePosix } from "../../config/path.js";
import type { RunOptions, RunResult } from "../result.js";
import type { Store } from "./store.js";
import { hashOf, stillHolds, type Trace } from "./trace.js";

interface Kept {
  readonly key: string;
  readonly trace: Trace;
  /** Of `sources` the paths: the files still hold the texts. */
  readonly result: Omit<RunResult, "sources" | "durationMs"> & { readonly sources: readonly string[] };
}

/** The run that somebody asks for, whatever lies on the disk. */
export function keyOf({ cwd, paths, configPath, rules, alone, parseAll, types }: RunOptions, ownCode: string): string {
  return JSON.stringify([ownCode, absolutePosix(".", cwd), paths, configPath ?? null, rules ?? null, alone ?? false, parseAll ?? false, types ?? true]);
}

/** What the same run has come to before, if nothing that it read has changed. */
export function recall(store: Store, key: string, started: number): { readonly result: RunResult; readonly trace: Trace } | null {
  const name = nameOf(key);
  const kept = store.readJson<Kept>(name);
  if (kept === null || kept.key !== key) return null;
  const trace = stillHolds(kept.trace);
  if (trace === null) return null;
  if (trace !== kept.trace) store.write(name, Buffer.from(JSON.stringify({ ...kept, trace })));
  const { result: timeless } = kept;
  const sources = new Map(timeless.sources.map((path) => [path, readFileSync(absolutePosix(timeless.root, path), "utf8").replace(/^\uFEFF/, "")]));
  return { result: { ...timeless, sources, durationMs: performance.now() - started }, trace };
}

export function keep(store: Store, key: string, trace: Trace, { durationMs: _, sources, ...result }: RunResult): void {
  const kept: Kept = { key, trace, result: { ...result, sources: [...sources.keys()] } };
  store.write(nameOf(key), Buffer.from(JSON.stringify(kept)));
}

/** A run that failed may do better next time. */
export const isWorthKeeping = ({ problems }: RunResult): boolean => problems.every((p) => p.kind === "parse");

const nameOf = (key: string): string => `run-${hashOf(key).replace(/\W/g, "").slice(0, 16)}`;
