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

/** A linter that works through comments of its own kind itself: what it will suppress is reported to it, or it would call the comment unused. */
export type Host = "eslint" | "oxlint";

/** The findings of some rules on one line. */
interface OnLine {
  readonly rules: readonly string[] | "all";
  readonly line: number;
}

/** From this offset on, some rules are off, or on again. */
interface Switch {
  readonly rules: readonly string[] | "all";
  readonly from: number;
  readonly off: boolean;
}

/** A text with a directive of ours, told without parsing. */
export const HAS_DIRECTIVE = /\bnobypass-[a-z]/;

const OURS = /^nobypass-([a-z-]+)\s*([^]*)$/;
const LINTERS = /^(eslint|oxlint)-(disable|enable)(-next-line|-line)?(?:\s+([^]*))?$/;
const PREFIX = "nobypass/";

/**
 * `// nobypass-disable-next-line <rule>[, <rule>] -- <reason> [until:YYYY-MM-DD] [owner:@x]`. Without a reason, with an
 * unknown rule or past its date it is a finding itself and suppresses nothing. `eslint-disable` and `oxlint-disable` count
 * as well, so that editor and command line agree; those that `host` sees to are left to it.
 */
export function suppressionsOf(facts: Facts, text: string, ruleNames: readonly string[], today: () => string, host?: Host): Suppressions {
  if (facts.directives.length === 0) return NONE;
  const onLines: OnLine[] = [];
  const switches: Switch[] = [];
  const faults: (Span & { message: string })[] = [];
  const lines = new Lines(text);
  for (const directive of facts.directives) {
    const start = facts.spans.marks[2 * directive.at] as number;
    const end = facts.spans.marks[2 * directive.at + 1] as number;
    const ours = OURS.exec(directive.text);
    if (ours) {
      const fault = own(ours, lines.of(end), ruleNames, today, onLines);
      if (fault !== null) faults.push({ start, end, message: fault });
      continue;
    }
    const [, linter, verb, where, rest = ""] = LINTERS.exec(directive.text) ?? [];
    // Oxlint honours both spellings, ESLint its own.
    if (linter === undefined || host === "oxlint" || host === linter) continue;
    const rules = rulesOf(rest);
    if (where !== undefined) {
      if (verb === "disable") onLines.push({ rules, line: where === "-line" ? lines.of(start) : lines.of(end) + 1 });
    } else if (directive.block) switches.push({ rules, from: start, off: verb === "disable" });
  }
  const concerns = (rules: readonly string[] | "all", rule: string): boolean => rules === "all" || rules.includes(rule);
  return {
    faults,
    suppresses({ rule, start }) {
      const line = lines.of(start);
      if (onLines.some((l) => l.line === line && concerns(l.rules, rule))) return true;
      return switches.findLast((s) => s.from <= start && concerns(s.rules, rule))?.off ?? false;
    },
  };
}

const NONE: Suppressions = { suppresses: () => false, faults: [] };

function own([, kind, rest = ""]: RegExpExecArray, line: number, ruleNames: readonly string[], today: () => string, onLines: OnLine[]): string | null {
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
  if (until !== undefined && until < today()) return `has ended on ${until} and suppresses nothing any more`;
  onLines.push({ rules, line: line + 1 });
  return null;
}

/** Names of other plugins' rules stay as they are: they are none of ours. */
function rulesOf(rest: string): readonly string[] | "all" {
  const named = (rest.split(/(?:^|\s)-{2,}\s/)[0] ?? "").split(",").map((r) => r.trim()).filter((r) => r !== "");
  return named.length === 0 ? "all" : named.filter((r) => r.startsWith(PREFIX)).map(withoutPrefix);
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
