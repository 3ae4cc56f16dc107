import type { Glance } from "../core/rule.js";

/** Entries without an import that tells them: exports by name, and routers and procedures made in other files. */
export function mayServe(file: Glance): boolean {
  return (file.writes(WORDS) || file.text.includes("rocedure") || file.text.includes("use server")) && file.fits(UNRESOLVED);
}

const WORDS = ["handler", "eachMessage", "eachBatch", "process", "consume", "io", "get", "post", "put", "patch", "delete", "options", "head", "all", "route"];
const UNRESOLVED =
  /\bhandler\b|use server|[pP]rocedure\b|\beach(?:Message|Batch)\b|\.\s*(?:process|consume)\s*\(|\bio\s*\.\s*on\b|(?:\b(?:app|server|api|routes?|fastify|instance)|[rR]outer)\s*[?!]?\.\s*(?:get|post|put|patch|delete|options|head|all|route)\b/;
/** Next serves what files of these names export. */
export const ROUTES = /(?:^|\/)(?:pages\/api\/|app\/(?:.*\/)?route\.[jt]sx?$)/;
