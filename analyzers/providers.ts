import type { CallValue, ClassId, Facts, Value, ValueId } from "../core/facts.js";
import { listAt } from "../core/lists.js";

/** What a container gives for a token: an instance of the class, the value, what the function gives, or what another token stands for. */
export interface Provided {
  readonly how: "class" | "value" | "factory" | "existing";
  readonly value: ValueId;
}

const FORMS: Readonly<Record<string, Provided["how"]>> = { useClass: "class", useValue: "value", useFactory: "factory", useExisting: "existing", useToken: "existing" };
/** `container.register(TOKEN, { useClass: X })`, `container.registerSingleton(TOKEN, X)`, `Container.set(TOKEN, value)`, `provide(TOKEN, X)`. */
const REGISTERS: Readonly<Record<string, Provided["how"]>> = { register: "class", registerSingleton: "class", registerType: "existing", registerInstance: "value", set: "value" };
const BINDS: Readonly<Record<string, Provided["how"]>> = { to: "class", toConstantValue: "value", toDynamicValue: "factory", toService: "existing" };
const MAKES: Readonly<Record<string, Provided["how"]>> = { asClass: "class", asFunction: "factory", asValue: "value", aliasTo: "existing" };
/** Decorators of parameters and fields that name a token. */
const INJECTS = new Set(["Inject", "inject", "InjectRepository", "injectAll"]);

const ASKS = new Set(["resolve", "get", "getAsync", "resolveAsync"]);
const CONTAINER = /container|injector|^scope$|moduleRef/i;

/** What containers give for their tokens: Nest's providers, tsyringe, typedi and inversify. One pass over the values. */
export class Providers {
  readonly #facts: Facts;
  readonly #sameAs: (value: ValueId) => ValueId;
  readonly #classOf: (value: ValueId) => ClassId | null;
  readonly #byToken = new Map<string, Provided[]>();

  constructor(facts: Facts, sameAs: (value: ValueId) => ValueId, classOf: (value: ValueId) => ClassId | null) {
    this.#facts = facts;
    this.#sameAs = sameAs;
    this.#classOf = classOf;
    for (const value of facts.values) {
      if (value.kind === "object") this.#object(value);
      else if (value.kind === "call" && value.form === undefined) this.#call(value);
    }
  }

  get isEmpty(): boolean {
    return this.#byToken.size === 0;
  }

  /** The classes that are given to who asks for a class. */
  classesFor(cls: ClassId, depth = 0): readonly ClassId[] {
    return [...new Set((this.#byToken.get(`class ${cls}`) ?? []).flatMap((p) => this.#classes(p, depth)))];
  }

  /** What `@Inject(TOKEN)` gives. */
  injected(decorators: readonly ValueId[]): readonly Provided[] {
    return decorators.flatMap((id) => {
      const call = this.#value(id);
      if (call.kind !== "call" || call.args[0] === undefined) return [];
      const name = this.#nameOf(call.callee);
      const token = name !== null && INJECTS.has(name) ? this.#tokenOf(call.args[0]) : null;
      return token === null ? [] : this.#given(token, 0);
    });
  }

  /** What containers that give by name (awilix) give under one. */
  named(name: string): readonly Provided[] {
    return this.#byToken.get(`name ${name}`) ?? [];
  }

  /** What `container.resolve("users")` and `Container.get(TOKEN)` give, where a name or a symbol is asked for. */
  asked({ callee, args, form }: CallValue): readonly Provided[] {
    const method = this.#value(callee);
    if (form !== undefined || args[0] === undefined || method.kind !== "member" || method.name === null || !ASKS.has(method.name) || !this.#isContainer(method.object)) return [];
    const token = this.#tokenOf(args[0]);
    if (token === null || token.startsWith("class ")) return [];
    return [...this.#given(token, 0), ...(token.startsWith("text ") ? this.named(token.slice("text ".length)) : [])];
  }

  /** By what it is called, or by what made it. */
  #isContainer(id: ValueId): boolean {
    const name = this.#nameOf(id);
    if (name !== null && CONTAINER.test(name)) return true;
    const made = this.#value(this.#sameAs(id));
    const maker = made.kind === "call" ? this.#nameOf(made.callee) : null;
    return maker !== null && CONTAINER.test(maker);
  }

  #given(token: string, depth: number): readonly Provided[] {
    return (this.#byToken.get(token) ?? []).flatMap((p): readonly Provided[] => {
      if (p.how !== "existing") return [p];
      const next = depth > 5 ? null : this.#tokenOf(p.value);
      const given = next === null ? [] : this.#given(next, depth + 1);
      return given.length > 0 ? given : [{ how: "class", value: p.value }];
    });
  }

  #classes({ how, value }: Provided, depth: number): readonly ClassId[] {
    const cls = this.#classOf(value);
    if (how === "class") return cls === null ? [] : [cls];
    if (how === "existing") {
      const further = cls === null || depth > 5 ? [] : this.classesFor(cls, depth + 1);
      return further.length > 0 || cls === null ? further : [cls];
    }
    const made = this.#value(this.#sameAs(value));
    const of = made.kind === "call" && made.form === "new" ? this.#classOf(made.callee) : null;
    return of === null ? [] : [of];
  }

  #object(object: Value & { kind: "object" }): void {
    const token = object.props.find((p) => p.name === "provide" || p.name === "token");
    if (token === undefined) return;
    for (const { name, value } of object.props) {
      const how = name === null || !Object.hasOwn(FORMS, name) ? undefined : FORMS[name];
      if (how !== undefined) this.#provide(token.value, { how, value });
    }
  }

  #call({ callee, args }: Value & { kind: "call" }): void {
    const method = this.#value(callee);
    const [first, second] = args;
    if (method.kind !== "member" || method.name === null || first === undefined) return;
    const bound = Object.hasOwn(BINDS, method.name) ? this.#value(method.object) : undefined;
    if (bound?.kind === "call" && bound.args[0] !== undefined) {
      const bind = this.#value(bound.callee);
      if (bind.kind === "member" ? bind.name === "bind" || bind.name === "rebind" : bind.kind === "param" || bind.kind === "var") this.#provide(bound.args[0], { how: BINDS[method.name] as Provided["how"], value: first });
      return;
    }
    if (method.name === "register") this.#byNames(first, second);
    // Every map has a `set`.
    if (second === undefined || !Object.hasOwn(REGISTERS, method.name) || (method.name === "set" && !this.#isContainer(method.object))) return;
    const options = this.#value(this.#sameAs(second));
    if (options.kind === "object" && options.props.some((p) => p.name !== null && Object.hasOwn(FORMS, p.name))) {
      for (const { name, value } of options.props) if (name !== null && Object.hasOwn(FORMS, name)) this.#provide(first, { how: FORMS[name] as Provided["how"], value });
    } else this.#provide(first, { how: REGISTERS[method.name] as Provided["how"], value: second });
  }

  /** `register({ users: asClass(Users) })`, `register("users", asClass(Users))`. */
  #byNames(first: ValueId, second: ValueId | undefined): void {
    const table = this.#value(first);
    if (table.kind === "object") for (const { name, value } of table.props) this.#byName(name, value);
    else if (table.kind === "literal" && second !== undefined) this.#byName(String(table.value), second);
  }

  #byName(name: string | null, made: ValueId): void {
    let call = this.#value(made);
    // `asClass(Users).singleton()`
    for (let depth = 0; depth < 4 && call.kind === "call"; depth++) {
      const callee = this.#value(call.callee);
      const of = this.#nameOf(call.callee);
      const how = of !== null && Object.hasOwn(MAKES, of) ? MAKES[of] : undefined;
      if (how !== undefined && call.args[0] !== undefined && name !== null) return this.#put(`name ${name}`, { how, value: call.args[0] });
      if (callee.kind !== "member") return;
      call = this.#value(callee.object);
    }
  }

  #provide(token: ValueId, provided: Provided): void {
    const key = this.#tokenOf(token);
    if (key !== null) this.#put(key, provided);
  }

  #put(key: string, provided: Provided): void {
    listAt(this.#byToken, key).push(provided);
  }

  /** A class, a text, or a symbol: the call that made it; `forwardRef(() => X)` is `X`. */
  #tokenOf(id: ValueId): string | null {
    const same = this.#sameAs(id);
    const value = this.#value(same);
    switch (value.kind) {
      case "class":
        return `class ${value.cls}`;
      case "literal":
        return typeof value.value === "string" ? `text ${value.value}` : null;
      case "member": {
        // `TYPES.Users`, where the table is one object.
        const table = this.#value(this.#sameAs(value.object));
        const prop = table.kind === "object" && value.name !== null ? table.props.findLast((p) => p.name === value.name) : undefined;
        return prop === undefined ? null : this.#tokenOf(prop.value);
      }
      case "call": {
        const [given] = value.args;
        const made = given === undefined ? undefined : this.#value(given);
        const statement = made?.kind === "function" ? this.#facts.functions[made.fn]?.body[0] : undefined;
        if (statement?.kind === "return" && statement.value !== null) return this.#tokenOf(statement.value);
        return `made ${same}`;
      }
      default:
        return null;
    }
  }

  /** As the library calls it, whatever it is called here. */
  #nameOf(callee: ValueId): string | null {
    const value = this.#value(callee);
    if (value.kind !== "var") return value.kind === "member" ? value.name : null;
    const binding = this.#facts.bindings[value.binding];
    const imported = binding?.from && this.#facts.imports[binding.from.import]?.names[binding.from.name]?.imported;
    return imported ?? binding?.name ?? null;
  }

  #value(id: ValueId): Value {
    return this.#facts.values[id] as Value;
  }
}
