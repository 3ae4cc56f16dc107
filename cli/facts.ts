import { writeAtomically } from "./atomic-write.js";
import { absolutePosix } from "../config/path.js";
import { command } from "./command.js";
import { CommandError } from "./failure.js";

export default command({
  name: "facts",
  takes: "--call-graph [paths…]",
  atMost: Infinity,
  about: ["Prints what is known of a program, as JSON for other tools: who calls whom, how, and how surely;", "and each call that nobody could follow, with the reason. Needs no config: any folder will do."],
  options: {
    "call-graph": { type: "flag", help: "functions with their places, calls between them, unresolved calls" },
    output: { type: "value", value: "FILE", help: "the document goes there, whole or not at all, instead of to stdout" },
    config: { type: "value", value: "FILE", help: "this config instead of the nearest nobypass.config.*" },
  },
  examples: [
    ["nobypass facts --call-graph", "the whole project"],
    ["nobypass facts --call-graph src --output calls.json", "one folder"],
  ],
  exits: { 0: "printed", 2: "a path or the config cannot be read, a file does not parse, internal error" },
  async run({ values, operands }, io) {
    if (!values["call-graph"]) throw new CommandError("facts does not know which facts", "say it: nobypass facts --call-graph");
    if (operands.includes("")) throw new CommandError("a path is empty", "leave it out for the whole project");
    const { callGraphOf } = await import("../engine/call-graph.js");
    const document = callGraphOf(io.cwd, operands, values.config);
    const text = `${JSON.stringify(document, null, 1)}\n`;
    if (values.output === undefined) io.stdout.write(text);
    else writeAtomically(absolutePosix(io.cwd, values.output), text);
    for (const { file, start, message } of document.problems) io.stderr.write(`nobypass: ${file ?? ""}${start === undefined ? "" : `:${start.line}:${start.column}`}: ${message}\n`);
    return document.problems.length > 0 ? 2 : 0;
  },
});
