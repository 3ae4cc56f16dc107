import none from "./eslint.none.config.mjs";

// What ESLint itself spends as soon as any rule is on: the floor of every plugin.
const empty = { meta: { schema: [] }, create: () => ({ Program() {} }) };

export default [...none, { plugins: { bench: { rules: { empty } } }, rules: { "bench/empty": "error" } }];
