import type { OptionPlace, SymbolPath } from "./library.js";

/** An argument that is a credential: what stands there as a literal is a secret, however weak it looks (a `connection string`: if it holds a password). */
export interface CredentialRow {
  readonly calls: readonly SymbolPath[];
  readonly places: readonly OptionPlace[];
  readonly what: "password" | "signing key" | "cipher key" | "token" | "client secret" | "connection string" | "auth header";
  /** Only when this argument is one of these: `app.register(fastifyJwt, { secret })`. */
  readonly when?: { readonly arg: number; readonly values: readonly SymbolPath[] };
}
