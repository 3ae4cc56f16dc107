import { globTest } from "../config/glob.js";
import type { NobypassConfig } from "../config/schema.js";

export interface Exemptions {
  covers(rule: string, path: string): boolean;
  /** Those past their date, as sentences. */
  readonly expired: readonly string[];
}

/** Config `exemptions`. Past its date one covers nothing any more. */
export function exemptionsOf(config: NobypassConfig, today: () => string): Exemptions {
  const expired: string[] = [];
  const tests: ((rule: string, path: string) => boolean)[] = [];
  for (const { rule, files, until } of config.exemptions ?? []) {
    const names = new Set([rule].flat());
    if (until !== undefined && until < today()) expired.push(`the exemption of ${[...names].join(", ")} for ${files.join(", ")} ended on ${until} and suppresses nothing`);
    else {
      const covers = globTest(files);
      tests.push((name, path) => names.has(name) && covers(path));
    }
  }
  return { covers: (rule, path) => tests.some((test) => test(rule, path)), expired };
}
