import { expect, it } from "vitest";
import { positionOf } from "../../tests/support/cli.js";
import { paintWith } from "../paint.js";
import { codeFrame, linesOf } from "./code-frame.js";
import { cells, displayWidth } from "./width.js";

function frame(text: string, marked: string, width = 60): string {
  const start = text.indexOf(marked);
  return `\n${codeFrame(linesOf(text), positionOf(text, start), positionOf(text, start + marked.length), { width, paint: paintWith(false), severity: "error" }).join("\n")}\n`;
}

/** The columns of the carets, and those of the text they are meant for, on the line above. */
function aligned(text: string, marked: string, width?: number): void {
  const lines = frame(text, marked, width).split("\n");
  const caret = lines.findIndex((l) => /│ *\^+$/.test(l));
  const code = lines[caret - 1] ?? "";
  const from = (lines[caret] ?? "").indexOf("^");
  const length = (lines[caret] ?? "").length - from;
  let column = 0;
  let under = "";
  for (const cell of cells(code, 4)) {
    if (column >= from && column < from + length) under += cell.text;
    column += cell.width;
  }
  expect(under).toBe(marked.replaceAll("\t", "    "));
}

it("shows two lines around, without blank ones at the edges", () => {
  expect(frame("a();\n\nb();\nc();\n\n", "b()")).toMatchInlineSnapshot(`
    "
        1 │ a();
        2 │
      > 3 │ b();
          │ ^^^
        4 │ c();
    "
  `);
  expect(frame("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12", "10")).toMatchInlineSnapshot(`
    "
         8 │ 8
         9 │ 9
      > 10 │ 10
           │ ^^
        11 │ 11
        12 │ 12
    "
  `);
});

it("underlines the first line of a place that spans several", () => {
  expect(frame("call({\n  a: 1,\n  b: 2,\n});\n", "call({\n  a: 1,\n  b: 2,\n})")).toMatchInlineSnapshot(`
    "
      > 1 │ call({
          │ ^^^^^^
        2 │   a: 1,
        3 │   b: 2,
    "
  `);
});

it("cuts long lines so that the place is seen, and all lines alike", () => {
  expect(frame(`const short = 1;\nconst x = "${"a".repeat(80)}" + target() + "${"b".repeat(80)}";\n`, "target()")).toMatchInlineSnapshot(`
    "
        1 │
      > 2 │ …aaaaaaaaaaaa" + target() + "bbbbbbbbbbbbbbbbbbbbbbb…
          │                  ^^^^^^^^
    "
  `);
});

it("keeps the caret under the place with tabs, wide characters, emoji and combining marks", () => {
  aligned("\tif (x) {\t\tcall(a);", "call(a)");
  aligned('log("日本語", call(a));', "call(a)");
  aligned('log("👩‍👩‍👧 ✅ e\u0301", call(a));', "call(a)");
  aligned('call("日本語");', 'call("日本語")');
  aligned(`${"漢".repeat(50)} call(a); ${"字".repeat(50)}`, "call(a)");
  aligned(`${"\t".repeat(30)}call(a);`, "call(a)");
});

it("has a caret even for an empty place, and nothing for one that is not there any more", () => {
  expect(frame("abc", "")).toContain("│ ^\n");
  expect(codeFrame(["a"], { line: 9, column: 1 }, { line: 9, column: 2 }, { width: 60, paint: paintWith(false), severity: "error" })).toEqual([]);
});

it("measures what a terminal shows", () => {
  expect(["abc", "日本", "e\u0301", "👍", "✔", "한글", "ｱ"].map(displayWidth)).toEqual([3, 4, 1, 2, 1, 4, 1]);
});
