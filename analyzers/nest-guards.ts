import type { ClassFact, FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { calls } from "./calls.js";
import { flow } from "./flow.js";
import { type Given, guards, type Kind, NOTHING, together } from "./guards.js";
import { callsOf } from "./invocations.js";
import { optionAt } from "./options.js";
import { under } from "./under.js";

export interface NestGuards {
  /** What the decorators of a method and of its class give. */
  of(fn: FnId): Given;
  /** `{ provide: APP_GUARD, useClass }` */
  readonly everywhere: Given;
  /** Does its interceptor take files? */
  takesFiles(fn: FnId): boolean;
}

export const nestGuards: Answer<NestGuards> = {
  name: "nest guards",
  of(file) {
    const everywhere = together(provided(file).map((value) => file.get(guards).of(value)));
    return {
      everywhere,
      of(fn) {
        const found = together(decoratorsOf(file, fn).map((d) => byDecorator(file, d, 0)));
        return found;
      },
      takesFiles: (fn) => decoratorsOf(file, fn).some((d) => FILES.test(textOf(file, d))),
    };
  },
};

const FILES = /\b(?:Any)?Files?(?:Fields)?Interceptor\b/;
const USE_GUARDS = "@nestjs/common:UseGuards";

/** The names that `ThrottlerModule.forRoot` gives its throttlers; one without a name is `default`. */
const throttlers: Answer<ReadonlySet<string>> = {
  name: "throttlers",
  of(file) {
    const made = file.get(calls).filter((c) => c.symbols.some((s) => MAKES_THROTTLERS.test(s.text)));
    const lists = made.flatMap((c) => THROTTLERS.flatMap((path) => optionAt(file, c, { arg: 0, path }).values));
    return new Set(lists.flatMap((list) => under(file, list, ["name"])).flatMap(({ value }) => { const name = file.get(flow).constant(value); return typeof name === "string" ? [name] : []; }));
  },
};

const MAKES_THROTTLERS = /^@nestjs\/throttler:ThrottlerModule\.forRoot(?:Async)?$/;
const THROTTLERS = ["", "throttlers", "useFactory()", "useFactory().throttlers"];

/** `@SkipThrottle()` takes its route out; of several throttlers with names, `@SkipThrottle({ uploads: true })` takes it out of one, and the others stay. */
export const skipsLimit = (file: FileView, fn: FnId): boolean =>
  decoratorsOf(file, fn).some((d) => symbolsOf(file, d).includes("@nestjs/throttler:SkipThrottle") && skipped(file, d));

function skipped(file: FileView, decorator: ValueId): boolean {
  const value = file.facts.values[decorator] as Value;
  const given = value.kind === "call" ? value.args[0] : undefined;
  if (given === undefined || file.get(flow).constant(given) === true) return true;
  const props = file.get(flow).sources(given).flatMap((s) => { const of = file.facts.values[s] as Value; return of.kind === "object" ? of.props : []; });
  const names = new Set(props.filter((p) => file.get(flow).constant(p.value) !== false).map((p) => p.name ?? (p.key === undefined ? null : file.get(flow).constant(p.key))));
  const all = file.get(throttlers);
  return names.size > 0 && (all.size === 0 ? names.has("default") : [...all].every((name) => names.has(name)));
}

function decoratorsOf({ facts }: FileView, fn: FnId): readonly ValueId[] {
  const cls: ClassFact | undefined = facts.classes[facts.functions[fn]?.cls ?? -1];
  return cls === undefined ? [] : [...cls.decorators, ...cls.members.filter((m) => m.fn === fn).flatMap((m) => m.decorators)];
}

function symbolsOf(file: FileView, decorator: ValueId): readonly string[] {
  const value = file.facts.values[decorator] as Value;
  return file.get(flow).symbols(value.kind === "call" ? value.callee : decorator).map((n) => n.text);
}

function textOf(file: FileView, id: ValueId): string {
  const { start, end } = file.span({ value: id });
  return file.text.slice(start, Math.min(end, start + 200));
}

function byDecorator(file: FileView, decorator: ValueId, depth: number): Given {
  const value = file.facts.values[decorator] as Value;
  const callee = value.kind === "call" ? value.callee : decorator;
  const texts = symbolsOf(file, decorator);
  if (value.kind === "call" && texts.includes(USE_GUARDS)) return together(value.args.map((arg) => file.get(guards).of(arg)));
  // A decorator made of others: `applyDecorators(UseGuards(…), …)`.
  const made = depth > 3 ? [] : file.get(flow).functions(callee);
  if (made.length > 0) return together(made.flatMap((fn) => file.get(callsOf)(fn).map((call) => byDecorator(file, call.id, depth + 1))));
  if (depth > 0 || texts.some((t) => /^(?:@nestjs\/|class-|typeorm:|swagger)/.test(t))) return NOTHING;
  const name = textOf(file, callee);
  const reason = `what \`@${name}\` adds is out of sight`;
  const found: [Kind, string][] = [];
  if (/auth|guard|role|permission|protect|secur/i.test(name) && !/public|skip|api/i.test(name)) found.push(["authorize", reason]);
  if (/throttl|limit/i.test(name)) found.push(["rateLimit", reason]);
  return new Map(found);
}

function provided(file: FileView): readonly ValueId[] {
  const { facts } = file;
  return facts.values.flatMap((value): ValueId[] => {
    if (value.kind !== "object" || value.props.length < 2) return [];
    const token = value.props.find((p) => p.name === "provide");
    if (token === undefined || !file.get(flow).symbols(token.value).some((n) => n.text === "@nestjs/core:APP_GUARD")) return [];
    return value.props.flatMap(({ name, value: given }) => {
      if (name === "useClass" || name === "useExisting" || name === "useValue") return [given];
      return name === "useFactory" ? file.get(flow).functions(given).flatMap((fn) => [...file.get(flow).returns(fn)]) : [];
    });
  });
}
