import type { TypeExpr, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { context } from "./context.js";
import { flow } from "./flow.js";
import { occurrences } from "./occurrences.js";
import type { OutsideKind } from "./outside.js";

/** What the file says a payload is, though nothing checks it. */
export interface PayloadType {
  readonly type: TypeExpr;
  /** The whole of what is read: `await req.json()`, `JSON.parse(event.body)`. */
  readonly whole: ValueId;
  /** Said of this read alone: the cast. */
  readonly cast: ValueId | null;
}

const SAYS_NOTHING = new Set(["any", "unknown"]);
/** Where the parts of a framework's request have their types: as which argument, or under which name of the first. */
const EXPRESS: Readonly<Record<string, number>> = { body: 2, query: 3 };
const FASTIFY: Readonly<Record<string, string>> = { body: "Body", query: "Querystring" };

export function payloadType(file: FileView, read: ValueId, what: OutsideKind): PayloadType | { readonly whole: ValueId; readonly type: null } {
  const { facts } = file;
  const own = facts.values[read] as Value;
  if (own.kind === "param") {
    const type = facts.functions[own.fn]?.params[own.index]?.type;
    return type === undefined || !says(type) ? { whole: read, type: null } : { type, whole: read, cast: null };
  }
  const where = file.get(context);
  let whole = read;
  for (let parent = where.parent(whole); parent !== null; parent = where.parent(whole)) {
    const value = facts.values[parent] as Value;
    const isParsed = value.kind === "call" && value.args.length === 1 && value.args[0] === whole && file.get(flow).symbols(value.callee).some((n) => n.text === "global:JSON.parse");
    if (value.kind !== "await" && !isParsed) break;
    whole = parent;
  }
  let cast: ValueId | null = null;
  let type: TypeExpr | null = null;
  for (let parent = where.parent(whole); parent !== null; parent = where.parent(parent)) {
    const value = facts.values[parent] as Value;
    if (value.kind !== "cast" || value.how !== "as" || value.type === undefined) break;
    cast = parent;
    type = says(value.type) ? value.type : null;
  }
  if (type !== null) return { type, whole, cast };
  const declared = cast === null ? annotated(file, whole) : null;
  if (declared !== null) return { type: declared, whole, cast: null };
  const given = cast === null && read === whole ? ofRequest(file, read, what) : null;
  return given === null ? { whole, type: null } : { type: given, whole, cast: null };
}

const says = (type: TypeExpr): boolean => !(type.t === "keyword" && SAYS_NOTHING.has(type.name));

/** `const login: Login = req.body`, `const { email }: Login = req.body`. */
function annotated(file: FileView, whole: ValueId): TypeExpr | null {
  const { facts } = file;
  const [holder] = file.get(occurrences).holders(whole);
  const type = holder === undefined ? undefined : facts.bindings[holder.binding]?.type;
  if (type !== undefined) return says(type) ? type : null;
  // A pattern's own type is in no fact: a name between it and what it is taken from.
  const { start } = file.span({ value: whole });
  const name = /\}\s*:\s*([A-Za-z_$][\w$]*)\s*=\s*\(?$/.exec(file.text.slice(Math.max(0, start - 200), start))?.[1];
  const fact = name === undefined ? undefined : facts.types.find((t) => t.name === name && t.binding !== null && facts.bindings[t.binding]?.fn === 0);
  return fact?.binding == null ? null : { t: "name", name: fact.name, binding: fact.binding };
}

/** `Request<P, A, Login>`, `FastifyRequest<{ Body: Login }>`, `app.post<{ Body: Login }>(…)`, `Job<Mail>`. */
function ofRequest(file: FileView, read: ValueId, what: OutsideKind): TypeExpr | null {
  const { facts } = file;
  const value = facts.values[read] as Value;
  if (value.kind !== "member") return null;
  const type = file.get(flow).plainType(value.object);
  if (type?.t === "name" && type.args !== undefined) {
    const symbol = file.get(flow).typeSymbol(type)?.text ?? "";
    const found = /^express:/.test(symbol) ? type.args[EXPRESS[what] ?? 9] : /^fastify:/.test(symbol) ? memberOf(type.args[0], FASTIFY[what]) : /^bull(?:mq)?:.*Job/.test(symbol) ? type.args[0] : undefined;
    return found !== undefined && says(found) && !isEmpty(found) ? found : null;
  }
  for (const fn of file.get(context).functionsAround(read)) {
    // With what stands around the handler: `entry(…)`.
    let at = file.get(occurrences).valueOf(fn);
    for (let depth = 0; at !== null && depth < 3; depth++) {
      at = file.get(context).parent(at);
      const of = at === null ? undefined : facts.values[at];
      const found = of?.kind === "call" ? memberOf(of.typeArgs?.[0], FASTIFY[what]) : undefined;
      if (found !== undefined) return found;
    }
  }
  return null;
}

const isEmpty = (type: TypeExpr): boolean => type.t === "object" && type.members.length === 0;

function memberOf(type: TypeExpr | undefined, name: string | undefined): TypeExpr | undefined {
  return type?.t === "object" ? type.members.find((m) => m.name === name)?.type : undefined;
}
