import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import type { Call } from "./calls.js";
import { context } from "./context.js";
import { flow } from "./flow.js";
import { valueAt } from "./options.js";
import { occurrences } from "./occurrences.js";

/** Formats made of formats. */
const DEEPEST = 8;
/** Under these names a framework is given the options of its logger, or a logger. */
const HOLDS_LOGGER = /^(?:logger|loggerInstance|logger(?:Options|Config)|pinoHttp|pino|instance)$/;

/**
 * Does the logger of a call, made in this file, take out what stands under this name? `redact: ["password", "*.token"]`.
 * `member`: the name that what is logged has inside of the value. A path without a wildcard holds where it leads, `password` for no `user.password`.
 */
export function redactsIn(file: FileView, call: Call): (value: ValueId, member?: string) => boolean {
  const callee = file.facts.values[call.target] as Value;
  const paths = callee.kind === "member" ? file.get(redacted)(callee.object) : [];
  return (value, member) => {
    if (paths.length === 0) return false;
    const { keys, isWhole } = placeIn(file, call, value);
    const under = member === undefined ? keys : [...keys, member];
    const name = under.at(-1) ?? written(file, value);
    return name !== undefined && paths.some((path) => path.at(-1) === name && (!isWhole || path.includes("*") || path.join(".") === under.join(".")));
  };
}

/** `{ secret: user.password }`: the logger goes by the names it stands under, whatever it was called before. All of them are known where the object stands in the call. */
function placeIn(file: FileView, call: Call, value: ValueId): { readonly keys: readonly string[]; readonly isWhole: boolean } {
  const keys: string[] = [];
  for (let at = value; ; ) {
    const parent = file.get(context).parent(at);
    const object = parent === null ? undefined : file.facts.values[parent];
    if (parent === call.id) return { keys, isWhole: true };
    const prop = object?.kind === "object" ? object.props.find((p) => p.value === at) : undefined;
    if (parent === null || prop === undefined || (prop.form !== "spread" && prop.name === null)) return { keys, isWhole: false };
    if (prop.form !== "spread") keys.unshift(prop.name as string);
    at = parent;
  }
}

/** The name that a value ends with, where it stands under none. */
function written(file: FileView, value: ValueId): string | undefined {
  const { start, end } = file.span({ value });
  return /([\w$-]+)["'\]]*$/.exec(file.text.slice(start, end))?.[1];
}

/** A name, or the names that lead to it. */
type Redacted = readonly string[];

/** What a logger takes out: by how it was made, or, for `request.log`, by what the framework was given. */
const redacted: Answer<(logger: ValueId) => readonly Redacted[]> = {
  name: "redacted",
  of(file) {
    const known = new Map<ValueId, readonly Redacted[]>();
    return (logger) => {
      let found = known.get(logger);
      if (found === undefined) known.set(logger, (found = redactedOf(file, logger, () => file.get(redactedOfRequests))));
      return found;
    };
  },
};

function redactedOf(file: FileView, logger: ValueId, ofRequests: () => readonly Redacted[]): readonly Redacted[] {
  const found: Redacted[] = [];
  // A child and whose child it is, each once: loggers that are handed around are children of one another in circles.
  const loggers = new Set(file.get(flow).sources(logger));
  for (const source of loggers) {
    const made = file.facts.values[source] as Value;
    if (made.kind === "member" && made.name === "log") found.push(...ofRequests());
    if (made.kind !== "call") continue;
    const callee = file.facts.values[made.callee] as Value;
    if (callee.kind === "member" && callee.name === "child") for (const parent of file.get(flow).sources(callee.object)) loggers.add(parent);
    for (const options of made.args.slice(0, 2)) found.push(...redactedBy(file, options), ...takenOut(file, options));
  }
  return found;
}

/** `fastify({ logger: { redact } })`, `pinoHttp({ redact })`: the logger that a request has. A program of two servers is taken for one. */
const redactedOfRequests: Answer<readonly Redacted[]> = {
  name: "redacted of requests",
  of(file) {
    const given = file.facts.values.flatMap((value): readonly ValueId[] => {
      if (value.kind === "object") return value.props.filter((p) => p.name !== null && HOLDS_LOGGER.test(p.name)).map((p) => p.value);
      return value.kind === "call" && file.get(flow).symbols(value.callee).some((s) => s.text.startsWith("pino-http:")) ? value.args.slice(0, 1) : [];
    });
    // A request's own logger given to the framework is what is asked here.
    return [...new Set(given)].flatMap((id) => [...redactedBy(file, id), ...redactedOf(file, id, () => [])]);
  },
};

function redactedBy(file: FileView, options: ValueId): readonly Redacted[] {
  return ["redact", "redact.paths"].flatMap((path) => valueAt(file, options, path).values).flatMap((value) => {
    const of = file.facts.values[value] as Value;
    const items = of.kind === "array" ? of.items : [value];
    return items.flatMap((item) => {
      const text = item === null ? undefined : file.get(flow).constant(item);
      return typeof text === "string" ? [text.split(/[.[\]"']+/).filter(Boolean)] : [];
    });
  });
}

/** `format.combine(scrub(), format.json())` of winston: what its own formats delete or write anew in each line. */
function takenOut(file: FileView, options: ValueId): readonly Redacted[] {
  const { sources, functions, symbols } = file.get(flow);
  const isOf = (callee: ValueId, name: RegExp): boolean => symbols(callee).some((s) => name.test(s.text));
  const ofFormat = (id: ValueId, depth: number): readonly string[] =>
    depth > DEEPEST
      ? []
      : sources(id).flatMap((source) => {
          const made = file.facts.values[source] as Value;
          if (made.kind !== "call") return [];
          if (isOf(made.callee, /^(?:winston:format|logform:format)\.combine$|^logform:combine$/)) return made.args.flatMap((arg) => ofFormat(arg, depth + 1));
          if (isOf(made.callee, /^(?:winston|logform):format$/)) return made.args.slice(0, 1).flatMap((arg) => functions(arg)).flatMap((fn) => changedIn(file, file.facts.functions[fn]?.params[0]?.binding ?? null));
          // `scrub()` of `const scrub = format((info) => …)`
          return ofFormat(made.callee, depth + 1);
        });
  return valueAt(file, options, "format").values.flatMap((format) => ofFormat(format, 0)).map((name) => [name]);
}

/** `delete info.password`, `info.token = "***"` */
function changedIn(file: FileView, info: number | null): readonly string[] {
  if (info === null) return [];
  const found = file.get(occurrences);
  const deleted = found.reads(info).flatMap((read) => found.users(read)).flatMap((user) => {
    const value = file.facts.values[user] as Value;
    const isDeleted = value.kind === "member" && found.users(user).some((u) => { const by = file.facts.values[u] as Value; return by.kind === "unary" && by.op === "delete"; });
    return isDeleted && value.name !== null ? [value.name] : [];
  });
  const written = file.get(flow).memberWrites(info).filter((w) => typeof file.get(flow).constant(w.value) === "string" || file.facts.values[w.value]?.kind === "global").map((w) => w.name);
  return [...deleted, ...written];
}
