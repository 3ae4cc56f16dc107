import type { Finding } from "../../core/finding.js";
import { listAt } from "../../core/lists.js";

/** Findings on one range: read together, fixed together. */
export type Site = readonly [Finding, ...Finding[]];

/** In the order of their first findings. */
export function sitesOf(findings: readonly Finding[]): Site[] {
  const sites = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const key = `${finding.file}\0${finding.start.line}:${finding.start.column}-${finding.end.line}:${finding.end.column}`;
    listAt(sites, key).push(finding);
  }
  return [...sites.values()];
}
