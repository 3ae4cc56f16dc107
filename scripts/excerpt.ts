import { join } from "node:path";
import { pretty } from "../cli/reporters/pretty.js";
import { paintWith } from "../cli/paint.js";
import { verdictOf } from "../cli/verdict.js";
import { run } from "../engine/run.js";
import { rules } from "../rules/index.js";

/** Sites of the shop that the README shows: one of a call, one of an error, by file and rule. */
const SHOWN = [
  { file: "src/modules/payments/fx.ts", rule: "missing-timeout" },
  { file: "src/modules/orders/service.ts", rule: "swallowed-error" },
  { file: "src/modules/payments/psp.ts", rule: "hardcoded-secret" },
];

/** What the demo prints, shortened to a few sites: the real reporter on the real shop. */
export function excerpt(root: string): string {
  const shop = join(root, "fixtures/legacy-shop");
  const result = run({ cwd: shop, paths: [shop] });
  const report = pretty({ result, verdict: verdictOf(result, { strict: true, maxUnknown: undefined }), rules, quiet: false, verbose: false, paint: paintWith(false), width: undefined, inRepository: "" });
  const blocks = report.trimEnd().split("\n\n");
  const isShown = (block: string, { file, rule }: (typeof SHOWN)[number]): boolean => block.startsWith(`${file}:`) && block.includes(`\n  ${rule}  `);
  const shown = SHOWN.map((wanted) => {
    // A frame has empty lines of its own, which do not end its block.
    const site = rejoined(blocks).find((block) => isShown(block, wanted));
    if (site === undefined) throw new Error(`the shop has no ${wanted.rule} in ${wanted.file} any more: correct scripts/excerpt.ts`);
    return site;
  });
  const from = rejoined(blocks).findIndex((block) => block.startsWith("one path"));
  const summary = rejoined(blocks).slice(from).join("\n\n").replace(/ in [\d.]+ ?m?s$/m, "");
  return `\`\`\`text\n${shown.join("\n\n")}\n\n…\n\n${summary}\n\`\`\`\n`;
}

function rejoined(blocks: readonly string[]): string[] {
  const whole: string[] = [];
  for (const block of blocks) {
    if (whole.length > 0 && /^ {2,}/.test(block)) whole[whole.length - 1] += `\n\n${block}`;
    else whole.push(block);
  }
  return whole;
}
