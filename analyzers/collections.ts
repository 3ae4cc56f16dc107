import type { BindingFact, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { type Call, callAt } from "./calls.js";
import { flow } from "./flow.js";
import { optionAt } from "./options.js";
import { heldBy } from "./held.js";
import { givenOn, type Way } from "./ways.js";

/** How many elements a list can have, as far as this file says. */
export interface Collection {
  /** null: nothing bounds it. */
  readonly most: number | null;
  /** Cut to a size, by whatever number: a piece of a longer list. */
  readonly isPiece: boolean;
  /** Its elements are such pieces. */
  readonly ofPieces: boolean;
  /** Another file has it, and may well have written it down. */
  readonly doubt: string | null;
}

const ANY: Collection = { most: null, isPiece: false, ofPieces: false, doubt: null };
const PIECE: Collection = { ...ANY, isPiece: true };
const PIECES: Collection = { ...ANY, ofPieces: true };

const DEEPEST = 16;
/** Methods and functions that give a list no longer than the one they are given. */
const KEEPS = new Set(["map", "filter", "sort", "toSorted", "reverse", "toReversed", "slice", "keys", "values", "entries", "uniq", "uniqBy", "compact", "sortBy", "orderBy", "shuffle", "reject", "without", "difference", "flat", "with", "fill", "from", "freeze", "all", "allSettled"]);
const LISTS_PIECES = /chunk|batch|paginat|byPage|scanStream$|^(?:iterate|read|fetch|each|walk|list)?Pages$|^(?:pages|slices|windows|segments|inGroupsOf|splitEvery)$/i;
/** Functions that are given a list and how long a piece of it may be. */
const CUTS = /chunk|batch|inGroupsOf|splitEvery/i;
const AT_ONCE = /concurren|worker|parallel|at_?once|pool|threads|max|limit/i;
const GLOBAL_LISTS = new Set(["Array", "Set", "Map", "Object", "Promise", "Iterator"]);
/** Settings of the deployment, written down somewhere. */
const SETTINGS = /^(?:config|configuration|configService|settings|options|opts|env|constants?)$/i;

export function collectionOf(file: FileView, value: ValueId, way: Way | null): Collection {
  return new Walk(file).of(value, way, 0);
}

class Walk {
  readonly #file: FileView;
  readonly #seen = new Set<ValueId>();

  constructor(file: FileView) {
    this.#file = file;
  }

  of(id: ValueId, way: Way | null, depth: number): Collection {
    if (depth > DEEPEST || this.#seen.has(id)) return ANY;
    this.#seen.add(id);
    const found = this.#find(id, this.#value(id), way, depth + 1);
    this.#seen.delete(id);
    return found;
  }

  #find(id: ValueId, value: Value, way: Way | null, depth: number): Collection {
    switch (value.kind) {
      case "await": {
        // What takes time to make was not written down.
        const found = this.of(value.of, way, depth);
        return found.doubt === null ? found : { ...found, doubt: null };
      }
      case "cast":
      case "spread":
        return this.of(value.of, way, depth);
      case "assign":
        return this.of(value.value, way, depth);
      case "sequence":
        return this.of(value.items.at(-1) as ValueId, way, depth);
      case "choice":
        return either([this.of(value.then, way, depth), this.of(value.otherwise, way, depth)]);
      case "logical":
        return either([...(value.op === "&&" ? [] : [this.of(value.left, way, depth)]), this.of(value.right, way, depth)]);
      case "default":
        return either([this.of(value.of, way, depth), this.of(value.fallback, way, depth)]);
      case "array":
        return this.#array(value.items, way, depth);
      case "object":
        if (value.props.some((p) => p.name === "length")) return this.#ofLength(value);
        return value.props.length === 0 || value.props.some((p) => p.name === null) ? ANY : { ...ANY, most: value.props.length };
      case "literal":
        return typeof value.value === "string" ? { ...ANY, most: value.value.length } : ANY;
      case "var":
        return this.#variable(value, way, depth);
      case "param":
        return this.#param(value, way, depth);
      case "element":
        return this.of(value.of, way, depth).ofPieces ? PIECE : ANY;
      case "member":
        return this.#member(id, value, way, depth);
      case "call":
        return this.#call(id, value, way, depth);
      default:
        return ANY;
    }
  }

  #array(items: readonly (ValueId | null)[], way: Way | null, depth: number): Collection {
    // What begins empty is filled somewhere.
    if (items.length === 0) return ANY;
    let most = 0;
    for (const item of items) {
      const of = item === null ? undefined : this.#value(item);
      const inner = of?.kind === "spread" ? this.of(of.of, way, depth) : null;
      if (inner !== null && inner.most === null) return { ...inner, ofPieces: false };
      most += inner?.most ?? 1;
    }
    return { ...ANY, most };
  }

  #variable(value: Value & { kind: "var" }, way: Way | null, depth: number): Collection {
    const binding = this.#file.facts.bindings[value.binding] as BindingFact;
    if (binding.from !== undefined) return elsewhere(binding.name);
    const pieces = /(?:chunk|batche|slice)s$/i.test(binding.name) ? { ofPieces: true } : {};
    if (this.#file.get(flow).elementWrites(value.binding).length > 0) return { ...ANY, ...pieces };
    const held = heldBy(binding, value.version);
    const found = held.length === 0 ? ANY : either(held.map((v) => this.of(v, way, depth)));
    return found.most === null ? { ...found, ...pieces, isPiece: found.isPiece || /^(?:chunk|batch|slice)$|(?:Chunk|Batch|Slice)$/.test(binding.name) } : found;
  }

  /** What the way gives, else what all callers give, where all are in this file. */
  #param(value: Value & { kind: "param" }, way: Way | null, depth: number): Collection {
    const type = this.#file.facts.functions[value.fn]?.params[value.index]?.type;
    if (type?.t === "tuple") return { ...ANY, most: type.items.length };
    const given = givenOn(this.#file, way, value);
    if (given?.isElement) return given.values.some((v) => this.of(v, given.way, depth).ofPieces) ? PIECE : ANY;
    if (given !== null) return given.values.length === 0 ? ANY : either(given.values.map((v) => this.of(v, given.way, depth)));
    const callers = this.#file.get(flow).callers(value.fn) ?? [];
    const args = callers.map((site) => (this.#value(site) as Value & { kind: "call" }).args[value.index]);
    return callers.length === 0 || value.rest || args.includes(undefined) ? ANY : either((args as ValueId[]).map((arg) => this.of(arg, null, depth)));
  }

  #member(id: ValueId, value: Value & { kind: "member" }, way: Way | null, depth: number): Collection {
    const sources = this.#file.get(flow).sources(id).filter((s) => s !== id);
    if (sources.length > 0) return either(sources.map((s) => this.of(s, way, depth)));
    let root = this.#value(value.object);
    for (; root.kind === "member"; root = this.#value(root.object)) if (root.name !== null && SETTINGS.test(root.name)) return elsewhere(root.name);
    const { start, end } = this.#file.span({ value: id });
    return this.#isImported(root) ? elsewhere(this.#file.text.slice(start, end)) : ANY;
  }

  #call(id: ValueId, value: Value & { kind: "call" }, way: Way | null, depth: number): Collection {
    const sources = this.#file.get(flow).sources(id).filter((s) => s !== id);
    const callee = this.#value(value.callee);
    const name = callee.kind === "member" ? callee.name : this.#nameOf(callee);
    // `chunk(ids, 500)` of one's own, however it is done.
    if (sources.length > 0) return name !== null && CUTS.test(name) && value.args.length === 2 ? PIECES : either(sources.map((s) => this.of(s, way, depth)));
    if (name === null) return ANY;
    if (LISTS_PIECES.test(name)) return PIECES;
    const object = callee.kind === "member" ? this.#value(callee.object) : null;
    const isFree = object === null || object.kind === "global" || this.#isImported(object);
    // `Object.keys(x)`, `_.uniq(x)`, `new Set(x)`; else the list's own method.
    const list = object?.kind === "global" && !GLOBAL_LISTS.has(object.name) ? undefined : isFree ? value.args[0] : (callee as Value & { kind: "member" }).object;
    const args = isFree ? value.args.slice(1) : value.args;
    if (list === undefined) return isFree && value.args.length === 0 && this.#isImported(callee) ? elsewhere(name) : ANY;
    if (name === "slice" || name === "splice") return this.#slice(list, args, name, way, depth);
    if (["take", "takeRight", "sampleSize", "first"].includes(name) && isFree) return this.#cut(args[0]);
    if (name === "split") return this.#split(list, args[0]);
    if (name === "range") return this.#times(args[0] ?? list);
    if (name === "Array" && object?.kind !== "member") return value.args.length === 1 ? this.#times(list) : { ...ANY, most: value.args.length };
    if (name === "concat") return this.#sum([list, ...args], way, depth);
    if (KEEPS.has(name) || (value.form === "new" && (name === "Set" || name === "Map"))) return this.of(list, way, depth);
    return this.#limited(id, value);
  }

  #sum(lists: readonly ValueId[], way: Way | null, depth: number): Collection {
    const all = lists.map((l) => this.of(l, way, depth).most);
    return { ...ANY, most: all.includes(null) ? null : (all as number[]).reduce((a, b) => a + b, 0) };
  }

  #slice(list: ValueId, args: readonly ValueId[], name: string, way: Way | null, depth: number): Collection {
    const [from, to] = args.map((arg) => this.#file.get(flow).constant(arg));
    const second = args[1] === undefined ? null : this.#value(args[1]);
    if (name === "splice") return typeof to === "number" ? { ...PIECE, most: to } : args.length > 1 ? PIECE : ANY;
    if (typeof from === "number" && from < 0 && args.length === 1) return { ...PIECE, most: -from };
    if (typeof to === "number" && typeof from === "number" && to >= 0) return { ...PIECE, most: to - from };
    // `slice(i, i + SIZE)`
    if (second?.kind === "binary" && second.op === "+") return this.#cut(second.right);
    return args.length > 1 ? PIECE : this.of(list, way, depth);
  }

  #cut(size: ValueId | undefined): Collection {
    const most = size === undefined ? undefined : this.#file.get(flow).constant(size);
    return typeof most === "number" ? { ...PIECE, most } : PIECE;
  }

  #split(text: ValueId, by: ValueId | undefined): Collection {
    const { constant, symbols } = this.#file.get(flow);
    const [whole, separator] = [constant(text), by === undefined ? undefined : constant(by)];
    if (typeof whole === "string" && typeof separator === "string") return { ...ANY, most: whole.split(separator).length };
    return symbols(text).some((s) => /^(?:global:process\.env|process:env)\b/.test(s.text)) ? elsewhere("process.env") : ANY;
  }

  /** `Array.from({ length: 5 }, …)` */
  #ofLength({ props }: Value & { kind: "object" }): Collection {
    const length = props.find((p) => p.name === "length")?.value;
    return length === undefined ? ANY : this.#times(length);
  }

  /** So many times: a constant, or what is named for how much goes on at once. */
  #times(count: ValueId): Collection {
    const most = this.#file.get(flow).constant(count);
    if (typeof most === "number") return { ...ANY, most };
    const { start, end } = this.#file.span({ value: count });
    return AT_ONCE.test(this.#file.text.slice(start, end)) ? PIECE : ANY;
  }

  /** A query that asks for so many: `findMany({ take: 5 })`, `.limit(5)`. */
  #limited(id: ValueId, value: Value & { kind: "call" }): Collection {
    const constant = (v: ValueId | undefined): number | null => {
      const n = v === undefined ? undefined : this.#file.get(flow).constant(v);
      return typeof n === "number" ? n : null;
    };
    for (let at: Value = value; at.kind === "call" || at.kind === "member"; at = this.#value(at.kind === "call" ? at.callee : at.object)) {
      const callee = at.kind === "call" ? this.#value(at.callee) : null;
      if (at.kind === "call" && callee?.kind === "member" && (callee.name === "limit" || callee.name === "take")) return { ...ANY, most: constant(at.args[0]) };
    }
    const call = this.#file.get(callAt)(id);
    for (const { row } of call?.symbols.flatMap((s) => s.rows("effects")) ?? []) {
      for (const place of row.list?.limit ?? []) for (const v of optionAt(this.#file, call as Call, place).values) return { ...ANY, most: constant(v) };
    }
    return ANY;
  }

  #nameOf(callee: Value): string | null {
    return callee.kind === "global" ? callee.name : callee.kind === "var" ? (this.#file.facts.bindings[callee.binding]?.name ?? null) : null;
  }

  /** By `import`, or by `require` in a name. */
  #isImported(value: Value): boolean {
    if (value.kind === "call") {
      const callee = this.#value(value.callee);
      return callee.kind === "global" && callee.name === "require";
    }
    const binding = value.kind === "var" ? this.#file.facts.bindings[value.binding] : undefined;
    const held = binding?.versions.length === 1 ? binding.versions[0]?.value : undefined;
    return binding !== undefined && (binding.from !== undefined || (held !== undefined && this.#value(held).kind === "call" && this.#isImported(this.#value(held))));
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}

const elsewhere = (name: string): Collection => ({ ...ANY, doubt: `\`${name}\` is of another file, and may be a short list` });

/** Several roads lead here: as long as the longest, and no shorter for sure than any may be. */
function either(roads: readonly Collection[]): Collection {
  if (roads.length === 1) return roads[0] as Collection;
  const sizes = roads.map((r) => r.most);
  const open = roads.find((r) => r.most === null && r.doubt === null);
  return {
    most: sizes.includes(null) ? null : Math.max(...(sizes as number[])),
    isPiece: roads.every((r) => r.isPiece || r.most !== null),
    ofPieces: roads.some((r) => r.ofPieces),
    doubt: open ? null : (roads.find((r) => r.doubt !== null)?.doubt ?? null),
  };
}

