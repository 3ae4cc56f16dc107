import type { FunctionFact, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import type { Catalog, SymbolNode } from "../catalog/catalog.js";
import type { SymbolPath } from "../catalog/library.js";
import { entries } from "./entries.js";
import { errorHandlers } from "./error-handlers.js";
import { flow } from "./flow.js";
import { sitesOf } from "./sites.js";

const DEEPEST = 12;
const EXPRESS = "express:Response()";

/** Parameters that are called so answer, where no type says what they are. */
const BY_NAME: readonly (readonly [RegExp, readonly SymbolPath[]])[] = [
  [/^_?(?:res|resp|response)$/, [EXPRESS, "koa:Context().response"]],
  [/^_?(?:reply|rep)$/, ["fastify:FastifyReply()"]],
  [/^_?(?:ctx|context)$/, ["koa:Context()", "hono:Context()"]],
  [/^c$/, ["hono:Context()"]],
  [/^(?:h|toolkit|responseToolkit)$/, ["@hapi/hapi:ResponseToolkit()"]],
  [/^(?:fastify|instance)$/, ["fastify:()"]],
];
const SOCKET: readonly SymbolPath[] = ["socket.io:Socket()", "ws:()"];
const CONNECTION = new Set(["connection", "connect"]);

/** Who a value is that may answer a client: by where it comes from, and where nothing says that, by what frameworks hand over and how that is called. */
export const responders: Answer<(value: ValueId) => readonly SymbolNode[]> = {
  name: "responders",
  of(file) {
    const finder = new Finder(file);
    return (value) => finder.of(value, 0);
  },
};

class Finder {
  readonly #file: FileView;
  readonly #known = new Map<ValueId, readonly SymbolNode[]>();
  #handed: ReadonlyMap<ValueId, SymbolPath> | undefined;

  constructor(file: FileView) {
    this.#file = file;
  }

  of(id: ValueId, depth: number): readonly SymbolNode[] {
    let known = this.#known.get(id);
    if (known) return known;
    if (depth > DEEPEST) return [];
    this.#known.set(id, []);
    const own = this.#file.get(flow).symbols(id).filter((node) => node.leadsSomewhere);
    known = own.length > 0 ? own : this.#assumed(id, depth);
    this.#known.set(id, known);
    return known;
  }

  #assumed(id: ValueId, depth: number): readonly SymbolNode[] {
    const value = this.#value(id);
    const next = (v: ValueId): readonly SymbolNode[] => this.of(v, depth + 1);
    switch (value.kind) {
      case "call": {
        const callee = this.#value(value.callee);
        // Nest: `host.switchToHttp().getResponse()`
        if (callee.kind === "member" && callee.name === "getResponse" && value.args.length === 0) return this.#paths([EXPRESS]);
        return next(value.callee).map((node) => node.call());
      }
      case "member":
        // `this.res`, `ctx.res`
        if (value.name === "res" || (value.name === "response" && this.#value(value.object).kind === "this")) return this.#paths([EXPRESS]);
        return value.name === null ? [] : next(value.object).map((node) => node.member(value.name as string));
      case "await":
      case "cast":
        return next(value.of);
      case "global":
        return this.#named(value.name);
      case "param":
        return this.#param(id, value);
      case "var": {
        const binding = this.#file.facts.bindings[value.binding];
        if (binding?.kind === "import" && binding.name === "io") return this.#paths(["socket.io:Server()"]);
        const found = this.#file.get(flow).sources(id).filter((s) => s !== id).flatMap((s) => [...next(s)]);
        if (found.length > 0 || binding === undefined) return [...new Set(found)];
        // `({ req, res }) => …`
        const held = binding.versions[0]?.value;
        const part = held === undefined ? undefined : this.#value(held);
        return part?.kind === "member" && this.#value(part.object).kind === "param" ? this.#named(binding.name) : [];
      }
      default:
        return [];
    }
  }

  #param(id: ValueId, { fn, index, rest }: Value & { kind: "param" }): readonly SymbolNode[] {
    const { facts } = this.#file;
    const handed = (this.#handed ??= this.#allHanded()).get(id);
    if (handed !== undefined) return this.#paths([handed]);
    const binding = rest ? null : (facts.functions[fn]?.params[index]?.binding ?? null);
    const name = binding === null ? "" : (facts.bindings[binding]?.name ?? "");
    if (name === "io") return this.#paths(["socket.io:Server()"]);
    if (index === 0 && this.#isConnection(fn)) return this.#paths(SOCKET);
    return this.#named(name);
  }

  #named(name: string): readonly SymbolNode[] {
    const found = BY_NAME.find(([pattern]) => pattern.test(name));
    return found ? this.#paths(found[1]) : [];
  }

  /** `.on("connection", (socket) => …)` of what nobody can resolve. */
  #isConnection(fn: number): boolean {
    return sitesOf(this.#file.facts).ofFunction(fn).some((site) => {
      const call = this.#value(site.call);
      const callee = call.kind === "call" ? this.#value(call.callee) : undefined;
      return call.kind === "call" && callee?.kind === "member" && callee.name === "on" && site.arg === 1 && CONNECTION.has(String(this.#file.get(flow).constant(call.args[0] as ValueId)));
    });
  }

  /** What frameworks hand to the entries and error handlers that are told by their shape. */
  #allHanded(): ReadonlyMap<ValueId, SymbolPath> {
    const found = new Map<ValueId, SymbolPath>();
    const add = (fn: FunctionFact | undefined, params: readonly (SymbolPath | null)[]): void => {
      fn?.params.forEach((param, i) => {
        const path = params[i];
        if (path != null) found.set(param.value, path);
      });
    };
    const { functions } = this.#file.facts;
    for (const entry of this.#file.get(entries)) for (const fn of entry.functions) add(functions[fn], entry.row.params ?? []);
    for (const [fn, handler] of this.#file.get(errorHandlers)) add(functions[fn], handler.params);
    return found;
  }

  #paths(paths: readonly SymbolPath[]): readonly SymbolNode[] {
    return paths.map((path) => (this.#file.settings.catalog as Catalog).path(path));
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}
