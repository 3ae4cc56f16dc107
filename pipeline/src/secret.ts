import type { StandardSchemaV1 } from "@standard-schema/spec";
import { REDACTED } from "./redact.js";

const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** A value that prints as redacted wherever it is printed, and is given only when asked for. */
export class Secret<T = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  [INSPECT](): string {
    return REDACTED;
  }
}

const text: StandardSchemaV1<unknown, string> = {
  "~standard": { version: 1, vendor: "nobypass", validate: (value) => (typeof value === "string" && value !== "" ? { value } : { issues: [{ message: "is missing" }] }) },
};

export interface SecretSchema<I, O> extends StandardSchemaV1<I, Secret<O>> {}

/** Marks a part of a schema as secret; without a schema, any text but the empty one. */
export function secret(): SecretSchema<unknown, string>;
export function secret<S extends StandardSchemaV1>(schema: S): SecretSchema<StandardSchemaV1.InferInput<S>, StandardSchemaV1.InferOutput<S>>;
export function secret(schema: StandardSchemaV1 = text): SecretSchema<unknown, unknown> {
  return {
    "~standard": {
      version: 1,
      vendor: "nobypass",
      validate(value) {
        const hide = (result: StandardSchemaV1.Result<unknown>): StandardSchemaV1.Result<Secret<unknown>> =>
          // What a schema says of a secret may quote it.
          result.issues ? { issues: [{ message: value === undefined || value === "" ? "is missing" : "is not valid" }] } : { value: new Secret(result.value) };
        const result = schema["~standard"].validate(value);
        return result instanceof Promise ? result.then(hide) : hide(result);
      },
    },
  };
}
