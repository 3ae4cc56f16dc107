/** Shorter ones are found in any sentence, and give nothing away. */
const TELLING = 4;
const DEPTH = 4;
const MOST_TEXTS = 50;

/** Some schema libraries put the value they were given into their message ("must be a number (was …)"). */
export function quotes(message: string, value: unknown): boolean {
  const text = message.toLowerCase();
  return textsIn(value).some((raw) => {
    const given = raw.toLowerCase();
    // A short one counts where it stands in quotation marks or brackets, as values do in messages.
    if (given.length < TELLING) return given !== "" && [`"${given}"`, `'${given}'`, `was ${given})`, `received ${given}`].some((form) => text.includes(form));
    return text.includes(given) || given.split(/[^\p{L}\p{N}]+/u).some((part) => part.length >= TELLING && text.includes(part) && !COMMON.has(part));
  });
}

/** Words of the messages themselves. */
const COMMON = new Set(["expected", "received", "invalid", "string", "number", "boolean", "object", "array", "value", "input", "type", "must", "true", "false", "null", "undefined", "email", "date", "option"]);

function textsIn(value: unknown, depth = 0, found: string[] = []): string[] {
  if (found.length >= MOST_TEXTS) return found;
  if (typeof value === "string") found.push(value);
  else if (typeof value === "number" || typeof value === "bigint") found.push(String(value));
  else if (typeof value === "object" && value !== null && depth < DEPTH) for (const part of Object.values(value)) textsIn(part, depth + 1, found);
  return found;
}
