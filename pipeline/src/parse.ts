import type { StandardSchemaV1 } from "@standard-schema/spec";
import { fail, type ValidationIssue } from "./failure.js";
import { quotes } from "./quotes.js";

const MOST_ISSUES = 50;
const LONGEST = 200;

/** What the schema makes of a value, or a VALIDATION failure that names places and reasons, never values. */
export function parse<S extends StandardSchemaV1>(schema: S, value: unknown): StandardSchemaV1.InferOutput<S> {
  const result = schema["~standard"].validate(value);
  if (result instanceof Promise) {
    // nobypass-disable-next-line swallowed-error -- the error thrown next says what is wrong
    result.catch(() => {});
    throw new AsyncSchemaError(`${schema["~standard"].vendor}: this schema validates asynchronously; use parseAsync`);
  }
  return outputOf(result, value) as StandardSchemaV1.InferOutput<S>;
}

/** The same for schemas that have to ask somebody. */
export async function parseAsync<S extends StandardSchemaV1>(schema: S, value: unknown): Promise<StandardSchemaV1.InferOutput<S>> {
  return outputOf(await schema["~standard"].validate(value), value) as StandardSchemaV1.InferOutput<S>;
}

export class AsyncSchemaError extends TypeError {
  override readonly name = "AsyncSchemaError";
}

function outputOf(result: StandardSchemaV1.Result<unknown>, value: unknown): unknown {
  if (!result.issues) return result.value;
  throw fail("VALIDATION", { issues: result.issues.slice(0, MOST_ISSUES).map((issue) => issueOf(issue, value)) });
}

export function issueOf({ message, path = [] }: StandardSchemaV1.Issue, value: unknown): ValidationIssue {
  const keys = path.map((part) => (typeof part === "object" && part !== null ? part.key : part));
  // As far as the path leads: some libraries go on into the characters of a text.
  let at: unknown = value;
  for (const key of keys) {
    const next: unknown = typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined;
    if (next === undefined) break;
    at = next;
  }
  return { path: keys.map(String).join(".").slice(0, LONGEST), message: quotes(message, at) ? "Invalid value" : message.slice(0, LONGEST) };
}
