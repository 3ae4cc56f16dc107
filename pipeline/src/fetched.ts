import { arriveFrom, type Arrival } from "./arrival.js";
import type { Edge } from "./edge.js";
import type { EntryPlan } from "./entry-plan.js";
import { problemAt } from "./problem.js";
import { quiet, safe } from "./safe.js";
import { isThenable } from "./thenable.js";

/** What frameworks on the platform's `fetch` hand to a handler, as far as it is looked at. */
export interface Incoming {
  readonly headers: { get(name: string): string | null };
  readonly signal?: AbortSignal | null;
}

/** Who asks, where the runtime tells. */
export type Asker = Pick<Arrival, "peer" | "client">;

/** One request whose answer is a `Response`, and the entries around it. */
export class Fetched {
  readonly edge: Edge;
  readonly #plan: EntryPlan;
  readonly #signal: AbortSignal | null | undefined;
  readonly #gone = (): void => this.edge.cancel();

  constructor(plan: EntryPlan, request: Incoming, asker?: Asker) {
    this.#plan = plan;
    this.edge = arriveFrom(plan, { header: (name) => request.headers.get(name) ?? undefined, carrier: request, ...asker });
    const signal = (this.#signal = request.signal);
    if (signal?.aborted) this.edge.cancel();
    else signal?.addEventListener("abort", this.#gone);
  }

  /** What fails is `answered`. It is over when the response is there; that of a stream when its body has been read. */
  run(call: () => unknown, args: readonly unknown[], answered: (error: unknown) => unknown): unknown {
    const failed = (error: unknown): unknown => this.#end(answered(error), false);
    try {
      const value = this.edge.run(call, args);
      return isThenable(value) ? value.then((response) => this.#end(response, this.#plan.stream), failed) : this.#end(value, this.#plan.stream);
    } catch (error) {
      return failed(error);
    }
  }

  /** A problem in the place of the answer. */
  problem(error: unknown, clientStatus?: number): Response {
    const { status, headers, body } = problemAt(this.edge, error, clientStatus);
    // nobypass-disable-next-line leaked-error -- problem details, made of what may be said of the failure
    return new Response(JSON.stringify(body), { status, headers });
  }

  /** Over, and with which status as far as that is known. */
  end(status?: number): void {
    this.#signal?.removeEventListener("abort", this.#gone);
    this.edge.end(status);
  }

  #end(response: unknown, streams: boolean): unknown {
    const answer = Object(response) as Partial<Response>;
    // The headers of what was fetched, or of a redirect, cannot be written to.
    safe(() => answer.headers?.has("x-request-id") || answer.headers?.set("x-request-id", this.edge.requestId), undefined);
    // Looked at only where it has to be: servers send a text faster than the stream of one.
    const body = streams && answer.body;
    if (body) return new Response(this.#watched(body, answer.status), response as Response);
    this.end(answer.status);
    return response;
  }

  /** Read by whoever sends it, and bounded between two pieces. */
  #watched(body: ReadableStream<Uint8Array>, status: number | undefined): ReadableStream<Uint8Array> {
    const { edge } = this;
    const reader = body.getReader();
    return new ReadableStream<Uint8Array>({
      pull: async (to) => {
        try {
          const { done, value } = await edge.follow(() => reader.read());
          edge.touch();
          if (!done) return to.enqueue(value);
          this.end(status);
          to.close();
        } catch (error) {
          const failure = edge.failure(error);
          this.end(status);
          void quiet(reader.cancel(failure));
          to.error(failure);
        }
      },
      cancel: (reason) => {
        edge.cancel();
        this.end(status);
        return reader.cancel(reason);
      },
    }, { highWaterMark: 0 });
  }
}
