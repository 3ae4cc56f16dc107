/** Packages that golden files import and that are not installed here: no more of them than those files use. */

declare module "ioredis" {
  export class Redis {
    get(key: string): Promise<string | null>;
    mget(keys: string[]): Promise<(string | null)[]>;
  }
}

declare module "pg" {
  export interface QueryResult {
    rows: any[];
    rowCount: number | null;
  }
  export interface PoolClient {
    query(text: string, values?: unknown[]): Promise<QueryResult>;
    release(error?: Error | boolean): void;
  }
  export class Pool {
    query(text: string, values?: unknown[]): Promise<QueryResult>;
    connect(): Promise<PoolClient>;
    end(): Promise<void>;
  }
}
