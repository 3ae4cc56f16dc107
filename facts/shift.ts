import type { BindingId, ClassFact, ClassMember, ExportFact, FunctionFact, ImportFact, ParamFact, PropFact, Statement, TypeExpr, TypeFact, Value, ValueId } from "../core/facts.js";

/** Where the tables of one file begin in those of the program, and how a written type names what another file declares. */
export interface Shift {
  readonly values: number;
  readonly marks: number;
  readonly functions: number;
  readonly classes: number;
  readonly bindings: number;
  readonly imports: number;
  readonly exports: number;
  /** The name as the program knows it; null where the import leads out of it. */
  type(name: string, binding: BindingId): { readonly name: string; readonly binding: BindingId } | null;
}

export function shiftValue(value: Value, by: Shift): Value {
  const of = (id: ValueId): ValueId => id + by.values;
  switch (value.kind) {
    case "template":
      return { ...value, holes: value.holes.map(of) };
    case "var":
      return { kind: "var", binding: value.binding + by.bindings, version: value.version };
    case "member":
      return { ...value, object: of(value.object), ...(value.key !== undefined && { key: of(value.key) }) };
    case "call":
      return { ...value, callee: of(value.callee), args: value.args.map(of), ...(value.typeArgs && { typeArgs: value.typeArgs.map((t) => shiftType(t, by)) }) };
    case "object":
      return { kind: "object", props: value.props.map((p) => shiftProp(p, by)) };
    case "jsx":
      return { ...value, props: value.props.map((p) => shiftProp(p, by)), children: value.children.map(of) };
    case "array":
      return { kind: "array", items: value.items.map((i) => (i === null ? null : of(i))) };
    case "spread":
    case "await":
    case "unary":
    case "element":
    case "key":
    case "rest":
      return { ...value, of: of(value.of) };
    case "cast":
      return { ...value, of: of(value.of), ...(value.type && { type: shiftType(value.type, by) }) };
    case "yield":
      return { ...value, of: value.of === null ? null : of(value.of) };
    case "function":
      return { kind: "function", fn: value.fn + by.functions };
    case "class":
      return { kind: "class", cls: value.cls + by.classes };
    case "binary":
    case "logical":
      return { ...value, left: of(value.left), right: of(value.right) } as Value;
    case "choice":
      return { kind: "choice", test: of(value.test), then: of(value.then), otherwise: of(value.otherwise) };
    case "assign": {
      const { target } = value;
      const shifted = target === null ? null : "member" in target ? { member: of(target.member) } : { binding: target.binding + by.bindings, version: target.version };
      return { kind: "assign", op: value.op, target: shifted, ...(value.global !== undefined && { global: value.global }), value: of(value.value) };
    }
    case "sequence":
      return { kind: "sequence", items: value.items.map(of) };
    case "default":
      return { kind: "default", of: of(value.of), fallback: of(value.fallback) };
    case "dynamicImport":
      return { kind: "dynamicImport", source: of(value.source) };
    case "param":
      return { ...value, fn: value.fn + by.functions };
    case "caught":
      return { kind: "caught", at: value.at + by.marks };
    default:
      return value;
  }
}

function shiftProp(prop: PropFact, by: Shift): PropFact {
  return { ...prop, value: prop.value + by.values, at: prop.at + by.marks, ...(prop.key !== undefined && { key: prop.key + by.values }) };
}

export function shiftType(type: TypeExpr, by: Shift): TypeExpr {
  const of = (t: TypeExpr): TypeExpr => shiftType(t, by);
  switch (type.t) {
    case "name":
    case "query": {
      const args = type.t === "name" && type.args ? { args: type.args.map(of) } : {};
      if (type.binding === undefined) return type.t === "name" && type.args ? { ...type, ...args } : type;
      const known = type.t === "name" ? by.type(type.name, type.binding) : null;
      return { ...type, ...args, ...(known ?? { binding: type.binding + by.bindings }) };
    }
    case "import":
      return type.args ? { ...type, args: type.args.map(of) } : type;
    case "array":
      return { t: "array", of: of(type.of) };
    case "tuple":
    case "union":
    case "intersection":
      return { ...type, items: type.items.map(of) };
    case "object":
      return { t: "object", members: type.members.map((m) => (m.type ? { ...m, type: of(m.type) } : m)) };
    case "function":
      return { ...type, params: type.params.map((p) => (p === null ? null : of(p))), ...(type.returns && { returns: of(type.returns) }) };
    case "guard":
      return type.type ? { ...type, type: of(type.type) } : type;
    case "indexed":
      return { t: "indexed", object: of(type.object), index: of(type.index) };
    default:
      return type;
  }
}

function shiftStatements(body: readonly Statement[], by: Shift): readonly Statement[] {
  return body.map((s) => shiftStatement(s, by));
}

function shiftStatement(s: Statement, by: Shift): Statement {
  const at = s.at + by.marks;
  const of = (id: ValueId): ValueId => id + by.values;
  const orNone = (id: ValueId | null): ValueId | null => (id === null ? null : id + by.values);
  const mark = (m: number): number => m + by.marks;
  const body = (list: readonly Statement[]): readonly Statement[] => shiftStatements(list, by);
  switch (s.kind) {
    case "eval":
    case "throw":
    case "declare":
      return { kind: s.kind, at, value: of(s.value) };
    case "define":
      return { kind: "define", at, binding: s.binding + by.bindings, version: s.version };
    case "return":
      return { kind: "return", at, value: orNone(s.value) };
    case "if":
      return { kind: "if", at, test: of(s.test), then: body(s.then), thenAt: mark(s.thenAt), otherwise: body(s.otherwise), ...(s.otherwiseAt !== undefined && { otherwiseAt: mark(s.otherwiseAt) }) };
    case "loop":
      return { ...s, at, init: body(s.init), over: orNone(s.over), test: orNone(s.test), update: orNone(s.update), body: body(s.body), bodyAt: mark(s.bodyAt) };
    case "try":
      return {
        kind: "try",
        at,
        body: body(s.body),
        bodyAt: mark(s.bodyAt),
        ...(s.handler && {
          handler: {
            at: mark(s.handler.at),
            bodyAt: mark(s.handler.bodyAt),
            paramAt: s.handler.paramAt === null ? null : mark(s.handler.paramAt),
            caught: of(s.handler.caught),
            bindings: s.handler.bindings.map((b) => b + by.bindings),
            body: body(s.handler.body),
          },
        }),
        ...(s.finalizer && { finalizer: body(s.finalizer) }),
        ...(s.finalizerAt !== undefined && { finalizerAt: mark(s.finalizerAt) }),
      };
    case "switch":
      return { kind: "switch", at, on: of(s.on), cases: s.cases.map((c) => ({ at: mark(c.at), test: orNone(c.test), body: body(c.body) })) };
    case "block":
      return { ...s, at, body: body(s.body) };
    default:
      return { ...s, at };
  }
}

export function shiftFunction(fn: FunctionFact, by: Shift): FunctionFact {
  return {
    ...fn,
    parent: fn.parent === null ? null : fn.parent + by.functions,
    cls: fn.cls === null ? null : fn.cls + by.classes,
    params: fn.params.map((p) => shiftParam(p, by)),
    ...(fn.returnType && { returnType: shiftType(fn.returnType, by) }),
    ...(fn.returnTypeAt !== undefined && { returnTypeAt: fn.returnTypeAt + by.marks }),
    ...(fn.thisType && { thisType: shiftType(fn.thisType, by) }),
    body: shiftStatements(fn.body, by),
    at: fn.at + by.marks,
    bodyAt: fn.bodyAt === null ? null : fn.bodyAt + by.marks,
  };
}

function shiftParam(param: ParamFact, by: Shift): ParamFact {
  return {
    ...param,
    value: param.value + by.values,
    binding: param.binding === null ? null : param.binding + by.bindings,
    ...(param.type && { type: shiftType(param.type, by) }),
    ...(param.typeAt !== undefined && { typeAt: param.typeAt + by.marks }),
    decorators: param.decorators.map((d) => d + by.values),
    at: param.at + by.marks,
  };
}

export function shiftClass(cls: ClassFact, by: Shift): ClassFact {
  return {
    ...cls,
    fn: cls.fn + by.functions,
    extends: cls.extends === null ? null : cls.extends + by.values,
    implements: cls.implements.map((t) => shiftType(t, by)),
    decorators: cls.decorators.map((d) => d + by.values),
    members: cls.members.map((m) => shiftMember(m, by)),
    at: cls.at + by.marks,
  };
}

function shiftMember(member: ClassMember, by: Shift): ClassMember {
  return {
    ...member,
    ...(member.key !== undefined && { key: member.key + by.values }),
    fn: member.fn === null ? null : member.fn + by.functions,
    value: member.value === null ? null : member.value + by.values,
    ...(member.type && { type: shiftType(member.type, by) }),
    decorators: member.decorators.map((d) => d + by.values),
    at: member.at + by.marks,
  };
}

export function shiftTypeFact(type: TypeFact, by: Shift): TypeFact {
  return { ...type, binding: type.binding === null ? null : type.binding + by.bindings, extends: type.extends.map((t) => shiftType(t, by)), type: shiftType(type.type, by), at: type.at + by.marks };
}

export function shiftImport(fact: ImportFact, by: Shift): ImportFact {
  return { ...fact, names: fact.names.map((n) => ({ ...n, binding: n.binding + by.bindings, at: n.at + by.marks })), at: fact.at + by.marks, sourceAt: fact.sourceAt + by.marks };
}

export function shiftExport(fact: ExportFact, by: Shift): ExportFact {
  return {
    ...fact,
    ...(fact.sourceAt !== undefined && { sourceAt: fact.sourceAt + by.marks }),
    ...(fact.binding !== undefined && { binding: fact.binding + by.bindings }),
    ...(fact.value !== undefined && { value: fact.value + by.values }),
    at: fact.at + by.marks,
  };
}
