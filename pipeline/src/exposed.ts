import { safe } from "./safe.js";

/** Of `http-errors`, as body parsers, `send` and the `ctx.throw` of Koa throw them: the status is meant to be known. */
export function exposed(error: unknown): number | undefined {
  return safe(() => {
    const { expose, status } = (error ?? {}) as { expose?: unknown; status?: number };
    return expose === true ? status : undefined;
  }, undefined);
}
