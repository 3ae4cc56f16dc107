import type { IncomingMessage, ServerResponse } from "node:http";
import { finished } from "node:stream";
import { arriveFrom } from "./arrival.js";
import type { Edge } from "./edge.js";
import type { EntryPlan } from "./entry-plan.js";
import { problemAt, type Problem } from "./problem.js";
import { brokenBy, isGone, isSent, mute, onWrite, send } from "./send.js";
import { CUT } from "./scope.js";
import { als } from "./state.js";

/** On the request itself, since not everything on the way keeps the asynchronous context. */
const KEY = Symbol.for("nobypass.exchange.v1");

/** `ip`: whoever asks, as Express and the middleware of Fastify tell by the proxies they trust. */
type Carrier = IncomingMessage & { [KEY]?: Exchange; readonly ip?: string };

/** One request of a framework on `node:http` and its response, with all the entries around it. */
export class Exchange {
  readonly edge: Edge;
  /** Failures that pass no entry are masked too. */
  isGlobal = false;
  /** An error that the application's own handler was given, which says by its answer what it means. */
  handed: unknown;
  /** The route, where no entry has a name of its own. */
  route: (() => string | undefined) | undefined;
  readonly #inner: Edge[] = [];
  #status: number | undefined;
  /** Nobody is to be cancelled any more. */
  #isGone = false;

  constructor(plan: EntryPlan, readonly req: Carrier, readonly res: ServerResponse, requestId: string | undefined, client: () => string | undefined) {
    const edge = (this.edge = arriveFrom(plan, { header: (name) => req.headers[name], peer: req.socket.remoteAddress, client, requestId }));
    edge.onCut = (failure) => this.answer(failure);
    if (!res.headersSent) res.setHeader("x-request-id", edge.requestId);
    const { emit } = req;
    // Whoever reads the body goes on in the context of the request, not in that of its socket.
    req.emit = (...args: unknown[]) => als.run(edge.scope, () => Reflect.apply(emit, req, args) as boolean);
    // With the response, not with the promise: many handlers answer in a callback. Also for one that was over before.
    finished(res, () => this.#end());
    // One that waits for its turn on the connection is not told that this broke.
    req.once("close", () => isGone(req, res) && this.#end());
    // Whoever asked had gone before: nothing is to begin.
    if (isGone(req, res)) this.#end();
  }

  /** How the framework sends. */
  send(problem: Problem): void {
    send(this.res, problem);
  }

  /** How the framework's errors are told. */
  problem(error: unknown, clientStatus?: number): Problem {
    return problemAt(this.edge, error, clientStatus);
  }

  /** An entry within: its name, and its bound if it has one of its own. */
  enter(plan: EntryPlan): Edge {
    const edge = this.edge.inner(plan);
    this.#inner.push(edge);
    return edge;
  }

  /** What fails is answered. `settled` is what the framework then gets in the place of a value. */
  run(edge: Edge, call: () => unknown, args: readonly unknown[], shown?: (error: unknown) => number | undefined, settled?: unknown): unknown {
    const failed = (error: unknown): unknown => {
      this.answer(error, shown?.(error));
      return settled;
    };
    try {
      const value = edge.run(call, args);
      return value instanceof Promise ? value.catch(failed) : value;
    } catch (error) {
      return failed(error);
    }
  }

  /** Once: whoever is late is told in the log alone. */
  answer(error: unknown, clientStatus?: number): void {
    const { req, res } = this;
    // What reads the body is told first that the client has gone, and takes it for a bad request.
    if (isGone(req, res)) this.#cancel();
    const problem = this.problem(error, clientStatus);
    if (this.isAnswered || res.writableEnded || isGone(req, res)) return;
    this.#status = res.headersSent ? res.statusCode : problem.status;
    this.send(problem);
    if (res.writableEnded) mute(res);
  }

  /** On to whatever handles it. A connection that is upgraded is let in, and is then no longer a request with an answer and a bound. */
  pass<T>(next: () => T): T {
    if ((this.req as { readonly upgrade?: boolean }).upgrade) {
      this.#isGone = true;
      this.#end();
    }
    return next();
  }

  get isAnswered(): boolean {
    return this.#status !== undefined;
  }

  #cancel(): void {
    const { res } = this;
    if (this.#isGone || isSent(res)) return;
    this.#isGone = true;
    const broken = brokenBy(res);
    if (broken) this.problem(broken);
    this.edge.cancel();
  }

  #end(): void {
    const { edge, res, handed } = this;
    if (edge.isOver) return;
    this.#cancel();
    if (handed !== undefined && res.statusCode >= 400) problemAt(edge, handed, res.statusCode);
    if (this.#inner.length === 0) edge.context.entry = this.route?.() ?? edge.context.entry;
    for (const inner of this.#inner) inner.end();
    edge.end(this.#status ?? (res.headersSent ? res.statusCode : undefined));
    if (this.isAnswered) mute(res);
  }
}

export const exchangeOf = (req: Carrier): Exchange | undefined => req[KEY];

/** The entry of a request, or within it the one that knows more. */
export function enter(plan: EntryPlan, req: Carrier, res: ServerResponse, streams = false, client = () => req.ip): readonly [Exchange, Edge] {
  const before = req[KEY];
  // Cut, it is for ever: also what is reached when it has been answered must not begin.
  if (before?.edge.isOver && before.edge.scope.status === CUT) return [before, before.edge];
  const known = before?.edge.isOver === false ? before : undefined;
  const exchange = known ?? (req[KEY] = new Exchange(plan, req, res, before?.edge.requestId, client));
  const edge = known?.enter(plan) ?? exchange.edge;
  if (streams) onWrite(res, () => edge.touch());
  return [exchange, edge];
}
