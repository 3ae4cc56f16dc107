import { type FileView, rule } from "../core/rule.js";
import { env, type EnvRead } from "../analyzers/env.js";
import { readFromConfig } from "../fixes/read-config.js";

export default rule({
  name: "raw-env",
  promise: "safety",
  finds: "the environment read outside the config module",
  why: "Each read decides anew what the variable is called, what it is when it is missing and whether it is a number; a typo or a missing variable shows at the first request instead of at start-up.",
  fine: [
    "config modules: listed in config `config`, or files that hand `process.env` to a schema, to `config(…)` or to a function of the project that throws where it does not fit",
    "`NODE_ENV`, and `import.meta.env.PROD`, `DEV`, `SSR`, `MODE`, and Next's `NEXT_RUNTIME` and `NEXT_PHASE`, which the build sets",
    "writing and deleting variables",
    "tests, scripts and browser code",
  ],
  depth: "file",
  fix: "review",
  fixNote: "The read becomes one of the config module: one of config `config`, or the nearest one of a usual name that calls `config(…)` or a zod schema's `parse(process.env)`; where there is none, a new `config.ts` beside the sources. A variable that it lacks is added there: with the coercion and the constant default around the read, or as the optional text that `process.env` gives. From then on it is read once, at start-up, and what does not fit is refused there. There is no fix for computed names, for variables that the file writes, beside `dotenv` calls, where a default differs from the module's, or where what the module gives takes a human to read. Where the module lacks the variable the fix edits two files, and editors do not offer it.",
  roles: ["server"],
  preset: "recommended",
  looksFor: { words: ["env"], text: /\benv\b/ },
  judge(file, report) {
    const { reads, isValidated } = file.get(env);
    const isConfig = isValidated || file.settings.isConfigModule(file.path);
    // What another file does with the environment may make this one the config module.
    const mayBeConfig = reads.some(mayValidate);
    for (const read of reads) {
      if (isConfig || isFine(file, read)) report.clear({ value: read.at });
      else if (mayBeConfig) report.unknown({ value: read.at }, "another file's function is given the environment and may validate it");
      else report.found({ value: read.at }, messageFor(read), { fix: () => readFromConfig(file, read) });
    }
  },
});

/** What Vite writes into the code when it builds. */
const BUILT_IN = /^(?:PROD|DEV|SSR|MODE|BASE_URL)$/;

function isFine(file: FileView, read: EnvRead): boolean {
  if (read.name !== null && BUILT_IN.test(read.name) && file.text.startsWith("import.meta", file.span({ value: read.at }).start)) return true;
  return read.form === "write" || read.name === "NODE_ENV" || read.name === "NEXT_RUNTIME" || read.name === "NEXT_PHASE" || (read.givenTo?.symbols.some((s) => s.rows("effects").some(({ row }) => row.effect === "process")) ?? false);
}

/** A function of the project's own that is imported here: it may be what turns the environment into a config. */
function mayValidate(read: EnvRead): boolean {
  return read.givenTo?.symbols.some((s) => /^(?:\.{1,2}\/|[#@~]\/?)/.test(s.text)) ?? false;
}

function messageFor(read: EnvRead): string {
  if (read.form === "whole") return "the whole environment is used outside the config module";
  return read.name === null ? "the environment is read outside the config module" : `\`${read.name}\` is read from the environment outside the config module`;
}
