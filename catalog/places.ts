import type { OptionPlace } from "./library.js";

/** Options of one argument: `at(1, "signal", "timeout")`. */
export const at = (arg: OptionPlace["arg"], ...paths: readonly string[]): readonly OptionPlace[] => paths.map((path) => ({ arg, path }));

/** The same, where 0 (or `false`) switches the option off. */
export const atUnless = (off: readonly (number | string | boolean)[], arg: OptionPlace["arg"], ...paths: readonly string[]): readonly OptionPlace[] =>
  paths.map((path) => ({ arg, path, offWhen: off }));

/** Request headers that carry a credential. */
export const AUTH_HEADERS = ["headers.Authorization", "headers.Proxy-Authorization", "headers.X-Api-Key", "headers.Api-Key", "headers.X-Auth-Token"];

/** The same options where a module takes them directly, and where `forRootAsync` takes a factory of them. */
export const orFactory = (...paths: readonly string[]): readonly string[] => [...paths, ...paths.map((path) => `useFactory().${path}`)];
