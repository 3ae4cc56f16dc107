import { named, type SecretFormat } from "./format.js";

/** Who somebody is, and what is switched on for them. */
export const identity: readonly SecretFormat[] = [
  { id: "ory-token", provider: "Ory", starts: ["ory_pat_", "ory_apikey_", "ory_st_", "ory_at_", "ory_rt_"], pattern: /ory_(?:pat|apikey|st|at|rt)_[\w-]{28,90}(?:\.[\w-]{20,90})?/ },
  { id: "unkey-root-key", provider: "Unkey", starts: ["unkey_"], pattern: /unkey_[A-Za-z0-9]{20,30}/ },
  { id: "permit-key", provider: "Permit.io", starts: ["permit_key_"], pattern: /permit_key_[A-Za-z0-9]{60,100}/ },
  { id: "hcaptcha-secret", provider: "hCaptcha", starts: ["ES_"], pattern: /ES_[a-f0-9]{32}/ },
  { id: "turnstile-secret", provider: "Cloudflare Turnstile", starts: ["0x4AAAAAA"], pattern: /0x4AAAAAA[\w-]{26}/ },
  { id: "svix-key", provider: "Svix", starts: ["sk_", "testsk_"], pattern: /(?:test)?sk_[\w-]{32}\.(?:eu|us|ca|au|in)/ },
  { id: "descope-key", provider: "Descope", starts: ["K2", "K3"], pattern: /K[23][A-Za-z0-9]{60,140}/, needsName: named("descope") },
  { id: "flagsmith-key", provider: "Flagsmith", starts: ["ser."], pattern: /ser\.[A-Za-z0-9]{22}/ },
  { id: "growthbook-key", provider: "GrowthBook", starts: ["secret_admin_", "secret_readonly_", "secret_user_"], pattern: /secret_(?:admin|readonly|user)_[A-Za-z0-9+/=]{38,60}/ },
  { id: "configcat-sdk-key", provider: "ConfigCat", starts: ["configcat-sdk-1/"], pattern: /configcat-sdk-1\/[\w-]{22}\/[\w-]{22}/ },
  { id: "devcycle-server-key", provider: "DevCycle", starts: ["dvc_server_"], pattern: /dvc_server_[a-z0-9_]{32,60}/ },
  { id: "unleash-token", provider: "Unleash", pattern: /[\w*-]{1,60}:[\w*-]{1,40}\.[a-f0-9]{56,64}/, needsName: named("unleash") },
];
