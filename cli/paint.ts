import { styleText } from "node:util";
import type { Io, Output } from "./io.js";

type Style = Parameters<typeof styleText>[0];

/** Puts a style on a text, or gives it back as it is where colours are off. */
export type Paint = (style: Style, text: string) => string;

/**
 * Newer versions of Node let `styleText` look at the environment itself; the decision is ours (flag, environment, stream of
 * *this* output), so it is told not to. Empty text stays empty: nothing but escape codes would disturb whoever aligns.
 */
export const paintWith = (colours: boolean): Paint =>
  colours ? (style, text) => (text === "" ? "" : styleText(style, text, { validateStream: false })) : (_, text) => text;

/** The flag decides; then FORCE_COLOR and NO_COLOR, in Node's order; then whether somebody looks at a terminal. */
export function wantsColours(flag: boolean | undefined, output: Output, env: Io["env"]): boolean {
  if (flag !== undefined) return flag;
  const force = env["FORCE_COLOR"];
  if (force !== undefined) return force !== "0" && force.toLowerCase() !== "false";
  if (env["NO_COLOR"]) return false;
  return output.isTTY === true && env["TERM"] !== "dumb";
}
