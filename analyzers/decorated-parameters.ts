import type { FnId, FunctionFact, TypeExpr, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { bootstraps } from "./bootstraps.js";
import { calls } from "./calls.js";
import { filledParameters } from "./filled-parameters.js";
import { eachStatement, flow } from "./flow.js";
import { callsOf } from "./invocations.js";
import { optionAt } from "./options.js";
import { outside } from "./outside.js";

/** What is certain of a parameter that a decorator fills, `@Body() dto: Dto`, before it is used. */
export type Decorated =
  /** A pipe of its own accepts it. */
  | "accepted"
  /** One value of the query. */
  | "single"
  /** A pipe of its method or class may accept it, or nobody sees where the application is made. */
  | "method pipe" | "elsewhere"
  /** Nothing but a pipe that is registered for everything could, and its class gives that something to check. */
  | "class"
  /** Its type leaves a pipe nothing to check. */
  | "unchecked";

/** Null for what no decorator fills. */
export function decoratedParameter(file: FileView, id: ValueId): Decorated | null {
  const value = file.facts.values[id] as Value;
  const fact = value.kind === "param" ? file.facts.functions[value.fn] : undefined;
  const param = value.kind === "param" ? fact?.params[value.index] : undefined;
  if (param === undefined || (param.decorators.length === 0 && !isFilled(file, value))) return null;
  let isSingle = false;
  for (const decorator of param.decorators) {
    const made = file.facts.values[decorator] as Value;
    const args = made.kind === "call" ? made.args : [];
    const isNamed = isName(file, args[0]);
    if (args.slice(isNamed ? 1 : 0).some((pipe) => mayRefuse(file, pipe))) return "accepted";
    isSingle ||= isNamed && file.get(outside)(id) === "query";
  }
  if (isSingle) return "single";
  const cls = fact?.cls == null ? undefined : file.facts.classes[fact.cls];
  const method = cls?.members.find((m) => value.kind === "param" && m.fn === value.fn);
  if ([...(cls?.decorators ?? []), ...(method?.decorators ?? [])].some((d) => /Pipes$/.test(nameOfDecorator(file, d)))) return "method pipe";
  if (isOfClass(file, param.type)) return file.isProgram && file.get(bootstraps).length > 0 ? "class" : "elsewhere";
  return "unchecked";
}

const isFilled = (file: FileView, value: Value): boolean => value.kind === "param" && file.get(filledParameters).get(value.fn)?.index === value.index;

const isName = (file: FileView, arg: ValueId | undefined): boolean => arg !== undefined && typeof file.get(flow).constant(arg) === "string";

function isOfClass(file: FileView, type: TypeExpr | undefined): boolean {
  const binding = type?.t === "name" && type.binding !== undefined ? file.facts.bindings[type.binding] : undefined;
  return binding?.kind === "import" || binding?.kind === "class";
}

/**
 * Does a validation pipe that is registered once for everything look at this? It is given what decorators fill, never
 * the request itself, and has nothing to check where the type is no class.
 */
export function pipeReaches(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  if (value.kind !== "param") return false;
  const how = decoratedParameter(file, id);
  const param = (file.facts.functions[value.fn] as FunctionFact).params[value.index];
  if (how !== "single" && how !== "unchecked") return true;
  if (how === "single" && isOfClass(file, param?.type)) return true;
  return isOfNumber(file, id) && file.get(convertingPipe);
}

/** `@Param("id") id: number`: a pipe that converts makes one of it, or nothing at all. */
export function isOfNumber(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  const param = value.kind === "param" ? file.facts.functions[value.fn]?.params[value.index] : undefined;
  if (param?.type?.t !== "keyword" || (param.type.name !== "number" && param.type.name !== "boolean")) return false;
  return ["query", "param"].includes(file.get(outside)(id) ?? "") && param.decorators.some((d) => isNamedBy(file, d));
}

function isNamedBy(file: FileView, decorator: ValueId): boolean {
  const made = file.facts.values[decorator] as Value;
  return made.kind === "call" && isName(file, made.args[0]);
}

/** `new ValidationPipe({ transform: true })` makes numbers and flags of what stands in an address. */
const convertingPipe: Answer<boolean> = {
  name: "converting pipe",
  of: (file) =>
    file.get(calls).some((call) => {
      if (!call.symbols.some((s) => s.text === "@nestjs/common:ValidationPipe")) return false;
      const { certainty, values } = optionAt(file, call, { arg: 0, path: "transform" });
      return certainty === "unknown" || (certainty === "present" && !values.every((v) => file.get(flow).constant(v) === false));
    }),
};

const CLEANS = /^(?:trim\w*|to(?:Locale)?(?:Lower|Upper)Case|replace(?:All)?|slice|split|join|map|filter|forEach|keys|entries|values|fromEntries|assign|isArray|normalize|push|set|get|has)$/;

/** A class of the project's own whose `transform` throws nothing and asks nobody lets through all that it is given. */
function mayRefuse(file: FileView, pipe: ValueId): boolean {
  const { facts } = file;
  const classes = file.get(flow).sources(pipe).flatMap((source) => {
    const value = facts.values[source] as Value;
    return value.kind === "call" && value.form === "new" ? file.get(flow).sources(value.callee) : [source];
  }).map((source) => facts.values[source] as Value);
  return classes.length === 0 || classes.some((value) => {
    const cls = value.kind === "class" ? facts.classes[value.cls] : undefined;
    const transform = cls?.members.find((m) => m.name === "transform" && !m.static)?.fn;
    return cls === undefined || cls.extends !== null || transform == null || refuses(file, transform);
  });
}

function refuses(file: FileView, fn: FnId): boolean {
  const { body } = file.facts.functions[fn] as FunctionFact;
  let throws = false;
  eachStatement(body, (s) => (throws ||= s.kind === "throw"));
  return throws || file.get(callsOf)(fn).some((call) => {
    const callee = file.facts.values[call.target] as Value;
    return callee.kind !== "member" || !CLEANS.test(callee.name ?? "");
  });
}

function nameOfDecorator(file: FileView, id: ValueId): string {
  const value = file.facts.values[id] as Value;
  const callee = value.kind === "call" ? (file.facts.values[value.callee] as Value) : value;
  return callee.kind === "var" ? (file.facts.bindings[callee.binding]?.name ?? "") : callee.kind === "member" ? (callee.name ?? "") : "";
}
