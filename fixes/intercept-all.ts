import type { Value } from "../core/facts.js";
import type { Fix } from "../core/finding.js";
import type { Own } from "../core/rule.js";
import type { Bootstrap } from "../analyzers/bootstraps.js";
import { context } from "../analyzers/context.js";
import { insert } from "./edit.js";
import { lineEnd } from "./imported-name.js";
import { pipelineName } from "./pipeline-name.js";
import { endBefore, style } from "./style.js";

const NAME = "PipelineInterceptor";

/**
 * `app.useGlobalInterceptors(new PipelineInterceptor())` behind `const app = await NestFactory.create(AppModule)`, before all others,
 * which then run inside. Only where the application is given to a name of its own.
 */
export function interceptAll(own: Own, { call, framework }: Bootstrap): Fix | null {
  const { file } = own;
  const made = own.value(call.id);
  const where = file.get(context);
  const awaited = made === null ? null : where.parent(made);
  const statement = awaited === null ? null : where.statement(awaited);
  if (framework !== "nest" || made === null || awaited === null || statement?.kind !== "define" || (file.facts.values[awaited] as Value).kind !== "await") return null;
  const app = file.facts.bindings[statement.binding];
  if (app === undefined || app.versions.length !== 1 || app.versions[0]?.value !== awaited) return null;
  const { start, end } = file.span({ mark: statement.at });
  const indent = /(?:^|[\r\n])([^\S\r\n]*)(?:(?:const|let|var)\s+)?$/.exec(file.text.slice(0, start))?.[1];
  const at = lineEnd(file.text, end);
  // Something else stands on the line: another name of the declaration, or another statement.
  if (indent === undefined || !/^[^\S\r\n]*(?:[\r\n]|$)/.test(file.text.slice(at))) return null;
  const name = pipelineName(file, NAME, made, { subpath: "nest" });
  if (name === null) return null;
  const text = `${app.name}.useGlobalInterceptors(new ${name.text}())`;
  return { tier: "review", title: `Register it: \`${text}\``, edits: [...name.edits, insert(at, `${style(file).newline}${indent}${text}${endBefore(file, at)}`)] };
}
