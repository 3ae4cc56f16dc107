import { analyze, type Scope, type ScopeManager } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

export type Variable = Scope["variables"][number];

/** Which variable an identifier means, and how often each variable is written. */
export interface Scopes {
  readonly refers: Map<TSESTree.Node, Variable>;
  readonly writes: Map<Variable, Writes>;
}

export interface Writes {
  /** Offsets of all writes, initialisers included. */
  readonly at: number[];
  /** One of them stands in another function than the declaration. */
  foreign: boolean;
}

/**
 * Always as a module: in a script's global scope the manager leaves `var` and functions unresolved, and Node wraps
 * CommonJS in a function anyway. No `lib`: its implicit variables differ between hosts, and a name without a
 * definition in the file is a global whatever the host says.
 */
export function analyzeScopes(program: TSESTree.Program): Scopes {
  if (isPlainJs(program)) complete(program);
  const manager: ScopeManager = analyze(program, { sourceType: "module", lib: [], jsxPragma: null, jsxFragmentName: null });
  const refers = new Map<TSESTree.Node, Variable>();
  const writes = new Map<Variable, Writes>();
  for (const scope of manager.scopes) {
    for (const ref of scope.references) {
      const variable = ref.resolved;
      if (variable === null) continue;
      if (variable.defs.length > 0) refers.set(ref.identifier, variable as Variable);
      if (!ref.isWrite()) continue;
      let entry = writes.get(variable as Variable);
      if (!entry) writes.set(variable as Variable, (entry = { at: [], foreign: false }));
      entry.at.push(startOf(ref.identifier));
      if (ref.from.variableScope !== variable.scope.variableScope) entry.foreign = true;
    }
    for (const variable of scope.variables) {
      for (const id of variable.identifiers) refers.set(id, variable as Variable);
    }
  }
  return { refers, writes };
}

/** ESLint's parsers give `range`; oxc and oxlint also `start`/`end`. */
export function startOf(node: TSESTree.Node | TSESTree.Comment): number {
  return node.range !== undefined ? node.range[0] : (node as unknown as { start: number }).start;
}

export function endOf(node: TSESTree.Node | TSESTree.Comment): number {
  return node.range !== undefined ? node.range[1] : (node as unknown as { end: number }).end;
}

/** espree's nodes lack what TypeScript adds (`decorators`, `implements`), which the scope manager takes for granted. */
function isPlainJs(node: object): boolean {
  let found: boolean | undefined;
  const search = (n: object): void => {
    for (const child of childrenOf(n)) {
      if (found !== undefined) return;
      if (child.type === "Identifier") found = !("decorators" in child);
      else search(child);
    }
  };
  search(node);
  return found === true;
}

const NONE: readonly never[] = Object.freeze([]);

/** Not enumerable: the tree is the host's, and other rules that walk it must not meet the difference. */
function complete(node: object): void {
  for (const child of childrenOf(node)) {
    Object.defineProperty(child, "decorators", { value: NONE, configurable: true });
    if (child.type.startsWith("Class")) Object.defineProperty(child, "implements", { value: NONE, configurable: true });
    complete(child);
  }
}

function* childrenOf(node: object): Generator<{ readonly type: string }> {
  for (const [key, value] of Object.entries(node)) {
    if (key === "parent" || key === "loc" || key === "range" || key === "tokens" || key === "comments") continue;
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child !== null && typeof child === "object" && typeof (child as { type?: unknown }).type === "string") yield child as { type: string };
    }
  }
}
