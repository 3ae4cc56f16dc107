import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { flow } from "./flow.js";
import { plainName } from "./unique-keys.js";

/**
 * The columns that some schema in sight says are unique, by their names alone: a mongoose or sequelize schema, an
 * entity's decorators, a drizzle table. Of which table a name is, nobody asks: a doubt is enough.
 */
export const declaredUnique: Answer<ReadonlySet<string>> = {
  name: "declared unique",
  of(file) {
    const found = new Set<string>();
    if (!/unique|primaryKey/i.test(file.text)) return found;
    for (const value of file.facts.values) {
      if (value.kind === "object") for (const prop of value.props) if (prop.name !== null && isUnique(file, prop.value)) found.add(plainName(prop.name));
      if (value.kind === "call") for (const name of ofIndex(file, value)) found.add(plainName(name));
    }
    for (const cls of file.facts.classes) {
      for (const member of cls.members) if (member.name !== null && member.decorators.some((d) => marks(file, d))) found.add(plainName(member.name));
    }
    return found;
  },
};

const SAYS = /^(?:unique|primaryKey|primary)$/;

/** `{ type: String, unique: true }`, `text("email").notNull().unique()` */
function isUnique(file: FileView, id: ValueId): boolean {
  let value = file.facts.values[id] as Value;
  if (value.kind === "object") return says(file, value);
  for (let steps = 0; value.kind === "call" && steps < 12; steps++) {
    const callee = file.facts.values[value.callee] as Value;
    if (callee.kind !== "member" || callee.name === null) return false;
    if (SAYS.test(callee.name)) return true;
    value = file.facts.values[callee.object] as Value;
  }
  return false;
}

const says = (file: FileView, object: Value & { kind: "object" }): boolean => object.props.some((p) => p.name !== null && SAYS.test(p.name) && file.get(flow).constant(p.value) === true);

/** `schema.index({ tag: 1 }, { unique: true })` of one column alone. */
function ofIndex(file: FileView, { callee, args }: Value & { kind: "call" }): readonly string[] {
  const of = file.facts.values[callee] as Value;
  const [columns, options] = args.map((arg) => file.facts.values[arg] as Value);
  if (of.kind !== "member" || !/^(?:index|createIndex|ensureIndex)$/.test(of.name ?? "") || columns?.kind !== "object" || options?.kind !== "object") return [];
  const [only, ...others] = columns.props;
  return only?.name != null && others.length === 0 && says(file, options) ? [only.name] : [];
}

/** `@Column({ unique: true })`, `@Unique()`, `@PrimaryColumn()` */
function marks(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  const callee = file.facts.values[value.kind === "call" ? value.callee : id] as Value;
  const name = callee.kind === "member" ? callee.name : callee.kind === "var" ? file.facts.bindings[callee.binding]?.name : null;
  if (/^(?:Unique|Primary\w*)$/.test(name ?? "")) return true;
  return value.kind === "call" && value.args.some((arg) => { const given = file.facts.values[arg] as Value; return given.kind === "object" && says(file, given); });
}
