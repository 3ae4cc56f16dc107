import { arrive, type Edge } from "./edge.js";
import { EntryPlan, planNamed } from "./entry-plan.js";
import { keep } from "./keep.js";
import { problemAt } from "./problem.js";
import { isThenable } from "./thenable.js";
import type { EntryPolicy } from "./settings.js";

/** `any`, since a procedure asks for the types of its resolver before it has said what they are. */
type Resolver = (options: any) => unknown;

interface Options<T> {
  readonly path: string;
  readonly signal?: AbortSignal | undefined;
  readonly next: () => Promise<T>;
}

/** What tRPC says of a procedure that is done: no error is thrown through its middleware. */
interface Done {
  readonly ok: boolean;
  readonly error?: RpcError;
}

interface RpcError extends Error {
  readonly code: string;
}

const INTERNAL = "INTERNAL_SERVER_ERROR";
const BY_STATUS: Readonly<Record<number, string>> = {
  400: "BAD_REQUEST", 401: "UNAUTHORIZED", 402: "PAYMENT_REQUIRED", 403: "FORBIDDEN", 404: "NOT_FOUND", 408: "TIMEOUT", 409: "CONFLICT", 412: "PRECONDITION_FAILED", 413: "PAYLOAD_TOO_LARGE", 415: "UNSUPPORTED_MEDIA_TYPE",
  422: "UNPROCESSABLE_CONTENT", 428: "PRECONDITION_REQUIRED", 429: "TOO_MANY_REQUESTS", 499: "CLIENT_CLOSED_REQUEST", 502: "BAD_GATEWAY", 503: "SERVICE_UNAVAILABLE", 504: "GATEWAY_TIMEOUT",
};

/**
 * A resolver of tRPC, entered: bounded, in the request around it, cancelled when the client has gone, and masked. What it refuses with a
 * `TRPCError` of its own stays as it is; any other failure is one with the code that its status has, and a title for a message.
 */
export function entry<F extends Resolver>(name: string, resolver: F, policy?: EntryPolicy<Parameters<F>>): F {
  const plan = EntryPlan.of(name, resolver, policy);
  return keep(resolver, function (this: unknown, ...args: [Pick<Options<unknown>, "signal">]): unknown {
    return within(arrive(plan), args[0].signal, () => Reflect.apply(resolver, this, args) as unknown, args, () => undefined);
  } as (this: never, ...args: never[]) => unknown);
}

/** `t.procedure.use(pipeline())`, first of all: every procedure made of it is entered by the path that it is called by. */
export function pipeline() {
  return <T>(options: Options<T>): Promise<T> =>
    // Always of a promise: what refuses before `next` is rejected, too.
    new Promise<T>((resolve) => {
      const edge = arrive(planNamed(options.path));
      resolve(within(edge, options.signal, options.next, [options], (done) => {
        const { ok, error } = done as Done;
        return ok || error === undefined ? undefined : { ...(done as Done), error: masked(edge, error) };
      }) as T);
    });
}

/** `instead`: what is given in the place of a value. */
function within(edge: Edge, signal: AbortSignal | undefined, call: () => unknown, args: readonly unknown[], instead: (value: unknown) => unknown): unknown {
  const gone = (): void => edge.cancel();
  if (signal?.aborted) gone();
  else signal?.addEventListener("abort", gone);
  const over = <T>(value: T): T => {
    signal?.removeEventListener("abort", gone);
    edge.end();
    return value;
  };
  const failed = (error: unknown): never => {
    throw over(masked(edge, error));
  };
  const done = (value: unknown): unknown => over(instead(value) ?? value);
  try {
    const value = edge.run(call, args);
    return isThenable(value) ? value.then(done, failed) : done(value);
  } catch (error) {
    return failed(error);
  }
}

/** Told by its name, as tRPC does itself, where two copies of it are installed. */
const isRpcError = (error: unknown): error is RpcError => error instanceof Error && error.name === "TRPCError";

/** As the client may see it. */
function masked(edge: Edge, error: unknown): Error {
  if (isRpcError(error) && error.code !== INTERNAL) {
    const status = Object.keys(BY_STATUS).find((key) => BY_STATUS[Number(key)] === error.code);
    problemAt(edge, error, Number(status ?? 400));
    return error;
  }
  const { status, body } = problemAt(edge, isRpcError(error) ? (error.cause ?? error) : error);
  const outward = new Error(body.title);
  return Object.assign(Object.defineProperty(outward, "stack", { value: `TRPCError: ${body.title}` }), { name: "TRPCError", code: BY_STATUS[status] ?? INTERNAL, problem: body });
}
