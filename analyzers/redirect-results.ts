import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { entries } from "./entries.js";
import { flow } from "./flow.js";

/** What a function returns as the address of a redirect. */
export function redirectResults(file: FileView): readonly ValueId[] {
  return [...byDecorator(file), ...byHeader(file)];
}

/** `return { statusCode: 302, headers: { Location: url } }`: the answer of a serverless handler. */
function byHeader(file: FileView): readonly ValueId[] {
  if (!/\blocation\b/i.test(file.text)) return [];
  const handlers = file.get(entries).filter((e) => e.row.kind === "serverless").flatMap((e) => e.functions);
  return [...new Set(handlers)].flatMap((fn) => file.get(flow).returns(fn)).flatMap((result) => {
    const named = (value: ValueId, name: RegExp): readonly ValueId[] =>
      file.get(flow).sources(value).flatMap((s) => {
        const object = file.facts.values[s] as Value;
        return object.kind === "object" ? object.props.filter((p) => p.form !== "set" && p.name !== null && name.test(p.name)).map((p) => p.value) : [];
      });
    return named(result, /^headers$/).flatMap((headers) => named(headers, /^location$/i));
  });
}

/** `@Redirect() go() { return { url } }`: what a method of Nest returns goes before the address of its decorator. */
function byDecorator(file: FileView): readonly ValueId[] {
  if (!file.text.includes("@Redirect")) return [];
  const answers = file.get(flow);
  const redirects = (decorator: ValueId): boolean => {
    const value = file.facts.values[decorator] as Value;
    return answers.symbols(value.kind === "call" ? value.callee : decorator).some((s) => s.text === "@nestjs/common:Redirect");
  };
  const methods = file.facts.classes.flatMap((cls) => cls.members).filter((m) => m.fn !== null && m.decorators.some(redirects));
  return methods.flatMap((m) => (m.fn === null ? [] : answers.returns(m.fn))).flatMap((returned) =>
    answers.sources(returned).flatMap((s) => {
      const value = file.facts.values[s] as Value;
      return value.kind === "object" ? value.props.filter((p) => p.name === "url" && p.form !== "set").map((p) => p.value) : [];
    }),
  );
}
