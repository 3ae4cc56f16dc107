import { pino } from "pino";
import type { Context } from "./context.js";
import { redacted, UNREADABLE, withoutCredentials } from "./redact.js";
import { safe } from "./safe.js";
import type { Logger } from "./settings.js";
import { als, state } from "./state.js";

export type Level = "debug" | "info" | "warn" | "error";

// Made with the first line: a process that configures its own makes none.
// Errors are fields already: pino's serialiser would call each of them Object, and drop the fields of its cause.
const logger = (): Logger => (state.logger ??= state.settings.logger ?? pino({ level: state.settings.level ?? "info", serializers: { err: (fields) => fields } }));

/** Writes fields that are known to be plain and clean, with those of the request they belong to. A logger that fails must not fail a request. */
export function write(level: Level, context: Context | undefined, fields: object, message: string): void {
  try {
    logger()[level](context ? { requestId: context.requestId, traceId: context.traceId, entry: context.entry, ...fields } : fields, message);
    // nobypass-disable-next-line swallowed-error -- there is no other place to say so
  } catch {
    return;
  }
}

const OURS = ["requestId", "traceId", "entry", "level", "time", "pid", "hostname", "msg"];

const at = (level: Level) => (message: string, fields: LogFields = {}): void => {
  const context = als.getStore()?.context;
  const own = safe(() => redacted(fields instanceof Error ? { err: fields } : fields), { fields: UNREADABLE });
  // Fields may come from a request. A line says by itself which one it belongs to, and how grave it is.
  for (const key of context ? OURS : OURS.slice(3))
    if (Object.hasOwn(own, key)) {
      own[`${key}_`] = own[key];
      delete own[key];
    }
  write(level, context, own, safe(() => withoutCredentials(String(message)), UNREADABLE));
};

export type LogFields = Readonly<Record<string, unknown>> | Error;

/** Structured lines that carry the request they belong to. Values go into fields, so that messages stay equal and can be counted. */
export const log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") } as const;
