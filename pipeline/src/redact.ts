import { AppFailure } from "./failure.js";
import { safe } from "./safe.js";
import { state } from "./state.js";

export const REDACTED = "[redacted]";
const DEPTH = 4;
const KEYS = 64;
const CAUSES = 5;
const TEXT = 8_192;
export const UNREADABLE = "[unreadable]";
const REMEMBERED = 2_000;

/** By the letters of the key alone: `apiKey`, `api_key` and `X-Api-Key` are one. Counts (`tokens`, `maxTokens`) are none. */
const DENIED =
  /passw(?:or)?d|passphrase|passcode|pwd$|secret|token$|(?:api|access|private|signing|encryption)key|authorization|cookie|credential|bearer|connectionstring|sessionid|creditcard|cardnumber|iban|socialsecurity|^(?:auth|ssn|cvv|cvc|pin|otp|card|pan|jwt)$/;

let known = new Map<string, boolean>();
let knownFor: readonly string[] | undefined;

const lettersOf = (key: string): string => key.toLowerCase().replace(/[^a-z0-9]/g, "");

function isDenied(key: string): boolean {
  const { redact } = state.settings;
  if (redact !== knownFor || known.size > REMEMBERED) {
    known = new Map();
    knownFor = redact;
  }
  let denied = known.get(key);
  if (denied === undefined) {
    const letters = lettersOf(key);
    denied = DENIED.test(letters) || (redact?.some((r) => lettersOf(r) === letters) ?? false);
    known.set(key, denied);
  }
  return denied;
}

/** A copy that may be written to a log. */
export function redacted(fields: object): Record<string, unknown> {
  return record(fields, 1);
}

function record(value: object, depth: number): Record<string, unknown> {
  // Not by assignment: a key may be `__proto__`.
  return Object.fromEntries(Object.keys(value).slice(0, KEYS).map((key) => [key, isDenied(key) ? REDACTED : safe<unknown>(() => plain((value as Record<string, unknown>)[key], depth), UNREADABLE)]));
}

function plain(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case "string":
      return withoutCredentials(value);
    case "bigint":
    case "symbol":
      return String(value);
    case "function":
      return "[function]";
    case "object":
      return value === null ? null : thing(value, depth);
    default:
      return value;
  }
}

function thing(value: object, depth: number): unknown {
  if (value instanceof Error) return errorFields(value, depth);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  const { toJSON } = value as { toJSON?: unknown };
  // Dates and URLs have it too.
  const json: unknown = typeof toJSON === "function" ? (toJSON as () => unknown).call(value) : value;
  if (typeof json !== "object" || json === null) return plain(json, depth);
  const isList = Array.isArray(json) || json instanceof Set;
  if (depth >= DEPTH) return isList ? "[array]" : "[object]";
  if (isList) return [...json].slice(0, KEYS).map((item) => plain(item, depth + 1));
  return record(json instanceof Map || json instanceof Headers || json instanceof URLSearchParams ? Object.fromEntries(json) : json, depth + 1);
}

/** `scheme://user:password@host` is the password that error messages carry most, also one that is not escaped; a port is none. Not more than can be read. */
export const withoutCredentials = (value: string): string =>
  (value.length > TEXT ? `${value.slice(0, TEXT)}…` : value).replace(/(:\/\/[^\s:@/]{0,256}:)(?!\d{1,5}[/?#])[^\s"'<>]{1,256}@/g, `$1${REDACTED}@`);

export function errorFields(error: Error, depth = 1, left = CAUSES): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  const fields: Record<string, unknown> = { type: error.constructor?.name || name, message: plain(message, DEPTH), stack: plain(stack, DEPTH) };
  const own = record(error, depth + 1);
  // The last three are a client's: the whole request with its body and credentials, and the whole answer.
  for (const key of ["name", "error", "config", "request", "response"]) delete own[key];
  if (error instanceof AppFailure) own["failure"] = plain(error.error, depth);
  if (cause !== undefined) fields["cause"] = left === 0 ? "cut" : safe<unknown>(() => (cause instanceof Error ? errorFields(cause, depth, left - 1) : plain(cause, depth)), UNREADABLE);
  // Of several that failed, such as all addresses of a host: what they are, not why.
  const { errors } = error as { errors?: unknown };
  if (left > 0 && Array.isArray(errors)) fields["errors"] = errors.slice(0, CAUSES).map((one) => (one instanceof Error ? errorFields(one, depth, 0) : plain(one, depth)));
  return Object.assign(own, fields);
}

/** What was thrown, whatever it is. */
export const thrownFields = (thrown: unknown): unknown => safe<unknown>(() => (thrown instanceof Error ? errorFields(thrown) : { type: typeof thrown, value: plain(thrown, 1) }), UNREADABLE);
