import type { ValueId } from "../core/facts.js";
import type { Related } from "../core/finding.js";
import { type FileView, type Report, rule } from "../core/rule.js";
import { type CredentialPlace, credentialPlaces, PAIRS, QUERY } from "../analyzers/credentials.js";
import { holdsRun, namesCredential } from "../catalog/secrets/text.js";
import { type ProviderToken, providerTokens } from "../analyzers/provider-tokens.js";
import { secretIn } from "../analyzers/secret-text.js";
import { isDescription, isExample, isShownKey } from "../analyzers/shown-keys.js";
import { holderOf, textsOf } from "../analyzers/texts.js";
import { secretFromConfig } from "../fixes/secret-from-config.js";

/** Key material, a token that may be all letters, a login of a command, a URL or a list of settings with somebody in it, a comparison. */
const LOOKS_ALIKE = new RegExp(`PRIVATE KEY|\\b(?:hf|api_org)_[A-Za-z]{34}|\\bcurl\\b[^\\n]{0,400} (?:-u|-U|--(?:proxy-)?user)\\b|://[^\\s/]*@|${QUERY.source}|${PAIRS.source}|tsscmp|(?:safe|secure|constantTime)(?:Equal|Compare)`, "i");

export default rule({
  name: "hardcoded-secret",
  promise: "safety",
  finds: "a credential in the source",
  why: "Whoever can read the repository, a build or an old clone holds the credential, and taking it out of the code does not take it out of the history.",
  fine: [
    "placeholders (`changeme`, `<token>`), the empty text, and a text that only repeats its own name",
    "public and publishable keys (that of a Firebase app beside its `authDomain`), hashes, UUIDs, and names of headers, fields, settings and messages",
    "whatever is read at run time: the environment, settings, a secret manager, a file",
    "weak passwords and dummy tokens in tests; tokens of real providers and private keys are found there too",
    "passwords for localhost in compose-like files",
  ],
  depth: "file",
  fix: "review",
  fixNote: "The literal becomes a read of the config module (`env.SESSION_KEY.reveal()`), which gets the variable as `secret()` (a row of a zod object: as a text that may not be empty), and `.env.example` gets its name without a value. Its name is that of the constant or of the variable it is the default of, else what it is, behind the name of its file. The value itself is written nowhere: put it where the environment comes from, and rotate it, because it is in the history. There is no fix in tests, scripts and migrations, for enum members, parts of longer texts and lines of a text, and where the config module has a variable of that name already. The fix edits two or three files, so editors do not offer it.",
  roles: ["server", "script", "migration", "test"],
  preset: "recommended",
  // Names of credentials, texts that look like one; and where no name tells, the libraries that take credentials.
  looksFor: { text: LOOKS_ALIKE, told: ({ text }) => namesCredential(text) || holdsRun(text), catalog: ["namelessCredentials"] },
  judge(file, report) {
    const findings = new Findings(file);
    for (const token of file.get(providerTokens)) {
      // Anybody can sign a token for a test or for the examples of a schema, and nobody else accepts it.
      if (token.format !== "jwt" || (file.role !== "test" && !isExample(file, token.at))) findings.found(token.at, `${called(token)} stands in the source`);
    }
    if (file.role !== "test") for (const place of file.get(credentialPlaces)) judgePlace(file, place, findings);
    findings.tell(report);
  },
});

function judgePlace(file: FileView, place: CredentialPlace, findings: Findings): void {
  // A use is judged whatever stands there; a name says something only beside a text.
  let isJudged = place.by === "use" && place.counts === "any";
  let isFound = false;
  for (const text of textsOf(file, place.value, place.by === "use" ? "seen through names" : "as written")) {
    isJudged ||= text.some((piece) => piece.text !== null);
    const secret = secretIn(file, place, text);
    if (secret === null) continue;
    isFound = true;
    const holder = holderOf(text, secret.start, secret.end, place.value);
    if (!isExample(file, holder) && !(place.form === "settings" && isDescription(file, holder))) findings.found(holder, place.says, place);
  }
  if (isJudged && !isFound) findings.clear(place.value);
}

/** "a GitHub token": the provider and the kind, and nothing of the value. */
function called({ format, provider }: ProviderToken): string {
  if (format.startsWith("private-") || format === "age-secret-key") return `a private key (${provider})`;
  if (format === "jwt") return "a JSON Web Token";
  const kind = ["webhook", "password", "secret", "key"].find((word) => format.includes(word)) ?? "token";
  return `${/^[aeio]/i.test(provider) ? "an" : "a"} ${provider} ${kind}`;
}

/** One finding per literal, with its uses elsewhere. The first message says the most. */
class Findings {
  readonly #file: FileView;
  readonly #found = new Map<ValueId, { readonly message: string; readonly related: Related[] }>();
  readonly #clear = new Set<ValueId>();

  constructor(file: FileView) {
    this.#file = file;
  }

  found(at: ValueId, message: string, use?: CredentialPlace): void {
    if (isShownKey(this.#file, at)) return;
    const finding = this.#found.get(at) ?? { message, related: [] };
    this.#found.set(at, finding);
    if (use === undefined || use.used === "") return;
    const span = this.#file.span({ value: use.at });
    const own = this.#file.span({ value: at });
    const isHere = span.start <= own.start && own.end <= span.end;
    if (!isHere && !finding.related.some((r) => r.start === span.start)) finding.related.push({ ...span, message: use.used });
  }

  clear(at: ValueId): void {
    this.#clear.add(at);
  }

  tell(report: Report): void {
    for (const [value, { message, related }] of this.#found) report.found({ value }, message, { related, fix: () => secretFromConfig(this.#file, value) });
    for (const value of this.#clear) if (!this.#found.has(value)) report.clear({ value });
  }
}
