import type { SymbolPath } from "./library.js";

/** A logger, and how its lines are made. */
export interface LoggerRow {
  /** What makes a logger, or is one. */
  readonly loggers: readonly SymbolPath[];
  readonly levels: readonly string[];
  /** Methods whose first argument is the level: winston's `log`. */
  readonly leveled?: readonly string[];
  /** Writes past any log: what the rule `console` is about. */
  readonly raw?: true;
  /** `fieldsFirst` (pino), `messageFirst` (winston). */
  readonly order: "fieldsFirst" | "messageFirst";
  /** The properties of an object behind the message become fields of the line. (What takes fields first has them in front.) */
  readonly fields?: true;
  /** An object in the place of the message becomes the fields of the line, with the message under this key. */
  readonly messageKey?: string;
  /** The field under which it serialises an error. */
  readonly errorKey?: string;
  /**
   * What decides whether an error in a field is serialised. `key`: only the one of `errorKey`, and what the options at
   * its creation name (`errorKey`, `serializers`, under these paths). `format`: none, unless the format at one of these paths does it.
   */
  readonly errors?: { readonly by: "key" | "format"; readonly options: readonly string[] };
}

/** What a monitoring service is told beside a line: the attributes of a span, the context of an error. Kept like a log, and read like one. */
export interface TelemetryRow {
  readonly calls: readonly SymbolPath[];
}
