import type { ColumnWords, MigrationRow, StepRow } from "../catalog/migration-rows.js";
import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { type ChainLink, chainOf, endsChain } from "./call-chains.js";
import type { ColumnSpec } from "./changes.js";
import { endsOf } from "./ends.js";
import { flow } from "./flow.js";
import { valueAt } from "./options.js";

/** A column as a builder describes it. */
export interface WrittenColumn {
  readonly spec: ColumnSpec;
  /** Its own name, where the description has it. */
  readonly name?: string | null;
  /** What is said about NULL, if anything is. */
  readonly notNull: boolean | null;
  readonly isChange: boolean;
  readonly hasIndex: boolean;
}

/** Where a word of a column stands: an option of an object, or a call of a chain. */
interface Words {
  /** The value given to it; true for a call without one; undefined: it is not there; null: nobody knows. */
  get(word: string): ValueId | true | undefined | null;
  readonly isOpen: boolean;
}

export function columnsOf(file: FileView, row: MigrationRow, step: StepRow, links: readonly ChainLink[], at: number): readonly (WrittenColumn & { readonly key?: string | null })[] {
  const link = links[at] as ChainLink;
  const words = row.columns ?? {};
  const place = step.column;
  const typed = step.type === "call" ? sized(row, link.name, file, link.args[1]) : typeof step.type === "number" ? typeOf(file, row, link.args[step.type]) : null;
  if (place === undefined) return [read(file, row, words, NONE, typed)];
  if (place.in === "chain") return [read(file, row, words, chainWords(links.slice(at + 1)), typed)];
  const given = link.args[place.arg];
  if (given === undefined) return [read(file, row, words, NONE, typed)];
  if (place.in === "function") return [read(file, row, words, functionWords(file, given), typed)];
  if (place.in === "columns") {
    const object = objectOf(file, given);
    if (object === null) return [read(file, row, words, OPEN, typed)];
    return object.props.map((prop) => ({ key: prop.name, ...described(file, row, words, prop.value, typed) }));
  }
  return elementsOf(file, given).map((value) => described(file, row, words, value, typed));
}

/** `{ type: "text", notNull: true }`, or the type alone. */
function described(file: FileView, row: MigrationRow, words: ColumnWords, value: ValueId, typed: string | null): WrittenColumn {
  const isObject = objectOf(file, value) !== null;
  const type = isObject ? typed : (typed ?? typeOf(file, row, value));
  return read(file, row, words, isObject ? objectWords(file, value) : type === null ? OPEN : NONE, type);
}

function elementsOf(file: FileView, value: ValueId): readonly ValueId[] {
  const [only, ...others] = file.get(flow).sources(value);
  const held = only === undefined || others.length > 0 ? undefined : file.facts.values[only];
  return held?.kind === "array" ? held.items.filter((item) => item !== null) : [value];
}

function objectOf(file: FileView, value: ValueId): (Value & { kind: "object" }) | null {
  // new TableColumn({ … })
  const ends = endsOf(file, value, (made) => (made.kind === "call" && made.form === "new" ? made.args.slice(0, 1) : null));
  for (const { source } of ends) {
    const held = file.facts.values[source] as Value;
    if (held.kind === "object") return held;
  }
  return null;
}

const NONE: Words = { get: () => undefined, isOpen: false };
const OPEN: Words = { get: () => undefined, isOpen: true };

function chainWords(links: readonly ChainLink[]): Words {
  return {
    get: (word) => {
      const link = links.find((l) => l.name === word && l.call !== undefined);
      return link === undefined ? undefined : (link.args[0] ?? true);
    },
    isOpen: false,
  };
}

/** `(col) => col.notNull().defaultTo(0)` */
function functionWords(file: FileView, value: ValueId): Words {
  const fns = file.get(flow).functions(value);
  if (fns.length === 0) return OPEN;
  const links = fns.flatMap((fn) => file.get(flow).returns(fn)).flatMap((returned) => (endsChain(file, returned) ? chainOf(file, returned).links : []));
  return chainWords(links);
}

function objectWords(file: FileView, value: ValueId): Words {
  const get = (word: string): ValueId | undefined | null => {
    const { values, certainty } = valueAt(file, value, word);
    return certainty === "absent" ? undefined : (values[0] ?? null);
  };
  return { get, isOpen: valueAt(file, value, "a property nobody has").certainty === "unknown" };
}

function read(file: FileView, row: MigrationRow, words: ColumnWords, written: Words, typed: string | null): WrittenColumn {
  const constant = (value: ValueId | true | undefined | null): unknown => (value === true || value === undefined ? value : value === null ? null : file.get(flow).constant(value));
  const has = (names: readonly string[] | undefined): boolean =>
    (names ?? []).some((name) => {
      const value = written.get(name);
      return value !== undefined && constant(value) !== false;
    });
  const said = (word: ColumnWords["notNull"]): boolean | null => {
    for (const name of word?.words ?? []) {
      const value = written.get(name);
      if (value === undefined) continue;
      const is = constant(value);
      return (is === undefined ? true : Boolean(is)) === (word?.is ?? true);
    }
    return null;
  };
  const notNullSaid = said(words.notNull);
  const nullableSaid = said(words.nullable);
  const notNull = notNullSaid ?? (nullableSaid === null ? null : !nullableSaid);
  const typeValue = words.type === undefined ? undefined : written.get(words.type);
  const type = typed ?? (typeof typeValue === "number" ? typeOf(file, row, typeValue) : null);
  const given = (words.default ?? []).map((name) => written.get(name)).find((value) => value !== undefined);
  const name = words.name === undefined ? undefined : constant(written.get(words.name));
  const computed = type !== null && SERIAL.test(type) ? type : has(words.generated) ? "a sequence" : typeof given === "number" ? (perRow(file, words, given) ?? undefined) : undefined;
  return {
    spec: {
      type,
      notNull: notNull ?? words.isNotNullUnlessSaid ?? false,
      hasDefault: (given !== undefined && constant(given) !== null) || computed !== undefined,
      ...(computed !== undefined && { computed }),
      unique: has(words.unique),
      primary: has(words.primary),
      references: has(words.references),
      ...(written.isOpen && { isOpen: true as const }),
    },
    ...(typeof name === "string" && { name }),
    notNull,
    isChange: words.change !== undefined && written.get(words.change) !== undefined,
    hasIndex: has(words.index),
  };
}

const SERIAL = /^(?:small|big)?serial[248]?$/i;
const PER_ROW = /\b(gen_random_uuid|uuid_generate_v\d\w*|uuidv[47]|random|clock_timestamp|nextval)\s*\(/i;

/** A default that is worked out for each row: the function. */
function perRow(file: FileView, words: ColumnWords, value: ValueId): string | null {
  for (const source of file.get(flow).sources(value)) {
    const held = file.facts.values[source] as Value;
    const texts = held.kind === "call" ? held.args : [source];
    for (const text of texts) {
      const constant = file.get(flow).constant(text);
      const called = typeof constant === "string" ? PER_ROW.exec(constant)?.[1] : undefined;
      if (called !== undefined) return `${called}()`;
    }
    const last = held.kind === "call" ? chainOf(file, source).links.at(-1)?.name : undefined;
    if (last !== undefined && words.volatile?.includes(last)) return `${last}()`;
  }
  return null;
}

/** A type as PostgreSQL calls it: `"varchar(30)"`, `Sequelize.STRING(30)`. */
function typeOf(file: FileView, row: MigrationRow, value: ValueId | undefined): string | null {
  if (value === undefined) return null;
  for (const source of file.get(flow).sources(value)) {
    const held = file.facts.values[source] as Value;
    if (held.kind === "literal" && typeof held.value === "string") return row.types?.[held.value] ?? held.value;
    if (held.kind === "member" && held.name !== null) return row.types?.[held.name] ?? held.name;
    if (held.kind === "call") {
      const link = chainOf(file, source).links.at(-1);
      if (link === undefined) return null;
      // sql`varchar(30)`
      if (held.form === "tag") return textOf(file, held.args[0]);
      return sized(row, link.name, file, link.args[0], link.args[1]);
    }
  }
  return null;
}

function textOf(file: FileView, value: ValueId | undefined): string | null {
  const text = value === undefined ? undefined : file.get(flow).constant(value);
  return typeof text === "string" ? text : null;
}

function sized(row: MigrationRow, name: string, file: FileView, ...sizes: readonly (ValueId | undefined)[]): string {
  const base = row.types?.[name] ?? name;
  const numbers = sizes.flatMap((size) => {
    const number = size === undefined ? undefined : file.get(flow).constant(size);
    return typeof number === "number" ? [number] : [];
  });
  return numbers.length === 0 ? base : `${base.replace(/\(.*/, "")}(${numbers.join(",")})`;
}
