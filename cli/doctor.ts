import { command } from "./command.js";
import type { Diagnosis, State } from "./diagnosis.js";
import { type Paint, paintWith, wantsColours } from "./paint.js";
import { wrap } from "./reporters/width.js";

export default command({
  name: "doctor",
  takes: "",
  atMost: 0,
  about: ["What nobypass sees here: versions, config, files, pipeline, rules, ESLint; and what stands", "in its way. Put its output into bug reports."],
  options: { json: { type: "flag", help: "for programs: { version, ok, diagnoses: [{ name, state, text, hint }] }" } },
  examples: [["nobypass doctor", ""]],
  exits: { 0: "`check` can be trusted here", 2: "something has to be put right first" },
  async run({ values }, io) {
    const { diagnose } = await import("./diagnosis.js");
    const diagnoses = await diagnose(io.cwd);
    const isOk = diagnoses.every((d) => d.state !== "fail");
    if (values.json) io.stdout.write(`${JSON.stringify({ version: 1, ok: isOk, diagnoses }, null, 2)}\n`);
    else io.stdout.write(table(diagnoses, paintWith(wantsColours(values.color, io.stdout, io.env)), io.stdout.isTTY === true ? io.stdout.columns : undefined));
    return isOk ? 0 : 2;
  },
});

const MARKS: Readonly<Record<State, readonly [mark: string, style: Parameters<Paint>[0]]>> = {
  ok: ["✓", "green"],
  note: ["·", "blue"],
  warn: ["!", "yellow"],
  fail: ["✗", "red"],
};

function table(diagnoses: readonly Diagnosis[], paint: Paint, width: number | undefined): string {
  const names = Math.max(...diagnoses.map((d) => d.name.length));
  const indent = " ".repeat(names + 4);
  const room = width === undefined ? undefined : width - indent.length;
  const lines = diagnoses.flatMap(({ name, state, text, hint }) => {
    const [mark, style] = MARKS[state];
    return [`${paint(style, mark)} ${paint("bold", name.padEnd(names))}  ${wrap(text, room, indent)}`, ...(hint === "" ? [] : [`${indent}${paint("dim", wrap(hint, room, indent))}`])];
  });
  const failures = diagnoses.filter((d) => d.state === "fail").length;
  const warnings = diagnoses.filter((d) => d.state === "warn").length;
  const verdict = failures > 0 ? paint(["bold", "red"], `${failures} to put right before \`check\` can be trusted`) : paint(["bold", "green"], warnings > 0 ? `Ready, with ${warnings === 1 ? "one warning" : `${warnings} warnings`}` : "Ready");
  return `${lines.join("\n")}\n\n${verdict}\n`;
}
