import type { Value } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { rule } from "../core/rule.js";
import { type Call, calls } from "../analyzers/calls.js";
import { hasItsOwn } from "../analyzers/own-signal.js";
import { isKept } from "../analyzers/reach.js";
import { getsSignal, takesSignal } from "../analyzers/signal-given.js";
import { type InScope, signalScope } from "../analyzers/signal-scope.js";
import { handOnSignal } from "../fixes/hand-on-signal.js";

export default rule({
  name: "dropped-signal",
  promise: "bounded time",
  finds: "a call that takes an AbortSignal and gets none, although one is in scope",
  why: "Whoever asked has given up, timed out or hung up, and the work behind it goes on: sockets, memory and locks are held for an answer that nobody waits for.",
  fine: [
    "a signal of any kind given to the call: the one in scope, a merged one (`AbortSignal.any`), one with a deadline of its own, by a spread, a `Request` or its client",
    "a call through the pipeline (`http.fetch`, a client in `port`), which takes the signal of what runs it by itself",
    "clean-up: in `finally`, in a catch, behind `if (signal.aborted)`, in a listener of the abort, on the way to the throw behind the return of what went well",
    "work that is not waited for, or handed to `detach`, a timer, a listener or a route",
    "a result that an abort listener ends by hand, or that races against the signal",
    "a function of the project's own whose callback hands the signal on, and what makes a signal of its own beside another",
    "a controller that nobody aborts, or whose timer is cleared by then; signals at module level",
    "the branch in which the signal is missing: `signal ? fetch(url, { signal }) : fetch(url)`",
    "a framework's request signal that the handler does not name",
  ],
  depth: "both",
  fix: "review",
  fixNote: "Hands on the signal: as a property of the options, as an argument, or out of the callback of `dispatch`. Not where the options are made elsewhere.",
  roles: ["server"],
  preset: "recommended",
  // A signal in scope is named so, or it is that of the dispatch around the call.
  looksFor: { text: /signal|abort/i, told: ({ text, settings }) => text.includes(settings.pipelineWord("dispatch") ?? "dispatch") },
  judge(file, report) {
    const scope = file.get(signalScope);
    const takes = file.get(takesSignal);
    for (const call of file.get(calls)) {
      const taken = scope.mayBeAt(call.id) ? takes(call) : null;
      const inScope = taken === null ? null : scope.at(call.id);
      if (inScope === null || taken === null || (taken.isAwaited && !isKept(file, call.id))) continue;
      const gets = getsSignal(file, call, taken);
      const at = { value: call.id };
      if (gets === "yes" || scope.isMissing(inScope, call.id) || ("holder" in inScope && hasItsOwn(file, call, inScope.holder))) report.clear(at);
      else if (gets === "unknown") report.unknown(at, "its options come from where this file does not see");
      else {
        const from = sourceOf(inScope);
        report.found(at, `\`${nameOf(file, call)}\` takes a signal and gets none, though ${from.words}`, {
          related: [{ ...file.span(from.place), message: from.note }],
          fix: () => handOnSignal(file, call, taken, inScope),
        });
      }
    }
  },
});

function sourceOf(inScope: InScope) {
  if ("holder" in inScope) return { words: `\`${inScope.holder.text}\` is in scope`, place: { value: inScope.holder.value }, note: "the signal" };
  return { words: "the dispatch around it has one", place: { value: inScope.dispatch.value.callee }, note: "the dispatch whose callback gets a signal" };
}

/** The call as it is written, up to its arguments. */
function nameOf(file: FileView, { value }: Call): string {
  const { start, end } = file.span({ value: value.callee });
  const text = file.text.slice(start, end).replace(/\s+/g, " ");
  const short = text.length > 60 ? `…${text.slice(-50)}` : text;
  const callee = file.facts.values[value.callee] as Value;
  return value.form === "new" && callee.kind !== "call" ? `new ${short}` : short;
}
