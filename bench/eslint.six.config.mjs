import nobypass, { configs } from "nobypass/eslint";
import none from "./eslint.none.config.mjs";

// The first rules that a team turns on; the others are off in the config, which decides for every surface.
const SIX = ["console", "raw-env", "swallowed-error", "hardcoded-secret", "missing-timeout", "bare-entry"];
const all = Object.keys(configs.strict.rules);
const others = all.map((id) => id.replace("nobypass/", "")).filter((name) => name !== "directive" && !SIX.includes(name));

export default [
  ...none,
  {
    plugins: { nobypass },
    rules: Object.fromEntries(all.filter((id) => !others.includes(id.replace("nobypass/", ""))).map((id) => [id, "error"])),
    settings: { nobypass: { preset: "strict", rules: Object.fromEntries(others.map((name) => [name, "off"])) } },
  },
];
