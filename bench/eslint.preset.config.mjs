import nobypass from "nobypass/eslint";
import none from "./eslint.none.config.mjs";

export default [...none, nobypass.configs.strict, { settings: { nobypass: { preset: "strict" } } }];
