/** Packages that golden files import and that are not installed here: no more of them than those files use. */

declare module "ioredis" {
  export class Redis {
    get(key: string): Promise<string | null>;
    mget(keys: string[]): Promise<(string | null)[]>;
  }
}

/** A module beside an example, of which only this is said. */
declare module "*/payments.js" {
  export function chargeCard(order: string): Promise<{ id: string }>;
}

declare module "*/users.js" {
  export function findUser(id: string): Promise<unknown>;
  export function rename(id: string, name: string): Promise<unknown>;
}

declare module "*/members.js" {
  export function enrol(email: string, seats: number): Promise<void>;
  export function rename(email: string, name: string): Promise<void>;
  export function find(page: number, plan?: string): Promise<unknown[]>;
  export function store(what: unknown): Promise<void>;
}

declare module "*/connect" {
  export function connect(host: string, password: string): void;
}

declare module "*/mail.js" {
  export function send(to: string): Promise<boolean>;
}

declare module "nodemailer" {
  export function createTransport(url?: string): { sendMail(mail: { to: string; subject: string }): Promise<{ messageId: string }> };
}

declare module "@prisma/client" {
  interface Model {
    findUnique(query: object): PrismaPromise<unknown>;
    findMany(query?: object): PrismaPromise<unknown[]>;
    create(query: object): PrismaPromise<unknown>;
    update(query: object): PrismaPromise<unknown>;
  }
  interface PrismaPromise<T> extends Promise<T> {
    [Symbol.toStringTag]: "PrismaPromise";
  }
  interface Models {
    user: Model;
    order: Model;
    stock: Model;
  }
  export class PrismaClient implements Models {
    user: Model;
    order: Model;
    stock: Model;
    $transaction<T>(run: (tx: Models) => Promise<T>): Promise<T>;
    $queryRaw<T = unknown>(query: TemplateStringsArray, ...values: unknown[]): PrismaPromise<T>;
    $executeRaw(query: TemplateStringsArray, ...values: unknown[]): PrismaPromise<number>;
  }
  export const Prisma: { sql(text: readonly string[], ...values: unknown[]): { values: unknown[] } };
}

declare module "mysql2/promise" {
  interface Client {
    query(text: string | { sql: string; values?: unknown[] }, values?: unknown[]): Promise<[unknown[], unknown]>;
    execute(text: string, values?: unknown[]): Promise<[unknown[], unknown]>;
  }
  export function createPool(options: object): Client;
}

declare module "better-sqlite3" {
  interface Statement {
    all(...values: unknown[]): unknown[];
    get(...values: unknown[]): unknown;
    run(...values: unknown[]): { changes: number };
  }
  export default class Database {
    constructor(path: string);
    prepare(text: string): Statement;
  }
}

declare module "sqlite3" {
  class Database {
    constructor(path: string);
    all(text: string, values: unknown[], then: (error: Error | null, rows: unknown[]) => void): this;
    get(text: string, values: unknown[], then: (error: Error | null, row: unknown) => void): this;
  }
  const sqlite3: { Database: typeof Database };
  export default sqlite3;
}

declare module "mssql" {
  interface Request {
    input(name: string, value: unknown): Request;
    query(text: string): Promise<{ recordset: unknown[] }>;
  }
  class ConnectionPool {
    constructor(url: string);
    request(): Request;
    query(text: TemplateStringsArray, ...values: unknown[]): Promise<{ recordset: unknown[] }>;
  }
  const mssql: { ConnectionPool: typeof ConnectionPool };
  export default mssql;
}

declare module "sequelize" {
  export class Sequelize {
    constructor(url: string);
    query(text: string, options?: { bind?: unknown[]; replacements?: unknown[] | Record<string, unknown>; raw?: boolean }): Promise<[unknown[], unknown]>;
  }
}

declare module "typeorm" {
  interface Builder {
    where(text: string, values?: Record<string, unknown>): this;
    andWhere(text: string, values?: Record<string, unknown>): this;
    getMany(): Promise<unknown[]>;
  }
  export class DataSource {
    constructor(options: object);
    getRepository(name: string): { createQueryBuilder(alias: string): Builder };
  }
}

declare module "postgres" {
  interface Sql {
    (text: TemplateStringsArray, ...values: unknown[]): Promise<unknown[]>;
    (values: readonly unknown[]): { readonly values: readonly unknown[] };
  }
  export default function postgres(): Sql;
}

declare module "pg-promise" {
  export default function pgPromise(): (url: string) => { any(text: string, values?: unknown): Promise<unknown[]> };
}

declare module "drizzle-orm" {
  export function sql(text: TemplateStringsArray, ...values: unknown[]): { readonly params: readonly unknown[] };
}

declare module "winston" {
  interface Leveled {
    (message: string, ...meta: unknown[]): Logger;
    (info: object): Logger;
  }
  export interface Logger {
    info: Leveled;
    error: Leveled;
    log(level: string, message: string, ...meta: unknown[]): Logger;
    log(entry: { level: string; message: string; [field: string]: unknown }): Logger;
  }
  export function createLogger(options?: object): Logger;
}
declare module "dotenv/config" {}

declare module "next" {
  import type { IncomingMessage, ServerResponse } from "node:http";
  export interface NextApiRequest extends IncomingMessage {
    body: unknown;
  }
  export interface NextApiResponse extends ServerResponse {
    json(body: unknown): void;
  }
}
