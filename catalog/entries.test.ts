import { expect, test } from "vitest";
import { Catalog } from "./catalog.js";
import { parsePath } from "./symbol-path.js";
import { libraries } from "./index.js";
import type { Library, SymbolPath } from "./library.js";

const NAME = String.raw`(?:[A-Za-z_$*][\w$*]*|\d+)`;
const MODULE = String.raw`(?:@[\w*.-]+/)?[\w*.-]+(?:[/:][\w*.-]+)*`;
const PATH = new RegExp(String.raw`^${MODULE}:(?:\(\)|${NAME})?(?:\(\)|\[\]|\.${NAME})*(?:\.\*\*)?$`);
/** A path inside a value: `req.json()`, `resolvers.*.*`. */
const INNER = /^$|^(?:\*|\d|[A-Za-z_]\w*)(?:\(\))?(?:\.(?:\*|\d|[A-Za-z_]\w*)(?:\(\))?)*$/;

const rows = {
  entries: (l: Library) => (l.entries ?? []).flatMap((row) => [...(row.register.by === "call" ? row.register.calls : row.register.by === "decorator" ? [...(row.register.cls ?? []), ...row.register.method, ...row.register.bootstrap] : (row.register.types ?? [])), ...(row.params ?? []).filter((p) => p !== null)]),
  middleware: (l: Library) => (l.middleware ?? []).flatMap((row) => [...row.calls, ...(row.types ?? []), ...(row.params ?? []).filter((p) => p !== null)]),
  guards: (l: Library) => (l.guards ?? []).flatMap((row) => row.values),
  wraps: (l: Library) => (l.wraps ?? []).flatMap((row) => row.calls),
  sources: (l: Library) => (l.sources ?? []).flatMap((row) => ("calls" in row.from ? row.from.calls : "decorators" in row.from ? row.from.decorators : "values" in row.from ? row.from.values : [])),
  validators: (l: Library) => (l.validators ?? []).flatMap((row) => row.calls),
  sinks: (l: Library) => (l.sinks ?? []).flatMap((row) => [...row.calls, ...(row.assigned ?? [])]),
  loggers: (l: Library) => (l.loggers ?? []).flatMap((row) => row.loggers),
  errors: (l: Library) => (l.errors ?? []).flatMap((row) => row.classes),
  ambient: (l: Library) => (l.ambient ?? []).flatMap((row) => [...row.calls, ...(row.arg?.values ?? []), ...(row.provide ? [row.provide] : [])]),
  callbacks: (l: Library) => (l.callbacks ?? []).flatMap((row) => row.calls),
  instances: (l: Library) => (l.instances ?? []).flatMap((row) => [row.is, ...(row.also ?? []), ...(row.types ?? [])]),
};
const all = (library: Library): [string, SymbolPath][] => Object.entries(rows).flatMap(([kind, of]) => of(library).map((path): [string, SymbolPath] => [kind, path]));
const twice = (values: readonly string[]): string[] => values.filter((value, index) => values.indexOf(value) !== index);

test.each(libraries.map((library) => [library.name, library] as const))("%s: rows are well formed", (_, library) => {
  for (const [kind, path] of all(library)) expect(path, kind).toMatch(PATH);
  for (const row of library.entries ?? []) {
    if (row.register.by === "call") {
      expect(row.register.calls.length).toBeGreaterThan(0);
      expect(twice(row.register.calls), row.framework).toEqual([]);
      if (typeof row.register.handler === "object") expect(row.register.handler.path).toMatch(INNER);
    }
    if (row.register.by === "export") expect(row.register.names.length + (row.register.types?.length ?? 0), row.framework).toBeGreaterThan(0);
    if (row.register.by === "decorator") expect(row.register.method.length + (row.register.methodNames?.length ?? 0), row.framework).toBeGreaterThan(0);
  }
  for (const row of library.sources ?? []) if ("framework" in row.from) expect(row.from.path).toMatch(INNER);
  for (const row of [...(library.sinks ?? [])]) expect(row.calls.length + (row.assigned?.length ?? 0)).toBeGreaterThan(0);
});

test("a source names a framework that some entry has", () => {
  const frameworks = new Set(libraries.flatMap((library) => (library.entries ?? []).map((row) => row.framework)));
  for (const library of libraries) for (const row of library.sources ?? []) if ("framework" in row.from) expect(frameworks, library.name).toContain(row.from.framework);
});

test("a road leads to one place", () => {
  const roads = new Map<SymbolPath, SymbolPath>();
  for (const { is, also = [], types = [] } of libraries.flatMap((library) => library.instances ?? [])) {
    for (const [kind, path] of [...also.map((p) => ["also", p] as const), ...types.map((p) => ["type", p] as const)]) {
      const key = `${kind} ${path}`;
      expect(roads.get(key) ?? is, key).toBe(is);
      roads.set(key, is);
    }
  }
});

const catalog = new Catalog(libraries);
const at = (path: SymbolPath): string => catalog.path(path).text;

test("every path can be walked, and what it is called by is its own name", () => {
  for (const library of libraries) {
    for (const [kind, path] of all(library)) expect(() => at(path), `${library.name} ${kind} ${path}`).not.toThrow();
    for (const { is } of library.instances ?? []) expect(at(is), library.name).toBe(is);
  }
});

test("rows stand where a value arrives: at the canonical path", () => {
  const kinds = { entries: rows.entries, middleware: rows.middleware, validators: rows.validators, sinks: rows.sinks, ambient: rows.ambient, callbacks: rows.callbacks };
  for (const library of libraries) {
    for (const [kind, of] of Object.entries(kinds)) {
      for (const path of of(library)) if (!parsePath(path).some((step) => step.includes("*"))) expect(at(path), `${library.name} ${kind}`).toBe(path);
    }
  }
});

test.each<[SymbolPath, SymbolPath]>([
  ["express:().route().get().post", "express:().route().post"],
  ["express:().get().post().use", "express:().use"],
  ["hono:Hono().basePath().get().post", "hono:Hono().post"],
  ["fastify:fastify().register().get", "fastify:().get"],
  ["@trpc/server:initTRPC.context().create().procedure.use().input().query", "@trpc/server:initTRPC.create().procedure.query"],
  ["zod:z.object().strict().optional().safeParse", "zod:core.$ZodType().safeParse"],
  ["zod:string().min().parse", "zod:core.$ZodType().parse"],
  ["joi:object().keys().required().validate", "joi:any().validate"],
  ["pino:pino().child().child().info", "pino:().info"],
  ["http:Server().on().listen", "http:createServer().listen"],
])("%s is %s", (path, canonical) => {
  expect(at(path)).toBe(canonical);
});

test.each<[SymbolPath, SymbolPath]>([
  ["express:Express", "express:()"],
  ["express:Router", "express:Router()"],
  ["fastify:FastifyInstance", "fastify:()"],
  ["hono:Hono", "hono:Hono()"],
  ["koa:Context", "koa:Context()"],
  ["zod:ZodObject", "zod:core.$ZodType()"],
  ["pino:Logger", "pino:()"],
  ["socket.io:Socket", "socket.io:Socket()"],
])("the type %s declares %s", (type, instance) => {
  expect(catalog.path(type).instance().text).toBe(instance);
});
