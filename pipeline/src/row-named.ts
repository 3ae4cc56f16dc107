/** The row of a name, made when first asked for. Names may come from URLs, so their table has a limit: beyond it, the oldest that is not in use is forgotten. */
export function rowNamed<T extends object>(table: Map<string, T>, name: string, most: number, make: () => T): T {
  let row = table.get(name);
  if (row) return row;
  table.set(name, (row = make()));
  if (table.size > most)
    for (const [key, { active }] of table as Map<string, { active?: number }>) {
      if (key === name || active) continue;
      table.delete(key);
      break;
    }
  return row;
}
