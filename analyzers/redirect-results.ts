import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { flow } from "./flow.js";

/** `@Redirect() go() { return { url } }`: what a method of Nest returns goes before the address of its decorator. */
export function redirectResults(file: FileView): readonly ValueId[] {
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
