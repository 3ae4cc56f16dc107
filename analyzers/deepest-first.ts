/** A question came up so far within others that the stack would not hold it. */
class TooDeep<Q> extends Error {
  readonly question: Q;

  constructor(question: Q) {
    super("asked too far within other questions");
    this.question = question;
  }
}

/** As many questions stand within one another; a name that is added to a thousand times has as many. */
const DEEPEST = 300;

/** Answers what asks on and on: what is too far within is asked by itself first, and its answer is known the next time. */
export class DeepestFirst<Q extends { readonly key: string }> {
  readonly #begun = new Set<string>();

  /** `ask` keeps what it has answered; `reset` forgets what it was in the midst of. */
  answer<A>(question: Q, ask: (question: Q) => A, reset: () => void): A {
    const left = [question];
    this.#begun.clear();
    for (;;) {
      const next = left.at(-1) as Q;
      this.#begun.add(next.key);
      try {
        const found = ask(next);
        left.pop();
        if (left.length === 0) return found;
      } catch (error) {
        if (!(error instanceof TooDeep)) throw error;
        reset();
        left.push(error.question as Q);
      }
    }
  }

  /** Breaks off if it has to be asked by itself. True where it already is, and came back to itself. */
  isCircle(question: Q, depth: number): boolean {
    if (depth < DEEPEST) return false;
    if (!this.#begun.has(question.key)) throw new TooDeep(question);
    return true;
  }
}
