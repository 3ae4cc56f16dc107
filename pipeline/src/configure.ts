import { configured } from "./configured.js";
import { AppFailure } from "./failure.js";
import type { EntryPolicy, Policy, Settings } from "./settings.js";
import { watchSignals } from "./shutdown.js";
import { state } from "./state.js";
import { rangeList } from "./trust.js";

/**
 * Adds to what is configured: rows to the tables, replacing a row of the same name; a list or a value replaces the earlier one.
 * Holds from the next call on, whatever was resolved before.
 */
export function configure(settings: Settings): void {
  for (const [pattern, row] of Object.entries(settings.ops ?? {})) checkPolicy(`ops[${JSON.stringify(pattern)}]`, row);
  if (settings.defaults?.dispatch) checkPolicy("defaults.dispatch", settings.defaults.dispatch);
  for (const [pattern, row] of Object.entries(settings.entries ?? {})) checkEntry(`entries[${JSON.stringify(pattern)}]`, row);
  if (settings.defaults?.entry) checkEntry("defaults.entry", settings.defaults.entry);
  for (const key of ["within", "afterWithin"] as const) checkNumber("shutdown", key, settings.shutdown?.[key], 0);
  for (const as of ["peers", "proxies"] as const) if (settings.trust?.[as]) rangeList(settings.trust[as], as);
  for (const origins of [settings.propagate, settings.trust?.origins]) for (const origin of origins ?? []) if (!URL.canParse(origin) || new URL(origin).origin !== origin) wrong(`${JSON.stringify(origin)} is not an origin, such as "https://api.internal"`);
  const before = state.settings;
  state.settings = {
    ...before,
    ...settings,
    ops: { ...before.ops, ...settings.ops },
    entries: { ...before.entries, ...settings.entries },
    problems: { ...before.problems, ...settings.problems },
    defaults: { entry: { ...before.defaults?.entry, ...settings.defaults?.entry }, dispatch: { ...before.defaults?.dispatch, ...settings.defaults?.dispatch } as Policy },
    trust: { ...before.trust, ...settings.trust },
  };
  state.generation++;
  state.configured = configured;
  if (settings.logger !== undefined || settings.level !== undefined) state.logger = undefined;
  if (settings.shutdown?.signals) watchSignals(settings.shutdown.signals);
}

function checkPolicy(where: string, p: Policy): void {
  for (const key of ["timeout", "attemptTimeout", "concurrency", "queue", "slow", "retry"] as const) checkNumber(where, key, p[key], key === "queue" || key === "slow" || key === "retry" ? 0 : 1);
  checkMode(where, p.mode);
  // The types say so too, but not to JavaScript.
  if (p.retry !== undefined && p.retry > 0 && !p.idempotent) wrong(`${where} has retry without idempotent: only what may run twice is tried again`);
}

function checkEntry(where: string, p: EntryPolicy): void {
  for (const key of ["timeout", "idle", "concurrency"] as const) checkNumber(where, key, p[key], 1);
  checkMode(where, p.mode);
  if (p.rateLimit && !(p.rateLimit.limit > 0 && p.rateLimit.per > 0)) wrong(`${where}.rateLimit needs limit and per (milliseconds), both above 0`);
}

function checkNumber(where: string, key: string, value: unknown, least: number): void {
  if (value !== undefined && !(typeof value === "number" && value >= least)) wrong(`${where}.${key} is no number of at least ${least}`);
}

function checkMode(where: string, mode: unknown): void {
  if (mode !== undefined && mode !== "observe" && mode !== "enforce") wrong(`${where}.mode is neither "observe" nor "enforce"`);
}

function wrong(problem: string): never {
  throw new AppFailure({ code: "INTERNAL" }, { message: `pipeline.configure: ${problem}` });
}
