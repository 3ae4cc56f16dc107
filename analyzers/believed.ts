import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { Call } from "./calls.js";
import { eachStatement, flow } from "./flow.js";

/** Schemas that accept whatever they get; `z.custom<T>()` and oRPC's `type<T>()` do where nothing is given to check with. */
const ACCEPTS_ALL = /^(?:(?:zod(?:\/[\w/-]+)?:(?:z\.)?|valibot:)(?:any|unknown)|(?:@sinclair\/)?typebox:(?:Type\.)?(?:Any|Unknown))$/;
const CHECKS_WITH = /^(?:(?:zod(?:\/[\w/-]+)?:(?:z\.)?|valibot:)custom|@orpc\/(?:server|contract):type)$/;

/** A chain of so many calls nobody writes. */
const LONGEST = 40;

/**
 * Are the parsers in the chain before a call (`t.procedure.input(parse).query(…)`) functions that give back what they
 * are given, or schemas that accept whatever they get? One that looks at it, another schema, and a chain that is not in sight are not believed to be such.
 */
export function isBelieved(file: FileView, { target }: Call, method: string): boolean {
  const { values } = file.facts;
  const answers = file.get(flow);
  let parsers = 0;
  let at = values[target] as Value;
  for (let steps = 0; steps < LONGEST && at.kind === "member"; steps++) {
    const before = values[answers.sameAs(at.object)] as Value;
    if (before.kind !== "call" || before.form !== undefined) break;
    const callee = values[before.callee] as Value;
    const [parser] = before.args;
    if (callee.kind === "member" && callee.name === method) {
      if (parser === undefined || !(givesBack(file, parser) || acceptsAll(file, parser))) return false;
      parsers++;
    }
    at = callee;
  }
  return parsers > 0;
}

/** Is it a schema that accepts whatever it gets? JSON Schema's is an empty object. */
export function acceptsAll(file: FileView, schema: ValueId): boolean {
  const sources = file.get(flow).sources(schema);
  return sources.length > 0 && sources.every((source) => {
    const made = file.facts.values[source] as Value;
    if (made.kind === "object") return made.props.length === 0;
    return made.kind === "call" && file.get(flow).symbols(made.callee).some((s) => ACCEPTS_ALL.test(s.text) || (CHECKS_WITH.test(s.text) && made.args.length === 0));
  });
}

/** Is it a method of a schema that accepts whatever it gets: `z.any().parse(body)`? What that gives nobody has looked at. */
export function ofSchemaForAll(file: FileView, { target }: Call): boolean {
  const callee = file.facts.values[target] as Value;
  return callee.kind === "member" && acceptsAll(file, callee.object);
}

function givesBack(file: FileView, parser: ValueId): boolean {
  const { facts } = file;
  const answers = file.get(flow);
  const functions = answers.functions(parser);
  return functions.length > 0 && functions.length === answers.sources(parser).length && functions.every((fn) => {
    const given = facts.functions[fn]?.params[0]?.value;
    const returns = answers.returns(fn);
    let does = false;
    eachStatement(facts.functions[fn]?.body ?? [], ({ kind }) => void (does ||= kind !== "return" && kind !== "declare" && kind !== "define"));
    return !does && returns.length > 0 && returns.every((value) => answers.sameAs(value) === given);
  });
}
