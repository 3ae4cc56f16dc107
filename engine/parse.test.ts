import { expect, it } from "vitest";
import { parse } from "./parse.js";

it("takes a return at the top level of CommonJS, and of nothing else", () => {
  const text = "if (process.argv.includes('--skip')) {\n  return;\n}\nrequire('./build');\n";
  expect(parse("build.js", text)).toHaveProperty("program.body.length", 2);
  expect(parse("build.cjs", text)).toHaveProperty("program.body.length", 2);
  expect(parse("build.ts", text)).toHaveProperty("message");
  expect(parse("build.js", `import "./a.js";\n${text}`)).toHaveProperty("message");
});
