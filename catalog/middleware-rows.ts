import type { SymbolPath } from "./library.js";

/**
 * A function that a framework calls and that is no entry: it runs on the way of entries, takes their errors, or sets up
 * a scope of routes. Where several rows fit one argument, an entry row goes first, then the one with an arity.
 */
export interface MiddlewareRow {
  readonly framework: string;
  readonly role: "before" | "errors" | "plugin";
  readonly calls: readonly SymbolPath[];
  readonly handler: number | "last" | "all" | { readonly arg: number | "last"; readonly path: string };
  /** Declared types of such a function; they tell its parameters wherever it stands. */
  readonly types?: readonly SymbolPath[];
  /** Also what a file exports as its one thing, if its first parameter has this name: the framework loads it by where the file lies. */
  readonly exported?: string;
  /** Only functions with so many parameters (express: an error handler has 4). */
  readonly arity?: number;
  /** Only when this argument is one of these (`app.addHook("preHandler", …)`). */
  readonly when?: { readonly arg: number; readonly values: readonly string[] };
  readonly params?: readonly (SymbolPath | null)[];
  /** What `this` is in the function. */
  readonly self?: SymbolPath;
  /** Role `errors`: where the error is, if it is not the first parameter; `path`, if it is a property of that. */
  readonly error?: { readonly param: number; readonly path: string };
  /** The error that this parameter is called with is made for the client: it is told its message. */
  readonly refuses?: { readonly param: number };
  /** What the function returns reaches the client. */
  readonly returns?: "response";
}

/** Middleware, hooks, plugins or guards that give something to the entries they stand before, on one route or on all; or what such a function of our own calls. */
export interface GuardRow {
  readonly values: readonly SymbolPath[];
  /** `session`: a login kept in a cookie, which is what makes protection against CSRF needed; `bearer`: by the `Authorization` header, which makes it needless. */
  readonly gives: "rateLimit" | "auth" | "csrf" | "session";
  readonly bearer?: true;
  /** Only with this option of the call: `lusca({ csrf: true })`. */
  readonly option?: string;
}
