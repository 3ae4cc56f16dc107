/** The words of a text, told in one pass over it: whether it writes a name is asked hundreds of times. */
export class Words {
  readonly #text: string;
  readonly #marks: Uint8Array;

  constructor(text: string) {
    this.#text = text;
    this.#marks = marked(text);
  }

  /** Does the text write this word? Says yes in vain where the word is only a part of others and falls on the mark of another. */
  has({ text, hash }: Word): boolean {
    if (hash !== null && ((this.#marks[hash >>> 3] as number) & (1 << (hash & 7))) === 0) return false;
    return this.#text.includes(text);
  }
}

/** A word to ask for. `hash` is null for what is no plain word: it is looked for as it stands. */
export interface Word {
  readonly text: string;
  readonly hash: number | null;
}

export function wordOf(text: string): Word {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = step(hash, text.charCodeAt(i));
  return { text, hash: /^[\w$]+$/.test(text) ? markOf(hash) : null };
}

const BITS = 16;
const IN_WORD = new Uint8Array(128).map((_, code) => (/[\w$]/.test(String.fromCharCode(code)) ? 1 : 0));
const step = (hash: number, code: number): number => (Math.imul(hash, 31) + code) | 0;
const markOf = (hash: number): number => (hash ^ (hash >>> BITS)) & ((1 << BITS) - 1);

function marked(text: string): Uint8Array {
  const marks = new Uint8Array(1 << (BITS - 3));
  const { length } = text;
  for (let i = 0; i < length; i++) {
    let code = text.charCodeAt(i);
    // What is not ASCII may be a space as well as a letter: words end there.
    if (code >= 128 || IN_WORD[code] === 0) continue;
    let hash = 0;
    do {
      hash = step(hash, code);
      code = ++i < length ? text.charCodeAt(i) : 0;
    } while (code < 128 && IN_WORD[code] === 1);
    const mark = markOf(hash);
    marks[mark >>> 3] = (marks[mark >>> 3] as number) | (1 << (mark & 7));
  }
  return marks;
}
