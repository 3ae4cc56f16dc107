import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Call } from "./call.js";
import { dispatch } from "./dispatch.js";
import { AppFailure, fail, type AppErrorCode } from "./failure.js";
import { failureOf } from "./mask.js";
import { opOf, rulesWith } from "./op.js";
import { parseAsync } from "./parse.js";
import type { Policy } from "./settings.js";
import { als } from "./state.js";
import { would } from "./watch.js";

type Schema = StandardSchemaV1;
type Given<S> = S extends Schema ? StandardSchemaV1.InferInput<S> : void;
type Taken<S> = S extends Schema ? StandardSchemaV1.InferOutput<S> : void;
type Returned<S> = S extends Schema ? StandardSchemaV1.InferInput<S> : unknown;
type Got<S> = S extends Schema ? StandardSchemaV1.InferOutput<S> : unknown;

export interface ContractTerms<I extends Schema | undefined, O extends Schema | undefined> {
  readonly name: string;
  readonly input?: I;
  readonly output?: O;
  /** The codes it may fail with, beside those that the way itself adds. Without the list: any. */
  readonly errors?: readonly AppErrorCode[] | undefined;
  readonly policy?: Policy | undefined;
}

/** What callers call. Who answers is bound by `implement`. */
export interface Contract<I extends Schema | undefined = Schema | undefined, O extends Schema | undefined = Schema | undefined> {
  (input: Given<I>): Promise<Got<O>>;
  readonly terms: ContractTerms<I, O>;
}

type Implementation<I, O> = (input: Taken<I>, call: Call) => Returned<O> | Promise<Returned<O>>;

/** Failures of the way, not of the work: any call may end with these. */
const ANYWHERE: ReadonlySet<string> = new Set(["TIMEOUT", "CANCELLED", "OVERLOADED", "VALIDATION", "INTERNAL"]);

const bound = new WeakMap<object, (input: unknown, call: Call) => unknown>();

export function contract<I extends Schema | undefined = undefined, O extends Schema | undefined = undefined>(terms: ContractTerms<I, O>): Contract<I, O> {
  const called = ((input: unknown) => dispatch(terms.name, (call) => answer(called, input, call), terms.policy)) as Contract<I, O>;
  return Object.defineProperties(called, { name: { value: terms.name }, terms: { value: terms } });
}

/** Binds who answers, once; what it returns is the contract itself. */
export function implement<I extends Schema | undefined, O extends Schema | undefined>(made: Contract<I, O>, fn: Implementation<I, O>): Contract<I, O> {
  if (bound.has(made)) throw new Error(`The contract ${made.terms.name} is implemented already`);
  bound.set(made, fn as (input: unknown, call: Call) => unknown);
  return made;
}

async function answer(made: Contract<any, any>, input: unknown, call: Call): Promise<unknown> {
  const { name, input: takes, output: gives, errors, policy } = made.terms;
  const fn = bound.get(made);
  if (fn === undefined) throw fail("INTERNAL", {}, { message: `nobody implements the contract ${name}` });
  const op = opOf(name);
  const { observe } = policy === undefined ? op.rules : rulesWith(op.rules, policy);
  const kept = async (schema: Schema | undefined, value: unknown, what: string, failure: (cause: unknown) => unknown): Promise<unknown> => {
    if (schema === undefined) return value;
    try {
      return await parseAsync(schema, value);
    } catch (error) {
      if (!observe) throw failure(error);
      would(what, { op: name, ...(error instanceof AppFailure && { failure: error.error }) }, als.getStore()?.context);
      return value;
    }
  };
  const taken = await kept(takes as Schema | undefined, input, "would_reject_input", (error) => error);
  let result: unknown;
  try {
    result = await fn(taken, call);
  } catch (error) {
    const { code } = failureOf(error);
    if (errors === undefined || ANYWHERE.has(code) || (errors as readonly string[]).includes(code)) throw error;
    if (observe) {
      would("would_mask", { op: name, outcome: code }, als.getStore()?.context);
      throw error;
    }
    throw fail("INTERNAL", {}, { cause: error, message: `${name} failed with ${code}, which its contract does not name` });
  }
  return kept(gives as Schema | undefined, result, "would_reject_output", (cause) => fail("INTERNAL", {}, { cause, message: `${name} returned what its contract does not allow` }));
}
