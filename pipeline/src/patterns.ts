const compiled = new WeakMap<object, readonly { readonly literal: number; readonly pattern: RegExp; readonly row: object }[]>();

/** All rows whose pattern matches, merged; the most literal pattern has the last word. */
export function rowFor<R extends object>(rows: Readonly<Record<string, R>> | undefined, name: string): Partial<R> {
  if (rows === undefined) return {};
  let list = compiled.get(rows);
  if (list === undefined) {
    list = Object.entries(rows)
      .map(([key, row]) => ({ literal: key.includes("*") ? key.replaceAll("*", "").length : Infinity, pattern: patternOf(key), row }))
      .sort((a, b) => a.literal - b.literal);
    compiled.set(rows, list);
  }
  const merged = {};
  for (const { pattern, row } of list) if (pattern.test(name)) assignDefined(merged, row);
  return merged as Partial<R>;
}

export function patternOf(key: string): RegExp {
  return new RegExp(`^${key.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join(".*")}$`, "s");
}

/** `undefined` is "not said", so it overrides nothing. */
export function assignDefined<T extends object>(target: T, source: T): T {
  for (const [key, value] of Object.entries(source)) if (value !== undefined) (target as Record<string, unknown>)[key] = value;
  return target;
}
