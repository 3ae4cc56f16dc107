import { arriveFrom } from "./arrival.js";
import { ended, type Edge } from "./edge.js";
import { EntryPlan } from "./entry-plan.js";
import { keep } from "./keep.js";
import { outward } from "./outward.js";
import { problemAt } from "./problem.js";
import { onWrite } from "./send.js";
import type { EntryPolicy } from "./settings.js";
import { isThenable } from "./thenable.js";

type Handler = (...args: never[]) => unknown;
type Callback = (error?: unknown, result?: unknown) => void;
type Sent = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What is looked at of the events of API Gateway, a load balancer or a function URL. */
interface HttpEvent {
  readonly headers?: Sent | null;
  readonly multiValueHeaders?: Sent | null;
  readonly requestContext?: { readonly identity?: { readonly sourceIp?: string }; readonly http?: { readonly sourceIp?: string } } | null;
  /** Of an authorizer's event, which is answered with a policy. */
  readonly type?: string;
}

interface LambdaContext {
  readonly awsRequestId?: string;
  getRemainingTimeInMillis?(): number;
}

/** Milliseconds to answer and to write the line in, before the platform ends the process. */
const MARGIN = 200;
const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");

/**
 * A function of AWS Lambda, entered, asynchronous or with a callback. It has the time that the platform leaves it, less a
 * margin, if that is shorter than its policy's. A failed request of API Gateway, a load balancer or a function URL is answered
 * with a problem; for any other event the platform is given the failure, so that it tries again. It sees only the code.
 */
function entryOf<F extends Handler>(name: string, handler: F, policy?: EntryPolicy<Parameters<F>>): F {
  if (STREAMING in handler) throw new TypeError(`${name}: what streams takes entry.stream`);
  const plan = EntryPlan.of(name, handler, policy);
  const hasCallback = handler.length > 2;
  return keep(handler, function (this: unknown, event: HttpEvent, context: LambdaContext, callback?: Callback): unknown {
    const edge = opened(plan, event, context);
    const call = (...rest: unknown[]): unknown => {
      const value: unknown = Reflect.apply(handler, this, [event, context, ...rest]);
      plan.promises ||= isThenable(value);
      return value;
    };
    let value: unknown;
    try {
      value = edge.run(hasCallback ? () => settled(call) : call, [event, context]);
    } catch (error) {
      value = Promise.reject(error);
    }
    if (!isThenable(value)) {
      edge.end();
      return value;
    }
    const answer = value.then(
      (result) => {
        edge.end((result as { statusCode?: number } | undefined | null)?.statusCode);
        return result;
      },
      (error: unknown) => responseTo(edge, event, error),
    );
    if (!hasCallback || plan.promises || !callback) return answer;
    // After a callback the platform waits for what is left in the event loop; after a promise it would not.
    answer.then((result) => callback(null, result), callback);
    return undefined;
  } as (this: never, ...args: never[]) => unknown);
}

/**
 * For a handler that streams, inside or around `awslambda.streamifyResponse`: bounded is the time between two writes, and the
 * whole by what the platform grants. A failure before the first write is answered like any other; a later one breaks the stream.
 */
function stream<F extends Handler>(name: string, handler: F, policy?: EntryPolicy<Parameters<F>>): F {
  const plan = EntryPlan.of(name, handler, policy, true);
  const entered = keep(handler, async function (this: unknown, ...args: [event: HttpEvent, response: Writable, context: LambdaContext]): Promise<void> {
    const [event, response, context] = args;
    const edge = opened(plan, event, context);
    let hasBegun = false;
    onWrite(response, () => {
      hasBegun = true;
      edge.touch();
    });
    try {
      await edge.run(async () => Reflect.apply(handler, this, args) as unknown, args);
      edge.end();
    } catch (error) {
      const { body, ...head } = responseTo(edge, hasBegun ? undefined : event, error);
      awslambda.HttpResponseStream.from(response, head).end(body);
    }
  } as (this: never, ...args: never[]) => unknown);
  return entered;
}

export const entry = Object.assign(entryOf, { stream });

interface Writable {
  write(...args: unknown[]): boolean;
  end(text: string): unknown;
}

/** The platform's, in the global scope. */
declare const awslambda: { readonly HttpResponseStream: { from(stream: Writable, head: object): Writable } };

function opened(plan: EntryPlan, event: HttpEvent | null | undefined, context: LambdaContext | undefined): Edge {
  const sent = sentWith(event) ?? {};
  // One header sent several times is one list, which is what no id looks like.
  const header = (name: string): string | undefined => Object.entries(sent).find(([key]) => key.toLowerCase() === name)?.[1]?.toString();
  return arriveFrom(plan, {
    header,
    // A load balancer appends the address that it saw.
    peer: (event?.requestContext?.identity ?? event?.requestContext?.http)?.sourceIp ?? header("x-forwarded-for")?.split(/, */).pop(),
    remaining: (context?.getRemainingTimeInMillis?.() ?? Infinity) - MARGIN,
    requestId: header("x-request-id") ? undefined : context?.awsRequestId,
  });
}

/** The headers of a request over HTTP; nothing of any other event. */
const sentWith = (event: HttpEvent | null | undefined): Sent | null | undefined => (event?.requestContext && !event.type ? (event.multiValueHeaders ?? event.headers) : undefined);

/** Of a handler with a callback, which may return a promise all the same. */
const settled = (call: (callback: Callback) => unknown): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const value = call((error, result) => (error ? reject(error) : resolve(result)));
    if (isThenable(value)) resolve(value);
  });

/** The answer to a request; for any other event the failure, whose message and stack the platform shows to whoever invoked the function. */
function responseTo(edge: Edge, event: HttpEvent | undefined, error: unknown): { readonly statusCode: number; readonly body: string } {
  if (!event || !sentWith(event)) throw outward(ended(edge, error));
  const { status, headers, body } = problemAt(edge, error);
  edge.end(status);
  // A load balancer that sends lists wants lists.
  const head = event.headers ? { headers } : { multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])) };
  // nobypass-disable-next-line leaked-error -- problem details, made of what may be said of the failure
  return { statusCode: status, ...head, body: JSON.stringify(body) };
}
