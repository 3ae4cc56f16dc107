import type { StandardSchemaV1 } from "@standard-schema/spec";
import { AsyncSchemaError, issueOf } from "./parse.js";

export interface ConfigOptions {
  /** Where the values come from; `process.env` unless given. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

type Rows = Readonly<Record<string, StandardSchemaV1>>;

/** Values that do not fit, all at once. Names what is wrong, never what the value is. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not usable:\n${problems.map((p) => `  ${p}`).join("\n")}`);
  }
}

/** The environment, validated once at start-up: a schema for each variable, or one for all of them. */
export function config<R extends Rows>(rows: R, options?: ConfigOptions): { readonly [K in keyof R]: StandardSchemaV1.InferOutput<R[K]> };
export function config<S extends StandardSchemaV1>(schema: S, options?: ConfigOptions): Readonly<StandardSchemaV1.InferOutput<S>>;
export function config(schema: Rows | StandardSchemaV1, { env = process.env }: ConfigOptions = {}): unknown {
  const problems: string[] = [];
  const accept = (part: StandardSchemaV1, value: unknown, name: string): unknown => {
    const result = part["~standard"].validate(value);
    if (result instanceof Promise) {
      // nobypass-disable-next-line swallowed-error -- the error thrown next says what is wrong
      result.catch(() => {});
      throw new AsyncSchemaError(`config: ${name === "" ? "the schema" : name} validates asynchronously; at start-up there is nothing to wait for`);
    }
    if (!result.issues) return result.value;
    for (const issue of result.issues) {
      const { path, message } = issueOf(issue, value);
      problems.push(`${[name, path].filter(Boolean).join(".")}: ${message}`);
    }
    return undefined;
  };
  const values = isSchema(schema) ? accept(schema, { ...env }, "") : Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, accept(part, env[name], name)]));
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(values);
}

const isSchema = (schema: Rows | StandardSchemaV1): schema is StandardSchemaV1 => "~standard" in schema && "version" in (schema as StandardSchemaV1)["~standard"];
