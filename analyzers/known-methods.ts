/** Methods of a list that hand its elements to a function, and as which parameter. */
export const EACH: ReadonlyMap<string, number> = new Map([
  ...["map", "forEach", "filter", "some", "every", "find", "findIndex", "findLast", "findLastIndex", "flatMap"].map((name) => [name, 0] as const),
  ["reduce", 1],
  ["reduceRight", 1],
]);

/** Static methods that give back what they are given. */
export const SAME_AS_ARGUMENT: ReadonlySet<string> = new Set(["Object.freeze", "Object.seal", "Object.preventExtensions", "Promise.resolve"]);
