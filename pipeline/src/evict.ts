/** Names may come from URLs, so a table of them needs a limit: beyond it, the oldest that is not in use is forgotten. */
export function evict(table: Map<string, object>, most: number, but: string): void {
  if (table.size <= most) return;
  for (const [name, row] of table) {
    if (name === but || (row as { active?: number }).active) continue;
    table.delete(name);
    return;
  }
}
