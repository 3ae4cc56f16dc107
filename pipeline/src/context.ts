import type { Edge } from "./edge.js";

/** What every log line and outgoing call of one entry carries. */
export class Context {
  /** The edge it belongs to, while that is open. */
  edge: Edge | undefined;

  constructor(
    /** The name in log lines. Where it is known late it is set then, and the policy stays that of the name it arrived with. */
    public entry: string,
    readonly requestId: string,
    readonly traceId: string,
    readonly traceFlags: string,
    readonly traceState?: string | undefined,
    /** The request object, by which a second entry around the same request is known. */
    readonly carrier?: object | undefined,
  ) {
    this.edge = undefined;
  }

  /** For an entry called from within another. */
  under(entry: string): Context {
    return new Context(entry, this.requestId, this.traceId, this.traceFlags, this.traceState);
  }
}
