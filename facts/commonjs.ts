import type { MarkId, Value, ValueId } from "../core/facts.js";
import type { Builder } from "./builder.js";
import { ownExports } from "./own-exports.js";

/** `module.exports = …`, `exports.name = …`, `module.exports.name = …`, `Object.assign(exports, { … })`, wherever they stand; also under a name of one's own: `const User = module.exports; User.find = …`. */
export function commonJsExports(b: Builder): void {
  if (!b.usesCommonJs) return;
  const own = ownExports({ values: b.values, bindings: b.bindings.map((draft) => draft.fact) });
  const isOwn = (id: ValueId): boolean => {
    const value = b.values[id];
    return value?.kind === "var" && own.has(value.binding);
  };
  b.values.forEach((value, id) => {
    if (value.kind === "call") return void calls(b, value, id);
    if (value.kind !== "assign" || value.op !== "=" || value.target === null || !("member" in value.target)) return;
    const target = b.values[value.target.member];
    if (target?.kind !== "member" || target.name === null) return;
    if (isModuleExports(b, value.target.member)) b.exports.push({ name: "=", typeOnly: false, value: value.value, at: place(b, id) });
    else if (isExports(b, target.object) || isOwn(target.object)) b.exports.push({ name: target.name, typeOnly: false, value: value.value, at: place(b, id) });
  });
}

function calls(b: Builder, { callee, args }: Value & { kind: "call" }, id: ValueId): void {
  const of = b.values[callee];
  const [target, ...given] = args;
  if (of?.kind !== "member" || !isGlobal(b, of.object, "Object") || target === undefined || !isExports(b, target)) return;
  if (of.name === "assign") for (const arg of given) added(b, arg, id);
  const name = given[0] === undefined ? undefined : b.values[given[0]];
  const held = of.name === "defineProperty" && given[1] !== undefined ? described(b, given[1]) : undefined;
  if (name?.kind === "literal" && typeof name.value === "string" && held !== undefined) b.exports.push({ name: name.value, typeOnly: false, value: held, at: place(b, id) });
}

/** `Object.assign(exports, { read, write }, require("./more"))` */
function added(b: Builder, arg: ValueId, id: ValueId): void {
  const value = b.values[arg];
  if (value?.kind === "object") {
    for (const { name, form, value: held } of value.props) if (name !== null && form !== "get" && form !== "set") b.exports.push({ name, typeOnly: false, value: held, at: place(b, id) });
    return;
  }
  const first = value?.kind === "call" && isGlobal(b, value.callee, "require") ? value.args[0] : undefined;
  const module = first === undefined ? undefined : b.values[first];
  if (first === undefined || module?.kind !== "literal" || typeof module.value !== "string") return;
  const sourceAt = b.markRange(b.valueSpans[2 * first] as number, b.valueSpans[2 * first + 1] as number);
  b.exports.push({ name: "*", typeOnly: false, from: module.value, sourceAt, imported: "*", at: place(b, id) });
}

/** What a descriptor says: `{ value }`, or the one thing that its getter returns. */
function described(b: Builder, id: ValueId): ValueId | undefined {
  const value = b.values[id];
  const prop = value?.kind === "object" ? value.props.find((p) => p.name === "value" || p.name === "get") : undefined;
  const held = prop === undefined ? undefined : b.values[prop.value];
  if (prop?.name !== "get") return prop?.value;
  const only = held?.kind === "function" ? b.functions[held.fn]?.body : undefined;
  return only?.length === 1 && only[0]?.kind === "return" ? (only[0].value ?? undefined) : undefined;
}

const place = (b: Builder, id: ValueId): MarkId => b.markRange(b.valueSpans[2 * id] as number, b.valueSpans[2 * id + 1] as number);

const isExports = (b: Builder, id: ValueId): boolean => isGlobal(b, id, "exports") || isModuleExports(b, id);

function isModuleExports(b: Builder, id: ValueId): boolean {
  const value = b.values[id];
  return value?.kind === "member" && value.name === "exports" && isGlobal(b, value.object, "module");
}

function isGlobal(b: Builder, id: ValueId, name: string): boolean {
  const value = b.values[id];
  return value?.kind === "global" && value.name === name;
}
