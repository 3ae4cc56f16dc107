import type { FnId, Statement, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { type Call, callAt } from "./calls.js";
import { callsites } from "./callsites.js";
import type { Collection } from "./collections.js";
import { context } from "./context.js";
import type { Dependence } from "./dependence.js";
import { eachOf } from "./each.js";
import { endless } from "./endless.js";
import { flow } from "./flow.js";
import { isModule } from "./links.js";
import { onlyAtStart } from "./only-at-start.js";
import { occurrences } from "./occurrences.js";
import { chainEnd } from "./query-arguments.js";
import type { Repetition } from "./repetitions.js";
import type { Way } from "./ways.js";

/** A list written by hand. */
export const SHORT = 10;

export const isShort = (repetition: Repetition, list: Collection | null): boolean =>
  (repetition.most !== null && repetition.most <= SHORT) || (list !== null && list.most !== null && list.most <= SHORT);

/** The loop ends with it: `return await find(x)`, `await find(x); break;`. Who tries one after the other has one effect, unless it fails. */
export function endsLoop(file: FileView, { loop, body }: Repetition, site: ValueId): boolean {
  if (loop === null || file.facts.owner[site] !== body.fn) return false;
  const around = file.get(context).enclosing(site);
  const until = around.findIndex((e) => e.statement === loop);
  if (around[0]?.statement.kind === "return" || around[0]?.statement.kind === "throw") return true;
  return around.slice(0, until).some(({ statement }, i) => {
    const outer = around[i + 1];
    const siblings = outer === undefined ? [] : statementsOf(outer.statement, outer.part);
    return siblings.slice(siblings.indexOf(statement) + 1).some((s) => s.kind === "return" || s.kind === "throw" || (s.kind === "break" && !isInSwitch(around, i)));
  });
}

const isInSwitch = (around: readonly { readonly statement: Statement }[], index: number): boolean => around[index + 1]?.statement.kind === "switch";

function statementsOf(statement: Statement, part: string): readonly Statement[] {
  switch (statement.kind) {
    case "if":
      return part === "then" ? statement.then : statement.otherwise;
    case "loop":
    case "block":
      return statement.body;
    case "try":
      return part === "handler" ? (statement.handler?.body ?? []) : part === "finalizer" ? (statement.finalizer ?? []) : statement.body;
    default:
      return [];
  }
}

/** Every so many elements: `if (batch.length >= 500) await insert(batch)`, `if (i % 100 === 0) …`. */
export function isFlush(file: FileView, repetition: Repetition, site: ValueId, elements: Dependence, way: Way | null): boolean {
  const around = file.get(context).enclosing(site);
  return around.some(({ statement, part }) => statement.kind === "if" && part === "then" && inside(file, repetition, statement.test) && counts(file, statement.test, elements, way));
}

function inside(file: FileView, { span }: Repetition, test: ValueId): boolean {
  const { start } = file.span({ value: test });
  return span.start <= start && start < span.end;
}

function counts(file: FileView, test: ValueId, elements: Dependence, way: Way | null): boolean {
  const value = file.facts.values[test] as Value;
  if (value.kind === "logical") return counts(file, value.left, elements, way) || counts(file, value.right, elements, way);
  if (value.kind !== "binary") return false;
  if (!/^(?:[<>]=?|===?)$/.test(value.op)) return false;
  return [value.left, value.right].some((side) => {
    const of = file.facts.values[side] as Value;
    if (of.kind === "binary") return of.op === "%";
    return of.kind === "member" && (of.name === "length" || of.name === "size") && isCollected(file, of.object) && !elements.on(side, way);
  });
}

/** A list that the repetition fills. */
function isCollected(file: FileView, list: ValueId): boolean {
  const value = file.facts.values[list] as Value;
  return value.kind === "var" && (file.get(flow).elementWrites(value.binding).length > 0 || (file.facts.bindings[value.binding]?.versions.length ?? 0) > 1);
}

/** Messages are the work of a consumer, however many come. */
export function isOfMessages(file: FileView, { isAwaited, list }: Repetition): boolean {
  if (!isAwaited || list === null) return false;
  const { start, end } = file.span({ value: list });
  return /consumer|subscri|queue|channel|inbox|broker|messages|events?\b|watch|listen|socket|\bon\(/i.test(file.text.slice(start, end));
}

const SENT_TOGETHER = /^(?:\$transaction|batch|transaction|bulkWrite|exec|executeBatch|union|unionAll|with)$/;

/** One of the statements that a client sends together: `prisma.$transaction(ids.map((id) => prisma.user.update(…)))`. */
export function isSentTogether(file: FileView, { each }: Repetition, site: ValueId): boolean {
  const where = file.get(context);
  const last = chainEnd(file, site);
  const parent = where.parent(last);
  if (parent !== null && file.facts.values[parent]?.kind === "await") return false;
  const takes = (id: ValueId): boolean => {
    const up = where.parent(id);
    const of = up === null ? undefined : (file.facts.values[up] as Value);
    if (up === null || of === undefined) return false;
    if (of.kind === "spread" || of.kind === "array" || of.kind === "cast") return takes(up);
    if (of.kind !== "call" || of.callee === id) return false;
    const callee = file.facts.values[of.callee] as Value;
    if (callee.kind !== "member" || callee.name === null) return false;
    if (callee.name === "push" && callee.object !== undefined) return readsOf(file, callee.object).some(takes);
    return SENT_TOGETHER.test(callee.name);
  };
  if (each !== null && takesList(file, each, takes)) return true;
  return takes(last);
}

/** The list that the repetition makes, by itself or in a name. */
function takesList(file: FileView, each: Call, takes: (id: ValueId) => boolean): boolean {
  if (takes(each.id)) return true;
  const statement = file.get(context).statement(each.id);
  return statement?.kind === "define" && namesOf(file, statement.binding).some(takes);
}

const namesOf = (file: FileView, binding: number): readonly ValueId[] => file.get(occurrences).reads(binding);

function readsOf(file: FileView, list: ValueId): readonly ValueId[] {
  const value = file.facts.values[list] as Value;
  return value.kind === "var" ? namesOf(file, value.binding) : [];
}

/** Named for what runs before anything is served. */
const STARTS_HERE = /(?:^|\/)(?:startup|start-up|bootstrap|boot|seeds?|seeders?)\//;
const STARTS = /^(?:main|bootstrap|seed\w*|populate_?(?:db|database|data|tables?|collections?)|init(?:ialise|ialize)?_?(?:db|database|data|schema)|onModuleInit|onApplicationBootstrap|onApplicationShutdown|onModuleDestroy|beforeApplicationShutdown|migrate\w*|backfill\w*)$/i;

/** Functions that run while the program starts or ends, and nothing but them. */
export const startsUp: Answer<(fn: FnId) => boolean> = {
  name: "starts up",
  of(file) {
    const known = new Map<FnId, boolean>();
    const { functions } = file.facts;
    const isStart = (fn: FnId): boolean => {
      const before = known.get(fn);
      if (before !== undefined) return before;
      // Recursion alone starts nothing.
      known.set(fn, true);
      const answer = isModule(file.facts, fn) || STARTS_HERE.test(file.homeOf({ mark: functions[fn]?.at ?? 0 }).path) || file.get(onlyAtStart)(fn) || find(fn);
      known.set(fn, answer);
      return answer;
    };
    const isThen = (call: Call): boolean => {
      const callee = file.facts.values[call.target] as Value;
      return callee.kind === "member" && (callee.name === "then" || callee.name === "finally");
    };
    const find = (fn: FnId): boolean => {
      const fact = functions[fn];
      if (fact?.name != null && STARTS.test(fact.name)) return true;
      if (file.get(endless)(fn)) return false;
      const self = file.get(context).valueOf(fn);
      const parent = self === null ? null : file.get(context).parent(self);
      const given = parent === null ? undefined : file.get(callAt)(parent);
      // Written into a call: of those that run it on the spot it is known when.
      if (given !== undefined && given.value.callee !== self) return (file.get(eachOf)(given) !== null || isThen(given)) && isStart(fact?.parent ?? 0);
      const callers = file.get(flow).callers(fn);
      if (callers === null) return false;
      const sites = callers.length > 0 ? callers : file.get(callsites)(fn);
      return sites.length > 0 && sites.every((site) => isStart(file.facts.owner[site] as FnId));
    };
    return isStart;
  },
};
