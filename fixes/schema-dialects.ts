import type { Validator } from "../config/package-json.js";
import { inQuotes } from "./style.js";

/** A part of a schema: its text, and what of the dialect's own words it is. */
export interface Schema {
  readonly text: string;
  readonly is: "object" | "list" | "word" | "literal" | "other";
  /** arktype: the words between quotes, where it has any. */
  readonly words?: string;
  /** The value of a literal. */
  readonly value?: string | number | boolean | null;
  /** Something in it may be missing. */
  readonly hasOptional?: boolean;
}

interface Prop {
  readonly name: string;
  readonly optional: boolean;
  readonly schema: Schema;
}

/** How a validator says things. */
export interface Dialect {
  keyword(name: "string" | "number" | "boolean" | "null"): Schema;
  /** A number that arrives as a text. */
  numeric(): Schema;
  literal(value: string | number | boolean | null): Schema;
  /** Of texts alone. */
  choice(values: readonly string[]): Schema;
  union(items: readonly Schema[]): Schema;
  nullable(of: Schema): Schema;
  list(of: Schema): Schema;
  record(of: Schema): Schema;
  object(props: readonly Prop[]): Schema;
}

export interface Written {
  readonly quote: string;
  readonly indent: string;
  readonly newline: string;
}

/** Longer objects get a line for each property. */
const LONGEST = 80;

const said = (value: string | number | boolean | null, quote: string): string => (typeof value === "string" ? inQuotes(value, quote) : String(value));

const keyOf = (name: string, quote: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : inQuotes(name, quote));

function braces(parts: readonly string[], { indent, newline }: Written): string {
  const line = `{ ${parts.join(", ")} }`;
  if (line.length <= LONGEST && !line.includes(newline)) return line;
  return `{${newline}${parts.map((p) => `${p},`.split(newline).map((l) => indent + l).join(newline)).join(newline)}${newline}}`;
}

export function unionOf(to: Dialect, items: readonly Schema[]): Schema {
  if (items.length === 1) return items[0] as Schema;
  return items.every((i) => i.is === "literal" && typeof i.value === "string") ? to.choice(items.map((i) => i.value as string)) : to.union(items);
}

function zod(z: string, style: Written): Dialect {
  const other = (text: string): Schema => ({ text: `${z}.${text}`, is: "other" });
  return {
    keyword: (name) => other(`${name}()`),
    numeric: () => other("coerce.number()"),
    literal: (value) => ({ ...other(value === null ? "null()" : `literal(${said(value, style.quote)})`), is: "literal", value }),
    choice: (values) => other(`enum([${values.map((v) => said(v, style.quote)).join(", ")}])`),
    union: (items) => other(`union([${items.map((i) => i.text).join(", ")}])`),
    nullable: (of) => ({ ...of, text: `${of.text}.nullable()`, is: "other" }),
    list: (of) => ({ ...other(`array(${of.text})`), is: "list" }),
    record: (of) => other(`record(${z}.string(), ${of.text})`),
    object: (props) => ({ ...other(`object(${braces(props.map((p) => `${keyOf(p.name, style.quote)}: ${p.schema.text}${p.optional ? ".optional()" : ""}`), style)})`), is: "object" }),
  };
}

function valibot(v: string, style: Written): Dialect {
  const other = (text: string): Schema => ({ text: `${v}.${text}`, is: "other" });
  return {
    keyword: (name) => other(name === "null" ? "null()" : `${name}()`),
    numeric: () => other(`pipe(${v}.string(), ${v}.nonEmpty(), ${v}.transform(Number), ${v}.number())`),
    literal: (value) => ({ ...other(value === null ? "null()" : `literal(${said(value, style.quote)})`), is: "literal", value }),
    choice: (values) => other(`picklist([${values.map((x) => said(x, style.quote)).join(", ")}])`),
    union: (items) => other(`union([${items.map((i) => i.text).join(", ")}])`),
    nullable: (of) => other(`nullable(${of.text})`),
    list: (of) => ({ ...other(`array(${of.text})`), is: "list" }),
    record: (of) => other(`record(${v}.string(), ${of.text})`),
    object: (props) => ({ ...other(`object(${braces(props.map((p) => `${keyOf(p.name, style.quote)}: ${p.optional ? `${v}.optional(${p.schema.text})` : p.schema.text}`), style)})`), is: "object" }),
  };
}

function arktype(type: string, style: Written): Dialect {
  const words = (text: string, more: Partial<Schema> = {}): Schema => ({ text: inQuotes(text, style.quote), is: "word", words: text, ...more });
  /** Where words are not enough: a type of its own, and its methods. */
  const whole = (of: Schema): string => (of.text.startsWith(`${type}(`) ? of.text : `${type}(${of.text})`);
  return {
    keyword: (name) => words(name),
    numeric: () => words("string.numeric.parse"),
    literal: (value) => words(typeof value === "string" ? `'${value.replace(/[\\']/g, "\\$&")}'` : String(value), { is: "literal", value }),
    choice: (values) => words(values.map((x) => `'${x.replace(/[\\']/g, "\\$&")}'`).join(" | ")),
    union: (items) => (items.every((i) => i.words !== undefined) ? words(items.map((i) => i.words).join(" | ")) : { text: items.slice(1).reduce((left, i) => `${left}.or(${i.text})`, whole(items[0] as Schema)), is: "other" }),
    nullable: (of) => (of.words === undefined ? { text: `${whole(of)}.or(${inQuotes("null", style.quote)})`, is: "other" } : words(`${of.words} | null`)),
    list: (of) => (of.words === undefined ? { text: `${whole(of)}.array()`, is: "list" } : words(of.words.includes("|") ? `(${of.words})[]` : `${of.words}[]`, { is: "list" })),
    record: (of) => ({ text: braces([`${inQuotes("[string]", style.quote)}: ${of.text}`], style), is: "other" }),
    object: (props) => ({ text: braces(props.map((p) => `${p.optional ? inQuotes(`${p.name}?`, style.quote) : keyOf(p.name, style.quote)}: ${p.schema.text}`), style), is: "object" }),
  };
}

export const DIALECTS: Readonly<Record<Validator, (name: string, style: Written) => Dialect>> = { zod, valibot, arktype };
