import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { eachStatement, flow } from "./flow.js";

/** A part of a text and the literal or template it stands in; null where nobody knows it. */
export interface Piece {
  readonly text: string | null;
  readonly at: ValueId;
}

/** A text as it is put together, left to right. */
export type Text = readonly Piece[];

/** So many ways to put one text together, and so deep, are followed. */
const MOST_TEXTS = 16;
const DEEPEST = 120;
/** Parts read for one question: a text that is added to in loops and branches is put together in more ways than anybody can go through. */
const MOST_PARTS = 3000;

/** Calls that give their first argument in another shape: `Buffer.from("…")`, `new TextEncoder().encode("…")`. */
const RESHAPES = new Set(["from", "encode", "encodeURIComponent", "btoa", "atob", "String", "Buffer", "Uint8Array", "createSecretKey", "createPrivateKey", "asKey", "importKey", "importPKCS8", "parse", "update", "resolve", "hash", "hashSync", "stringToBytes", "utf8ToBytes", "hexToBytes", "toUtf8Bytes"]);
/** Methods that give the text they are called on in another shape. */
const KEEPS = new Set(["toString", "trim", "trimEnd", "trimStart", "toLowerCase", "toUpperCase", "slice", "substring", "substr", "subarray", "padEnd", "padStart", "repeat", "normalize", "replace", "replaceAll", "digest", "concat", "valueOf", "buffer", "copy", "export"]);

/**
 * The texts a value may be. `seen through names` follows variables, parameters and members of this file;
 * `as written` stays at the place, so that a name is told by what stands right beside it.
 */
export function textsOf(file: FileView, value: ValueId, how: "seen through names" | "as written"): readonly Text[] {
  return new Reader(file, how === "as written").read(value, 0);
}

/** Stands for a part that nobody knows. */
export const UNKNOWN = "${}";

/** The whole text. */
export function joined(text: Text): string {
  return text.map((p) => p.text ?? UNKNOWN).join("");
}

/** The one literal or template that a part of a text stands in; else the place where it is used. */
export function holderOf(text: Text, start: number, end: number, use: ValueId): ValueId {
  const holders = new Set<ValueId>();
  let at = 0;
  for (const piece of text) {
    const length = (piece.text ?? UNKNOWN).length;
    if (length > 0 && at < end && at + length > start) holders.add(piece.at);
    at += length;
  }
  return holders.size === 1 ? ([...holders][0] as ValueId) : use;
}

class Reader {
  readonly #file: FileView;
  readonly #direct: boolean;
  #parts = 0;
  readonly #signers = new Set<ValueId>();

  constructor(file: FileView, direct: boolean) {
    this.#file = file;
    this.#direct = direct;
  }

  read(id: ValueId, depth: number): Text[] {
    if (depth > DEEPEST || this.#parts++ > MOST_PARTS) return [unknown(id)];
    const sources = this.#direct ? this.#peeled(id, []) : this.#file.get(flow).sources(id);
    return sources.flatMap((s) => this.#text(s, depth)).slice(0, MOST_TEXTS);
  }

  #text(id: ValueId, depth: number): Text[] {
    const value = this.#value(id);
    switch (value.kind) {
      case "literal":
        return typeof value.value === "string" || typeof value.value === "number" ? [[{ text: String(value.value), at: id }]] : [unknown(id)];
      case "template": {
        let texts: Text[] = [[{ text: value.chunks[0] ?? "", at: id }]];
        value.holes.forEach((hole, i) => {
          texts = this.#then(texts, this.read(hole, depth + 1));
          texts = texts.map((t) => [...t, { text: value.chunks[i + 1] ?? "", at: id }]);
        });
        return texts;
      }
      case "binary":
        return value.op === "+" ? this.#then(this.read(value.left, depth + 1), this.read(value.right, depth + 1)) : [unknown(id)];
      case "call":
        return this.#call(id, value, depth + 1);
      case "array":
        return [bytes(this.#file, id, value.items) ?? unknown(id)];
      case "function": {
        const texts: Text[] = [];
        eachStatement(this.#file.facts.functions[value.fn]?.body ?? [], (s) => {
          if (s.kind === "return" && s.value !== null) texts.push(...this.read(s.value, depth + 1));
        });
        return texts.length > 0 ? texts : [unknown(id)];
      }
      default:
        return [unknown(id)];
    }
  }

  #call(id: ValueId, value: Value & { kind: "call" }, depth: number): Text[] {
    const callee = this.#value(value.callee);
    const name = callee.kind === "member" ? callee.name : callee.kind === "global" ? callee.name : callee.kind === "var" ? this.#imported(callee.binding) : null;
    const first = value.args[0];
    if (name === "join" && callee.kind === "member") return this.#join(callee.object, first, depth) ?? [unknown(id)];
    if (value.form === "tag" && first !== undefined && callee.kind === "member" && callee.name === "raw") return this.read(first, depth);
    // What a key signs tells nobody the key that comes of it.
    const signer = name === "update" && callee.kind === "member" ? this.#signed(callee.object) : undefined;
    // An empty key is none that stands in the source, and what is signed with it is no text of the source.
    if (signer !== undefined) return this.#keyOf(signer, id, depth);
    // `crypto.subtle.importKey("raw", key, …)`
    const second = value.args[1];
    if (name === "importKey" && second !== undefined && callee.kind === "member" && this.#isSubtle(callee.object)) return this.read(second, depth);
    if (name !== null && RESHAPES.has(name) && first !== undefined) return this.read(first, depth);
    if (callee.kind !== "member" || name === null || !KEEPS.has(name)) return [unknown(id)];
    const object = this.read(callee.object, depth);
    return name === "concat" ? value.args.reduce((texts, arg) => this.#then(texts, this.read(arg, depth)), object) : object;
  }

  #isSubtle(id: ValueId): boolean {
    const value = this.#value(id);
    return value.kind === "member" ? value.name === "subtle" : value.kind === "var" && this.#file.facts.bindings[value.binding]?.name === "subtle";
  }

  /** A key that was signed with the key of the same call is whatever that one is. */
  #keyOf(signer: ValueId, at: ValueId, depth: number): Text[] {
    if (this.#signers.has(signer)) return [unknown(at)];
    this.#signers.add(signer);
    const keys = this.read(signer, depth).map((text) => (joined(text) === "" ? [{ text: null, at }] : text));
    this.#signers.delete(signer);
    return keys;
  }

  /** The key of `createHmac("sha256", key)`. */
  #signed(id: ValueId): ValueId | undefined {
    // `const hmac = createHmac("sha256", key)`
    const value = this.#value(this.#direct ? id : this.#file.get(flow).sameAs(id));
    if (value.kind !== "call") return undefined;
    const callee = this.#value(value.callee);
    const name = callee.kind === "member" || callee.kind === "global" ? callee.name : callee.kind === "var" ? this.#imported(callee.binding) : null;
    return name === "createHmac" ? value.args[1] : undefined;
  }

  /** `["a", "b"].join("\n")` */
  #join(object: ValueId, separator: ValueId | undefined, depth: number): Text[] | null {
    const lists = this.#direct ? this.#peeled(object, []) : this.#file.get(flow).sources(object);
    const list = lists.length === 1 ? this.#value(lists[0] as ValueId) : undefined;
    if (list?.kind !== "array" || list.items.length > 200) return null;
    const between = separator === undefined ? "," : this.#file.get(flow).constant(separator);
    if (typeof between !== "string") return null;
    let texts: Text[] = [[]];
    list.items.forEach((item, i) => {
      if (item === null) return;
      if (i > 0) texts = texts.map((t) => [...t, { text: between, at: object }]);
      texts = this.#then(texts, this.read(item, depth + 1));
    });
    return texts;
  }

  #then(left: readonly Text[], right: readonly Text[]): Text[] {
    return left.flatMap((l) => right.map((r) => [...l, ...r])).slice(0, MOST_TEXTS);
  }

  /** What stands here, without following names. */
  #peeled(id: ValueId, found: ValueId[]): ValueId[] {
    const value = this.#value(id);
    switch (value.kind) {
      case "cast":
      case "await":
        return this.#peeled(value.of, found);
      case "choice":
        return this.#peeled(value.otherwise, this.#peeled(value.then, found));
      case "logical":
        return this.#peeled(value.right, value.op === "&&" ? found : this.#peeled(value.left, found));
      case "default":
        return this.#peeled(value.fallback, found);
      case "assign":
        return this.#peeled(value.value, found);
      case "sequence":
        return value.items.length === 0 ? found : this.#peeled(value.items.at(-1) as ValueId, found);
      default:
        found.push(id);
        return found;
    }
  }

  #imported(binding: number): string | null {
    const from = this.#file.facts.bindings[binding]?.from;
    return from === undefined ? null : (this.#file.facts.imports[from.import]?.names[from.name]?.imported ?? null);
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}

function unknown(at: ValueId): Text {
  return [{ text: null, at }];
}

/** `[0x13, 0x37, …]`: bytes of a key; an array of one repeated number is a buffer of zeros. */
function bytes(file: FileView, id: ValueId, items: readonly (ValueId | null)[]): Text | null {
  if (items.length < 8) return null;
  const numbers = items.map((item) => (item === null ? undefined : file.facts.values[item]));
  if (!numbers.every((n) => n?.kind === "literal" && typeof n.value === "number")) return null;
  const texts = numbers.map((n) => String((n as { value: number }).value));
  return new Set(texts).size < 4 ? null : [{ text: texts.join(" "), at: id }];
}
