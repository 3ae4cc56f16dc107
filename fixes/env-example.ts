import type { Edit } from "../core/finding.js";
import type { FileView } from "../core/rule.js";

/** A variable's line in `.env.example`, without a value; none where it has one. Null where no such file may be written. */
export function listed(file: FileView, key: string, reason: string): readonly Edit[] | null {
  const path = file.settings.places(file.path).envExample;
  const text = file.others.text(path);
  const beside = { adds: key, reason };
  if (text === null) return file.others.isFree(path) ? [{ file: path, start: 0, end: 0, text: `${key}=\n`, creates: true, beside }] : null;
  if (new RegExp(`^\\s*#?\\s*(?:export\\s+)?${key}\\s*=`, "m").test(text)) return [];
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const isEnded = text === "" || text.endsWith("\n");
  return [{ file: path, start: text.length, end: text.length, text: isEnded ? `${key}=${newline}` : `${newline}${key}=`, beside }];
}
