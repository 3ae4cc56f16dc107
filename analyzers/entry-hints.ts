import type { Glance } from "../core/rule.js";

/** May something come in here: through an entry, or what is registered on the way of entries? */
export function hasWayIn(file: Glance): boolean {
  return ROUTES.test(file.path) || file.mentions(["entries", "middleware"]) || mayServe(file) || file.fits(REGISTERS);
}

/** Entries without an import that tells them: exports by name, and routers and procedures made in other files. */
export function mayServe(file: Glance): boolean {
  return (file.writes(WORDS) || file.text.includes("rocedure") || file.text.includes("use server")) && file.fits(UNRESOLVED);
}

const WORDS = ["handler", "eachMessage", "eachBatch", "process", "consume", "io", "get", "post", "put", "patch", "delete", "options", "head", "all", "route", "default", "ws"];
const UNRESOLVED =
  /\bexport\s+default\s*\{|\bhandler\b|use server|[pP]rocedure\b|\beach(?:Message|Batch)\b|\.\s*(?:process|consume)\s*\(|\bio\s*\.\s*on\b|(?:\b(?:app|server|api|routes?|fastify|instance)|[rR]outer)\s*[?!]?\.\s*(?:get|post|put|patch|delete|options|head|all|route|ws)\b/;
/** What registers work of an entry beside routes: middleware, and decorators. */
const REGISTERS = /(?:\b(?:app|server|api|routes?|fastify|instance)|[rR]outer)\s*[?!]?\.\s*use\b|@[A-Z]\w*\s*\(/;
/** Next, Medusa, SvelteKit, Remix and Astro serve what files of these names export. */
export const ROUTES =
  /(?:^|\/)(?:pages\/.*\.[jt]sx?$|(?:app|api)\/(?:.*\/)?route\.[cm]?[jt]sx?$|(?:subscribers|jobs)\/|routes\/(?:.*\/)?\+(?:server|(?:page|layout)[^/]*\.server)\.[jt]s$|app\/routes\/)/;
