import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/** As much of the Language Server Protocol as an editor's ESLint needs. */
export interface Position {
  readonly line: number;
  readonly character: number;
}
export interface Range {
  readonly start: Position;
  readonly end: Position;
}
export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}
export interface Diagnostic {
  readonly range: Range;
  readonly message: string;
  readonly code?: string;
  readonly source?: string;
}
export interface CodeAction {
  readonly title: string;
  readonly kind?: string;
  readonly diagnostics?: readonly Diagnostic[];
  /** What the server is to do, or what the editor is to do by itself. */
  readonly command?: { readonly command: string; readonly arguments?: readonly unknown[] };
  readonly edit?: WorkspaceEdit;
}
export interface WorkspaceEdit {
  readonly changes?: Readonly<Record<string, readonly TextEdit[]>>;
  readonly documentChanges?: readonly { readonly edits: readonly TextEdit[] }[];
}

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

type Answers = Readonly<Record<string, (params: never) => unknown>>;

const HEAD_END = Buffer.from("\r\n\r\n");

/** A language server as a process, spoken to over its standard streams as an editor does. */
export class LanguageServer {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #answers: Answers;
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  #unread = Buffer.alloc(0);
  #last = 0;
  #said = "";

  /** `answers` are what the editor says to the server's own requests, and does with what it is told; any other request is answered with null. */
  constructor(words: readonly string[], cwd: string, answers: Answers) {
    this.#answers = answers;
    this.#process = spawn(process.execPath, words, { cwd });
    this.#process.stdout.on("data", (chunk: Buffer) => this.#read(chunk));
    this.#process.stderr.on("data", (chunk: Buffer) => (this.#said += chunk.toString()));
    this.#process.on("exit", (code) => this.#fail(new Error(`the server ended with ${String(code)}\n${this.#said}`)));
    this.#process.on("error", (error) => this.#fail(error));
  }

  async request<T>(method: string, params: unknown): Promise<T> {
    const id = ++this.#last;
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#write({ id, method, params });
    return (await answer) as T;
  }

  notify(method: string, params: unknown): void {
    this.#write({ method, params });
  }

  /** As an editor ends it; by force where it does not listen. */
  async stop(): Promise<void> {
    const { exitCode, signalCode } = this.#process;
    if (exitCode !== null || signalCode !== null) return;
    const ended = once(this.#process, "exit");
    const patience = new AbortController();
    const forced = sleep(5_000, undefined, { signal: patience.signal }).then(
      () => this.#process.kill("SIGKILL"),
      () => undefined,
    );
    await Promise.race([this.request("shutdown", undefined), ended, forced]).catch(() => undefined);
    if (this.#process.stdin.writable) this.notify("exit", undefined);
    await ended;
    patience.abort();
    await forced;
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #write(message: Message): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
    this.#process.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#process.stdin.write(body);
  }

  #read(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    for (let head = this.#unread.indexOf(HEAD_END); head !== -1; head = this.#unread.indexOf(HEAD_END)) {
      const length = Number(/Content-Length: (\d+)/i.exec(this.#unread.subarray(0, head).toString())?.[1]);
      const start = head + HEAD_END.length;
      if (this.#unread.length < start + length) return;
      const message = JSON.parse(this.#unread.subarray(start, start + length).toString()) as Message;
      this.#unread = this.#unread.subarray(start + length);
      this.#handle(message);
    }
  }

  #handle({ id, method, params, result, error }: Message): void {
    if (method !== undefined) {
      const result = this.#answers[method]?.(params as never) ?? null;
      if (id !== undefined) this.#write({ id, result });
      return;
    }
    const waiting = this.#waiting.get(id as number);
    this.#waiting.delete(id as number);
    if (error) waiting?.reject(new Error(`${error.message}\n${this.#said}`));
    else waiting?.resolve(result);
  }
}

/** The text with an editor's edits made, which speak of lines and UTF-16 columns. */
export function edited(text: string, edits: readonly TextEdit[]): string {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n|\n|\r/g)) starts.push(index + end.length);
  const offset = ({ line, character }: Position): number => (starts[line] ?? text.length) + character;
  return [...edits]
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce((all, { range, newText }) => all.slice(0, offset(range.start)) + newText + all.slice(offset(range.end)), text);
}
