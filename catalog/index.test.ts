import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Catalog } from "./catalog.js";
import { libraries } from "./index.js";
import type { ClientBound, Library, OptionPlace, SymbolPath } from "./library.js";

const NAME = String.raw`(?:[A-Za-z_$#*][\w$*]*|\d+|:method)`;
const MODULE = String.raw`(?:@[\w*.-]+/)?[\w*.-]+(?:/[\w*.-]+)*`;
const PATH = new RegExp(String.raw`^(${MODULE}):(?:\(\)|${NAME})?(?:\(\)|\[\]|\.${NAME})*(?:\.\*\*)?$`);
const moduleOf = (path: SymbolPath): string => path.slice(0, path.lastIndexOf(":"));
const glob = (pattern: string): RegExp => new RegExp(`^${pattern.split("*").map((part) => part.replace(/[.\\^$+?()[\]{}|/]/g, String.raw`\$&`)).join("[^/]*")}$`);
const covers = (library: Library, module: string): boolean => library.packages.some((name) => name === module || glob(name).test(module) || module.startsWith(`${name}/`));

/** Every symbol path of a value, wherever it stands: strings that look like one. */
const paths = (library: Library): SymbolPath[] => [
  ...(library.effects ?? []).flatMap((row) => row.calls),
  ...(library.quiet ?? []),
  ...(library.blocking ?? []).flatMap((row) => row.calls),
  ...(library.callBounds ?? []).flatMap((row) => [...row.calls, ...(row.client?.made ?? []), ...(row.assigned ?? []), ...(row.configured?.calls ?? [])]),
  ...(library.clientBounds ?? []).flatMap((row) => row.makes),
  ...(library.signalPlaces ?? []).flatMap((row) => row.calls),
  ...(library.abortSignals ?? []).flatMap((row) => row.values),
  ...(library.callbacks ?? []).flatMap((row) => row.calls),
  ...(library.telemetry ?? []).flatMap((row) => row.calls),
  ...(library.credentials ?? []).flatMap((row) => row.calls),
];

const boundPlaces = (bound: ClientBound | undefined): readonly OptionPlace[] => bound?.places ?? [];

/** Network and mail calls without a `callBounds` row, and why. (A row without options says: nothing native bounds it.) A path that ends in `*` stands for all that begin so. */
const UNBOUNDED: Readonly<Record<string, string>> = {
  "dgram:createSocket().send": "a datagram waits for no answer",
};
const excused = (path: SymbolPath): boolean => Object.keys(UNBOUNDED).some((key) => key === path || (key.endsWith("*") && path.startsWith(key.slice(0, -1))));

const places = (library: Library): { readonly where: string; readonly place: OptionPlace; readonly mayBeArgument: boolean }[] => [
  ...(library.effects ?? []).flatMap((row) => [...(row.list?.limit ?? []), ...(row.method ?? [])].map((place) => ({ where: row.calls[0] ?? "", place, mayBeArgument: false }))),
  ...(library.effects ?? []).flatMap((row) => [...(row.list?.text ?? []), ...(row.list?.where ?? [])].map((place) => ({ where: row.calls[0] ?? "", place, mayBeArgument: true }))),
  ...(library.callBounds ?? []).flatMap((row) =>
    [...row.options, ...(row.client?.options ?? []), ...(row.configured?.options ?? []), ...(row.signal ? [row.signal] : [])].map((place) => ({ where: row.calls[0] ?? "", place, mayBeArgument: true })),
  ),
  ...(library.clientBounds ?? []).flatMap((row) => [...boundPlaces(row.connect), ...boundPlaces(row.statement)].map((place) => ({ where: row.makes[0] ?? "", place, mayBeArgument: false }))),
  ...(library.signalPlaces ?? []).flatMap((row) => row.places.map((place) => ({ where: row.calls[0] ?? "", place, mayBeArgument: false }))),
  ...(library.credentials ?? []).flatMap((row) => row.places.map((place) => ({ where: row.calls[0] ?? "", place, mayBeArgument: true }))),
];

test("no two libraries have the same name", () => {
  const names = libraries.map((library) => library.name);
  expect(new Set(names).size).toBe(names.length);
});

test.each(libraries.map((library) => [library.name, library] as const))("%s", (_, library) => {
  expect(library.packages.length).toBeGreaterThan(0);
  const docs = [library.docs, ...(library.callBounds ?? []).map((row) => row.docs), ...(library.clientBounds ?? []).map((row) => row.docs)];
  for (const link of docs) expect(link).toMatch(/^https:\/\/[^\s]+$/);

  // What an instance is, and the roads to it, may belong to another library.
  for (const path of [...paths(library), ...(library.instances ?? []).flatMap((row) => [row.is, ...(row.also ?? []), ...(row.types ?? [])])]) expect(path, "notation").toMatch(PATH);
  for (const path of paths(library)) {
    const foreign = [...(library.instances ?? []).map((row) => row.is)].some((is) => path.startsWith(is)) || (library.credentials ?? []).some((row) => row.when && row.calls.includes(path));
    if (!foreign) expect(covers(library, moduleOf(path)), `${path} is of one of ${library.packages.join(", ")}`).toBe(true);
  }
  for (const { where, place, mayBeArgument } of places(library)) {
    if (!mayBeArgument) expect(place.path, where).not.toBe("");
    expect(place.path, where).toMatch(/^$|^[^.\s]+(?:\.[^.\s]+)*$/);
  }
});

test.each(libraries.map((library) => [library.name, library] as const))("%s says each thing once", (_, library) => {
  const twice = (values: readonly string[]): string[] => values.filter((value, index) => values.indexOf(value) !== index);
  expect(twice((library.effects ?? []).flatMap((row) => row.calls)), "effects").toEqual([]);
  expect(twice((library.callBounds ?? []).flatMap((row) => row.calls)), "callBounds").toEqual([]);
  expect(twice((library.signalPlaces ?? []).flatMap((row) => row.calls)), "signalPlaces").toEqual([]);
  expect(twice((library.blocking ?? []).flatMap((row) => row.calls)), "blocking").toEqual([]);
  const when = (row: { readonly when?: { readonly values: readonly string[] } }): string[] => (row.when ? [...row.when.values] : [""]);
  expect(twice((library.clientBounds ?? []).flatMap((row) => row.makes.flatMap((made) => when(row).map((value) => `${made} ${value}`)))), "clientBounds").toEqual([]);
  expect(twice((library.credentials ?? []).flatMap((row) => row.calls.flatMap((call) => row.places.map((place) => [call, ...(row.when?.values ?? []), place.arg, place.path].join(" "))))), "credentials").toEqual([]);
  expect(twice((library.instances ?? []).map((row) => row.is)), "instances").toEqual([]);
  expect(twice((library.instances ?? []).flatMap((row) => row.also ?? [])), "also").toEqual([]);
});

test("no call has an effect row in two libraries", () => {
  const all = libraries.flatMap((library) => (library.effects ?? []).flatMap((row) => row.calls));
  expect(all.filter((call, index) => all.indexOf(call) !== index)).toEqual([]);
});

test("a call that goes over the network has a row that says what bounds it", () => {
  for (const library of libraries) {
    const bounded = new Set((library.callBounds ?? []).flatMap((row) => row.calls));
    const missing = (library.effects ?? [])
      .filter((row) => row.effect === "network" || row.effect === "mail")
      .flatMap((row) => row.calls)
      .filter((call) => !bounded.has(call) && !excused(call));
    expect(missing, library.name).toEqual([]);
  }
});

test("an exception is still needed", () => {
  const calls = libraries.flatMap((library) => (library.effects ?? []).flatMap((row) => row.calls));
  for (const key of Object.keys(UNBOUNDED)) expect(calls.some((call) => (key.endsWith("*") ? call.startsWith(key.slice(0, -1)) : call === key)), key).toBe(true);
});

test("a signal that a row names is one of its options, and a client row asks for something", () => {
  for (const row of libraries.flatMap((library) => library.callBounds ?? [])) {
    const { signal } = row;
    if (signal) expect(row.options.some((place) => place.arg === signal.arg && place.path === signal.path), row.calls[0]).toBe(true);
  }
  for (const row of libraries.flatMap((library) => library.clientBounds ?? [])) {
    expect(row.connect ?? row.statement, row.makes[0]).toBeDefined();
    for (const bound of [row.connect, row.statement]) {
      if (bound) expect(bound.places.length > 0 || bound.defaultMs !== null || (bound.urlParams?.length ?? 0) > 0, row.makes[0]).toBe(true);
    }
  }
});

const catalog = new Catalog(libraries);

test("every road leads to its instance", () => {
  for (const { is, also, types } of libraries.flatMap((library) => library.instances ?? [])) {
    const there = catalog.path(is).text;
    for (const road of also ?? []) expect(catalog.path(road.replaceAll("*", "anyName")).text, road).toBe(there);
    for (const type of types ?? []) expect(catalog.path(type).instance().text, type).toBe(there);
  }
});

// A row under a path that is only a road to another one is never found.
test.each(["effects", "callBounds", "clientBounds", "signalPlaces", "callbacks", "credentials"] as const)("each row of %s is found by its calls", (aspect) => {
  for (const library of libraries) {
    for (const row of library[aspect] ?? []) {
      for (const call of "makes" in row ? row.makes : row.calls) {
        const found: readonly { readonly row: unknown }[] = catalog.path(call.replaceAll("*", "anyName")).rows(aspect);
        expect(found.some((entry) => entry.row === row), `${library.name}: ${call}`).toBe(true);
      }
    }
  }
});

test.each([
  ["axios:create().get", "effects"],
  ["@nestjs/axios:HttpService().axiosRef.post", "callBounds"],
  ["got:extend().extend().get", "callBounds"],
  ["pg:Pool().connect().query", "effects"],
  ["mysql2/promise:createPool().getConnection().execute", "effects"],
  ["ioredis:Redis().get", "effects"],
  ["ioredis:().pipeline().set().get().exec", "effects"],
  ["redis:createClient().duplicate().json.get", "effects"],
  ["mongodb:MongoClient.connect().db().collection().insertOne", "effects"],
  ["mongodb:MongoClient().db().collection().find", "effects"],
  ["mongoose:model().findOne().populate().save", "effects"],
  ["mongoose:model().create().save", "effects"],
  ["@prisma/client:PrismaClient().$extends().user.findMany", "effects"],
  ["knex:knex()", "effects"],
  ["knex:knex().transaction()", "effects"],
  ["typeorm:DataSource().getRepository().createQueryBuilder().where().andWhere().getMany", "effects"],
  ["typeorm:DataSource().initialize().manager.getRepository().find", "effects"],
  ["sequelize:Sequelize().define().findAll", "effects"],
  ["sequelize:Sequelize().define().findOne().save", "effects"],
  ["kysely:Kysely().selectFrom().where().execute", "effects"],
  ["drizzle-orm/node-postgres:drizzle().query.users.findMany", "effects"],
  ["kafkajs:Kafka().producer().send", "effects"],
  ["@aws-sdk/client-s3:S3Client().send", "callBounds"],
  ["@aws-sdk/lib-dynamodb:DynamoDBDocumentClient.from().send", "callBounds"],
  ["aws-sdk:S3().getObject", "callBounds"],
  ["stripe:Stripe().checkout.sessions.create", "callBounds"],
  ["openai:OpenAI().chat.completions.create", "callBounds"],
  ["@slack/bolt:App().client.chat.postMessage", "callBounds"],
  ["jose:SignJWT().setProtectedHeader().setIssuedAt().sign", "credentials"],
  ["firebase-admin:firestore().collection().where().limit().get", "effects"],
  ["@azure/storage-blob:BlobServiceClient.fromConnectionString().getContainerClient().getBlockBlobClient().uploadData", "callBounds"],
] as const)("%s has %s", (path, aspect) => {
  expect(catalog.path(path).rows(aspect).length).toBe(1);
});

test("names no package of the pipeline that is not there", () => {
  const { exports } = JSON.parse(readFileSync(new URL("../pipeline/package.json", import.meta.url), "utf8")) as { exports: Record<string, unknown> };
  const named = libraries.flatMap((library) => [
    ...(library.entries ?? []).flatMap((row) => (row.adapter === undefined ? [] : [`./${row.adapter}`])),
    ...(library.ambient ?? []).flatMap((row) => (row.arg?.values ?? []).flatMap((value) => /^@nobypass\/pipeline(\/\w+):/.exec(value)?.slice(1).map((path) => `.${path}`) ?? [])),
  ]);
  expect(named).toContain("./koa");
  expect([...new Set(named)].filter((path) => !(path in exports))).toEqual([]);
});
