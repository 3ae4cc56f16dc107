import type { Answer, FileView } from "../core/rule.js";
import { type Entry, entries } from "./entries.js";
import { namePattern } from "./entry-options.js";
import { onlyRefuses } from "./only-refuses.js";
import { type Protection, policies, routesBeside } from "./policies.js";
import { wordsOf } from "./route-paths.js";

export interface Need {
  readonly policy: "rateLimit" | "authorize" | "csrf";
  /** Why this entry needs it. */
  readonly because: string;
}

/** The policies that an entry needs: those the config asks for, or without a config what its path and its siblings say. */
export const neededPolicies: Answer<(entry: Entry) => readonly Need[]> = {
  name: "needed policies",
  of(file) {
    const asked = file.settings.policies?.map(({ entries, require }) => ({ patterns: [entries].flat().map((text) => ({ text, test: namePattern(text) })), require }));
    return (entry) => {
      const protection = file.get(policies)(entry);
      if (!asked) return byDefault(file, entry, protection);
      const names = namesOf(entry, protection);
      const found = new Map<Need["policy"], Need>();
      for (const { patterns, require } of asked) {
        const hit = patterns.find(({ test }) => names.some((n) => test.test(n)));
        if (hit) for (const policy of require) found.set(policy, { policy, because: `config \`policies\` asks for it (\`${hit.text}\`)` });
      }
      return [...found.values()];
    };
  },
};

/** A pattern of config `policies` that asks for something of no entry. */
export interface IdlePattern {
  /** Where it stands in the config. */
  readonly at: string;
  readonly text: string;
}

/** Patterns of the config that name no HTTP entry, and the names there are: a pattern that names nothing protects nothing. */
export const idlePatterns: Answer<{ readonly idle: readonly IdlePattern[]; readonly names: readonly string[] }> = {
  name: "idle patterns",
  of(file) {
    const asked = file.settings.policies ?? [];
    if (asked.length === 0) return { idle: [], names: [] };
    const names = [...new Set(file.get(entries).flatMap((e) => (e.kind === "http" ? namesOf(e, file.get(policies)(e)) : [])))].sort();
    const idle = asked.flatMap((policy, i) => {
      const patterns = typeof policy.entries === "string" ? [{ at: `policies[${i}].entries`, text: policy.entries }] : policy.entries.map((text, j) => ({ at: `policies[${i}].entries[${j}]`, text }));
      return policy.require.length === 0 ? [] : patterns.filter(({ text }) => !names.some((n) => namePattern(text).test(n)));
    });
    return { idle, names };
  },
};

/** What patterns of the config may call it. */
function namesOf(entry: Entry, { paths, method, declared }: Protection): readonly string[] {
  return [...new Set([entry.name, declared, ...paths.map((p) => (method === null ? p : `${method} ${p}`))].filter((n) => n !== null))];
}

const MUTATING = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** Where passwords and codes are tried, accounts made, mails sent. The last steps of a path say it. */
const GUESSED: readonly (readonly [RegExp, string])[] = [
  [/^(?:user |admin |customer |account |email |local |basic )?(?:log ?in|sign ?in|logon|authenticate)(?: (?:with )?(?:email|password|local|user|customer|admin))?$/, "passwords can be tried here"],
  [/^(?:user |admin |customer |email )?(?:sign ?up|register|registration|create account)(?: (?:with )?(?:email|password|user|customer|admin))?$/, "accounts can be made here"],
  [/^(?:forgot|lost|recover|request)(?: my| your)?(?: password)?(?: reset)?$|^(?:password )?(?:forgot(?:ten)?|recovery|reset)(?: (?:password|request|link|email|token))*$|^(?:request|send|confirm|init|start)? ?(?:password reset|reset password)(?: \w+)?$/, "passwords can be reset here"],
  [/^(?:\w+ )?(?:otp|totp|2fa|mfa|two factor|one time (?:password|code)|verification code|verify code|magic link)(?: \w+)?$/, "codes can be tried here"],
  [/^(?:refresh |auth |oauth2? )?token$|^refresh(?: tokens?)?$|^token (?:refresh|renew|exchange)$/, "tokens can be tried here"],
  [/^(?:\w+ )?uploads?(?: (?:files?|images?|avatars?|photos?|documents?|attachments?|csv|media|picture))?$/, "files can be sent here"],
];
/** Words that mean a login only beside an account. */
const NEEDS_ACCOUNT = /^(?:reset|request|recover|recovery|lost|refresh|forgot)$/;
const ACCOUNT = /\b(?:auth|accounts?|users?|passwords?|sessions?|customers?|members?|oauth2?|tokens?|identity|login)\b/;
/** Made for anybody, or for machines that sign what they send. */
const OPEN = /\b(?:log ?in|sign ?in|sign ?up|register|registration|authenticate|log ?out|sign ?out|forgot|reset|recover|verify|verification|confirm|confirmation|activate|otp|2fa|mfa|token|refresh|web ?hooks?|callback|hooks?|oauth2?|sso|saml|public|health|ping|status|contact|feedback|newsletter|subscribe|unsubscribe|invitations?|accept|csp|report|metrics|graphql|auth|events?|ingest|track)\b/;

function byDefault(file: FileView, entry: Entry, protection: Protection): readonly Need[] {
  const { method, paths } = protection;
  if (method === null || !MUTATING.has(method)) return [];
  if (entry.functions.length > 0 && entry.functions.every((fn) => onlyRefuses(file, fn))) return [];
  const needs: Need[] = [];
  const signUp = method === "POST" && isSignUp(file, protection);
  const guessed = method === "DELETE" ? null : (guessedAt(paths, protection.takesFiles) ?? (signUp ? "accounts can be made here" : null));
  if (guessed !== null) needs.push({ policy: "rateLimit", because: guessed });
  const beside = signUp ? null : siblings(file, entry, protection);
  if (beside !== null) needs.push({ policy: "authorize", because: beside });
  if (protection.given.get("session") === true && protection.given.get("bearer") !== true && !paths.some((p) => /\b(?:web ?hooks?|callback)\b/.test(wordsOf(p).join(" ")))) {
    needs.push({ policy: "csrf", because: "its session is a cookie, which a browser may send along with what another site asks for" });
  }
  return needs;
}

/** `POST /users` beside `POST /users/login`, open to those who have no account yet. */
function isSignUp(file: FileView, protection: Protection): boolean {
  if (protection.given.get("authorize") !== undefined) return false;
  const own = protection.paths.filter((p) => ACCOUNTS.test(wordsOf(p).at(-1) ?? ""));
  return own.length > 0 && file.get(routesBeside)(protection).some(([, { method, paths }]) => method === "POST" && paths.some((p) => own.some((o) => p.startsWith(`${o}/`) && LOGIN.test(p.slice(o.length)))));
}

const ACCOUNTS = /^(?:users?|accounts?|customers?|members?)$/;
const LOGIN = /^\/(?:log-?_?in|sign-?_?in|authenticate)$/i;

function guessedAt(paths: readonly string[], takesFiles: boolean): string | null {
  for (const path of paths) {
    const words = wordsOf(path);
    for (const [i, step] of words.entries()) {
      const [, why] = i < words.length - 2 ? [] : (GUESSED.find(([pattern]) => pattern.test(step)) ?? []);
      if (why === undefined) continue;
      // `/login/status` is no login; `/reset/finish` is a reset.
      if (i === words.length - 2 && !/reset|forgot|recover|otp|2fa|mfa|two factor/.test(step) && !/^(?:\w+ )?(?:email|password|local|otp|verify|phone|images?|files?|avatars?|photos?|videos?|documents?)$/.test(words[i + 1] ?? "")) continue;
      if (NEEDS_ACCOUNT.test(step) && i > 0 && !ACCOUNT.test(words.slice(0, i).join(" "))) continue;
      return why;
    }
  }
  return takesFiles ? "files can be sent here" : null;
}

function siblings(file: FileView, entry: Entry, protection: Protection): string | null {
  if (protection.given.get("authorize") === true || isOpen(protection)) return null;
  const others = file.get(routesBeside)(protection).filter(([e, p]) => e !== entry && !isOpen(p));
  const has = ([, p]: readonly [Entry, Protection]): boolean => p.before.get("authorize") === true;
  const mutating = others.filter(([, p]) => p.method !== null && MUTATING.has(p.method));
  const having = mutating.filter(has);
  const without = mutating.filter(([, p]) => p.given.get("authorize") === undefined);
  const isAdmin = protection.paths.some((p) => wordsOf(p).some((w) => /\badmin\b/.test(w)));
  const most = having.length > 0 && having.length >= without.length + 1;
  const all = mutating.length === 0 && others.length > 0 && others.every(has);
  if (!most && !all && !(isAdmin && others.some(has))) return null;
  const count = others.filter(has).length;
  return others.length === 1 ? "the route beside it has it" : `${count} of the ${others.length} routes beside it have it`;
}

const isOpen = ({ paths, method }: Protection): boolean => paths.some((p) => OPEN.test(wordsOf(p).join(" / "))) || method === "OPTIONS" || method === "HEAD";
