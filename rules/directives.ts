import type { Facts } from "../core/facts.js";
import type { Judgement, Span } from "../core/finding.js";

/** The pseudo rule under which a directive's own faults are reported. */
export const DIRECTIVE = "directive";

export interface Suppressions {
  /** Findings that a comment keeps quiet. */
  suppresses(judgement: Judgement): boolean;
  /** Directives that suppress nothing, and why. */
  readonly faults: readonly (Span & { readonly message: string })[];
}

interface Range {
  readonly rules: readonly string[] | "all";
  readonly fromLine: number;
  readonly toLine: number;
}

const OURS = /^nobypass-([a-z-]+)\s*([^]*)$/;
const ESLINT = /^(?:eslint|oxlint)-(disable|enable)(-next-line|-line)?\b\s*([^]*)$/;
const PREFIX = "nobypass/";

/**
 * `// nobypass-disable-next-line <rule>[, <rule>] -- <reason> [until:YYYY-MM-DD] [owner:@x]`. Without a reason, with an
 * unknown rule or past its date it is a finding itself and suppresses nothing. `eslint-disable` counts as well, so that
 * editor and command line agree.
 */
export function suppressionsOf(facts: Facts, text: string, ruleNames: readonly string[], today: string): Suppressions {
  if (facts.directives.length === 0) return NONE;
  const ranges: Range[] = [];
  const faults: (Span & { message: string })[] = [];
  const lines = new Lines(text);
  for (const directive of facts.directives) {
    const start = facts.spans.marks[2 * directive.at] as number;
    const end = facts.spans.marks[2 * directive.at + 1] as number;
    const ours = OURS.exec(directive.text);
    if (ours) {
      const fault = own(ours, lines.of(end), ruleNames, today, ranges);
      if (fault !== null) faults.push({ start, end, message: fault });
      continue;
    }
    const eslint = ESLINT.exec(directive.text);
    if (eslint) eslintRange(eslint, lines.of(start), lines.of(end), directive.block, ranges);
  }
  return {
    faults,
    suppresses(judgement) {
      const line = lines.of(judgement.start);
      return ranges.some((r) => r.fromLine <= line && line <= r.toLine && (r.rules === "all" || r.rules.includes(judgement.rule)));
    },
  };
}

const NONE: Suppressions = { suppresses: () => false, faults: [] };

function own([, kind, rest = ""]: RegExpExecArray, line: number, ruleNames: readonly string[], today: string, ranges: Range[]): string | null {
  if (kind !== "disable-next-line") return `\`nobypass-${kind}\` is no directive; write \`nobypass-disable-next-line <rule> -- <reason>\``;
  const [head = "", ...tail] = rest.split(/\s--\s|^--\s/);
  const reason = tail.join(" -- ").replace(/\b(?:until|owner):\S+/g, "").trim();
  const rules = head.split(/[\s,]+/).filter((r) => r !== "").map(withoutPrefix);
  if (rules.length === 0) return "names no rule, so it suppresses nothing; write `nobypass-disable-next-line <rule> -- <reason>`";
  const unknown = rules.find((r) => !ruleNames.includes(r));
  if (unknown !== undefined) return `\`${unknown}\` is no rule of nobypass, so this suppresses nothing`;
  if (reason === "") return "gives no reason, so it suppresses nothing; add ` -- <reason>`";
  const until = /\buntil:(\S+)/.exec(rest)?.[1];
  if (until !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(until)) return `\`until:${until}\` is no date; write until:YYYY-MM-DD`;
  if (until !== undefined && until < today) return `has ended on ${until} and suppresses nothing any more`;
  ranges.push({ rules, fromLine: line + 1, toLine: line + 1 });
  return null;
}

function eslintRange([, verb, where, rest = ""]: RegExpExecArray, startLine: number, endLine: number, block: boolean, ranges: Range[]): void {
  const named = (rest.split(/\s--\s/)[0] ?? "").split(",").map((r) => r.trim()).filter((r) => r !== "");
  const rules = named.length === 0 ? ("all" as const) : named.filter((r) => r.startsWith(PREFIX)).map(withoutPrefix);
  if (rules.length === 0) return;
  if (where === "-next-line") ranges.push({ rules, fromLine: endLine + 1, toLine: endLine + 1 });
  else if (where === "-line") ranges.push({ rules, fromLine: startLine, toLine: startLine });
  else if (block && verb === "disable") ranges.push({ rules, fromLine: endLine, toLine: Infinity });
  else if (block) {
    // `eslint-enable` ends the ranges that are open for its rules.
    ranges.forEach((r, i) => {
      const ends = r.toLine === Infinity && (rules === "all" || (r.rules !== "all" && r.rules.every((name) => rules.includes(name))));
      if (ends) ranges[i] = { ...r, toLine: startLine };
    });
  }
}

function withoutPrefix(rule: string): string {
  return rule.startsWith(PREFIX) ? rule.slice(PREFIX.length) : rule;
}

/** Line numbers of offsets, 1-based. */
export class Lines {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      // \r\n is one end; a lone \r, U+2028 and U+2029 are ends too, as in the hosts.
      if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10) || code === 0x2028 || code === 0x2029) this.#starts.push(i + 1);
    }
  }

  of(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  /** 1-based column. */
  columnOf(offset: number): number {
    return offset - (this.#starts[this.of(offset) - 1] as number) + 1;
  }
}
