import { expect, it } from "vitest";
import { globBase, globTest } from "./glob.js";

const table: [patterns: string | string[], yes: string[], no: string[]][] = [
  ["src/*.ts", ["src/a.ts", "src/.a.ts"], ["src/a/b.ts", "a.ts", "src/a.tsx", "x/src/a.ts"]],
  ["src/**", ["src/a", "src/a/b/c.ts", "src/.hidden/x"], ["srcs/a", "a/src/b"]],
  ["**/*.ts", ["a.ts", "x/y/a.ts"], ["a.js"]],
  ["src/**/x.ts", ["src/x.ts", "src/a/b/x.ts"], ["src/ax.ts", "x.ts"]],
  ["**/**/x", ["x", "a/b/x"], ["ax"]],
  ["a/**/b/**/c", ["a/b/c", "a/1/2/b/3/c"], ["a/c", "ab/c"]],
  ["a**b", ["ab", "axxb"], ["a/b"]],
  ["file?.ts", ["file1.ts"], ["file.ts", "file12.ts", "file/.ts"]],
  ["{a,b/c}/*.{ts,js}", ["a/x.ts", "b/c/x.js"], ["b/x.ts", "a/x.jsx"]],
  ["x{1,{2,3}}", ["x1", "x2", "x3"], ["x", "x{1"]],
  ["src/{modules,features}/*", ["src/modules/a"], ["src/modules", "src/modules/a/b"]],
  ["[a-c]x", ["ax", "cx"], ["dx"]],
  ["[!a-c]x", ["dx"], ["ax", "/x"]],
  ["v1.0+(x)$", ["v1.0+(x)$"], ["v1a0+(x)$"]],
  ["app/\\[id\\]/*.ts", ["app/[id]/route.ts"], ["app/i/route.ts"]],
  ["a[b", ["a[b"], ["ab"]],
  ["a{b", ["a{b"], ["ab"]],
  // A pattern without wildcards names a file, or a folder with all that is in it.
  ["src/legacy", ["src/legacy", "src/legacy/a/b.ts"], ["src/legacy2/a.ts"]],
  ["./src/legacy/", ["src/legacy/a.ts"], ["legacy/a.ts"]],
  // Lists: the last that matches decides.
  [["src/**", "!src/a/**"], ["src/b.ts"], ["src/a/b.ts"]],
  [["src/**", "!src/a/**", "src/a/keep.ts"], ["src/a/keep.ts"], ["src/a/b.ts"]],
  [["!src/**"], ["x.ts"], ["src/x.ts"]],
  [[], [], ["x", ""]],
];

it.each(table)("%j", (patterns, yes, no) => {
  const test = globTest(typeof patterns === "string" ? [patterns] : patterns);
  expect(yes.filter((path) => !test(path))).toEqual([]);
  expect(no.filter((path) => test(path))).toEqual([]);
});

it("knows the folder above the first wildcard", () => {
  expect(["src/a/*.ts", "*.ts", "src/a", "/x/**", "{a,b}/c"].map(globBase)).toEqual(["src/a", ".", "src/a", "/x", "."]);
});
