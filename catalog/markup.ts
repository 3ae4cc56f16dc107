import type { Library } from "./library.js";
import { under } from "./names.js";

const unified = ["unified:()", "remark:()", "rehype:()"];

/** What makes HTML of Markdown lets HTML through that stands in it, unless something sanitises the result. */
const markup: Library = {
  name: "markup",
  packages: ["marked", "kramed", "snarkdown", "showdown", "markdown-table", "remark", "rehype", "unified", "commonmark", "markdown", "markdown-it"],
  docs: "https://marked.js.org/#usage",
  instances: [
    { is: "unified:()", also: ["unified:unified()", "unified:().use()", "unified:().data()"] },
    { is: "remark:()", also: ["remark:remark()", "remark:().use()", "remark:().data()"] },
    { is: "rehype:()", also: ["rehype:rehype()", "rehype:().use()", "rehype:().data()"] },
  ],
  passes: [
    { calls: ["marked:", "marked:marked", "marked:parse", "marked:marked.parse", "marked:parseInline", "marked:Marked().parse", "kramed:", "snarkdown:", "markdown:markdown.toHTML", "markdown:parse", "commonmark:HtmlRenderer().render", "commonmark:Parser().parse"], from: [0], text: true },
    { calls: under(["showdown:Converter()"], ["makeHtml"]), from: [0], text: true },
    { calls: ["markdown-table:", "markdown-table:markdownTable"], from: [0], text: true },
    // It escapes HTML unless it was told to let it through.
    { calls: under(["markdown-it:()"], ["render", "renderInline"]), from: [0], text: true, proves: ["html"], unlessMadeWith: { arg: 0, path: "html" } },
    { calls: under(unified, ["process", "processSync", "stringify", "parse"]), from: [0], text: true, sanitisedBy: ["rehype-sanitize:", "remark-sanitize:", "rehype-sanitize:sanitize"] },
  ],
};

export default markup;
