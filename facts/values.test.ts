import { describe, expect, it } from "vitest";
import type { Facts, Value, ValueId } from "../core/facts.js";
import { factsOf, textOf, valueAt } from "../tests/support/facts.js";

/** A value in short, operands inside. */
function short(facts: Facts, id: ValueId): string {
  const v = facts.values[id] as Value;
  const of = (operand: ValueId): string => short(facts, operand);
  const props = (list: Extract<Value, { kind: "object" }>["props"]): string =>
    list.map((p) => `${p.form === "init" ? "" : `${p.form} `}${p.key === undefined ? p.name : `[${of(p.key)}]`}: ${of(p.value)}`).join(", ");
  switch (v.kind) {
    case "literal":
      return JSON.stringify(v.value);
    case "bigint":
      return `${v.digits}n`;
    case "regexp":
      return `/${v.pattern}/${v.flags}`;
    case "template":
      return `\`${v.chunks.map((c, i) => c + (i < v.holes.length ? `\${${of(v.holes[i] as ValueId)}}` : "")).join("")}\``;
    case "var":
      return facts.bindings[v.binding]?.name as string;
    case "global":
      return `@${v.name}`;
    case "member":
      return `${of(v.object)}${v.optional ? "?." : "."}${v.key === undefined ? v.name : `[${of(v.key)}]${v.name === null ? "" : `=${v.name}`}`}`;
    case "call":
      return `${v.form ?? ""}(${[v.callee, ...v.args].map(of).join(" ")})${v.optional ? "?" : ""}`;
    case "object":
      return `{${props(v.props)}}`;
    case "jsx":
      return `<${v.tag ?? ""} {${props(v.props)}} ${v.children.map(of).join(" ")}>`;
    case "array":
      return `[${v.items.map((i) => (i === null ? "" : of(i))).join(",")}]`;
    case "spread":
      return `...${of(v.of)}`;
    case "await":
    case "unary":
    case "element":
    case "key":
    case "cast":
      return `${v.kind === "unary" ? v.op : v.kind === "cast" ? v.how : v.kind === "element" && v.awaited ? "awaited" : v.kind}(${of(v.of)})`;
    case "rest":
      return `rest(${of(v.of)} -${v.without.join()})`;
    case "yield":
      return `yield${v.delegate ? "*" : ""}(${v.of === null ? "" : of(v.of)})`;
    case "binary":
    case "logical":
      return `(${of(v.left)} ${v.op} ${of(v.right)})`;
    case "choice":
      return `(${of(v.test)} ? ${of(v.then)} : ${of(v.otherwise)})`;
    case "assign":
      return `${v.target === null ? "" : "member" in v.target ? of(v.target.member) : `${facts.bindings[v.target.binding]?.name}#${v.target.version}`} ${v.op} ${of(v.value)}`;
    case "sequence":
      return `(${v.items.map(of).join(", ")})`;
    case "default":
      return `default(${of(v.of)}, ${of(v.fallback)})`;
    case "dynamicImport":
      return `import(${of(v.source)})`;
    case "param":
      return `param${v.index}${v.rest ? "..." : ""}`;
    case "opaque":
      return `opaque:${v.what}`;
    case "function":
      return `fn:${facts.functions[v.fn]?.name}`;
    case "class":
      return `class:${facts.classes[v.cls]?.name}`;
    default:
      return v.kind;
  }
}

/** The value of the last statement of a text. */
function value(text: string, path = "a.ts"): string {
  const facts = factsOf(text, path);
  const last = facts.functions[0]?.body.at(-1);
  if (last?.kind === "define") return short(facts, facts.bindings[last.binding]?.versions[last.version]?.value as ValueId);
  if (last?.kind !== "eval") throw new Error(`ends with ${last?.kind}`);
  return short(facts, last.value);
}

describe("an expression", () => {
  it.each<[string, string]>([
    [`f("a", 1, true, null)`, `(@f "a" 1 true null)`],
    ["f(10n)", "(@f 10n)"],
    ["f(/a+/gi)", "(@f /a+/gi)"],
    ["f(`a`)", "(@f `a`)"],
    ["f(`a${b}c${d}`)", "(@f `a${@b}c${@d}`)"],
    ["tag`a${b}`", "tag(@tag `a${@b}`)"],
    ["String.raw`\\u`", "tag(@String.raw `\\u`)"],
    ["a.b", "@a.b"],
    ["a?.b", "@a?.b"],
    ["a?.b.c?.()", "(@a?.b.c)?"],
    [`a["b"]`, `@a.["b"]=b`],
    ["a[0]", "@a.[0]=0"],
    ["a[`b`]", "@a.[`b`]=b"],
    ["a[b]", "@a.[@b]"],
    ["new A", "new(@A)"],
    ["new A(1)", "new(@A 1)"],
    ["(0, a.b)()", "((0, @a.b))"],
    ["f(...a)", "(@f ...@a)"],
    ["[a, , ...b]", "[@a,,...@b]"],
    ["({ a, b: c, 'd-e': 1, 2: 3, [f]: g, ['h']: i, ...j })", `{shorthand a: @a, b: @c, d-e: 1, 2: 3, [@f]: @g, ["h"]: @i, spread null: @j}`],
    ["({ m() {}, get x() { return 1; }, set x(v) {} })", "{method m: fn:m, get x: fn:get x, set x: fn:set x}"],
    ["a ? b : c", "(@a ? @b : @c)"],
    ["a && b || c", "((@a && @b) || @c)"],
    ["a ?? b", "(@a ?? @b)"],
    ["a + b * c", "(@a + (@b * @c))"],
    ["'x' in a", `("x" in @a)`],
    ["-a", "-(@a)"],
    ["typeof a", "typeof(@a)"],
    ["void f()", "void((@f))"],
    ["delete a.b", "delete(@a.b)"],
    ["await f()", "await((@f))"],
    ["f(), g()", "((@f), (@g))"],
    ["a as B", "as(@a)"],
    ["<B>a", "as(@a)"],
    ["a satisfies B", "satisfies(@a)"],
    ["a!", "nonNull(@a)"],
    ["a<B>", "instantiate(@a)"],
    ["f<B>(a)", "(@f @a)"],
    ["import('m')", `import("m")`],
    ["import.meta.url", "importMeta.url"],
    ["this.a", "this.a"],
    ["a = 1", " = 1"],
    ["a.b = c", "@a.b = @c"],
    ["a.b += c", "@a.b += (@a.b + @c)"],
    ["a.b ??= c", "@a.b ??= (@a.b ?? @c)"],
    ["a.b++", "@a.b ++ ++(@a.b)"],
    ["(a as B).c = 1", "as(@a).c = 1"],
    ["class A {}; (class {})", "class:null"],
    ["undefined", "@undefined"],
  ])("%s", (text, expected) => {
    expect(value(text)).toBe(expected);
  });

  it.each<[string, string]>([
    ["let a; a = 1;", "a#1 = 1"],
    ["let a = 1; a += 2;", "a#1 += (a + 2)"],
    ["let a = 1; a ||= 2;", "a#1 ||= (a || 2)"],
    ["let a = 1; a++;", "a#1 ++ ++(a)"],
    ["let a, b; ({ a, b } = f());", "(a#1 = (@f).a, b#1 = (@f).b,  = (@f))"],
    ["let a; [a, this.x] = f();", "(a#1 = (@f).0, this.x = (@f).1,  = (@f))"],
    ["const { a } = f();", "(@f).a"],
    ["const { a: { b } } = f();", "(@f).a.b"],
    ["const { [k]: b } = f();", "(@f).[@k]"],
    ["const { a = 1 } = f();", "default((@f).a, 1)"],
    ["const { a, ...b } = f();", "rest((@f) -a)"],
    ["const [a, b] = f();", "(@f).1"],
    ["const [a, ...b] = f();", "rest((@f) -0)"],
    ["const [[a] = []] = f();", "default((@f).0, []).0"],
  ])("%s", (text, expected) => {
    expect(value(text)).toBe(expected);
  });

  it.each<[string, string]>([
    [`<div className="a" on={f} {...p} b>{c} text <x.y/></div>`, `<div {className: "a", on: @f, spread null: @p, b: true} @c <x.y {} >>`],
    ["<>{a}</>", "< {} @a>"],
    ["<a:b c:d={1} />", "<a:b {c:d: 1} >"],
    ["<a>{/* nothing */}</a>", "<a {} opaque:empty>"],
    ["<a b=<c/> />", "<a {b: <c {} >} >"],
  ])("%s", (text, expected) => {
    expect(value(text, "a.tsx")).toBe(expected);
  });
});

describe("names in functions", () => {
  it.each<[string, string[]]>([
    ["function f(a, { b }, [c] = [], ...d) { use(a, b, c, d); }", ["param0", "param1.b", "default(param2, []).0", "param3..."]],
    ["for (const a of xs) use(a);", ["element(@xs)"]],
    ["for await (const { a } of xs) use(a);", ["awaited(@xs).a"]],
    ["for (const a in xs) use(a);", ["key(@xs)"]],
    ["try {} catch (a) { use(a); }", ["caught"]],
    ["try {} catch ({ message }) { use(message); }", ["caught.message"]],
  ])("%s", (text, expected) => {
    const facts = factsOf(text);
    const { value: call } = valueAt(facts, text, "call");
    const parts = call.args.map((arg) => {
      const read = facts.values[arg];
      return read?.kind === "var" ? short(facts, facts.bindings[read.binding]?.versions[read.version]?.value as ValueId) : "";
    });
    expect(parts).toEqual(expected);
  });

  it("yield, super and new.target", () => {
    const facts = factsOf("class A extends B { constructor() { super(new.target); } *m() { yield; yield* super.m(); } }");
    const kinds = facts.values.filter((v) => v.kind === "yield" || v.kind === "super" || v.kind === "newTarget").map((v) => v.kind);
    expect(kinds.sort()).toEqual(["newTarget", "super", "super", "yield", "yield"]);
  });
});

it("an expression is evaluated once", () => {
  const facts = factsOf("o[k()] += f(); ({ a: o[g()] } = h()); const { [i()]: x = j(), ...rest } = l(); m()?.n?.(p());");
  const calls = facts.values.flatMap((v) => (v.kind === "call" ? [facts.values[v.callee]] : [])).map((c) => (c?.kind === "global" ? c.name : "n"));
  expect(calls.sort()).toEqual(["f", "g", "h", "i", "j", "k", "l", "m", "n", "p"]);
});

it("order of evaluation is order of ids", () => {
  const facts = factsOf("a()[b()](c(), `${d()}`).e = f({ [g()]: h() });");
  const calls = facts.values.flatMap((v) => (v.kind === "call" ? [facts.values[v.callee]] : [])).flatMap((c) => (c?.kind === "global" ? [c.name] : []));
  expect(calls).toEqual(["a", "b", "c", "d", "g", "h", "f"]);
});

describe("a span", () => {
  const TEXT = "const { a = f(1) } = await g?.(b.c, `x${d}`) as T; new H(); (i); x++; k`l`; class M {}";
  it.each<[Value["kind"], string]>([
    ["call", "f(1)"],
    ["call", "g?.(b.c, `x${d}`)"],
    ["member", "b.c"],
    ["template", "`x${d}`"],
    ["await", "await g?.(b.c, `x${d}`)"],
    ["cast", "await g?.(b.c, `x${d}`) as T"],
    ["call", "new H()"],
    ["global", "i"],
    ["assign", "x++"],
    ["call", "k`l`"],
    ["class", "M"],
    ["member", "a = f(1)"],
  ])("of a %s covers `%s`", (kind, written) => {
    const facts = factsOf(TEXT);
    expect(textOf(facts, TEXT, valueAt(facts, TEXT, kind, written).id)).toBe(written);
  });
});
