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
  }
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
