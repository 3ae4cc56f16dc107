import { parse } from "@typescript-eslint/parser";

interface Token {
  readonly type: string;
  readonly value: string;
  readonly range: readonly [number, number];
}

/** The words of a text, without what stands between them. */
export function tokensOf(text: string): readonly Token[] {
  return (parse(text, { range: true, tokens: true, comment: true, sourceType: "module" }) as unknown as { tokens: readonly Token[] }).tokens;
}

export const COMMENT = /\/\*<\d+>\*\//g;

/** A numbered comment before every token but the first: a fix that counts on two tokens standing next to each other meets one. */
export function withComments(text: string): string {
  let result = "";
  let at = 0;
  tokensOf(text).forEach(({ range }, i) => {
    if (i > 0) result += `${text.slice(at, range[0])}/*<${i}>*/`;
    at = i > 0 ? range[0] : 0;
  });
  return result + text.slice(at);
}

export const withCrlf = (text: string): string => text.replace(/\r?\n/g, "\r\n");

export const withTabs = (text: string): string => text.replace(/^(?: {2})+/gm, (spaces) => "\t".repeat(spaces.length / 2));

export const withBom = (text: string): string => `\uFEFF${text.replace(/^\uFEFF/, "")}`;

/** Without the semicolons that end a line, where the next one begins with nothing that would go on. */
export function withoutSemicolons(text: string): string {
  const tokens = tokensOf(text);
  let result = "";
  let at = 0;
  tokens.forEach(({ value, range }, i) => {
    const next = tokens[i + 1];
    const between = text.slice(range[1], next?.range[0] ?? text.length);
    if (value !== ";" || !/[\r\n]/.test(between) || (next !== undefined && /^[([`/+\-*,.?]/.test(next.value))) return;
    result += text.slice(at, range[0]);
    at = range[1];
  });
  return result + text.slice(at);
}
