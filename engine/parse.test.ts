import { expect, it } from "vitest";
import { parse } from "./parse.js";

it("takes a return at the top level of CommonJS, and of nothing else", () => {
  const text = "if (process.argv.includes('--skip')) {\n  return;\n}\nrequire('./build');\n";
  expect(parse("build.js", text)).toHaveProperty("program.body.length", 2);
  expect(parse("build.cjs", text)).toHaveProperty("program.body.length", 2);
  expect(parse("build.ts", text)).toHaveProperty("message");
  expect(parse("build.js", `import "./a.js";\n${text}`)).toHaveProperty("message");
});

it("takes types in JavaScript where Flow writes them as TypeScript does, and says what is wrong where it does not", () => {
  const annotated = "// @flow\nimport type { Cache } from './cache';\nexport class Redis<T> {\n  ttl: number;\n  async get(key: string): Promise<any> { return this.ttl; }\n}\nexport const first = <T>(list: Array<T>): T => list[0];\n";
  expect(parse("redis.js", annotated)).toHaveProperty("program.body.length", 3);
  expect(parse("redis.cjs", "module.exports = function get(key: string) {};\nif (module.parent) return;\n")).toHaveProperty("program.body.length", 2);
  expect(parse("list.jsx", "export const List = (props: { items: Array<string> }) => <ul>{props.items}</ul>;\n")).toHaveProperty("program.body.length", 1);
  // As JavaScript sees it: a file that is no Flow has its error where it is.
  expect(parse("cast.js", "export const size = (list) => (list: Array<string>).length;\n")).toHaveProperty("message");
  expect(parse("broken.js", "const a = ;\n")).toMatchObject({ message: "Unexpected token" });
});
