import type { FunctionFact, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { localClass } from "./error-classes.js";
import type { Condition } from "./conditions.js";
import { flow } from "./flow.js";
import { sanctioned } from "./sanctioned.js";
import { nameOf } from "./reports.js";

/**
 * What a condition says of an error: *public*, its text is made for clients · *own*, it is of a class or kind of the
 * project's own, and whether that one is made for clients is said elsewhere · null, nothing.
 */
export type Standing = "public" | "own" | null;

/** Is this value the error, or that part of it? */
export type IsIt = (value: ValueId) => boolean;

const DEEPEST = 6;
/** Issues of a schema: they speak of the input alone. */
const OF_SCHEMA = /(?:validation|schema|zod|joi|yup|celebrate|parse)(?:error|exception|issues?)?s?$|^(?:isJoi|CastError|StructError|BadRequestBody)$/i;
const BUILT_IN = /^(?:Error|(?:Type|Range|Syntax|Reference|Eval|URI|Aggregate|Internal)Error|DOMException|Object|Exception)$/;
/** Errors of what stands behind the server. */
const FOREIGN = /sequelize|mongo|prisma|typeorm|knex|redis|kafka|amqp|postgres|mysql|sqlite|oracle|database|query|driver|axios|fetch|got|undici|request|network|socket|system|errno|sql|aws|smithy|s3|^pg:/i;
/** Codes that drivers and systems give: they say what went wrong, not for whom the text is. */
const FOREIGN_CODE = /^(?:E[A-Z]{3,}|ERR?_\w+|P\d{4}|\d[\dA-Z]{4}|SQLITE_\w+|\d+)$/;
const PUBLIC_FLAG = /^(?:expose[sd]?|public|operational|userFacing|user_facing|clientSafe|safe|known|trusted|validation|is(?:App|Http|HTTP|Api|API|Client|Custom|Known|Business|Domain|Public|Operational|Trusted|Boom|User|Validation|Celebrate|Joi|Safe|Expected)\w*|safe[A-Z]\w*|public[A-Z]\w*)$/;
/** `isHttpError`, `isAppError`; not `isAxiosError`, `isError`. */
const PREDICATE = /(?:^|_)(?:is|has|assert)?_?\w*(?:http|app|api|public|client|user|known|trusted|operational|safe|expos|domain|business|custom|boom|expected|contract|service|coded)\w*$/i;
const STATUS = /^(?:status|statusCode|status_code|httpStatus|httpStatusCode|httpCode|responseStatus|code|getStatus|getHttpStatus)$/;

/** What all the conditions of a place together say of an error. */
export function standingUnder(file: FileView, conditions: readonly Condition[], isIt: IsIt): Standing {
  let best: Standing = null;
  for (const c of conditions) {
    const says = c.kind === "test" ? standing(file, c.test, c.isTrue, isIt, 0) : c.kind === "case" ? ofCase(file, c.on, c.tests, isIt) : null;
    if (says === "public") return says;
    best ??= says;
  }
  return best;
}

function ofCase(file: FileView, on: ValueId, tests: readonly ValueId[], isIt: IsIt): Standing {
  if (tests.length === 0) return null;
  const isTrue = file.get(flow).constant(on) === true;
  return all(tests.map((test) => (isTrue ? standing(file, test, true, isIt, 0) : equals(file, on, test, true, isIt))));
}

/** What every way says, at its weakest. */
const all = (says: readonly Standing[]): Standing => (says.includes(null) ? null : says.includes("own") ? "own" : "public");
const any = (says: readonly Standing[]): Standing => (says.includes("public") ? "public" : says.includes("own") ? "own" : null);

function standing(file: FileView, id: ValueId, holds: boolean, isIt: IsIt, depth: number): Standing {
  const value = file.facts.values[id] as Value;
  if (depth > DEEPEST) return null;
  const next = (v: ValueId, so = holds): Standing => standing(file, v, so, isIt, depth + 1);
  switch (value.kind) {
    case "unary":
      return value.op === "!" ? next(value.of, !holds) : null;
    case "cast":
    case "await":
      return next(value.of);
    case "logical": {
      const both = [next(value.left), next(value.right)];
      return (value.op === "&&") === holds ? any(both) : all(both);
    }
    case "binary":
      return ofBinary(file, value, holds, isIt);
    case "call":
      return holds ? ofCall(file, value, isIt, depth) : IS_ERROR.test(nameOf(file, value.callee)) && value.args[0] !== undefined && isIt(value.args[0]) ? "public" : null;
    case "member":
      return holds && value.name !== null && isIt(value.object) ? ofMember(value.name) : null;
    case "var": {
      const held = file.get(flow).sources(id).filter((s) => s !== id);
      return held.length === 1 && held[0] !== undefined && !isIt(id) ? next(held[0]) : null;
    }
    default:
      return null;
  }
}

/** What is none of this class is no error. */
const isAnyError = (file: FileView, cls: ValueId): boolean => {
  const value = file.facts.values[cls];
  return value?.kind === "global" && value.name === "Error";
};
const IS_ERROR = /^is(?:Native)?Error$/;

function ofMember(name: string): Standing {
  if (PUBLIC_FLAG.test(name) || OF_SCHEMA.test(name)) return "public";
  // Errors with a status of their own are made to be answered with, by whom is said elsewhere.
  return STATUS.test(name) && name !== "code" ? "own" : null;
}

function ofBinary(file: FileView, value: Value & { kind: "binary" }, holds: boolean, isIt: IsIt): Standing {
  const { left, right, op } = value;
  if (op === "instanceof") return !isIt(left) ? null : holds ? ofClass(file, right) : isAnyError(file, right) ? "public" : null;
  if (op === "in") {
    if (!holds) return null;
    const key = file.get(flow).constant(left);
    if (isIt(right)) return typeof key === "string" ? ofMember(key) : null;
    return isPartOf(file, left, isIt) ? "own" : null;
  }
  const isEqual = /^={2,3}$/.test(op);
  if (isEqual || /^!={1,2}$/.test(op)) {
    const so = isEqual === holds;
    return equals(file, left, right, so, isIt) ?? equals(file, right, left, so, isIt);
  }
  return ofOrder(file, value, holds, isIt);
}

/** `err.name === "ZodError"`, `err.constructor === HttpError`, `status === 404`. */
function equals(file: FileView, side: ValueId, other: ValueId, holds: boolean, isIt: IsIt): Standing {
  const value = file.facts.values[side] as Value;
  const { constant } = file.get(flow);
  const is = constant(other);
  if (value.kind === "unary" && value.op === "typeof") return holds && is === "string" && isIt(value.of) ? "own" : null;
  if (value.kind === "member" && value.name === "constructor" && isIt(value.object)) return holds ? ofClass(file, other) : null;
  if (typeof is === "boolean" && value.kind === "member" && isIt(value.object) && value.name !== null) return (is === holds) ? ofMember(value.name) : null;
  if (typeof is === "number") return isStatus(file, side, isIt) && (holds ? is >= 300 && is < 500 : is === 500) ? "public" : null;
  if (!holds || !isPartOf(file, side, isIt)) return null;
  if (typeof is !== "string") return null;
  const name = value.kind === "member" ? (value.name ?? "") : nameOf(file, side);
  if (OF_SCHEMA.test(is)) return "public";
  if (BUILT_IN.test(is)) return null;
  if (/code$/i.test(name)) return FOREIGN_CODE.test(is) ? null : "own";
  return FOREIGN.test(is) ? null : "own";
}

/** `status < 500`, either way round. */
function ofOrder(file: FileView, { left, right, op }: Value & { kind: "binary" }, holds: boolean, isIt: IsIt): Standing {
  const { constant } = file.get(flow);
  const turned: Readonly<Record<string, string>> = { "<": ">", ">": "<", "<=": ">=", ">=": "<=" };
  const opposite: Readonly<Record<string, string>> = { "<": ">=", ">": "<=", "<=": ">", ">=": "<" };
  for (const [side, other, how] of [[left, right, op], [right, left, turned[op]]] as const) {
    const limit = constant(other);
    if (typeof limit !== "number" || how === undefined || !isStatus(file, side, isIt)) continue;
    const so = holds ? how : opposite[how];
    if ((so === "<" && limit <= 500 && limit > 400) || (so === "<=" && limit < 500 && limit >= 400)) return "public";
  }
  return null;
}

/** The status that an error, or the answer, has; where it has none, that of a crash. */
function isStatus(file: FileView, id: ValueId, isIt: IsIt): boolean {
  const value = file.facts.values[id] as Value;
  if (value.kind === "logical" && value.op !== "&&") {
    const otherwise = file.get(flow).constant(value.right);
    return typeof otherwise === "number" && otherwise >= 500 && isStatus(file, value.left, isIt);
  }
  const name = nameOf(file, id);
  return STATUS.test(name) || (/status/i.test(name) && !/text|message/i.test(name)) || (isPartOf(file, id, isIt) && /status/i.test(name));
}

/** `err.name`, `err.constructor.name`, or a name that holds one. */
function isPartOf(file: FileView, id: ValueId, isIt: IsIt, depth = 0): boolean {
  const value = file.facts.values[id] as Value;
  if (depth > DEEPEST) return false;
  if (value.kind === "member") return isIt(value.object) || isPartOf(file, value.object, isIt, depth + 1);
  if (value.kind === "cast") return isPartOf(file, value.of, isIt, depth + 1);
  if (value.kind === "logical") return value.op !== "&&" && isPartOf(file, value.left, isIt, depth + 1);
  if (value.kind === "call") {
    const callee = file.facts.values[value.callee];
    return callee?.kind === "member" && isPartOf(file, value.callee, isIt, depth + 1);
  }
  return value.kind === "var" && file.get(flow).sources(id).some((s) => s !== id && isPartOf(file, s, isIt, depth + 1));
}

/** What it says of an error to be of this class. */
export function ofClass(file: FileView, cls: ValueId): Standing {
  const answers = file.get(flow);
  const value = file.facts.values[cls] as Value;
  if (value.kind === "array") return all(value.items.map((i) => (i === null ? null : ofClass(file, i))));
  const name = nameOf(file, cls);
  if (file.get(sanctioned)(cls) !== null) return "public";
  const local = localClass(file, cls);
  const symbols = answers.symbols(cls);
  if (symbols.some((node) => node.rows("errors").length > 0)) return "public";
  if (OF_SCHEMA.test(name)) return "public";
  if (local !== null) return "own";
  if (value.kind === "global" || symbols.some((node) => node.text.startsWith("global:"))) return BUILT_IN.test(name) ? null : "own";
  return symbols.some((node) => isPackage(node.text) && FOREIGN.test(node.text)) ? null : "own";
}

/** A package, not a file of the project. */
export function isPackage(symbol: string): boolean {
  return !/^(?:[.#~]|@\/|src\/|app\/|lib\/|global:)/.test(symbol);
}

/** `isHttpError(err)`, `HttpError.isHttpError(err)`, `PUBLIC.has(err.code)`. */
function ofCall(file: FileView, call: Value & { kind: "call" }, isIt: IsIt, depth: number): Standing {
  const callee = file.facts.values[call.callee] as Value;
  const given = call.args.findIndex((a) => isIt(a));
  if (given === -1) {
    const isList = callee.kind === "member" && /^(?:includes|has|get|some|indexOf|hasOwn|hasOwnProperty|startsWith|test)$/.test(callee.name ?? "");
    if (isList && call.args.some((a) => isPartOf(file, a, isIt))) return "own";
    if (callee.kind === "member" && /^(?:some|find|findIndex)$/.test(callee.name ?? "") && call.args.some((a) => asksClass(file, a, isIt))) return "own";
    // `err.isPublic()`
    return callee.kind === "member" && callee.name !== null && isIt(callee.object) ? ofMember(callee.name) : null;
  }
  const answers = file.get(flow);
  if (answers.symbols(call.callee).some((node) => node.rows("errors").length > 0)) return "public";
  const own = answers.functions(call.callee);
  if (own.length > 0) {
    return all(own.map((fn) => {
      const { params, returnType, body } = file.facts.functions[fn] as FunctionFact;
      const param = params[given]?.value;
      const inner: IsIt = (v) => isIt(v) || (param !== undefined && answers.sources(v).includes(param));
      const [only] = body;
      const says = body.length === 1 && only?.kind === "return" && only.value !== null ? standing(file, only.value, true, inner, depth + 1) : null;
      return says ?? (returnType?.t === "guard" && returnType.type?.t === "name" && !BUILT_IN.test(returnType.type.name) && !FOREIGN.test(returnType.type.name) ? "own" : null);
    }));
  }
  const name = nameOf(file, call.callee);
  const owner = callee.kind === "member" ? nameOf(file, callee.object) : "";
  if (OF_SCHEMA.test(name) || OF_SCHEMA.test(owner)) return "public";
  if (FOREIGN.test(name) || FOREIGN.test(owner)) return null;
  return PREDICATE.test(name) || (/^is/.test(name) && /(?:Error|Exception)$/.test(owner) && !BUILT_IN.test(owner)) ? "own" : null;
}

/** `[HttpError, AppError].some((C) => err instanceof C)` */
function asksClass(file: FileView, given: ValueId, isIt: IsIt): boolean {
  const answers = file.get(flow);
  return answers.functions(given).some((fn) => answers.returns(fn).some((v) => {
    const value = file.facts.values[v];
    return value?.kind === "binary" && value.op === "instanceof" && isIt(value.left);
  }));
}
