import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** A fenced block of a page. */
export interface Block {
  readonly page: string;
  /** The heading it stands under. */
  readonly section: string;
  /** Of its first line of text, counted from 1. */
  readonly line: number;
  readonly language: string;
  readonly words: readonly string[];
  readonly text: string;
}

export interface Page {
  readonly path: string;
  readonly sections: readonly string[];
  readonly blocks: readonly Block[];
}

/** The second-level headings of a page and what is fenced under them. */
export function pageOf(path: string, markdown: string): Page {
  const sections: string[] = [];
  const blocks: Block[] = [];
  let fence: { line: number; info: string[]; lines: string[] } | undefined;
  markdown.split("\n").forEach((text, i) => {
    if (fence === undefined) {
      if (text.startsWith("## ")) sections.push(text.slice(3));
      const open = /^\s*```(.*)$/.exec(text);
      if (open !== null) fence = { line: i + 2, info: (open[1] as string).trim().split(/\s+/), lines: [] };
    } else if (/^\s*```\s*$/.test(text)) {
      const [language = "", ...words] = fence.info;
      blocks.push({ page: path, section: sections.at(-1) ?? "", line: fence.line, language, words, text: `${fence.lines.join("\n")}\n` });
      fence = undefined;
    } else fence.lines.push(text);
  });
  if (fence !== undefined) throw new Error(`${path}:${fence.line} is not closed`);
  return { path, sections, blocks };
}

/** A first line `// orders.ts` says what others import it as. */
export const nameOf = (block: Block): string | undefined => /^\/\/ ([\w-]+\.ts)\n/.exec(block.text)?.[1];

/** Something of a page to be run, and what it prints. */
export interface Run {
  readonly title: string;
  readonly file: string;
  /** Requests to the server that it starts; without, it ends by itself. */
  readonly requests: readonly string[];
  readonly expected: string;
  /** Log lines count as output, their times and stacks left out. */
  readonly withLogs: boolean;
}

const here = fileURLToPath(new URL("..", import.meta.url));

export interface Plan {
  /** Each block under the path it gets as a module. */
  readonly files: ReadonlyMap<string, Block>;
  readonly runs: readonly Run[];
}

/**
 * Every block as a module, one folder a section, so that files of one name may follow one another on a page. What drives the
 * first version drives each later version of the same file for which the page shows an output. `shared` is there for all pages.
 */
export function plan(pages: readonly Page[], shared: Block): Plan {
  const files = new Map<string, Block>();
  const runs: Run[] = [];
  const put = (section: string, name: string, block: Block): string => {
    const file = join(section, name);
    if (files.has(file)) throw new Error(`${block.page}:${block.line} is the second ${name} under "${block.section}"`);
    files.set(file, block);
    return file;
  };
  for (const page of pages) {
    const code = page.blocks.filter((b) => b.language === "ts");
    const folderOf = (section: string): string => join(page.path.replace(/\W+/g, "-"), String(page.sections.indexOf(section) + 1));
    const add = (section: string, block: Block, expected: Block): void => {
      const file = put(folderOf(section), `line-${block.line}.ts`, block);
      const requests = block.words.includes("serve") ? expected.text.split("\n").filter((line) => /^(?:GET|POST) \//.test(line)) : [];
      runs.push({ title: `${page.path}:${expected.line}`, file, requests, expected: expected.text, withLogs: expected.words.includes("logs") });
    };
    for (const block of code) {
      if (!block.words.includes("run") && !block.words.includes("serve")) {
        put(folderOf(block.section), nameOf(block) ?? `line-${block.line}.ts`, block);
        continue;
      }
      const after = page.blocks[page.blocks.indexOf(block) + 1];
      if (after?.language !== "text") throw new Error(`${page.path}:${block.line} is run, but no output follows`);
      add(block.section, block, after);
      const driven = new Set(code.filter((b) => b.section === block.section && b !== block).map(nameOf));
      for (const version of code.filter((b) => b.section !== block.section && nameOf(b) !== undefined && driven.has(nameOf(b)))) {
        const shown = page.blocks.find((b) => b.section === version.section && b.language === "text");
        if (shown !== undefined) add(version.section, block, shown);
      }
    }
    // A named file is there for the sections that follow, until one writes it anew.
    const named = new Map<string, Block>([[nameOf(shared) as string, shared]]);
    for (const section of page.sections) {
      const own = code.filter((b) => b.section === section);
      for (const block of own) if (nameOf(block) !== undefined) named.set(nameOf(block) as string, block);
      if (own.length > 0) for (const [name, block] of named) if (!own.includes(block)) put(folderOf(section), name, block);
    }
  }
  return { files, runs };
}

/** A folder in which `@nobypass/pipeline` and what it is tested with are found like in a project. */
export function folderFor({ files }: Plan): string {
  const cache = join(here, ".cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "docs-"));
  for (const [file, block] of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), block.text);
  }
  writeFileSync(join(folder, "serve.mjs"), SERVE);
  return folder;
}

/** Everything in one program, as strictly as the sources are, against the built package. What is wrong, by page and line. */
export function compile(folder: string, { files }: Plan): string[] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    lib: ["lib.es2023.d.ts"],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    moduleDetection: ts.ModuleDetectionKind.Force,
    types: ["node"],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    skipLibCheck: true,
    // As Nest has it.
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    rootDir: folder,
    outDir: join(folder, "out"),
  };
  const program = ts.createProgram([...files.keys()].map((file) => join(folder, file)), options);
  const { diagnostics } = program.emit();
  return [...ts.getPreEmitDiagnostics(program), ...diagnostics].map(({ file, start, messageText }) => {
    const block = file && files.get(file.fileName.slice(folder.length + 1));
    const line = file && block && block.line + file.getLineAndCharacterOfPosition(start ?? 0).line;
    return `${block?.page ?? file?.fileName ?? ""}:${line ?? ""} ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
}

/** In the place of a port of its own: starts where there is room, asks, and ends. */
const SERVE = `
import net from "node:net";
const { listen } = net.Server.prototype;
let isAsked = false;
net.Server.prototype.listen = function (...args) {
  const done = args.find((arg) => typeof arg === "function");
  this.once("listening", () => setImmediate(ask, this));
  return listen.call(this, 0, "127.0.0.1", ...(done ? [done] : []));
};
async function ask(server) {
  if (isAsked) return;
  isAsked = true;
  for (const request of JSON.parse(process.env.DOCS_REQUESTS)) {
    const [, method, path, body] = /^(\\S+) (\\S+) ?(.*)$/.exec(request);
    const answer = await fetch("http://127.0.0.1:" + server.address().port + path, { method, headers: { "x-request-id": "r-1", ...(body && { "content-type": "application/json" }) }, ...(body && { body }) });
    console.log(request + "\\n" + answer.status + " " + (await answer.text()));
  }
  process.exit();
}
`;

/** What it prints. It ends by itself, or is ended. */
export function printed(folder: string, { file, requests, withLogs }: Run, within = 40_000): Promise<string> {
  const args = [...(requests.length > 0 ? ["--import", join(folder, "serve.mjs")] : []), join(folder, "out", `${file.slice(0, -3)}.js`)];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: folder, env: { PATH: process.env["PATH"], DOCS_REQUESTS: JSON.stringify(requests) }, stdio: ["ignore", "pipe", "pipe"], timeout: within, killSignal: "SIGKILL" });
    let out = "";
    let errors = "";
    child.stdout.on("data", (data: Buffer) => (out += data.toString()));
    child.stderr.on("data", (data: Buffer) => (errors += data.toString()));
    child.once("close", (code, signal) => {
      const isLog = (line: string): boolean => line.startsWith('{"level":');
      const lines = out.split("\n").filter((line) => withLogs || !isLog(line)).map((line) => (isLog(line) ? steady(line) : line));
      resolve(`${lines.join("\n")}${errors}${code === 0 ? "" : `ended with ${code ?? signal}\n`}`);
    });
  });
}

/** A log line without what differs from run to run. */
const steady = (line: string): string => line.replace(/"requestId":"[0-9a-f]{32}"/, '"requestId":…').replace(/"(time|pid|hostname|ms|stack|traceId)":("(?:[^"\\]|\\.)*"|[\d.]+)/g, '"$1":…');
