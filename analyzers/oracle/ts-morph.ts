import { createRequire } from "node:module";
import { dirname } from "node:path";
import type ts from "typescript";
import { isFile, readText } from "../../config/disk.js";
import { toPosix } from "../../config/path.js";
import { compilerHost } from "./compiler-host.js";
import { Describing } from "./describe.js";
import type { Oracle, OracleAnswer, OracleFor, Question, Scope } from "./oracle.js";

/** As much of ts-morph as is used: its own declarations would be needed by everybody who type-checks us. */
interface TsMorph {
  readonly ts: typeof ts;
  readonly Project: new (options: { readonly useInMemoryFileSystem: true }) => { getModuleResolutionHost(): ts.ModuleResolutionHost };
}

let loaded: TsMorph | null | undefined;

/** The compiler that ts-morph brings, whatever TypeScript the project has. Loaded with the first question. */
function morph(): TsMorph | null {
  if (loaded !== undefined) return loaded;
  try {
    loaded = createRequire(import.meta.url)("ts-morph") as TsMorph;
    // nobypass-disable-next-line swallowed-error -- null says that it is not installed
  } catch {
    loaded = null;
  }
  return loaded;
}

/** Has anybody asked a compiler in this process? */
export const isCompilerLoaded = (): boolean => loaded != null;

export const tsMorphOracle: OracleFor = (scope) => {
  const compiler = morph();
  return compiler === null ? null : new TsMorphOracle(compiler, scope);
};

class TsMorphOracle implements Oracle {
  readonly #morph: TsMorph;
  readonly #scope: Scope;

  constructor(compiler: TsMorph, scope: Scope) {
    this.#morph = compiler;
    this.#scope = scope;
  }

  /** Only the files that are asked about are roots: what decides about their types comes with them, and the rest of the project is not read. */
  ask(questions: readonly Question[]): readonly (OracleAnswer | null)[] {
    const { ts: compiler, Project } = this.#morph;
    const { root, ambient } = this.#scope;
    const options = this.#options();
    // It brings the compiler's own declarations along as texts.
    const library = new Project({ useInMemoryFileSystem: true }).getModuleResolutionHost();
    const host = compilerHost(compiler, options, this.#scope, questions, (path) => library.readFile(path));
    const program = compiler.createProgram([...ambient, ...new Set(questions.map((q) => `${root}/${q.path}`))], options, host);
    const describing = new Describing(compiler, program, root);
    return questions.map((question) => {
      const source = program.getSourceFile(`${root}/${question.path}`);
      const node = source === undefined ? null : nodeAt(compiler, source, question);
      if (node === null) return null;
      return question.kind === "promise" ? describing.gives(node) : describing.types(node, question.member);
    });
  }

  #options(): ts.CompilerOptions {
    const { ts: compiler } = this.#morph;
    const { tsconfig } = this.#scope;
    const { config } = compiler.readConfigFile(tsconfig, readText) as { config?: object };
    const host = { useCaseSensitiveFileNames: true, fileExists: isFile, readFile: readText, readDirectory: () => [] };
    const { options } = compiler.parseJsonConfigFileContent(config ?? {}, host, toPosix(dirname(tsconfig)), undefined, tsconfig);
    return { ...options, noEmit: true, composite: false, incremental: false, libReplacement: false, skipLibCheck: true, jsx: compiler.JsxEmit.Preserve };
  }
}

/** The innermost node that stands exactly there: around an expression statement without a semicolon is one of the same extent. */
function nodeAt(compiler: typeof ts, source: ts.SourceFile, { start, end }: Question): ts.Node | null {
  let found: ts.Node | null = null;
  const visit = (node: ts.Node): void => {
    if (node.pos > start || node.end < end) return;
    if (node.end === end && node.getStart(source) === start) found = node;
    compiler.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
