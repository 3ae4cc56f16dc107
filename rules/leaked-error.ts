import type { FnId, ValueId } from "../core/facts.js";
import type { Related } from "../core/finding.js";
import { type FileView, type Report, rule } from "../core/rule.js";
import { type Call, callsThatMayHave } from "../analyzers/calls.js";
import { conditionsAt } from "../analyzers/conditions.js";
import { context } from "../analyzers/context.js";
import { errorOrigins } from "../analyzers/error-origins.js";
import { errorTaint, isText } from "../analyzers/error-taint.js";
import { flow } from "../analyzers/flow.js";
import { leaving } from "../analyzers/leaving.js";
import { optionAt } from "../analyzers/options.js";
import { allBut, type Origin } from "../analyzers/origins.js";
import { type Raising, raisings } from "../analyzers/raisings.js";
import { sparesProduction } from "../analyzers/production.js";
import { nameOf } from "../analyzers/reports.js";
import { KEPT_BACK, type Response, responses } from "../analyzers/responses.js";
import { thrown } from "../analyzers/thrown.js";
import { failInstead } from "../fixes/fail-instead.js";

/** Somebody has an error in hand … */
const ERROR = /\bcatch\b|\b_?(?:e|er|ex|exc|err|error|exception|reason)\d?\b|\b[a-z]\w*(?:Err|Error|Exception)\b|\bthen\s*\(|ErrorRequestHandler|\bCatch\b/;
const ERRORS = ["catch", "error", "err", "e", "Catch", "ErrorRequestHandler"];
/** … and somebody answers: by a method, an assignment, what a handler returns, or an error made for it. */
const ANSWERS = new RegExp([
  String.raw`\.\s*(?:jsonp?|send|end|write(?:Head|SSE|ln)?|render|redirect|html|text|newResponse|response|view|reply|emit|flash|set|setHeader|header|append|cookie|close|throw|boom|\w*[eE]rror|(?:bad|not|un|in|for|serv|neg|conf|too|gate|gone)\w*)\s*\(`,
  String.raw`\.\s*(?:body|message|statusMessage|res)\s*=[^=]|\.locals\b|\bstatusCode\b`,
  String.raw`Response\b|Exception\b|[a-zA-Z]Error\s*\(|\b(?:redirect|json|data|fail|error|send|permanentRedirect)\s*\(`,
  String.raw`use server|@nestjs|[pP]rocedure\b|fastify|Resolver|\bQuery\b|\bMutation\b|formatError|errorFormatter|onError|customFormatErrorFn|functions|Deno|Bun|hono|createHandlers|grpc|connectrpc|middy|\bio\b|\b[sS]ocket`,
  String.raw`\[\s*["'\`](?:json|send|end|write|render|redirect|body)["'\`]`,
].join("|"));

export default rule({
  name: "leaked-error",
  promise: "stable failures",
  finds: "an error from the inside, or its message, stack or cause, in what a client receives",
  why: "Messages of drivers, libraries and the runtime name hosts, tables, queries and paths. They help whoever attacks, tell a user nothing, and change with every upgrade, so that clients which read them break.",
  fine: [
    "literal texts, and texts chosen by a code, a name or a status",
    "issues of a schema, and whatever a try can throw that holds nothing but validation or errors in words of its own",
    "public errors: Nest's `HttpException`, http-errors, Boom, `TRPCError`, `GraphQLError` … after `instanceof`, `isHttpError(err)` or `err.expose`",
    "errors below 500: under a test such as `err.status < 500`",
    "a class or kind of the project's own after `instanceof AppError` or `isAppError(err)`: where the class is, somebody decides whom it speaks to",
    "branches that cannot run in production, and those that a setting opens",
    "code, name and status of an error, and what is only logged",
    "what a function of another file makes of the error: the program decides",
  ],
  depth: "both",
  fix: "review",
  fixNote: "Where the answer to any failure is a 5xx: `throw fail(\"INTERNAL\", {}, { cause: err })`, which the `entry` around it masks and logs once; a handler that has none gets it, where there is an adapter for its framework. Elsewhere, and where a 4xx is answered, which failure it is and what the client should read is for a human to decide.",
  roles: ["server"],
  preset: "recommended",
  looksFor: { told: (file) => (file.writes(ERRORS) || file.fits(ERROR)) && file.fits(ANSWERS), catalog: ["errors", "errorDetails"], aloneWith: (file) => file.get(errorOrigins).size > 0 || callsThatMayHave(file, ["errorDetails"]).some((call) => call.symbols.some((s) => s.rows("errorDetails").length > 0)) },
  judge(file, report) {
    const told = new Set<ValueId>();
    const raised = new Map(file.get(raisings).flatMap((raising) => (raising.value === null ? [] : [[raising.value, raising] as const])));
    for (const response of file.get(responses)) judgeResponse(file, response, told, report, raised);
    for (const call of callsThatMayHave(file, ["errorDetails"])) judgeSetting(file, call, report);
  },
});

function judgeResponse(file: FileView, response: Response, told: Set<ValueId>, report: Report, raised: ReadonlyMap<ValueId, Raising>): void {
  const given = givenTo(file, response);
  // A public error that is thrown here and kept by who catches it answers nobody.
  const raising = given.length > 0 && response.by === "error" ? raised.get(response.at) : undefined;
  const all = raising !== undefined && file.get(leaving).isKept(raising, file.get(thrown)(raising.value)) ? [] : given;
  const carried = all.filter((o) => o.doubt === null);
  const forwarded = carried.filter((o) => isForwarded(file, response, o));
  const here = carried.filter((o) => !forwarded.includes(o));
  const [first] = here;
  const doubt = all.find((o) => o.doubt !== null)?.doubt;
  if (first) {
    report.found({ value: response.at }, messageFor(file, response, here), { related: related(file, response, first), fixIn: (own) => failInstead(own, file, response, first.at) });
  } else if (carried.length === 0 && doubt != null) report.unknown({ value: response.at }, doubt);
  else report.clear({ value: response.at });
  // What only forwards is itself that response: whoever calls it with an error is judged.
  for (const o of forwarded) {
    const [call] = o.handed;
    if (call === undefined || told.has(call)) continue;
    told.add(call);
    report.found({ value: call }, messageFor(file, response, [o]), { related: related(file, response, o), fix: () => null });
  }
}

/** Handed to the function that answers, or by the one that does; what an object somewhere was made with has merely come there. */
function isForwarded(file: FileView, { at }: Response, { handed }: Origin): boolean {
  const last = handed.at(-1);
  const call = last === undefined ? undefined : file.facts.values[last];
  if (last === undefined || call?.kind !== "call") return false;
  const around = file.get(context).functionsAround(at);
  return around.includes(file.facts.owner[last] as FnId) || file.get(flow).functions(call.callee).some((fn) => around.includes(fn));
}

/** `app.use(errorHandler())`, `createYoga({ maskedErrors: false })`, where production gets it too. */
function judgeSetting(file: FileView, call: Call, report: Report): void {
  const [row] = call.symbols.flatMap((s) => s.rows("errorDetails")).map((r) => r.row);
  if (row === undefined) return;
  const option = row.option === undefined ? null : optionAt(file, call, row.option);
  const shows = option === null || option.values.some((value) => file.get(flow).constant(value) === row.is);
  const setting = row.option === undefined ? "" : ` (\`${row.option.path}\`)`;
  if (shows && sparesProduction(file, conditionsAt(file, call.id)) === false) report.found({ value: call.id }, `\`${nameOf(file, call.target)}\` has clients told what errors say, with their stacks${setting}`);
  else report.clear({ value: call.id });
}

function givenTo(file: FileView, { given, by }: Response): readonly Origin[] {
  const path = by === "error" ? allBut([...KEPT_BACK]) : [];
  return given.flatMap((value) => file.get(errorTaint).resolved(value, path)).filter((o) => o.from.kind === "source" && !(isInOwnWords(file, o) && (by === "error" || isText(o))));
}

/** Thrown here and caught here: its words are ours. With the error itself goes its stack. */
const isInOwnWords = (file: FileView, { at, from }: Origin): boolean => from.path.length === 0 && file.get(errorOrigins).get(at) === "own";

function messageFor(file: FileView, { at, by }: Response, carried: readonly Origin[]): string {
  const parts = new Set(carried.map((o) => o.from.path.at(-1)));
  const what = parts.has("stack") ? "the stack of an error" : carried.some((o) => !isText(o)) ? "an error itself" : parts.size === 1 && parts.has("message") ? "the message of an error" : "the text of an error";
  const value = file.facts.values[at];
  const made = by === "error" && value?.kind === "call" ? nameOf(file, value.callee) : "";
  return made === "" ? `${what} from the inside reaches the client` : `${what} from the inside reaches the client as the text of \`${made}\``;
}

function related(file: FileView, response: Response, { at, taken }: Origin): readonly Related[] {
  const answer = file.span({ value: response.at });
  const from = file.span(placeOf(file, at));
  const made = taken === null ? null : file.span({ value: taken });
  const isApart = made !== null && (made.start < answer.start || made.end > answer.end);
  return [{ ...from, message: "the error comes in here", step: true }, ...(isApart ? [{ ...made, message: "its text is taken here", step: true as const }] : [])];
}

function placeOf(file: FileView, origin: ValueId): { value: ValueId } | { mark: number } {
  const value = file.facts.values[origin];
  const param = value?.kind === "param" ? file.facts.functions[value.fn]?.params[value.index] : undefined;
  return param ? { mark: param.at } : { value: origin };
}
