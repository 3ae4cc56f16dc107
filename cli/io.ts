/** Where a command reads and writes. The real ones come from `process` (main.ts); tests bring their own. */
export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
}

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** 0 clean · 1 findings · 2 the outcome cannot be trusted. */
export type ExitCode = 0 | 1 | 2;

/** Is this run part of a CI job? `CI=false` and `CI=0` are how people switch it off. */
export const inCi = (env: Io["env"]): boolean => !["", "0", "false", undefined].includes(env["CI"]?.toLowerCase());
