import type { NobypassConfig } from "./schema.js";

/**
 * Identity: gives a config file completion and checking in an editor, nothing else.
 * This module stands in for the package `nobypass` when a config is read (config/read-module.ts), so it imports nothing.
 */
export const defineConfig = (config: NobypassConfig): NobypassConfig => config; // not generic: a type parameter would let unknown keys through
