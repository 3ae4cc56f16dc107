import type { Library, SymbolPath } from "./library.js";

/** The steps of a path that are no names. */
export const CALL = "()";
export const ELEMENT = "[]";
export const ANY = "*";
export const REST = "**";

/** `pg:Pool().query` -> `pg`, `Pool`, `()`, `query`. */
export function parsePath(path: SymbolPath): string[] {
  const colon = path.lastIndexOf(":");
  return [path.slice(0, colon), ...(path.slice(colon + 1).match(/\(\)|[^.()]+/g) ?? [])];
}

/** The modules that a name with a `*` stands for. */
export const modulePattern = (name: string): RegExp => new RegExp(`^${name.split(ANY).map(escapeRegExp).join("[^/]*")}$`);

export const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** `@nestjs/common/exceptions/http.exception` -> `@nestjs/common`: the package that a file of it is named in; null for a package itself. */
const packageAround = (module: string): string | null => /^((?:@[^/]+\/)?[^/.@][^/]*)\/./.exec(module)?.[1] ?? null;

/** The package whose classes a module exports although nothing is said of that module: a file of the package, or what its generator wrote into the project. */
export function packageBehind(module: string, libraries: readonly Library[]): string | null {
  return libraries.find((library) => library.generatedTo?.test(module))?.packages[0] ?? packageAround(module);
}

/** `pg` of `pg:Pool().query`. */
export const packageOf = (symbol: string): string => symbol.slice(0, symbol.indexOf(":"));
