import { connectionSecret } from "./connection.js";
import { isPlaceholder } from "./placeholders.js";
import { isPublishable } from "./scan.js";
import { NAMED_WITH_DIGITS, SECRET_PHRASE, WEAK } from "./words.js";

/** Longer than any token in practice; beyond it stand documents, images and data. */
const LONGEST = 4096;

const URL_LIKE = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/|^(?:data|mailto|tel|urn|arn|file|blob|javascript|spotify|did):/;
const UUID = /^\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$/i;
const DATE = /^\d{4}-\d{2}(?:-\d{2}(?:[T ][\d:.,]+(?:Z|[+-]\d{2}:?\d{2})?)?)?$|^\d{1,2}[./]\d{1,2}[./]\d{2,4}$|^\d{1,2}:\d{2}(?::\d{2})?$|^[YyMmDdHhSsTZ.:/_-]{6,}$/;
const PASSWORD_HASH = /^\$(?:2[abxy]?|argon2(?:id|i|d)|[156]|scrypt|pbkdf2[\w-]*|7|y)\$|^\{?(?:bcrypt|s?sha(?:1|256|384|512)?|md5|pbkdf2[\w-]*|scrypt)\}?[$:-]/i;
/** All of it: nobody opens anything with it. */
const WHOLE_HASH = /^\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}$|^\$argon2(?:id|i|d)\$(?:v=\d+\$)?m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$/;
const MIME = /^(?:application|text|image|audio|video|multipart|font|model|message)\//;
const EMAIL = /^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/;
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}(?::\d+)?(?:\/.*)?$|^(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?(?:\/\d+)?$|^[a-z][a-z-]*:\d{2,5}$/;
const SEMVER = /^[\^~v]?\d+\.\d+(?:\.\d+)?(?:[-+.][\w.-]+)?$/;
const FILE = /\.(?:[cm]?[jt]sx?|json5?|ya?ml|toml|ini|conf|cfg|env|pem|key|crt|cer|csr|der|p12|pfx|jks|txt|md|html?|css|scss|less|xml|csv|tsv|sql|sh|log|lock|png|jpe?g|gif|svg|webp|ico|pdf|zip|gz|tgz|proto|graphql|gql|hbs|ejs|pug|map|wasm|vue|svelte|prisma|db|sqlite3?|po|mp[34])$/i;
const MEASURE = /^[+-]?[\d._]+\s?(?:px|r?em|%|vh|vw|ms|s|sec|m|min|h|d|w|y|k?b|mb|gb|kib|mib|gib|deg|fr|pt|mhz|ghz|rpm|rps|x)?$/i;
const COLOR = /^#[0-9a-f]{3,8}$|^0x[0-9a-f]{1,8}$/i;
/** Regular expressions, globs, JSON, lists, calls, CSS functions, query strings, format strings. */
const CODE = /\\|\(\?|\[\^?[a-z0-9]-|^[\^/].*[$/][a-z]*$|^[{[]|^[\w.-]+\([^)]*\)|^\??[A-Za-z_][\w.-]*=[^=]|\w,\w.*,|^[.*]\/|\*\*|^\*|%[sdifo]\b|^[.#:@][A-Za-z][\w-]*$|=>|&&|\|\||\{\w*\}/;
const PATH = /^(?:\.{0,2}|~|[A-Za-z]:)[/\\]/;
/** One base64 text in sixty-four begins like a path. */
const BASE64_SLASH = /^\/(?=.*[A-Z])(?=.*[a-z])(?=.*\d)[A-Za-z0-9+/]{23,}={0,2}$/;
const SCREAMING = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;
const SCHEME = /^(?:bearer|basic|token|apikey|api-key|key|ssws|digest|bot|splunk|genie)[ :]\s*/i;
const SECRETISH = /secret|passw|pwd|passphrase|token|jwt|key|salt|admin|root/i;

/** `getEnvBySecretKey`: words that each have a vowel, or its stand-in. */
const CAMEL_WORDS = /^(?:[a-z]+|[A-Z][a-z]+)(?:(?:[AEIOUY]|[A-Z](?=[a-z]*[aeiouy]))[a-z]+)+$/;

/** Letters only, in words: what a person would name something. Random letters change case nearly every letter, or lack vowels for long. */
function randomLetters(text: string): boolean {
  if (text.length < 16 || CAMEL_WORDS.test(text)) return false;
  if (/[bcdfghjklmnpqrstvwxz]{6}/i.test(text) && !/^[A-Z]+$/.test(text)) return true;
  let changes = 0;
  for (let at = 1; at < text.length; at++) {
    const upper = text.charCodeAt(at) < 97;
    if (upper !== text.charCodeAt(at - 1) < 97) changes++;
  }
  return changes >= 6 && text.length / (changes + 1) < 2.4;
}

/** One run of letters and digits. "mixed": no person would call something so. "numbered": a word with a number of two digits or more behind it. */
function shape(segment: string): "word" | "number" | "numbered" | "mixed" {
  if (segment === "") return "word";
  if (/^\d+$/.test(segment)) return "number";
  if (/^[A-Za-z]+$/.test(segment)) return randomLetters(segment) ? "mixed" : "word";
  const rest = segment.replace(NAMED_WITH_DIGITS, "");
  if (/^[A-Za-z]*$/.test(rest)) return randomLetters(rest) ? "mixed" : "word";
  if (/^[A-Za-z]*\d$/.test(rest)) return rest.length > 16 && randomLetters(rest) ? "mixed" : "word";
  if (/^[A-Za-z]+\d{2,}$/.test(rest)) return "numbered";
  const digits = rest.replace(/\D/g, "").length;
  if (digits === 1 && segment.length < 16 && /^[A-Z]?[a-z]{3,}\d(?:[A-Z][a-z]+)+$|^[a-z]{3,}(?:[A-Z][a-z]+)+\d(?:[A-Z][a-z]*)?$/.test(rest)) return "word";
  return "mixed";
}

/** Common passwords that end in a single digit would else be numbered identifiers, like `field1`. */
const WORD_AND_DIGIT = /^(?:passw(?:or|0r)?d|pass|admin|root|welcome|letmein|qwerty|hunter|secret|dragon|monkey|master|changeit|superman|batman|football)\d+!*$/i;

function plain(value: string): boolean {
  const segments = value.split(/[-_./:+=]+/);
  const shapes = segments.map(shape);
  if (shapes.includes("mixed")) {
    // A path or i18n key with one odd part is still one; a token is odd nearly everywhere.
    const odd = segments.filter((_, at) => shapes[at] === "mixed");
    const longest = odd.reduce((most, part) => Math.max(most, part.length), 0);
    return !(segments.length > 2 && shapes.filter((kind) => kind === "word").length >= 2 && longest < 10 && /[./:]/.test(value));
  }
  if (segments.length === 1) return shapes[0] === "numbered";
  const digitCount = value.replace(/\D/g, "").length;
  return digitCount >= 2 && !/[./:]/.test(value) && SECRETISH.test(value) && shapes.some((kind) => kind === "number" || kind === "numbered") && /\d{2}/.test(value);
}

/** What stands behind "Basic": user and password in base64, or else nothing readable. */
function basicPair(text: string): boolean {
  if (text.length < 8 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return false;
  const decoded = Buffer.from(text, "base64").toString("latin1");
  if (!/^[\x20-\x7e]+$/.test(decoded)) return credentialValue(text);
  const colon = decoded.indexOf(":");
  return colon >= 0 && !isPlaceholder(decoded, { use: true }) && !(isPlaceholder(decoded.slice(colon + 1), { use: true }) && isPlaceholder(decoded.slice(0, colon)));
}

/**
 * Whether the text is of the kind that opens something, and not of the kind that names something.
 * It decides alone nothing: it is asked together with `credentialName`. Words, sentences and bare numbers are refused,
 * although people do use them as passwords: where a use proves it, only `isPlaceholder` needs asking.
 */
export function credentialValue(value: string): boolean {
  if (value.length < 4 || value.length > LONGEST) return false;
  const trimmed = value.trim();
  const lower = trimmed.toLowerCase();
  if (WEAK.has(lower) || WEAK.has(lower.replace(/[-_ !]+/g, ""))) return true;
  if (isPlaceholder(trimmed)) return false;
  const scheme = SCHEME.exec(trimmed);
  if (scheme) {
    const rest = trimmed.slice(scheme[0].length);
    if (/^basic/i.test(scheme[0])) return basicPair(rest);
    return rest.length >= 8 && !/^(?:bearer|basic|token|key)/i.test(rest) && credentialValue(rest);
  }
  if (trimmed.length < 6 || !/^[\x21-\x7e\xa1-\xff]+$/.test(trimmed)) return false;
  if (URL_LIKE.test(trimmed)) return connectionSecret(trimmed) !== null;
  if (WORD_AND_DIGIT.test(trimmed)) return true;
  if (
    UUID.test(trimmed) || DATE.test(trimmed) || PASSWORD_HASH.test(trimmed) || MIME.test(trimmed) || EMAIL.test(trimmed) || HOST.test(trimmed) || SEMVER.test(trimmed) ||
    FILE.test(trimmed) || MEASURE.test(trimmed) || COLOR.test(trimmed) || CODE.test(trimmed) || SCREAMING.test(trimmed) || (PATH.test(trimmed) && !BASE64_SLASH.test(trimmed))
  ) return false;
  if (isPublishable(trimmed)) return false;
  if (/^[A-Za-z0-9_./:+=-]+$/.test(trimmed)) return SECRET_PHRASE.test(trimmed) && !/[./:]/.test(trimmed) ? true : plain(trimmed);
  // Signs that no name has. With a digit it is a password; without one, only where the sign stands for a letter or the case is mixed ("P@ssword", "Correct!Horse").
  if (/^[A-Za-z ,.'-]+[!?.,:;…]*$/.test(trimmed)) return false;
  if (/^[\w|,;~-]+$/.test(trimmed) && trimmed.split(/[|,;~_-]+/).every((part) => shape(part) === "word")) return false;
  if (/\d/.test(trimmed)) return /[A-Za-z]/.test(trimmed) || trimmed.length >= 10;
  return /[A-Za-z][@$!#&*^%][A-Za-z]/.test(trimmed) && (/p@ss|\$ecret|@dmin/i.test(trimmed) || (/[a-z]/.test(trimmed) && /[A-Z]/.test(trimmed)));
}

/** What a password becomes before it is stored: `$2b$10$…`, `$argon2id$…`. */
export const isPasswordHash = (text: string): boolean => WHOLE_HASH.test(text.trim());
