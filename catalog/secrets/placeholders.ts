import { words } from "./names.js";
import { DOCUMENTED, FILL_IN, IDLE, IDLE_COUNTED, MADE_UP, TEMPLATE } from "./words.js";

const bare = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, "");

/** "xxxx", "****", "....", "0000", "XXXX-XXXX", "x x x", "••••". */
const ONE_CHARACTER = /^(?:(.)\1*|[xX*.•●…#_?\-\s]+|[0\s-]+)$/u;
/** Where it works as the secret, "a" is one, if a bad one; "x" stands for something. */
const ONE_LETTER = /^[a-wyz]$/i;
/** Held down. */
const LONG_RUN = /([A-Za-z\d])\1{19,}/;
const MASKED = /\*{3,}|#{4,}|•{2,}|x{4,}|X{4,}|\.{3,}|…/u;
/** "ABC123ABC123ABC123": somebody's idea of a long text. */
const PERIODIC = /^([^]{3,12}?)\1{2,}$/;
const COUNTING = /^(?:0?123456789(?:0(?:123456789)*0?)?|0?12345(?:6(?:7(?:8)?)?)?|abcdefgh(?:ijklmnop(?:qrstuvwxyz)?)?)(?:0?123456789\d*|abcdef\w*)?$/i;

/** The beginning of a provider's keys, and nothing behind it: `"sk-proj-"`. */
const PREFIX_ONLY = /^[A-Za-z]+(?:[-_][A-Za-z]+)*[-_]$/;
/** Says that there is none: "Api key not found". */
const SAYS_NONE = /^(?:[\w'"-]+ ){0,5}(?:not (?:found|set|configured|provided|available|defined|given|present)|is (?:missing|required|unset)|missing|required|unavailable)[.!]?$/i;

export interface PlaceholderContext {
  /** The variable or property that holds the value. */
  readonly name?: string | undefined;
  /** The value stands where it works as the secret: there only a text that asks to be replaced is a placeholder, and "secret" or "test" is a weak secret. */
  readonly use?: boolean | undefined;
}

function namesItself(value: string, name: string, use: boolean): boolean {
  if (!/^[A-Za-z][\w.\- ]*$/.test(value)) return false;
  const said = bare(value);
  const called = bare(name);
  if (said.length < 2 || !/[a-z]/.test(said)) return false;
  // `password: "password"` in a use is the password; `apiKey: "API_KEY"` is still a name.
  const same = said === called;
  if (use) return same && words(value).length > 1;
  return same || (words(value).length > 1 && (called.endsWith(said) || called.startsWith(said))) || (said.endsWith(called) && called.length > 5 && /^[A-Z][A-Z0-9_]+$/.test(value));
}

/** Whether a text stands for a credential rather than being one. Never true for a merely weak secret in a use ("secret123", "shhh"). */
export function isPlaceholder(value: string, { name, use = false }: PlaceholderContext = {}): boolean {
  const text = value.trim();
  if (text === "" || (ONE_CHARACTER.test(text) && !(use && ONE_LETTER.test(text))) || LONG_RUN.test(text)) return true;
  if (text.length > 4096) return false;
  const said = text.replace(/^(?:bearer|basic|token)\s+/i, "");
  if (PREFIX_ONLY.test(said) || SAYS_NONE.test(said)) return true;
  if (said === "" || /^(?:bearer|basic|true|false)$/i.test(said) || TEMPLATE.test(said) || FILL_IN.test(said)) return true;
  if (name !== undefined && namesItself(said, name, use)) return true;
  if (isDocumented(said) || (MASKED.test(said) && !/^[A-Za-z0-9+/=]{40,}$/.test(said))) return true;
  if (use) return false;
  return IDLE.has(said.toLowerCase()) || IDLE.has(said.toLowerCase().replaceAll("_", "-")) || IDLE_COUNTED.test(said) || COUNTING.test(said) || MADE_UP.test(said) || PERIODIC.test(said) || isWordy(said) || /(?:^|[-_ ])(?:your|fake|dummy|mock|example|sample)(?:$|[-_ ])/i.test(said);
}

/** Words of somebody, in base64: "dummy text data". */
function isWordy(text: string): boolean {
  if (!/^[A-Za-z0-9+/]{16,}={0,2}$/.test(text)) return false;
  const decoded = Buffer.from(text, "base64").toString("latin1");
  return /^[\x20-\x7e]+$/.test(decoded) && MADE_UP.test(decoded);
}

export const isDocumented = (text: string): boolean => /EXAMPLE(?:KEY)?$/.test(text) || DOCUMENTED.some((known) => text.includes(known));
