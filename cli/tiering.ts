import * as module from "node:module";
import { setFlagsFromString } from "node:v8";

/**
 * A check runs a great deal of code for a short time: V8 would spend a quarter of the CPU on optimising functions that have
 * little left to do. So it waits longer before it does. Named for the releases this was measured on: V8 complains aloud of a
 * flag that it does not know.
 */
const OPTIMISE_LATER: Readonly<Record<string, string>> = {
  "20": "--interrupt-budget=600000",
  "22": "--invocation-count-for-turbofan=20000",
  "24": "--invocation-count-for-turbofan=20000",
};

export const flagFor = (nodeVersion: string): string | undefined => OPTIMISE_LATER[nodeVersion.split(".")[0] ?? ""];

/** Only for a process that is ours, and before our code is loaded. */
export function optimiseLater(nodeVersion: string): void {
  const flag = flagFor(nodeVersion);
  if (flag !== undefined) setFlagsFromString(flag);
}

/** Node 22.1 and later keep what they have compiled between runs, where other tools do too: most of a short run is loading. */
export function keepCompiled({ enableCompileCache }: { readonly enableCompileCache?: () => unknown } = module as typeof module & { enableCompileCache?: () => unknown }): void {
  enableCompileCache?.();
}
