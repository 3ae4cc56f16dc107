// What is measured, a row each: `prepare` makes the operation, and may say within what the loop around it runs.
import { AsyncLocalStorage } from "node:async_hooks";

const BUILT = "../dist/esm/index.js";
const HOUR = 3_600_000;

/** The callee of every row: asynchronous, and done at once. */
const work = async (value) => value + 1;

const known = new Error("refused by the database");
const failing = async () => {
  throw known;
};

async function pipeline(settings = {}) {
  const made = await import(BUILT);
  const { pino } = await import("pino");
  made.pipeline.configure({ ...settings, logger: pino({ level: "info" }, { write() {} }) });
  return made;
}

/** One long entry around the whole loop, as a handler that calls many times. */
async function inEntry(settings, make) {
  const made = await pipeline(settings);
  return { op: await make(made), within: (loop) => made.entry("bench", loop, { timeout: HOUR })() };
}

const underAls = (op) => {
  const als = new AsyncLocalStorage();
  return { op, within: (loop) => als.run({ requestId: "x" }, loop) };
};

const caught = (call) => async (i) => {
  try {
    return await call(i);
  } catch (error) {
    return error;
  }
};

async function cockatielWith(strategy) {
  const { ExponentialBackoff, handleAll, retry, timeout, TimeoutStrategy, wrap } = await import("cockatiel");
  const policy = wrap(retry(handleAll, { maxAttempts: 3, backoff: new ExponentialBackoff() }), timeout(1_000, TimeoutStrategy[strategy]));
  return { op: (i) => policy.execute(() => work(i)) };
}

/** A response as a server without a body gives it, at once: what is left is the wrapper. */
function answerAtOnce() {
  globalThis.fetch = async () => new Response(null, { status: 204 });
}

/** `role`: what the goals ask about. `library`: of somebody else, and measured without an active AsyncLocalStorage, which is to its favour. */
export const rows = [
  { name: "bare awaited call", prepare: () => ({ op: (i) => work(i) }) },
  { name: "bare awaited call, AsyncLocalStorage active", role: "reference", prepare: () => underAls((i) => work(i)) },
  { name: "bare awaited call that throws, AsyncLocalStorage active", prepare: () => underAls(caught(failing)) },
  { name: "dispatch, sharing its caller's bound", role: "shared", prepare: () => inEntry({}, ({ dispatch }) => (i) => dispatch("a", () => work(i))) },
  { name: "dispatch, its own tighter bound", role: "own", prepare: () => inEntry({ ops: { a: { timeout: 1_000 } } }, ({ dispatch }) => (i) => dispatch("a", () => work(i))) },
  {
    name: "dispatch, its own tighter bound, given at the call",
    prepare: () => inEntry({}, ({ dispatch }) => {
      const policy = { timeout: 1_000 };
      return (i) => dispatch("a", () => work(i), policy);
    }),
  },
  {
    name: "dispatch outside any entry",
    async prepare() {
      const { dispatch } = await pipeline();
      return { op: (i) => dispatch("a", () => work(i)) };
    },
  },
  { name: "dispatch that throws, with its log line", prepare: () => inEntry({}, ({ dispatch }) => caught(() => dispatch("a", failing))) },
  { name: "dispatch with one retry allowed, none needed", prepare: () => inEntry({ ops: { a: { timeout: 1_000, retry: 1, idempotent: true } } }, ({ dispatch }) => (i) => dispatch("a", () => work(i))) },
  {
    name: "entry, with its log line",
    async prepare() {
      const { entry } = await pipeline();
      return { op: entry("e", (i) => work(i)) };
    },
  },
  {
    name: "entry with three dispatches, with its log line",
    role: "request",
    async prepare() {
      const { dispatch, entry } = await pipeline();
      return {
        op: entry("e", async (i) => {
          const a = await dispatch("a", () => work(i));
          const b = await dispatch("b", () => work(a));
          return dispatch("c", () => work(b));
        }),
      };
    },
  },
  {
    name: "call of a client wrapped by port",
    prepare: () => inEntry({}, ({ port }) => {
      class Client {
        query(value) {
          return work(value);
        }
      }
      const client = port("client", new Client());
      return (i) => client.query(i);
    }),
  },
  {
    name: "fetch that answers at once, AsyncLocalStorage active",
    prepare() {
      answerAtOnce();
      return underAls(() => fetch("https://api.example.com/a"));
    },
  },
  {
    name: "http.fetch that answers at once",
    prepare() {
      answerAtOnce();
      return inEntry({}, ({ http }) => () => http.fetch("https://api.example.com/a"));
    },
  },
  {
    name: "fetch that answers at once, with AbortSignal.timeout and AbortSignal.any",
    prepare() {
      answerAtOnce();
      const client = new AbortController();
      return underAls(() => fetch("https://api.example.com/a", { signal: AbortSignal.any([client.signal, AbortSignal.timeout(1_000)]) }));
    },
  },
  {
    name: "pino line alone",
    async prepare() {
      const { pino } = await import("pino");
      const logger = pino({ level: "info" }, { write() {} });
      return { op: (i) => logger.info({ requestId: "x", n: i }, "entry") };
    },
  },
  { name: "cockatiel: timeout (cooperative) + retry", role: "cockatiel", library: "cockatiel", prepare: () => cockatielWith("Cooperative") },
  { name: "cockatiel: timeout (aggressive) + retry", role: "cockatiel", library: "cockatiel", prepare: () => cockatielWith("Aggressive") },
  {
    name: "p-timeout",
    library: "p-timeout",
    async prepare() {
      const { default: pTimeout } = await import("p-timeout");
      return { op: (i) => pTimeout(work(i), { milliseconds: 1_000 }) };
    },
  },
  {
    name: "opossum: breaker with timeout",
    library: "opossum",
    async prepare() {
      const { default: CircuitBreaker } = await import("opossum");
      const breaker = new CircuitBreaker(work, { timeout: 1_000 });
      return { op: (i) => breaker.fire(i), after: () => breaker.shutdown() };
    },
  },
  {
    name: "Effect: tryPromise + timeout, runPromise",
    library: "effect",
    async prepare() {
      const { Effect } = await import("effect");
      return { op: (i) => Effect.runPromise(Effect.tryPromise(() => work(i)).pipe(Effect.timeout("1 second"))) };
    },
  },
  {
    name: "tRPC: createCaller",
    library: "@trpc/server",
    async prepare() {
      const { initTRPC } = await import("@trpc/server");
      const t = initTRPC.create();
      const router = t.router({ add: t.procedure.input((value) => value).query(({ input }) => work(input)) });
      const caller = t.createCallerFactory(router)({});
      return { op: (i) => caller.add(i) };
    },
  },
  {
    name: "oRPC: call",
    library: "@orpc/server",
    async prepare() {
      const { call, os } = await import("@orpc/server");
      const procedure = os.handler(({ input }) => work(input));
      return { op: (i) => call(procedure, i) };
    },
  },
];
