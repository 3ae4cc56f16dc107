import type { CallValue, ClassId, FnId, TypeExpr, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import type { Catalog, SymbolNode } from "../catalog/catalog.js";
import type { OwnMember } from "./class-members.js";
import { Links } from "./links.js";
import { occurrences } from "./occurrences.js";
import { Sources } from "./sources.js";
import { Symbols } from "./symbols.js";

export { eachStatement, enclosingClass } from "./links.js";

/** What one file says about where values come from. */
export interface Flow {
  /** The values this one may be, seen through names, casts, `await`, choices, known properties and local calls. */
  sources(value: ValueId): readonly ValueId[];
  /** What stands where a member is written, one step back: a call is the call still, and not yet what it gives. */
  written(member: ValueId): readonly ValueId[];
  /** What a value is but another name for, without a choice on the way. */
  sameAs(value: ValueId): ValueId;
  /** Who it is in the catalog's words; several where roads meet, none where nobody can say. */
  symbols(value: ValueId): readonly SymbolNode[];
  /** What a declared type stands for. */
  typeSymbol(type: TypeExpr | undefined): SymbolNode | null;
  /** What its declared type comes to: without aliases, promises and `| undefined`. */
  plainType(value: ValueId): TypeExpr | null;
  /** The type a value is declared to have, as it is written; of what `await` gives, that of the promise. */
  declared(value: ValueId): TypeExpr | null;
  /** Its text, number or flag, if it is always the same one. */
  constant(value: ValueId): string | number | boolean | null | undefined;
  /** All texts, numbers and flags that it may be; null where it may be something else. */
  constants(value: ValueId): readonly (string | number | boolean | null)[] | null;
  /** The local functions it may be, and whether it may be something else too. */
  functions(value: ValueId): readonly FnId[];
  /** Is it a parameter that every caller gives, so that its default never shows? */
  isAlwaysGiven(param: ValueId): boolean;
  /** Every call in this file that may call the function; null if it can also be called from elsewhere. */
  callers(fn: FnId): readonly ValueId[] | null;
  /** What its `return` statements give. */
  returns(fn: FnId): readonly ValueId[];
  /** The getters that reading a member may run. */
  getters(member: ValueId): readonly FnId[];
  /** Does a call only put functions on a schema? */
  isOfSchema(call: CallValue): boolean;
  /** What a schema runs before and after what a call does. */
  hooks(call: CallValue): readonly FnId[];
  /** The class whose instance a value is; null where it may be of another, or of none. */
  classOf(value: ValueId): ClassId | null;
  /** A class and those below it, of which somebody makes instances. */
  classesBelow(cls: ClassId): readonly ClassId[];
  /** What an instance of a class has under a name. */
  member(cls: ClassId, name: string): OwnMember | null;
  /** What the field of an instance may hold, as this file says. */
  field(cls: ClassId, name: string): readonly ValueId[];
  /** What is written to members of a binding's object after its creation: `opts.timeout = 5`. */
  memberWrites(binding: number): readonly { readonly name: string; readonly value: ValueId }[];
  /** Is a member read behind a line that has always written it? */
  isWrittenBefore(member: ValueId): boolean;
  /** What is pushed into, added to or set in a list that a name holds. */
  elementWrites(binding: number): readonly ValueId[];
  /** What is pushed into or set in the list under a name of what it holds: `store.items.push(item)`. */
  partAdditions(binding: number): readonly { readonly name: string; readonly value: ValueId }[];
  /** The same of the list in a field of an instance. */
  fieldAdditions(cls: ClassId, name: string): readonly ValueId[];
}

export const flow: Answer<Flow> = { name: "flow", of: flowOf };

function flowOf(file: FileView): Flow {
  const links = new Links(file.facts, file.get(occurrences));
  const sources = new Sources(file.facts, links, file.get(occurrences));
  const pipelineName = (node: SymbolNode): string | null => file.settings.pipelineName(node.text, file.path);
  const symbols = new Symbols(file.facts, file.settings.catalog as Catalog, pipelineName, sources, file.told);
  return {
    sources: (value) => sources.of(value),
    written: (member) => writtenOf(file, sources, member),
    sameAs: (value) => sources.sameAs(value),
    symbols: (value) => symbols.symbols(value),
    typeSymbol: (type) => symbols.typeSymbol(type),
    plainType: (value) => symbols.plainType(value),
    declared: (value) => symbols.declared(value),
    constant: (value) => sources.constant(value),
    constants: (value) => sources.constants(value),
    functions: (value) => sources.functions(value),
    isAlwaysGiven: (param) => sources.isAlwaysGiven(param),
    callers: (fn) => links.callers(fn),
    returns: (fn) => links.returns(fn),
    isOfSchema: (call) => sources.schemas().isKeeping(call),
    hooks: (call) => sources.schemas().hooks(call),
    getters: (member) => gettersOf(file, sources, member),
    classOf: (value) => sources.methods.classOf(value),
    classesBelow: (cls) => sources.hierarchy().ofClass(cls),
    member: (cls, name) => sources.classes.find({ cls, isStatic: false }, name),
    field: (cls, name) => sources.classes.find({ cls, isStatic: false }, name)?.values ?? [],
    memberWrites: (binding) => links.memberWrites(binding),
    isWrittenBefore: (member) => {
      const value = file.facts.values[member];
      return value?.kind === "member" && value.name !== null && sources.writtenBefore.of(value.object, value.name, member) !== null;
    },
    elementWrites: (binding) => links.elementWrites(binding),
    partAdditions: (binding) => links.partAdditions(binding),
    fieldAdditions: (cls, name) => links.fieldAdditions(cls, name),
  };
}

function writtenOf({ facts }: FileView, sources: Sources, member: ValueId): readonly ValueId[] {
  const value = facts.values[member];
  return value?.kind !== "member" || value.name === null ? [] : (sources.parts.of(value.object, value.name)?.values ?? []).map((part) => sources.sameAs(part));
}

function gettersOf({ facts }: FileView, sources: Sources, member: ValueId): readonly FnId[] {
  const value = facts.values[member];
  if (value?.kind !== "member" || value.name === null) return [];
  const { name } = value;
  const found = sources.of(value.object).flatMap((source) => {
    const side = sources.sideOf(source);
    const getter = side === null ? null : (sources.classes.find(side, name)?.getter ?? null);
    return getter === null ? [] : [getter];
  });
  return [...new Set(found)];
}
